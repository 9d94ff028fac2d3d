"""Steps over data by which flows go on under another name: a connected piece at a time, with what they come from.

What flows into an asset by one type is judged together, so no asset may have some of it under the old name and some
under the new. Whoever is called a source of a flow is called that of both meanwhile.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from graph.changes.model import Change, UpsertAsset
from graph.changes.rules import Rulebook
from graph.changes.statements import of_type
from graph.database import ReadUnit
from migrations.effects import Demand, Rule
from migrations.steps.data_steps import PAGE
from migrations.steps.reshaping import Rewire
from migrations.steps.verification import SAMPLES, Breach
from queries import named

AT_ONCE: Final = 5_000
"""Relationships of a page, where pieces are small enough."""

LARGEST: Final = 50_000
"""Relationships of one piece, which are rewired in one transaction: writers of the tenant wait meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Some connected pieces: all their assets, and the first asset of the last of them, by which pieces are ordered."""

    last: str
    assets: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RewireFlow(Rewire):
    """Makes relationships of a flow ones of another, connected piece by piece, each piece in one transaction.

    `pages` are the pieces of one tenant, as `laid_out` finds them.
    """

    pages: tuple[Pieces, ...] | None = None

    async def hindrances(self, unit: ReadUnit) -> tuple[Breach, ...]:
        """Return the pieces that are too large. Cost: a look at each relationship of the type."""
        rows = await unit.rows(of_type("migrations/list_ends", self.type))
        large = await asyncio.to_thread(_too_large, rows)
        if not large:
            return ()
        says = f"no connected piece of a flow may have more than {LARGEST:,} relationships"
        demand = Demand(rule=Rule.NONE, type=self.type, says=says, element=self.type)
        return (Breach(demand=demand, number=len(large), samples=tuple(large[:SAMPLES])),)

    async def laid_out(self, unit: ReadUnit) -> RewireFlow:
        """Return the same with the pages of the unit's tenant. Cost: a look at each of its relationships of the type.

        Nobody makes relationships of the type any more, so pieces can only become less afterwards.
        """
        ((ends,),) = await unit.rows(of_type("migrations/list_ends_of_tenant", self.type))
        return replace(self, pages=await asyncio.to_thread(paged, ends))

    async def changes(self, unit: ReadUnit, rules: Rulebook, after: str) -> tuple[list[Change], str | None]:
        """Return the changes of the next pieces of the unit's tenant; those that are done are not found again."""
        assert self.pages is not None, "pages are laid out before the first is done"
        place = bisect_right(self.pages, after, key=lambda each: each.last)
        if place == len(self.pages):
            return [], None
        page = self.pages[place]
        query = of_type("migrations/list_relationships_from", self.type)
        ((rows,),) = await unit.rows(query, {"ids": sorted(page.assets)})
        more = place + 1 < len(self.pages)
        return await self.rewired(unit, rules, rows), page.last if more else None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSources:
    """Calls assets that are sources of flow `type` sources of `other` as well; or, without one, of that no more."""

    type: str
    other: str | None

    def __str__(self) -> str:
        return f"name sources of {self.type} {f'as those of {self.other}' if self.other else 'no more'}"

    @property
    def met(self) -> tuple[tuple[Rule, str], ...]:
        """Rule and element of the demands that hold once it has run."""
        return () if self.other else ((Rule.SOURCES, f"{self.type}.impact"),)

    async def left(self, unit: ReadUnit) -> int:
        """Return how many assets it would change now."""
        ((number,),) = await unit.rows(
            named("migrations/count_sources"), {"type": self.type, "other": self.other or ""}
        )
        return number

    async def changes(self, unit: ReadUnit, rules: Rulebook, after: str) -> tuple[list[Change], str | None]:
        """Return the changes of the next page of the unit's tenant, and what the one after it begins behind, if any."""
        given = {"type": self.type, "after": after, "limit": PAGE}
        ((rows,),) = await unit.rows(named("migrations/page_sources"), given)
        changes: list[Change] = [
            UpsertAsset(id=asset, type=rules.type_of(labels), source_of=self._named(sources))
            for asset, labels, sources in rows
        ]
        return changes, rows[-1][0] if len(rows) == PAGE else None

    def _named(self, sources: Sequence[str]) -> tuple[str, ...]:
        if self.other is not None:
            return tuple(dict.fromkeys((*sources, self.other)))
        return tuple(each for each in sources if each != self.type)


def pieces(ends: Iterable[Sequence[str]]) -> list[tuple[set[str], int]]:
    """Return the connected pieces of relationships, given by their ends: the assets of each, and how many it has.

    In the order of their first assets. Cost: nearly one step a relationship.
    """
    root: dict[str, str] = {}

    def find(asset: str) -> str:
        while root.setdefault(asset, asset) != asset:
            root[asset] = root[root[asset]]
            asset = root[asset]
        return asset

    drawn = [(source, target) for source, target in ends]
    for source, target in drawn:
        root[find(source)] = find(target)
    assets: defaultdict[str, set[str]] = defaultdict(set)
    numbers: defaultdict[str, int] = defaultdict(int)
    for asset in root:
        assets[find(asset)].add(asset)
    for source, _ in drawn:
        numbers[find(source)] += 1
    return sorted(((assets[each], numbers[each]) for each in assets), key=lambda each: min(each[0]))


def _too_large(rows: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    """Tenant and first asset of the pieces that are; `rows` are tenant, source and target."""
    by_tenant: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for tenant, source, target in rows:
        by_tenant[tenant].append((source, target))
    return [
        (tenant, min(piece))
        for tenant, ends in sorted(by_tenant.items())
        for piece, number in pieces(ends)
        if number > LARGEST
    ]


def paged(ends: Iterable[Sequence[str]]) -> tuple[Pieces, ...]:
    """Return pieces together as long as they have few relationships, and one that has more than that by itself."""
    found: list[Pieces] = []
    chosen: set[str] = set()
    number, last = 0, ""
    for piece, size in pieces(ends):
        if chosen and number + size > AT_ONCE:
            found.append(Pieces(last=last, assets=frozenset(chosen)))
            chosen, number = set[str](), 0
        chosen |= piece
        number, last = number + size, min(piece)
    return (*found, Pieces(last=last, assets=frozenset(chosen))) if chosen else ()
