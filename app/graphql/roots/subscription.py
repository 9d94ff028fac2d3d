"""The root of what is followed. Each event is a row, as the answer of a query is."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial

import strawberry
from strawberry import UNSET

from app.graphql.info import TwinInfo
from app.graphql.inputs import asset_filter, given
from app.graphql.roots.alarms import AlarmSubscription
from app.graphql.rows import AssetGatherer, ImpactRows, StateChangeRows
from app.graphql.scalars import Long
from app.graphql.types.assets import StateChange
from app.graphql.types.changes import Change
from app.graphql.types.impact import ImpactAnalysis
from app.graphql.types.inputs import AssetFilter
from app.graphql.types.words import Baseline
from graph import impact
from graph.reading import Row


@strawberry.type
class Subscription(AlarmSubscription):
    """What can be followed."""

    @strawberry.subscription(
        graphql_type=Change,
        description="Each change after a revision, once and in order; without `after` those from now on. Whoever was "
        "cut off goes on with the revision that came last.",
    )
    async def changes(self, info: TwinInfo, after: Long | None = UNSET) -> AsyncGenerator[Row]:
        """Changes as they are written."""
        context = info.context
        feed = context.feed.changes(context.principal, info.selections.change(info.fields), after=given(after))
        async with aclosing(feed) as rows:
            async for row in rows:
                yield row

    @strawberry.subscription(
        graphql_type=StateChange,
        description="New values of channels and changes of health, from now on: those of a subtree (its root counts), "
        "of assets that fit a filter, or all. An event that is late raises nothing.",
    )
    async def state_changed(
        self,
        info: TwinInfo,
        filter: AssetFilter | None = UNSET,  # noqa: A002 - the contract's word
        within: strawberry.ID | None = UNSET,
    ) -> AsyncGenerator[Row]:
        """States as they change."""
        context, fields = info.context, info.fields
        rows = StateChangeRows(
            health=context.health,
            reading=context.reading,
            principal=context.principal,
            selections=info.selections,
        )
        following = context.state_feed.happenings(
            context.principal, filter=asset_filter(filter), within=given(within) or None
        )
        async for found in following:
            # Who is told the same by the same document is handed the same rows: they are read, and completed, once.
            question = (context.principal.tenant, id(fields), tuple(found))
            for row in await context.state_feed.sharing.of(question, partial(rows.rows, fields, found)):
                yield row

    @strawberry.subscription(
        graphql_type=ImpactAnalysis,
        description="What this asset's failure takes down: now, and again whenever the impacted assets or their levels "
        "change. Changes that come close together are answered once. From baseline LIVE they also change with states.",
    )
    async def impact_changed(
        self, info: TwinInfo, asset: strawberry.ID, baseline: Baseline | None = Baseline.NOMINAL
    ) -> AsyncGenerator[Row]:
        """Analyses, each other than the one before."""
        context, fields = info.context, info.fields
        wanted = impact.Baseline(baseline or Baseline.NOMINAL)
        feed = context.impact_feed.impacts(context.principal, asset, baseline=wanted)
        async with aclosing(feed) as analyses:
            async for analysis in analyses:
                gatherer = AssetGatherer(info.selections)
                row = await ImpactRows(analysis=analysis, impact=context.impact, assets=gatherer).row(fields)
                await gatherer.fill(context.reading, context.principal)
                yield row
