"""Answers about impact as a document, or line by line.

Both are the contract's ImpactAnalysis, made by the schema itself from the operations below, so that no door can say
anything else than another.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from app.answers.bodies import ImpactBody
from app.answers.executing import BRIEF, FURTHER, WHY, Document, executed, nodes
from app.answers.lines import PAGE, line, whole
from app.graphql import Context, Impacts, TwinSchema
from graph.access import Principal
from graph.analysis import Analysis, ImpactRequest

FIRST = 100

PROVEN_PAGE = 100
"""Impacted assets whose lines are made at a stretch: with their proofs a thousand would hold up everybody else."""

_LISTS = ("impacted", "atRisk", "loweredByMaintenance", "improved", "unsupplied")

_IMPACTED = (
    WHY
    + """
fragment Impacted on ImpactedAsset {
  asset { ...Brief } level levelBefore operability operabilityBefore operabilityBounds operabilityBoundsBefore
  hops timeToImpact because { ...Why }
}
"""
)
_ANALYSIS = """
fragment Summary on ImpactAnalysis {
  revision ontologyRevision failed { ...Brief }
  impactedCount atRiskCount loweredByMaintenanceCount improvedCount unsuppliedCount alreadyDownCount
  byLevel { level count } byType { type count } assumptions truncated { reason limit after }
}
"""

_WHOLE = (
    """
query Impact($input: ImpactInput!, $first: Int!, $container: String! = "", $contained: Boolean!) {
  impact(input: $input) {
    ...Summary
    byContainer(type: $container, first: $first) @include(if: $contained) { asset { ...Brief } count }
    impacted(first: $first) { nodes { ...Impacted } totalCount pageInfo { ...Place } }
    atRisk(first: $first) { nodes { ...Brief } totalCount pageInfo { ...Place } }
    loweredByMaintenance(first: $first) { nodes { ...Brief } totalCount pageInfo { ...Place } }
    improved(first: $first) { nodes { ...Brief } totalCount pageInfo { ...Place } }
    unsupplied(first: $first) { nodes { ...Brief } totalCount pageInfo { ...Place } }
  }
}
fragment Place on PageInfo { hasNextPage hasPreviousPage startCursor endCursor }
"""
    + _ANALYSIS
    + _IMPACTED
    + BRIEF
)

_SUMMARY = "query Impact($input: ImpactInput!) { impact(input: $input) { ...Summary } }" + _ANALYSIS + BRIEF


async def impact_document(
    schema: TwinSchema, context: Context, body: ImpactBody, *, first: int = FIRST, container: str | None = None
) -> Document:
    """The answer as one document; of each list the `first` items, with their number and cursors as GraphQL has them.

    `container` names an asset type: how many impacted assets each of these contains is counted too.
    Raises what `ImpactService.ask` raises, UnknownType and LimitExceeded.
    """
    variables: dict[str, object] = {
        "input": body.given,
        "first": first,
        "container": container or "",
        "contained": container is not None,
    }
    return await executed(schema, context, _WHOLE, variables)


async def impact_lines(schema: TwinSchema, context: Context, body: ImpactBody) -> AsyncGenerator[bytes]:
    """The whole answer as NDJSON: a line `analysis`, then a line for each item of each list, then a line `end`.

    Each line is an object whose `kind` names what it is. All lines are of one analysis, that of the first line. What
    is wrong with the question is raised before it; where reading fails later, a line `error` is the last.
    """
    held = replace(context, impact=HeldAnalysis(context.impact))
    head = await executed(schema, held, _SUMMARY, {"input": body.given})
    async with aclosing(whole(head, _items(schema, held, body))) as lines:
        async for each in lines:
            yield each


async def _items(schema: TwinSchema, context: Context, body: ImpactBody) -> AsyncGenerator[bytes]:
    for name in _LISTS:
        async with aclosing(_nodes(schema, context, body, name)) as found:
            async for node in found:
                yield line(name, node)


class HeldAnalysis:
    """Impact that answers once, and then the same again: for reading one analysis piece by piece."""

    def __init__(self, impact: Impacts) -> None:
        self._impact = impact
        self._analysis: Analysis | None = None

    async def ask(self, principal: Principal, request: ImpactRequest) -> Analysis:
        """The analysis of the first question."""
        if self._analysis is None:
            self._analysis = await self._impact.ask(principal, request)
        return self._analysis

    async def resume(self, principal: Principal, request: ImpactRequest, pinned: str) -> Analysis:
        """The same analysis."""
        return self._analysis or await self._impact.resume(principal, request, pinned)

    def pin(self, analysis: Analysis) -> None:
        """Nothing: its cursors don't leave."""


def _nodes(schema: TwinSchema, context: Context, body: ImpactBody, name: str) -> AsyncGenerator[Document]:
    proven = name == "impacted"
    wanted, fragments = ("Impacted", _IMPACTED + BRIEF) if proven else ("Brief", BRIEF)
    first = PROVEN_PAGE if proven else PAGE
    query = (
        "query Impact($input: ImpactInput!, $cursor: String) { impact(input: $input) { "
        f"list: {name}(first: {first}, after: $cursor) {{ nodes {{ ...{wanted} }} pageInfo {{ {FURTHER} }} }}"
        " } }" + fragments
    )
    return nodes(schema, context, query, {"input": body.given})
