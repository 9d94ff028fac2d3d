"""The traversal service: subgraphs and paths, bounded and pruned; a fixed number of statements, or one a path."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from graph.access.principal import Principal, Scope
from graph.database import Database, ReadUnit, Statement
from graph.errors import LimitExceeded, NotFound
from graph.identity import parse_asset_id
from graph.ontology.model import Ontology
from graph.reading.cache import Compiled
from graph.reading.cursors import question, read_cursor, write_cursor
from graph.reading.executor import Executor
from graph.reading.limits import LIMITS, Limits, within_limit
from graph.reading.live import LiveReads
from graph.reading.selection import AssetSelection, RelationshipSelection, Row
from graph.reading.service import revision_of
from graph.reading.walking import joining_text, named_relationships_text, reach_text, shortest_text
from graph.traversal.model import AssetPath, Reach, Subgraph, Truncation
from graph.traversal.ways import Join, Search, Spur, Way, joined, shortest_ways

__all__ = ["AssetPath", "Reach", "Subgraph", "TraversalService", "Truncation"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """What is wanted of the assets and relationships of an answer."""

    assets: AssetSelection
    relationships: RelationshipSelection


class TraversalService:
    """Walks along relationships for the principal's tenant; demands the scope `read`."""

    def __init__(
        self,
        database: Database,
        ontology: Callable[[], Ontology],
        *,
        limits: Limits = LIMITS,
        live: LiveReads | None = None,
    ) -> None:
        self._live = live
        self._database = database
        self._ontology = ontology
        self._limits = limits
        self._compiled = Compiled()

    async def subgraph(
        self,
        principal: Principal,
        roots: Sequence[str],
        reach: Reach,
        *,
        assets: AssetSelection,
        relationships: RelationshipSelection,
        limit: int = 1000,
        after: str | None = None,
    ) -> Subgraph:
        """Return what is reached from `roots`, a bounded part at a time.

        Raises:
            NotFound: a root does not exist.
            LimitExceeded: limit, depth or number of roots over its ceiling.
            CursorInvalid: `after` is not of this subgraph.
        """
        within_limit(limit, self._limits.limit, place="limit", what="The size of a subgraph", least=1)
        within_limit(len(roots), self._limits.roots, place="roots", what="The number of roots", least=1)
        starts = sorted({parse_asset_id(root) for root in roots})
        asked = question("subgraph", starts, reach)
        cursor = None if after is None else read_cursor(after, (int, str))
        if cursor is not None:
            cursor.demand(asked)
        depth, last = (-1, "") if cursor is None else cursor.keys
        shown = _Shown(assets=assets, relationships=relationships)

        async def work(executor: Executor) -> Subgraph:
            types = self._types(executor, reach)
            text = reach_text(types, reach.direction, reach.max_depth)
            given = {"roots": starts, "depth": depth, "id": last, "limit": limit + 1}
            rows = await executor.unit.compiled(Statement(name="subgraph", text=text, parameters=given))
            before, found, missing = rows[0]
            _demand_all(cast("list[str]", missing), "roots")
            part = _Part(before=before, ranked=found[:limit], more=len(found) > limit, limit=limit, asked=asked)
            return await _subgraph(executor, part, types, shown)

        return await self._read(principal, work)

    async def paths(
        self,
        principal: Principal,
        ends: tuple[str, str],
        reach: Reach,
        *,
        assets: AssetSelection,
        relationships: RelationshipSelection,
        first: int = 1,
    ) -> list[AssetPath]:
        """Return up to `first` paths from the first end to the second, shortest first, none passing an asset twice.

        Raises:
            NotFound: an end does not exist.
            LimitExceeded: `first` or the depth is over its ceiling.
        """
        within_limit(first, self._limits.paths, place="first", what="The number of paths")
        source, target = (parse_asset_id(end) for end in ends)
        shown = _Shown(assets=assets, relationships=relationships)

        async def work(executor: Executor) -> list[AssetPath]:
            types = self._types(executor, reach)
            known = await executor.by_ids([source, target], AssetSelection())
            _demand_all([end for end in (source, target) if end not in known], "from, to")
            if source == target:
                ways = [Way(length=0, ids=(source,), joins=())][:first]
            else:
                search = _search(executor.unit, shortest_text(types, reach.direction, reach.max_depth), target)
                ways = await shortest_ways(source, search, first=first, max_length=reach.max_depth) if types else []
            return await _paths(executor, ways, types, shown)

        return await self._read(principal, work) if first else []

    def _types(self, executor: Executor, reach: Reach) -> tuple[str, ...]:
        if reach.max_depth is not None:
            within_limit(reach.max_depth, self._limits.depth, place="maxDepth", what="The depth", least=1)
        if reach.types is None:
            return executor.words.relationship_types
        return tuple(sorted({executor.words.ontology.relationship_type(name).name for name in reach.types}))

    async def _read(self, principal: Principal, work: Callable[[Executor], Awaitable[T]]) -> T:
        principal.demand(Scope.READ)
        vocabulary = self._compiled.vocabulary(self._ontology())

        async def run(unit: ReadUnit) -> T:
            return await work(Executor(unit, self._compiled, vocabulary, self._limits, live=self._live))

        return await self._database.read(principal.tenant, run)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A page of a subgraph: ids of the pages before, and its own as `[distance, id]`."""

    before: list[str]
    ranked: list[tuple[int, str]]
    more: bool
    limit: int
    asked: str


async def _subgraph(executor: Executor, part: _Part, types: tuple[str, ...], shown: _Shown) -> Subgraph:
    ranked, reason = part.ranked, "limit"
    relationships = await _joining(executor, part.before, ranked, types, shown.relationships)
    while len(relationships) > executor.limits.relationships:
        if len(ranked) == 1:
            raise LimitExceeded(
                f"{ranked[0][1]} has too many relationships for one page",
                place="roots",
                expected=f"at most {executor.limits.relationships:,}",
                hint="Name fewer relationshipTypes",
            )
        ranked, reason = ranked[: len(ranked) // 2], "relationships"
        relationships = await _joining(executor, part.before, ranked, types, shown.relationships)
    rows = await executor.by_ids([name for _, name in ranked], shown.assets)
    end = write_cursor(part.asked, tuple(ranked[-1])) if ranked else None
    cut = end is not None and (part.more or len(ranked) < len(part.ranked))
    ceiling = part.limit if reason == "limit" else executor.limits.relationships
    return Subgraph(
        revision=await revision_of(executor.unit),
        assets=[rows[name] for _, name in ranked if name in rows],
        relationships=relationships,
        truncated=Truncation(reason=reason, limit=ceiling, after=end) if cut and end else None,
        end_cursor=end,
    )


async def _joining(
    executor: Executor,
    before: list[str],
    ranked: list[tuple[int, str]],
    types: tuple[str, ...],
    selection: RelationshipSelection,
) -> list[Row]:
    if not types or not ranked:
        return []
    fragment = executor.compiled.relationship(selection, "r", executor.words)
    page = [name for _, name in ranked]
    given = {"page": page, "known": [*before, *page], "limit": executor.limits.relationships + 1}
    text = joining_text(types, fragment.expression)
    rows, reading = await executor.run("subgraph relationships", text, [(fragment, selection)], given)
    found = [fragment.decode(row[0], reading) for row in rows]
    await executor.finish(reading)
    return found


def _search(unit: ReadUnit, text: str, target: str) -> Search:
    async def search(spurs: list[Spur]) -> list[Way]:
        given = [
            [position, spur.start, list(spur.before.ids[:-1]), [list(join) for join in spur.banned]]
            for position, spur in enumerate(spurs)
        ]
        statement = Statement(name="paths", text=text, parameters={"spurs": given, "to": target})
        rows = cast("list[tuple[int, list[str], list[list[str]]]]", await unit.compiled(statement))
        return [joined(spurs[position].before, ids, joins) for position, ids, joins in rows]

    return search


async def _paths(executor: Executor, ways: list[Way], types: tuple[str, ...], shown: _Shown) -> list[AssetPath]:
    assets = await executor.by_ids(sorted({name for way in ways for name in way.ids}), shown.assets)
    joins = sorted({(way.ids[step], way.ids[step + 1], *join) for way in ways for step, join in enumerate(way.joins)})
    rows: dict[Join, Row] = {}
    if joins:
        selection = shown.relationships
        fragment = executor.compiled.relationship(selection, "r", executor.words)
        text = named_relationships_text(types, fragment.expression)
        given = {"joins": [list(join) for join in joins]}
        found, reading = await executor.run("path relationships", text, [(fragment, selection)], given)
        rows = {(kind, key): fragment.decode(values, reading) for kind, key, values in found}
        await executor.finish(reading)
    return [
        AssetPath(
            length=way.length,
            assets=[assets[name] for name in way.ids],
            relationships=[rows[join] for join in way.joins],
        )
        for way in ways
        if all(name in assets for name in way.ids) and all(join in rows for join in way.joins)
    ]


def _demand_all(missing: list[str], place: str) -> None:
    if missing:
        raise NotFound(
            f"No such asset: {', '.join(repr(name) for name in missing[:5])}",
            place=place,
            expected="ids of assets of this tenant",
            actual=missing[0],
            hint="Search by name with `search`, or by another system's id with `assetByExternalId`",
        )
