"""The root of reads. Each resolver reads its selection once, calls one service, and hands on plain rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import strawberry
from strawberry import UNSET

from app.graphql.asset_selection import direction as read_direction
from app.graphql.info import TwinInfo
from app.graphql.inputs import (
    asset_filter,
    asset_order,
    chance,
    given,
    given_texts,
    impact_request,
    measures_of,
    root_cause_question,
)
from app.graphql.roots.alarms import AlarmQuery
from app.graphql.roots.dead_letters import DeadLetterQuery
from app.graphql.roots.ontology import OntologyQuery
from app.graphql.roots.planning import Planning
from app.graphql.roots.service import ServiceQuery
from app.graphql.rows import (
    AssetGatherer,
    CriticalityRows,
    CutSetRows,
    ImpactRows,
    RootCauseRows,
    asset_connection,
    pinned,
    progress_row,
)
from app.graphql.scalars import Long
from app.graphql.selection import Asked, merged
from app.graphql.types import assets as shown
from app.graphql.types import inputs
from app.graphql.types.changes import ChangeConnection
from app.graphql.types.criticality import CriticalityConnection, CriticalityProgress
from app.graphql.types.cut_sets import CutSetAnalysis
from app.graphql.types.impact import ImpactAnalysis
from app.graphql.types.root_cause import RootCauseAnalysis
from app.graphql.types.words import Direction, Level
from graph import impact
from graph.analysis import CutSetRequest
from graph.ontology.model import Json
from graph.reading import Row
from graph.traversal import AssetPath, Reach, Subgraph

FIRST = 50
FIRST_HITS = 20
FIRST_CHANGES = 100
LIMIT = 1000
MAX_ORDER = 3


@strawberry.type
class Query(Planning, OntologyQuery, AlarmQuery, DeadLetterQuery, ServiceQuery):
    """What can be read."""

    @strawberry.field(graphql_type=shown.Asset | None, description="One asset by its own id.")
    async def asset(self, info: TwinInfo, id: strawberry.ID) -> Row | None:  # noqa: A002 - the contract's word
        """One asset."""
        context = info.context
        return await context.reading.asset(context.principal, id, info.selections.asset_of(info.fields))

    @strawberry.field(graphql_type=shown.Asset | None, description="One asset by what another system calls it.")
    async def asset_by_external_id(
        self,
        info: TwinInfo,
        system: str,
        id: str,  # noqa: A002 - the contract's word
    ) -> Row | None:
        """One asset by external id."""
        context = info.context
        return await context.reading.asset_by_external_id(
            context.principal, info.selections.asset_of(info.fields), system=system, external_id=id
        )

    @strawberry.field(graphql_type=shown.AssetConnection, description="Assets by filter, sorted, in pages.")
    async def assets(
        self,
        info: TwinInfo,
        filter: inputs.AssetFilter | None = UNSET,  # noqa: A002 - the contract's word
        order_by: list[inputs.AssetOrder] | None = UNSET,
        first: int | None = FIRST,
        after: str | None = UNSET,
    ) -> Row:
        """A page of assets."""
        context = info.context
        return await context.reading.assets(
            context.principal,
            info.selections.assets(info.field.paged(first, given(after))),
            filter=asset_filter(filter),
            order=asset_order(order_by),
        )

    @strawberry.field(
        graphql_type=list[shown.AggregateRow],
        description="Counts and measures by group: type, parent, level (of health now) or a property.",
    )
    async def aggregate(
        self,
        info: TwinInfo,
        filter: inputs.AssetFilter | None = UNSET,  # noqa: A002 - the contract's word
        group_by: list[str] | None = [],  # noqa: B006 - never changed
        measures: list[inputs.MeasureInput] | None = [],  # noqa: B006 - never changed
    ) -> list[Row]:
        """Groups of assets."""
        context = info.context
        found = await context.reading.aggregate(
            context.principal,
            filter=asset_filter(filter),
            group_by=tuple(group_by or ()),
            measures=measures_of(measures),
        )
        return [{"group": dict(row.group), "count": row.count, "values": list(row.values)} for row in found]

    @strawberry.field(graphql_type=list[shown.SearchHit], description="Assets whose id, name or texts hold all words.")
    async def search(
        self, info: TwinInfo, text: str, types: list[str] | None = UNSET, first: int | None = FIRST_HITS
    ) -> list[Row]:
        """Search hits, best first."""
        context = info.context
        hits = await context.reading.search(
            context.principal,
            text,
            info.selections.asset(_merged(info, "asset")),
            types=given_texts(types),
            first=FIRST_HITS if first is None else first,
        )
        return [{"asset": hit.asset, "score": hit.score} for hit in hits]

    @strawberry.field(graphql_type=shown.Subgraph, description="What can be reached from some assets.")
    async def subgraph(
        self,
        info: TwinInfo,
        roots: list[strawberry.ID],
        direction: Direction,
        relationship_types: list[str] | None = UNSET,
        max_depth: int | None = UNSET,
        limit: int | None = LIMIT,
        after: str | None = UNSET,
    ) -> Row:
        """A part of the graph."""
        context = info.context
        found = await context.traversal.subgraph(
            context.principal,
            roots,
            _reach(direction, relationship_types, max_depth),
            assets=info.selections.asset(_merged(info, "assets")),
            relationships=info.selections.relationship(_merged(info, "relationships")),
            limit=LIMIT if limit is None else limit,
            after=given(after),
        )
        return _subgraph(found)

    @strawberry.field(graphql_type=list[shown.Path], description="Ways from an asset to another, shortest first.")
    async def paths(
        self,
        info: TwinInfo,
        from_: Annotated[strawberry.ID, strawberry.argument(name="from")],
        to: strawberry.ID,
        direction: Direction | None = Direction.BOTH,
        relationship_types: list[str] | None = UNSET,
        max_depth: int | None = UNSET,
        first: int | None = 1,
    ) -> list[Row]:
        """Paths."""
        context = info.context
        found = await context.traversal.paths(
            context.principal,
            (from_, to),
            _reach(direction, relationship_types, max_depth),
            assets=info.selections.asset(_merged(info, "assets")),
            relationships=info.selections.relationship(_merged(info, "relationships")),
            first=1 if first is None else first,
        )
        return [_path(path) for path in found]

    @strawberry.field(graphql_type=ImpactAnalysis, description="What follows if something fails, or is changed.")
    async def impact(self, info: TwinInfo, input: inputs.ImpactInput) -> Row:  # noqa: A002 - the contract's word
        """An analysis."""
        context, fields = info.context, info.fields
        request, kept = impact_request(input), pinned(fields)
        analysis = (
            await context.impact.ask(context.principal, request)
            if kept is None
            else await context.impact.resume(context.principal, request, kept)
        )
        gatherer = AssetGatherer(info.selections)
        row = await ImpactRows(analysis=analysis, impact=context.impact, assets=gatherer).row(fields)
        await gatherer.fill(context.reading, context.principal)
        return row

    @strawberry.field(
        graphql_type=shown.AssetConnection,
        description="Assets whose failure alone brings an asset DOWN, or with DEGRADED makes it fall at all, by id.",
    )
    async def single_points_of_failure(
        self,
        info: TwinInfo,
        asset: strawberry.ID,
        level: Level | None = Level.DOWN,
        first: int | None = FIRST,
        after: str | None = UNSET,
    ) -> Row:
        """A page of single points of failure."""
        context = info.context
        wanted = impact.Level.DOWN if level is None else impact.Level(level)
        found = await context.single_points.ask(context.principal, asset, wanted)
        page = found.page(first=FIRST if first is None else first, after=given(after))
        gatherer = AssetGatherer(info.selections)
        row = asset_connection(info.fields, page, gatherer)
        await gatherer.fill(context.reading, context.principal)
        return row

    @strawberry.field(
        graphql_type=CutSetAnalysis,
        description="The smallest sets of assets whose joint failure brings an asset DOWN. probabilityBy names a float "
        "property: a probability, or failures per time, which need missionTime.",
    )
    async def cut_sets(
        self,
        info: TwinInfo,
        asset: strawberry.ID,
        among: inputs.AssetFilter | None = UNSET,
        max_order: int | None = MAX_ORDER,
        first: int | None = FIRST,
        probability_by: str | None = UNSET,
        mission_time: timedelta | None = UNSET,
    ) -> Row:
        """Minimal cut sets."""
        context, fields = info.context, info.fields
        request = CutSetRequest(
            target=asset,
            among=asset_filter(among),
            chance=chance(given(probability_by), given(mission_time)),
            max_order=max_order,
            first=FIRST if first is None else first,
            importance=any(asked.name == "importance" for asked in fields),
        )
        analysis = await context.cut_sets.ask(context.principal, request)
        gatherer = AssetGatherer(info.selections)
        row = CutSetRows(analysis=analysis, assets=gatherer).row(fields)
        await gatherer.fill(context.reading, context.principal)
        return row

    @strawberry.field(
        graphql_type=CriticalityConnection,
        description="Assets by what their failure alone takes down, the most critical first; weightBy names a "
        "property that is a number. Counted once a revision: STILL_COUNTING says to ask again.",
    )
    async def criticality(
        self,
        info: TwinInfo,
        types: list[str] | None = UNSET,
        weight_by: str | None = UNSET,
        first: int | None = FIRST,
        after: str | None = UNSET,
    ) -> Row:
        """A page of critical assets."""
        context = info.context
        ranking = await context.criticality.ask(context.principal, types=given_texts(types), weight_by=given(weight_by))
        page = ranking.page(first=FIRST if first is None else first, after=given(after))
        gatherer = AssetGatherer(info.selections)
        row = CriticalityRows(page=page, assets=gatherer).row(info.fields)
        await gatherer.fill(context.reading, context.principal)
        return row

    @strawberry.field(graphql_type=CriticalityProgress, description="How far criticality is counted; begins the count.")
    async def criticality_progress(self, info: TwinInfo, weight_by: str | None = UNSET) -> Row:
        """How far it is."""
        found = await info.context.criticality.progress(info.context.principal, weight_by=given(weight_by))
        return progress_row(found, info.fields)

    @strawberry.field(graphql_type=RootCauseAnalysis, description="What may be behind symptoms, the likeliest first.")
    async def root_cause(self, info: TwinInfo, input: inputs.RootCauseInput) -> Row:  # noqa: A002 - the contract's word
        """Ranked causes."""
        context = info.context
        analysis = await context.root_causes.ask(context.principal, root_cause_question(input))
        gatherer = AssetGatherer(info.selections)
        row = await RootCauseRows(analysis=analysis, assets=gatherer).row(info.fields)
        await gatherer.fill(context.reading, context.principal)
        return row

    @strawberry.field(graphql_type=ChangeConnection, description="Changes after a revision, oldest first.")
    async def changes(self, info: TwinInfo, after: Long | None = UNSET, first: int | None = FIRST_CHANGES) -> Row:
        """A page of the change log."""
        context = info.context
        field = info.field.paged(FIRST_CHANGES if first is None else first, None)
        return await context.reading.changes(
            context.principal,
            info.selections.changes(field, cursor=False),
            after=given(after),
        )

    @strawberry.field(graphql_type=Long, description="Newest committed revision of the tenant.")
    async def revision(self, info: TwinInfo) -> int:
        """The tenant's revision."""
        return await info.context.reading.revision(info.context.principal)


def _merged(info: TwinInfo, name: str) -> tuple[Asked, ...]:
    return merged(asked for asked in info.fields if asked.name == name)


def _reach(way: Direction | None, types: list[str] | None, depth: int | None) -> Reach:
    return Reach(direction=read_direction(way), types=given_texts(types), max_depth=given(depth))


def _subgraph(found: Subgraph) -> Row:
    cut = found.truncated
    return {
        "revision": found.revision,
        "assets": _list(found.assets),
        "relationships": _list(found.relationships),
        "truncated": None if cut is None else {"reason": cut.reason, "limit": cut.limit, "after": cut.after},
        "endCursor": found.end_cursor,
    }


def _path(path: AssetPath) -> Row:
    return {"length": path.length, "assets": _list(path.assets), "relationships": _list(path.relationships)}


def _list(rows: list[Row]) -> list[Json]:
    return list[Json](rows)
