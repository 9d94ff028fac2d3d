"""Single points of failure and cut sets as documents: what GraphQL says of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from app.answers.bodies import Body, Brief, Listed
from app.answers.executing import Document, executed
from app.graphql import Context, TwinSchema

FIRST_FOUND = 50

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
CUT_SETS = """
query CutSets(
  $asset: ID!, $among: AssetFilter, $maxOrder: Int, $first: Int!, $probabilityBy: String, $missionTime: Duration
) {
  cutSets(
    asset: $asset, among: $among, maxOrder: $maxOrder, first: $first
    probabilityBy: $probabilityBy, missionTime: $missionTime
  ) { ...Found }
}
"""
"""The question about cut sets; what is wanted of the answer is its fragment `Found`."""

_FOUND = """
fragment Found on CutSetAnalysis {
  revision count cutSets { ...Brief } completeToOrder probability probabilityBounds { lower upper }
  truncated { reason limit after }
  importance(first: $first) { asset { ...Brief } birnbaum fussellVesely riskAchievementWorth riskReductionWorth }
}
"""


class SinglePointsAnswer(Listed[Brief]):
    """Assets whose failure alone brings the target to the level, by id."""


class ImportanceOf(Body):
    """How much one asset's failure matters; a ratio that is infinite is the largest float."""

    asset: Brief
    birnbaum: float
    fussell_vesely: float
    risk_achievement_worth: float
    risk_reduction_worth: float


class BoundsOf(Body):
    """Proven bounds of a probability."""

    lower: float
    upper: float


class CutSetsAnswer(Body):
    """The smallest sets of assets whose joint failure brings the target DOWN, exact at the revision."""

    revision: int
    count: Annotated[str | None, Field(description="Exact, in decimal; null where it could not be told")]
    cut_sets: list[list[Brief]]
    complete_to_order: Annotated[
        int | None,
        Field(description="None of at most this size is missing, but for those after the first; null where none is"),
    ]
    probability: float | None
    probability_bounds: Annotated[
        BoundsOf | None, Field(description="Proven, also where the budget was spent; equal where it is exact")
    ]
    importance: list[ImportanceOf]
    truncated: dict[str, Any] | None


async def single_points_document(
    schema: TwinSchema, context: Context, asset: str, *, level: str = "DOWN", first: int = FIRST_FOUND
) -> Document:
    """The `first` single points of failure, with their number and cursors as GraphQL has them."""
    return await executed(schema, context, _SPOF, {"asset": asset, "level": level, "first": first})


async def cut_sets_document(
    schema: TwinSchema, context: Context, asset: str, arguments: Mapping[str, object], *, first: int = FIRST_FOUND
) -> Document:
    """The first minimal cut sets; `arguments` are GraphQL's but `asset` and `first`, where given."""
    return await executed(
        schema, context, CUT_SETS + _FOUND + _BRIEF, {"maxOrder": 3, **arguments, "asset": asset, "first": first}
    )
