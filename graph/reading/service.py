"""The reading service: what doors call. Each method demands the scope `read` and answers for the principal's tenant."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar, cast

from graph.access.principal import Principal, Scope
from graph.database import Database, ReadUnit, Statement
from graph.errors import RevisionNotReached
from graph.identity import parse_asset_id
from graph.ontology.model import Ontology
from graph.reading import lists
from graph.reading.aggregation import AggregateRow, Grouping, MeasureOf, compile_aggregation, demand_few_groups
from graph.reading.cache import Compiled
from graph.reading.chances import Chance
from graph.reading.choosing import chosen
from graph.reading.executor import Executor
from graph.reading.filters import AssetFilter
from graph.reading.kinds import Vocabulary
from graph.reading.limits import LIMITS, Limits, within_limit
from graph.reading.live import LEVEL, LiveReads, asks_levels, at_level, placed, unknown_state
from graph.reading.ordering import OrderBy
from graph.reading.predicates import compile_filter
from graph.reading.searching import full_text_query
from graph.reading.selection import AssetSelection, ChangeConnectionSelection, ConnectionSelection, Row
from graph.reading.together import Shaped, fitting, shaped
from graph.reading.weighing import Weights, weights
from queries import named

T = TypeVar("T")

PATIENCE = 5.0
"""Seconds that a caller's minimum revision is waited for."""
SHAPES: Final = 10_000
"""Filters that are known compiled: as many as followers may have of their own."""

_PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """An asset that a search found; scores compare within one answer."""

    asset: Row
    score: float


class ReadingService:
    """Reads of assets, relationships and changes; each method sends one statement unless it says otherwise.

    A list of dependencies over types of differing direction takes one more a hop; the history of assets one that
    waits for its index. States and health are asked of `live`, which knows them; without it they are refused.
    """

    def __init__(
        self,
        database: Database,
        ontology: Callable[[], Ontology],
        *,
        limits: Limits = LIMITS,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        live: LiveReads | None = None,
    ) -> None:
        self._live = live
        self._database = database
        self._ontology = ontology
        self._limits = limits
        self._pause = pause
        self._compiled = Compiled()
        self._shapes: OrderedDict[int, tuple[AssetFilter, Vocabulary, Shaped]] = OrderedDict()

    async def asset(self, principal: Principal, asset_id: str, selection: AssetSelection) -> Row | None:
        """Return the asset with this id, or None."""
        wanted = parse_asset_id(asset_id)
        match = "MATCH (n:Asset {_tenant: $tenant, _id: $id})"
        return await self._read(principal, lambda executor: lists.one(executor, selection, match, {"id": wanted}))

    async def asset_by_external_id(
        self, principal: Principal, selection: AssetSelection, *, system: str, external_id: str
    ) -> Row | None:
        """Return the asset that `system` calls `external_id`, or None."""
        match = "MATCH (:_ExternalId {_tenant: $tenant, system: $system, id: $id})-[:_IDENTIFIES]->(n:Asset)"
        given = {"system": system, "id": external_id}
        return await self._read(principal, lambda executor: lists.one(executor, selection, match, given))

    async def by_ids(self, principal: Principal, ids: Sequence[str], selection: AssetSelection) -> list[Row | None]:
        """Return the assets with these ids, in their order; None for each that does not exist."""
        within_limit(len(ids), self._limits.filter_values, place="ids", what="The number of ids")

        async def work(executor: Executor) -> list[Row | None]:
            found = await executor.by_ids(ids, selection)
            return [found.get(asset_id) for asset_id in ids]

        return await self._read(principal, work)

    async def weights(self, principal: Principal, name: str) -> Weights:
        """Return the values of a property that is a number, of all assets that have one, in pieces."""
        return await self._read(principal, lambda executor: weights(executor, name))

    async def chosen(
        self,
        principal: Principal,
        ids: Sequence[str],
        *,
        filter: AssetFilter | None = None,  # noqa: A002 - the contract's word
        chance: Chance | None = None,
    ) -> dict[str, float | None]:
        """Return those of `ids` that exist and fit `filter`, each with the probability that it is failed, if known."""
        found = await placed(filter, principal.tenant, self._live)
        return await self._read(principal, lambda executor: chosen(executor, ids, found, chance))

    async def fitting(
        self, principal: Principal, ids: Sequence[str], filters: Sequence[AssetFilter]
    ) -> list[frozenset[str]]:
        """Return for each filter those of `ids` that exist and fit. One statement for all that differ in values alone.

        Raises what `chosen` raises of any of them.
        """
        levelled = {
            number: await placed(each, principal.tenant, self._live)
            for number, each in enumerate(filters)
            if asks_levels(each)
        }

        async def work(executor: Executor) -> list[frozenset[str]]:
            words = executor.words
            shapes = [
                shaped(levelled[number] or each, words, self._limits)
                if number in levelled
                else self._shape(each, words)
                for number, each in enumerate(filters)
            ]
            return await fitting(executor, ids, shapes)

        return await self._read(principal, work)

    def _shape(self, wanted: AssetFilter, words: Vocabulary) -> Shaped:
        """A filter without levels, compiled; one that comes again is known."""
        known = self._shapes.get(id(wanted))
        if known is None or known[0] is not wanted or known[1] is not words:
            # The filter lasts as long as it is known here, so its identity is nobody else's.
            known = self._shapes[id(wanted)] = (wanted, words, shaped(wanted, words, self._limits))
            if len(self._shapes) > SHAPES:
                self._shapes.popitem(last=False)
        return known[2]

    async def assets(
        self,
        principal: Principal,
        connection: ConnectionSelection,
        *,
        filter: AssetFilter | None = None,  # noqa: A002 - the contract's word
        order: tuple[OrderBy, ...] = (),
        groupings: tuple[Grouping, ...] = (),
    ) -> Row:
        """Return a page of the assets that `filter` means, as a connection; all of them by group under each key."""
        found = await placed(filter, principal.tenant, self._live)
        return await self._read(principal, lambda executor: lists.assets(executor, connection, found, order, groupings))

    async def search(
        self,
        principal: Principal,
        text: str,
        selection: AssetSelection,
        *,
        types: tuple[str, ...] | None = None,
        first: int = 20,
    ) -> list[SearchHit]:
        """Return assets whose id, name or text properties hold all words of `text`, best first."""
        within_limit(first, self._limits.first, place="first", what="The number of hits")
        query = full_text_query(principal.tenant, text, self._limits)

        async def work(executor: Executor) -> list[SearchHit]:
            hits = await lists.search(executor, selection, query, types, first)
            return [SearchHit(asset=row, score=score) for row, score in hits]

        return await self._read(principal, work)

    async def aggregate(
        self,
        principal: Principal,
        *,
        filter: AssetFilter | None = None,  # noqa: A002 - the contract's word
        group_by: tuple[str, ...] = (),
        measures: tuple[MeasureOf, ...] = (),
    ) -> list[AggregateRow]:
        """Return counts and measures by group, largest first.

        `group_by` takes type, parent, level (of health now) and properties; with level one statement for each there is.
        """
        found = await placed(filter, principal.tenant, self._live)
        if LEVEL not in group_by:
            return await self._grouped(principal, found, group_by, measures)
        if self._live is None:
            raise unknown_state()
        others = tuple(name for name in group_by if name != LEVEL)
        rows: list[AggregateRow] = []
        for level, among in (await self._live.by_level(principal.tenant)).items():
            of_level = await self._grouped(principal, at_level(found, level, among), others, measures)
            rows += [each.also(LEVEL, level, order=group_by) for each in of_level]
        demand_few_groups(len(rows), self._limits)
        return sorted(rows, key=lambda each: -each.count)

    async def _grouped(
        self,
        principal: Principal,
        found: AssetFilter | None,
        group_by: tuple[str, ...],
        measures: tuple[MeasureOf, ...],
    ) -> list[AggregateRow]:
        async def work(executor: Executor) -> list[AggregateRow]:
            predicate = compile_filter(found, executor.words, self._limits)
            if predicate.impossible:
                return []
            compiled = compile_aggregation(predicate, group_by, measures, executor.words, self._limits)
            parameters = {**predicate.parameters, "groups": self._limits.groups + 1}
            statement = Statement(name="assets by group", text=compiled.text, parameters=parameters)
            rows = await executor.unit.compiled(statement)
            demand_few_groups(len(rows), self._limits)
            return [compiled.row(row) for row in rows]

        return await self._read(principal, work)

    async def changes(
        self, principal: Principal, connection: ChangeConnectionSelection, *, after: int | None = None
    ) -> Row:
        """Return changes after revision `after`, oldest first, as a connection (its page's `after` is not used).

        Cursors of this connection are revisions in decimal, so that any of them serves as `after`.
        """
        return await self._read(principal, lambda executor: lists.changes(executor, connection, after))

    async def revision(self, principal: Principal) -> int:
        """Return the newest committed revision of the tenant; 0 before its first write."""
        return await self._read(principal, lambda executor: revision_of(executor.unit))

    async def await_revision(self, principal: Principal, minimum: int) -> int:
        """Return the tenant's revision once it is at least `minimum`, or raise RevisionNotReached after 5 seconds."""
        waited, turn = 0.0, 0
        while (revision := await self.revision(principal)) < minimum:
            if waited >= PATIENCE:
                raise RevisionNotReached(
                    "The revision asked for has not arrived",
                    expected=f"revision {minimum} within {PATIENCE:g} seconds",
                    actual=f"revision {revision}",
                    hint="Check that the revision is one of this tenant's, or ask again",
                )
            pause = _PAUSES[min(turn, len(_PAUSES) - 1)]
            await self._pause(pause)
            waited, turn = waited + pause, turn + 1
        return revision

    async def asset_counts(self, principal: Principal) -> dict[str, int]:
        """Return how many assets each asset type has, subtypes counted in."""
        return await self._read(principal, lists.asset_counts)

    async def relationship_counts(self, principal: Principal) -> dict[str, int]:
        """Return how many relationships each relationship type has."""
        return await self._read(principal, lists.relationship_counts)

    async def _read(self, principal: Principal, work: Callable[[Executor], Awaitable[T]]) -> T:
        principal.demand(Scope.READ)
        vocabulary = self._compiled.vocabulary(self._ontology())

        async def run(unit: ReadUnit) -> T:
            return await work(Executor(unit, self._compiled, vocabulary, self._limits, live=self._live))

        return await self._database.read_apart(principal.tenant, run)


async def revision_of(unit: ReadUnit) -> int:
    """Return the newest committed revision of the unit's tenant; 0 before its first write."""
    rows = await unit.rows(named("changes/read_revision"))
    return cast("int", rows[0][0]) if rows else 0
