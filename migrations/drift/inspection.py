"""Looks through a whole database, page by page: never more of it in memory than a page and the findings.

First what every asset and relationship is read by, then what those reads can't have met: the count store says how
many nodes and relationships there are, and only where these are more is the rest searched for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from graph.changes.rules import LinkRule, rulebook
from graph.changes.statements import of_type
from graph.database import Database, Row
from graph.ontology import ontology_from_canonical
from graph.ontology.model import Ontology
from migrations.drift.assets import ASSET, AssetJudge, AssetRow
from migrations.drift.counts import judge_counts
from migrations.drift.kinds import DriftKind
from migrations.drift.pages import Page, PageJudge
from migrations.drift.reading import PAGE, Reader
from migrations.drift.relationships import End, LinkJudge, LinkRow, place_of
from migrations.drift.report import Drift, Tally
from migrations.drift.spool import Held, Spool
from migrations.drift.states import STATE, StateJudge
from migrations.drift.structure import (
    Counter,
    judge_counters,
    judge_ontology,
    judge_schema,
    judge_tenant,
    system_labels,
)
from migrations.drift.values import native
from migrations.errors import OntologyMissing
from migrations.ledger import StoredOntology, read_facts
from queries import named

SAMPLES = 5
IDENTIFIES = "_IDENTIFIES"
_KINDS_LISTED = 100


class DriftStep(StrEnum):
    """What is being looked through."""

    ASSETS = "assets"
    RELATIONSHIPS = "relationships"


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftProgress:
    """How far it is."""

    step: DriftStep
    done: int
    total: int


def _silent(_progress: DriftProgress) -> None:
    """Tell nobody."""


async def drift(
    database: Database,
    *,
    samples: int = SAMPLES,
    page: int = PAGE,
    tell: Callable[[DriftProgress], None] = _silent,
) -> Drift:
    """Return how `database` stands to the ontology that is stored in it; changes nothing and needs no lock.

    Args:
        database: the whole of it is read, all tenants.
        samples: how many cases of each kind are kept.
        page: how many assets or relationships a statement reads.
        tell: hears of every page.

    Raises:
        OntologyMissing: nothing was ever applied to it.
        OntologyInvalid: the stored ontology can't be read.
        DatabaseUnavailable: it does not answer, or not in time.
    """
    facts = await read_facts(database)
    if facts.ontology is None:
        raise OntologyMissing(
            "This database holds no ontology to compare it with",
            expected="a database that `twin ontology apply` has run on",
            actual="no stored ontology",
            hint="`twin ontology plan` shows what it would do there, `twin ontology apply` does it",
        )
    ontology = ontology_from_canonical(facts.ontology.canonical)
    tally = Tally(samples)
    judge_ontology(tally, facts)
    reader = Reader(database, page)
    constraints = await reader.rows(named("migrations/list_constraints"), {})
    indexes = await reader.rows(named("migrations/list_indexes"), {})
    judge_schema(tally, ontology, facts, constraints=constraints, indexes=indexes)
    return await _Inspection(reader, ontology, tally, tell).look(facts.ontology)


class _Inspection:
    """One look through a database."""

    def __init__(self, reader: Reader, ontology: Ontology, tally: Tally, tell: Callable[[DriftProgress], None]) -> None:
        self._reader = reader
        self._tally = tally
        self._tell = tell
        self._rules = rulebook(ontology)
        self._assets = AssetJudge(self._rules, tally)
        self._links = LinkJudge(self._assets, tally)
        self._states = StateJudge(ontology, tally)
        self._stateful = False
        self._pages = PageJudge(rules=self._rules, reader=reader, tally=tally)
        self._counters: dict[str, Counter] = {}
        self._assets_read = 0
        self._links_read = 0

    async def look(self, stored: StoredOntology) -> Drift:
        self._counters = await self._reader.counters()
        judge_counters(self._tally, self._counters.values(), stored.hash)
        total = await self._reader.count_nodes(ASSET)
        self._stateful = await self._reader.count_nodes(STATE) > 0
        tenants = 0
        with Spool() as spool:
            async for tenant in self._reader.tenants():
                tenants += 1
                await self._look_at_tenant(tenant, spool, total)
        for tenant in self._counters:
            await judge_counts(self._tally, self._reader, self._assets.type_of, tenant)
        await self._find_lost_assets(total)
        await self._find_strays()
        await self._look_at_relationships()
        return Drift(
            revision=stored.revision,
            hash=stored.hash,
            tenants=tenants,
            assets=self._assets_read,
            relationships=self._links_read,
            findings=self._tally.findings(),
        )

    # ---- assets ------------------------------------------------------------------------------------------------------

    async def _look_at_tenant(self, tenant: str, spool: Spool, total: int) -> None:
        if tenant not in self._counters:
            self._tally.add(DriftKind.COUNTER_MISSING, tenant, "it has assets", tenant=tenant)
            judge_tenant(self._tally, tenant)
        last = ""
        async for rows in self._reader.assets(tenant):
            types: dict[str, str] = {}
            values: list[Held] = []
            for element, asset, labels, properties in rows:
                row = AssetRow(element=element, tenant=tenant, id=asset, labels=labels, properties=properties)
                if asset == last:
                    self._tally.add(DriftKind.ASSET_DOUBLED, asset, "another has this id", tenant=tenant)
                last = asset
                kind = self._assets.judge(row)
                if kind is not None:
                    types[asset] = kind
                    values += self._held(row, kind)
            spool.keep(values)
            await self._judge_revisions([(tenant, asset, properties.get("_rev")) for _, asset, _, properties in rows])
            await self._pages.judge(Page(tenant=tenant, types=types))
            await self._judge_states(tenant, types)
            self._assets_read += len(rows)
            self._tell(DriftProgress(step=DriftStep.ASSETS, done=self._assets_read, total=total))
        self._judge_unique(tenant, spool)

    async def _judge_states(self, tenant: str, types: Mapping[str, str]) -> None:
        if not self._stateful:
            return
        for asset, kept in await self._reader.rows(named("state/read_states"), {"ids": list(types)}, tenant):
            self._states.judge(tenant, asset, types[asset], kept)

    def _held(self, row: AssetRow, kind: str) -> list[Held]:
        values = row.properties
        return [
            Held(label, name, repr(native(values[name])), row.id)
            for label, name in self._rules.assets[kind].uniques
            if name in values
        ]

    def _judge_unique(self, tenant: str, spool: Spool) -> None:
        for each in spool.doubled(self._tally.most):
            detail = f"{each.property} of {each.label} is held by {each.holders}: {', '.join(each.assets)}"
            self._tally.add(DriftKind.NOT_UNIQUE, each.assets[0], detail, tenant=tenant)
        spool.empty()

    async def _judge_revisions(self, revisions: Sequence[tuple[str, str, object]]) -> None:
        """Count revisions beyond their tenant's counter, read anew where it seems so: others may be writing.

        Args:
            revisions: tenant, what has it, the revision.
        """
        beyond = [each for each in revisions if self._beyond(each[0], each[2])]
        if not beyond:
            return
        self._counters.update(await self._reader.counters())
        for tenant, about, revision in beyond:
            if self._beyond(tenant, revision):
                detail = f"_rev {revision}, counter {self._counters[tenant].revision}"
                self._tally.add(DriftKind.COUNTER_BEHIND, about, detail, tenant=tenant)

    def _beyond(self, tenant: str, revision: object) -> bool:
        counter = self._counters.get(tenant)
        if counter is None or type(revision) is not int:
            return False
        return not isinstance(counter.revision, int) or revision > counter.revision

    # ---- what no page holds ------------------------------------------------------------------------------------------

    async def _find_lost_assets(self, total: int) -> None:
        if total == self._assets_read:
            return
        asked = {"sample": self._tally.most}
        ((count, samples),) = await self._reader.rows(named("drift/find_lost_assets"), asked)
        for _, tenant, asset, labels in samples:
            lost = " and ".join(word for word, value in (("tenant", tenant), ("id", asset)) if value is None)
            detail = f"no {lost or 'tenant and id that are texts'}"
            about = asset if asset is not None else f"({':'.join(labels)})"
            self._tally.add(DriftKind.ASSET_UNIDENTIFIED, about, detail, tenant=tenant)
        self._tally.add_count(DriftKind.ASSET_UNIDENTIFIED, count - len(samples))

    async def _find_strays(self) -> None:
        system = system_labels()
        known = await self._reader.count_nodes(ASSET)
        for label in system:
            known += await self._reader.count_nodes(label)
        nodes, _ = await self._reader.count_all()
        if nodes != known:
            asked = {"system": list(system), "limit": _KINDS_LISTED}
            for labels, count, element in await self._reader.rows(named("drift/find_strays"), asked):
                about = f"({':'.join(labels) or 'no label'})"
                self._tally.add(DriftKind.NODE_UNKNOWN, about, f"{count} of them, such as {element}", count=count)
        asked = {"sample": self._tally.most}
        ((count, samples),) = await self._reader.rows(named("drift/find_names_without_asset"), asked)
        for tenant, named_by, name in samples:
            self._tally.add(DriftKind.EXTERNAL_ID_LOST, f"{named_by} {name}", "not one asset", tenant=tenant)
        self._tally.add_count(DriftKind.EXTERNAL_ID_LOST, count - len(samples))

    # ---- relationships -----------------------------------------------------------------------------------------------

    async def _look_at_relationships(self) -> None:
        counts = {name: await self._count_links(name) for name in (*sorted(self._rules.links), IDENTIFIES)}
        total = sum(counts.values()) - counts[IDENTIFIES]
        for name, rule in sorted(self._rules.links.items()):
            before = self._links_read
            await self._look_at_type(rule, total)
            if self._links_read - before != counts[name]:
                await self._find_lost_links(name)
        _, relationships = await self._reader.count_all()
        if relationships != sum(counts.values()):
            asked = {"known": sorted(counts), "limit": _KINDS_LISTED}
            for name, count, element in await self._reader.rows(named("drift/find_unknown_relationships"), asked):
                detail = f"{count} of them, such as {element}"
                self._tally.add(DriftKind.RELATIONSHIP_UNKNOWN, name, detail, count=count)

    async def _count_links(self, name: str) -> int:
        return (await self._reader.rows(of_type("drift/count_relationships", name), {}))[0][0]

    async def _look_at_type(self, rule: LinkRule, total: int) -> None:
        last = ""
        async for rows in self._reader.links(of_type("drift/list_relationships", rule.type.name)):
            revisions: list[tuple[str, str, object]] = []
            for row in map(_link_row, rows):
                self._links.judge(row, rule)
                place = place_of(rule.type.name, row.source, row.target)
                if row.key == last:
                    detail = f"another has its _key {row.key}"
                    self._tally.add(DriftKind.RELATIONSHIP_DOUBLED, place.about, detail, tenant=place.tenant)
                last = row.key
                if place.tenant is not None:
                    revisions.append((place.tenant, place.about, row.properties.get("_rev")))
            await self._judge_revisions(revisions)
            self._links_read += len(rows)
            self._tell(DriftProgress(step=DriftStep.RELATIONSHIPS, done=self._links_read, total=total))

    async def _find_lost_links(self, name: str) -> None:
        query = of_type("drift/find_lost_relationships", name)
        ((count, samples),) = await self._reader.rows(query, {"sample": self._tally.most})
        for tenant, source, target in samples:
            about = f"{name} {source} -> {target}"
            self._tally.add(DriftKind.RELATIONSHIP_KEY, about, "its _key is missing or no text", tenant=tenant)
        self._tally.add_count(DriftKind.RELATIONSHIP_KEY, count - len(samples))


def _link_row(row: Row) -> LinkRow:
    element, key, properties, *ends = row
    return LinkRow(element=element, key=key, properties=properties, source=End(*ends[:3]), target=End(*ends[3:]))
