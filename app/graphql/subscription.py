"""The root of what is followed. Each event is a row, as the answer of a query is."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

import strawberry
from strawberry import UNSET

from app.graphql.gathering import AssetGatherer
from app.graphql.given import given
from app.graphql.impact_rows import ImpactRows
from app.graphql.info import TwinInfo
from app.graphql.scalars import Long
from app.graphql.types.changes import Change
from app.graphql.types.impact import ImpactAnalysis
from graph.reading import Row


@strawberry.type
class Subscription:
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
        graphql_type=ImpactAnalysis,
        description="What this asset's failure takes down: now, and again whenever the impacted assets or their levels "
        "change. Changes that come close together are answered once.",
    )
    async def impact_changed(self, info: TwinInfo, asset: strawberry.ID) -> AsyncGenerator[Row]:
        """Analyses, each other than the one before."""
        context, fields = info.context, info.fields
        async with aclosing(context.impact_feed.impacts(context.principal, asset)) as analyses:
            async for analysis in analyses:
                gatherer = AssetGatherer(info.selections)
                row = await ImpactRows(analysis=analysis, impact=context.impact, assets=gatherer).row(fields)
                await gatherer.fill(context.reading, context.principal)
                yield row
