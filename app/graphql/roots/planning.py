"""Reads for whoever plans: what a change would do to an answer, and which works go together."""

from __future__ import annotations

import strawberry

from app.graphql.info import TwinInfo
from app.graphql.inputs import impact_request, maintenance_request
from app.graphql.rows import AssetGatherer, ComparisonRows, MaintenanceRows, pinned
from app.graphql.types import inputs
from app.graphql.types.comparison import ImpactComparison
from app.graphql.types.maintenance import MaintenanceCheck
from graph.analysis import within
from graph.reading import Row


@strawberry.type
class Planning:
    """What is read before something is done."""

    @strawberry.field(
        graphql_type=ImpactComparison,
        description="What differs between the answers to two questions about impact, both at the same revision.",
    )
    async def compare_impact(self, info: TwinInfo, before: inputs.ImpactInput, after: inputs.ImpactInput) -> Row:
        """A comparison."""
        context, fields = info.context, info.fields
        with within("before"):
            first = impact_request(before)
        with within("after"):
            second = impact_request(after)
        kept = pinned(fields)
        comparison = (
            await context.comparisons.ask(context.principal, first, second)
            if kept is None
            else await context.comparisons.resume(context.principal, first, second, kept)
        )
        gatherer = AssetGatherer(info.selections)
        rows = ComparisonRows(comparison=comparison, comparisons=context.comparisons, assets=gatherer)
        row = await rows.row(fields)
        await gatherer.fill(context.reading, context.principal)
        return row

    @strawberry.field(
        graphql_type=MaintenanceCheck,
        description="Which planned works, in progress at once, take down what none of them does with fewer.",
    )
    async def maintenance_check(
        self,
        info: TwinInfo,
        input: inputs.MaintenanceCheckInput,  # noqa: A002 - the contract's word
    ) -> Row:
        """A check of planned works."""
        context = info.context
        analysis = await context.maintenance.ask(context.principal, maintenance_request(input))
        gatherer = AssetGatherer(info.selections)
        row = await MaintenanceRows(analysis=analysis, assets=gatherer).row(info.fields)
        await gatherer.fill(context.reading, context.principal)
        return row
