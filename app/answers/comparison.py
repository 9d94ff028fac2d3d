"""Comparisons of two questions about impact as a document, or line by line: what GraphQL says of them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Final

from app.answers.comparison_bodies import ComparisonBody
from app.answers.executing import BRIEF, FURTHER, WHY, Document, executed, nodes
from app.answers.lines import PAGE, line, whole
from app.graphql import Comparisons, Context, TwinSchema
from graph.access import Principal
from graph.analysis import Comparison, Difference, ImpactRequest, SideName
from graph.impact import Proof

FIRST: Final = 100

_DIFFERENCES: Final = ("newlyImpacted", "noLongerImpacted", "worse", "better", "sooner", "later")
_ASSETS: Final = (
    "newlyAtRisk",
    "noLongerAtRisk",
    "newlyLoweredByMaintenance",
    "noLongerLoweredByMaintenance",
    "newlyImproved",
    "noLongerImproved",
)
_DIFFERENCE: Final = (
    WHY
    + """
fragment Row on ImpactDifference {
  asset { ...Brief } level levelBefore operability operabilityBefore operabilityBounds operabilityBoundsBefore
  timeToImpact timeToImpactBefore because { ...Why } becauseBefore { ...Why }
}
"""
)
_SUMMARY: Final = f"""
fragment Side on ComparedImpact {{
  failed {{ ...Brief }} impactedCount atRiskCount loweredByMaintenanceCount improvedCount assumptions
}}
fragment Summary on ImpactComparison {{
  revision ontologyRevision before {{ ...Side }} after {{ ...Side }}
  {" ".join(f"{name}Count" for name in _DIFFERENCES + _ASSETS)}
  byLevel {{ level before after }} byType {{ type before after }}
}}
"""


def _operation(selection: str, arguments: str = "") -> str:
    return (
        f"query Compare($before: ImpactInput!, $after: ImpactInput!{arguments}) "
        f"{{ compareImpact(before: $before, after: $after) {{ {selection} }} }}" + BRIEF
    )


def _list(name: str) -> str:
    row = "Row" if name in _DIFFERENCES else "Brief"
    return f"{name}(first: $first) {{ nodes {{ ...{row} }} totalCount pageInfo {{ ...Place }} }}"


_PLACE: Final = "fragment Place on PageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
_WHOLE: Final = (
    _operation(" ".join(["...Summary", *map(_list, _DIFFERENCES + _ASSETS)]), ", $first: Int!")
    + _PLACE
    + _SUMMARY
    + _DIFFERENCE
)


async def comparison_document(
    schema: TwinSchema, context: Context, body: ComparisonBody, *, first: int = FIRST
) -> Document:
    """The answer as one document; of each list the `first` items, with their number and cursors as GraphQL has them.

    Raises what `ComparisonService.ask` raises, and LimitExceeded.
    """
    return await executed(schema, context, _WHOLE, {**body.given, "first": first})


async def comparison_lines(schema: TwinSchema, context: Context, body: ComparisonBody) -> AsyncGenerator[bytes]:
    """The whole answer as NDJSON: a line `comparison`, then a line for each item of each list, then a line `end`.

    Each line is an object whose `kind` names what it is. All lines are of one comparison, that of the first line. What
    is wrong with the questions is raised before it; where reading fails later, a line `error` is the last.
    """
    held = replace(context, comparisons=HeldComparison(context.comparisons))
    head = await executed(schema, held, _operation("...Summary") + _SUMMARY, body.given)
    async with aclosing(whole(head, _items(schema, held, body), kind="comparison")) as lines:
        async for each in lines:
            yield each


async def _items(schema: TwinSchema, context: Context, body: ComparisonBody) -> AsyncGenerator[bytes]:
    for name in _DIFFERENCES + _ASSETS:
        async with aclosing(_nodes(schema, context, body, name)) as found:
            async for node in found:
                yield line(name, node)


class HeldComparison:
    """Comparisons that are made once, and are then the same again: for reading one piece by piece."""

    def __init__(self, comparisons: Comparisons) -> None:
        self._comparisons = comparisons
        self._held: Comparison | None = None

    async def ask(self, principal: Principal, before: ImpactRequest, after: ImpactRequest) -> Comparison:
        """The comparison of the first questions."""
        if self._held is None:
            self._held = await self._comparisons.ask(principal, before, after)
        return self._held

    async def resume(
        self, principal: Principal, before: ImpactRequest, after: ImpactRequest, pinned: str
    ) -> Comparison:
        """The same comparison."""
        return self._held or await self._comparisons.resume(principal, before, after, pinned)

    async def proofs(self, comparison: Comparison, side: SideName, rows: Sequence[Difference]) -> dict[str, Proof]:
        """Why the assets of some rows are lower in one answer."""
        return await self._comparisons.proofs(comparison, side, rows)

    def pin(self, comparison: Comparison) -> None:
        """Nothing: its cursors don't leave."""


def _nodes(schema: TwinSchema, context: Context, body: ComparisonBody, name: str) -> AsyncGenerator[Document]:
    row, fragments = ("Row", _DIFFERENCE) if name in _DIFFERENCES else ("Brief", "")
    wanted = f"list: {name}(first: {PAGE}, after: $cursor) {{ nodes {{ ...{row} }} pageInfo {{ {FURTHER} }} }}"
    return nodes(schema, context, _operation(wanted, ", $cursor: String") + fragments, body.given)
