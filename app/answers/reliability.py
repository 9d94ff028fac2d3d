"""Single points of failure and cut sets as documents, or line by line: what GraphQL says of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.answers.bodies import Body, Brief, Listed
from app.answers.executing import Document, executed, line
from app.graphql import Context, TwinSchema
from graph.errors import TwinError
from graph.ontology.model import Json

FIRST_FOUND = 50
PAGE = 1000

_BRIEF = "fragment Brief on Asset { id type name }\n"
_SPOF = (
    _BRIEF
    + """
query SinglePoints($asset: ID!, $level: Level, $first: Int!, $after: String) {
  singlePointsOfFailure(asset: $asset, level: $level, first: $first, after: $after) {
    nodes { ...Brief } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""
)
_CUT_SETS = (
    _BRIEF
    + """
query CutSets(
  $asset: ID!, $among: AssetFilter, $maxOrder: Int, $first: Int!, $probabilityBy: String, $missionTime: Duration
) {
  cutSets(
    asset: $asset, among: $among, maxOrder: $maxOrder, first: $first
    probabilityBy: $probabilityBy, missionTime: $missionTime
  ) {
    revision count cutSets { ...Brief } probability truncated { reason limit after }
    importance(first: $first) { asset { ...Brief } birnbaum fussellVesely riskAchievementWorth riskReductionWorth }
  }
}"""
)

_CRITICALITY = (
    _BRIEF
    + """
query Criticality($types: [String!], $weightBy: String, $first: Int!, $after: String) {
  criticality(types: $types, weightBy: $weightBy, first: $first, after: $after) {
    nodes { asset { ...Brief } impactedCount downCount weight }
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""
)


class CriticalityOf(Body):
    """What the failure of one asset alone does."""

    asset: Brief
    impacted_count: int
    down_count: int
    weight: float


class CriticalityAnswer(Listed[CriticalityOf]):
    """Assets by what their failure alone takes down, the most critical first."""


class SinglePointsAnswer(Listed[Brief]):
    """Assets whose failure alone brings the target to the level, by id."""


class SinglePointLine(BaseModel):
    """A line of the whole answer: an asset, or how it ended."""

    model_config = ConfigDict(extra="allow")

    kind: Literal["asset", "error", "end"]


class ImportanceOf(Body):
    """How much one asset's failure matters; a ratio that is infinite is the largest float."""

    asset: Brief
    birnbaum: float
    fussell_vesely: float
    risk_achievement_worth: float
    risk_reduction_worth: float


class CutSetsAnswer(Body):
    """The smallest sets of assets whose joint failure brings the target DOWN, exact at the revision."""

    revision: int
    count: Annotated[str | None, Field(description="Exact, in decimal; null where it could not be told")]
    cut_sets: list[list[Brief]]
    probability: float | None
    importance: list[ImportanceOf]
    truncated: dict[str, Any] | None


async def single_points_document(
    schema: TwinSchema, context: Context, asset: str, *, level: str = "DOWN", first: int = FIRST_FOUND
) -> Document:
    """The `first` single points of failure, with their number and cursors as GraphQL has them."""
    return await executed(schema, context, _SPOF, {"asset": asset, "level": level, "first": first})


async def single_points_lines(
    schema: TwinSchema, context: Context, asset: str, *, level: str = "DOWN"
) -> AsyncIterator[bytes]:
    """All of them as NDJSON, by id: a line `asset` for each, then a line `end`.

    What is wrong with the question is raised before the first line; what fails later is a line `error`. What is
    written between two pages counts from the next page on.
    """
    given: dict[str, object] = {"asset": asset, "level": level, "first": PAGE}
    lines = 0
    page = await executed(schema, context, _SPOF, given)
    while True:
        nodes, after = _page(page)
        for node in nodes:
            yield line("asset", node)
            lines += 1
        if after is None:
            break
        try:
            page = await executed(schema, context, _SPOF, {**given, "after": after})
        except TwinError as error:
            yield line("error", {"code": error.code, "message": error.message, "hint": error.hint})
            return
    yield line("end", {"lines": lines})


async def cut_sets_document(
    schema: TwinSchema, context: Context, asset: str, arguments: Mapping[str, object], *, first: int = FIRST_FOUND
) -> Document:
    """The first minimal cut sets; `arguments` are GraphQL's but `asset` and `first`, where given."""
    return await executed(schema, context, _CUT_SETS, {"maxOrder": 3, **arguments, "asset": asset, "first": first})


async def criticality_document(
    schema: TwinSchema, context: Context, arguments: Mapping[str, object], *, first: int = FIRST_FOUND
) -> Document:
    """The first assets by criticality; `arguments` are GraphQL's `types`, `weightBy` and `after`, where given."""
    return await executed(schema, context, _CRITICALITY, {**arguments, "first": first})


def _page(document: Document) -> tuple[list[Document], Json]:
    match document:
        case {"nodes": list(nodes), "pageInfo": {"hasNextPage": more, "endCursor": end}}:
            return [node for node in nodes if isinstance(node, dict)], end if more else None
        case other:
            raise AssertionError(f"{other!r} is no page")
