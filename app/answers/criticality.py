"""Criticality as a document, line by line, and how far its count is: what GraphQL says of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing

from app.answers.bodies import Body, Brief, Listed
from app.answers.executing import BRIEF, Document, executed
from app.answers.lines import PAGE, briefs, line, whole
from app.graphql import Context, TwinSchema
from graph.analysis import Ranking
from graph.ontology.model import Json

_CRITICALITY = (
    BRIEF
    + """
query Criticality($types: [String!], $weightBy: String, $first: Int!, $after: String) {
  criticality(types: $types, weightBy: $weightBy, first: $first, after: $after) {
    nodes { asset { ...Brief } impactedCount downCount weight }
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""
)
_PROGRESS = """
query Progress($weightBy: String) {
  criticalityProgress(weightBy: $weightBy) { revision done total perSecond secondsLeft complete }
}"""


class CriticalityOf(Body):
    """What the failure of one asset alone does."""

    asset: Brief
    impacted_count: int
    down_count: int
    weight: float


class CriticalityAnswer(Listed[CriticalityOf]):
    """Assets by what their failure alone takes down, the most critical first."""


class CriticalityProgress(Body):
    """How far the count of criticality at a revision is."""

    revision: int
    done: int
    total: int
    per_second: float
    seconds_left: float | None
    complete: bool


async def criticality_document(
    schema: TwinSchema, context: Context, arguments: Mapping[str, object], *, first: int
) -> Document:
    """The first assets by criticality; `arguments` are GraphQL's `types`, `weightBy` and `after`, where given."""
    return await executed(schema, context, _CRITICALITY, {**arguments, "first": first})


async def progress_document(schema: TwinSchema, context: Context, weight_by: str | None) -> Document:
    """How far the count is; it is begun where it isn't yet."""
    return await executed(schema, context, _PROGRESS, {"weightBy": weight_by})


async def criticality_lines(
    context: Context, *, types: Sequence[str] | None, weight_by: str | None
) -> AsyncGenerator[bytes]:
    """All assets as NDJSON, the most critical first, of one count. What is wrong is raised before the first line."""
    ranking = await context.criticality.ask(context.principal, types=types, weight_by=weight_by)
    named: Json = None if types is None else list(types)
    head: Document = {
        "revision": ranking.revision,
        "totalCount": len(ranking.order),
        "types": named,
        "weightBy": weight_by,
    }
    async with aclosing(whole(head, _items(context, ranking))) as lines:
        async for each in lines:
            yield each


async def _items(context: Context, ranking: Ranking) -> AsyncGenerator[bytes]:
    after: str | None = None
    while True:
        page = ranking.page(first=PAGE, after=after)
        known = await briefs(context, [each.asset for each in page.items])
        for each in page.items:
            counts: Document = {"impactedCount": each.impacted, "downCount": each.down, "weight": each.weight}
            yield line("criticality", {"asset": known[each.asset], **counts})
        if not page.has_next:
            return
        after = page.cursor(len(page.items) - 1)
