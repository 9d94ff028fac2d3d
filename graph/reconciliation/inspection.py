"""One comparison: the twin is read page by page and each page looked up in the register; memory holds one page.

Writing goes on meanwhile. What the change log says was touched since the first page is looked at again, the last of it
while the tenant's counter is locked, so that the whole answer is of one revision.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from graph.changes.images import Link
from graph.changes.rules import Rulebook
from graph.database import Database, WriteUnit
from graph.errors import NotFound
from graph.identity import Revision, Tenant
from graph.ontology.codec import Stored
from graph.reconciliation.aside import Aside
from graph.reconciliation.comparing import Comparison, containment_differences
from graph.reconciliation.errors import ReconcileUnsettled
from graph.reconciliation.findings import Findings
from graph.reconciliation.model import Difference, FoundAsset, Kind, SaidAsset
from graph.reconciliation.ownership import Ownership
from graph.reconciliation.question import Question, named_types
from graph.reconciliation.reading import PAGE, Moved, Reader, apart, held_revision, moved_since
from graph.reconciliation.register import Register

ROUNDS: Final = 500
"""Times that what was written meanwhile is looked at before giving up: who writes faster than this reads, goes on."""

AT_ONCE: Final = 2_000
"""Assets that are looked at while writers wait: some hundredths of a second."""


class Inspection:
    """One look at a tenant by some rules, with what the source says in `register`; `heard` is told of assets read."""

    def __init__(
        self,
        database: Database,
        tenant: Tenant,
        rules: Rulebook,
        register: Register,
        question: Question,
        *,
        aside: Aside,
        heard: Callable[[int], None],
    ) -> None:
        self._aside = aside
        self._database = database
        self._tenant = tenant
        self._rules = rules
        self._register = register
        self._findings = Findings(register)
        self._extent = question.extent
        self._comparison = Comparison(question.tolerance, question.exact)
        self._ownership = Ownership(question.extent)
        self._types = named_types(rules.ontology, question.extent.types)
        self._heard = heard

    async def look(self) -> tuple[Findings, Revision]:
        """Compare everything within the extent; return what differs, and at which revision.

        Raises NotFound and ReconcileUnsettled.
        """
        revision = await self._database.write(self._tenant, held_revision)
        reader = Reader(apart(self._database, self._tenant), self._rules)
        placed = self._extent.within is not None
        if self._extent.within is not None:
            await self._find_places(reader, self._extent.within)
        await self._aside.do(partial(self._register.set_inside, self._types.ends, placed=placed))
        count = 0
        async for page in self._pages(reader):
            await self._look_at(reader, page)
            count += len(page)
            self._heard(count)
        revision = await self._catch_up(reader, revision)
        relationships = bool(self._register.relationships)
        add = partial(self._findings.add_missing, self._types, self._ownership)
        await self._aside.do(partial(add, relationships=relationships, everywhere=self._extent.whole))
        return self._findings, revision

    # ---- what is within ----------------------------------------------------------------------------------------------

    async def _find_places(self, reader: Reader, root: str) -> None:
        """Add the asset `root`, what it contains in the twin, and what the source puts below any of these."""
        mentioned = await self._aside.do(partial(self._register.mentions, root))
        if not mentioned and not await reader.assets_by_id([root]):
            raise NotFound(
                f"Neither the twin nor the source has an asset {root!r}",
                place="within",
                expected="the id of an asset",
                actual=root,
                hint="`twin search` finds assets by their names",
            )
        waiting = await self._aside.do(partial(self._register.add_places, [root]))
        while waiting:
            ids, waiting = waiting[:PAGE], waiting[PAGE:]
            waiting += await self._aside.do(partial(self._register.add_places, await reader.contents_of(ids)))
        await self._aside.do(self._register.spread_places)

    async def _pages(self, reader: Reader) -> AsyncIterator[list[FoundAsset]]:
        if self._extent.within is None:
            async for page in reader.assets():
                yield page
            return
        pages = self._register.places()
        while ids := await self._aside.do(partial(next, pages, None)):
            yield await reader.assets_by_id(ids)

    # ---- catching up -------------------------------------------------------------------------------------------------

    async def _catch_up(self, reader: Reader, revision: Revision) -> Revision:
        """Look again at what was written since, and return the revision at which everything was compared."""
        for _ in range(ROUNDS):
            moved, settled = await self._database.write(self._tenant, self._follower(revision))
            if moved.contains and self._extent.within is not None:
                raise ReconcileUnsettled(
                    f"What {self._extent.within!r} contains changed while it was compared",
                    expected="no containment that comes or goes meanwhile",
                    actual=f"one by revision {moved.revision}",
                    hint="Compare again when nothing is loaded, or compare all of the twin",
                )
            if settled:
                return moved.revision
            await self._look_again(reader, sorted(moved.touched))
            revision = moved.revision
        raise ReconcileUnsettled(
            "Others write faster than the twin can be compared",
            hint="Compare again when the load that is under way is done",
        )

    def _follower(self, revision: Revision) -> Callable[[WriteUnit], Awaitable[tuple[Moved, bool]]]:
        async def follow(unit: WriteUnit) -> tuple[Moved, bool]:
            moved = await moved_since(unit, revision, self._rules.containment)
            settled = len(moved.touched) <= AT_ONCE and not moved.more
            if settled:
                await self._look_again(Reader(unit.rows, self._rules), sorted(moved.touched))
            return moved, settled

        return follow

    async def _look_again(self, reader: Reader, ids: Sequence[str]) -> None:
        """Forget what was found of assets and look anew; doing it twice does no harm."""
        for start in range(0, len(ids), PAGE):
            page = ids[start : start + PAGE]
            await self._aside.do(partial(self._findings.forget, page))
            if self._extent.within is not None:
                page = sorted(await self._aside.do(partial(self._register.placed, page)))
            await self._look_at(reader, await reader.assets_by_id(page))

    # ---- one page ----------------------------------------------------------------------------------------------------

    async def _look_at(self, reader: Reader, page: Sequence[FoundAsset]) -> None:
        """Compare the assets of a page, their places and the relationships out of them."""
        ids = [each.id for each in page]
        said = await self._aside.do(partial(self._register.said, ids))
        inside = await self._aside.do(partial(self._see, page, said))
        await self._add(inside, self._of_assets(inside, said))
        both = [told for each in inside if each.id != self._extent.within and (told := said.get(each.id)) is not None]
        if both and self._types.relationships & self._rules.containment:
            await self._add(inside, await self._of_places(reader, both))
        ends = [each.id for each in inside if each.id in said or not self._register.assets]
        if self._register.relationships and ends:
            await self._add(inside, await self._of_links(reader, ends))

    def _see(self, page: Sequence[FoundAsset], said: Mapping[str, SaidAsset | None]) -> list[FoundAsset]:
        """Keep which assets there are, and return those within the extent."""
        owned = {each.id for each in page if self._ownership.owns(each, said.get(each.id))}
        typed = {each.id for each in page if self._types.ends & self._types_of(each, said)}
        self._findings.see(
            (each.id, each.id in owned & typed, each.id in typed and each.id in said and each.id not in owned)
            for each in page
        )
        return [each for each in page if each.id in owned & typed]

    def _types_of(self, found: FoundAsset, said: Mapping[str, SaidAsset | None]) -> set[str]:
        told = said.get(found.id)
        return {found.type} if told is None else {found.type, told.type}

    async def _add(self, page: Sequence[FoundAsset], differences: Sequence[Difference]) -> None:
        """Keep differences with whom they concern."""
        if not differences:
            return
        owners = {each.id: self._ownership.owner(each) for each in page}
        owned = [replace(each, owner=owners.get(each.asset)) for each in differences]
        await self._aside.do(partial(self._findings.add, owned))

    def _of_assets(self, page: Sequence[FoundAsset], said: Mapping[str, SaidAsset | None]) -> list[Difference]:
        differences: list[Difference] = []
        for found in page:
            if not self._register.assets or not self._types.assets & self._types_of(found, said):
                continue
            told = said.get(found.id)
            if told is not None:
                differences += self._comparison.asset(self._rules.assets[told.type], told, found)
            elif found.id not in said:
                differences.append(Difference(kind=Kind.ASSET_EXTRA, asset=found.id, type=found.type))
        return differences

    async def _of_places(self, reader: Reader, both: Sequence[SaidAsset]) -> list[Difference]:
        if not self._register.tells_containment:
            both = [each for each in both if each.parents is not None]
        ids = [each.id for each in both]
        if not ids:
            return []
        found = await reader.containments_of(ids)
        lines = (
            await self._aside.do(partial(self._register.containments_of, ids))
            if self._register.tells_containment
            else None
        )
        return [
            difference
            for told in both
            for difference in containment_differences(
                told, None if lines is None else lines.get(told.id, []), found.get(told.id, [])
            )
        ]

    async def _of_links(self, reader: Reader, ends: Sequence[str]) -> list[Difference]:
        kinds = self._types.relationships
        found = {link: values for link, values in await reader.links_from(ends) if link.type in kinds}
        all_told = await self._aside.do(partial(self._register.told_from, ends))
        told = {link: values for link, values in all_told.items() if link.type in kinds}
        await self._aside.do(partial(self._findings.count_links, [link.source for link in found]))
        differences = [*self._one_sided(told, found)]
        for link in sorted(told.keys() & found.keys()):
            differences += self._comparison.link(self._rules.links[link.type], link, told[link], found[link])
        return differences

    def _one_sided(
        self, told: Mapping[Link, Mapping[str, Stored | None]], found: Mapping[Link, Mapping[str, Stored]]
    ) -> list[Difference]:
        """Return relationships that one side lacks; containments belong to what they contain."""
        differences: list[Difference] = []
        for link in sorted(told.keys() ^ found.keys()):
            if link.type in self._rules.containment:
                continue
            missing = link in told
            differences.append(
                Difference(
                    kind=Kind.RELATIONSHIP_MISSING if missing else Kind.RELATIONSHIP_EXTRA,
                    asset=link.source,
                    type=link.type,
                    link=link,
                    # An end that nobody knows is told of where it can't lie outside.
                    other=None if missing and self._extent.whole else link.target,
                )
            )
        return differences
