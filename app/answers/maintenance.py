"""Checks of planned works: the contract's input as a JSON body, and the answer as a document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from app.answers.bodies import AssetRef, Body, Brief, Duration, LevelName, TypeCount, Why
from app.answers.executing import BRIEF, WHY, Document, executed
from app.graphql import Context, TwinSchema
from graph.errors import ValueInvalid
from graph.ontology.temporal import parse_datetime, parse_duration

FIRST_COMBINATIONS: Final = 50


def _moment(text: str) -> str:
    return _read(parse_datetime, text)


def _duration(text: str) -> str:
    return _read(parse_duration, text)


def _read(parse: Callable[[str], object], text: str) -> str:
    """The text as it is, if it can be parsed: here its place in the body is still known."""
    try:
        parse(text)
    except ValueInvalid as refusal:
        told = f"{refusal.message}, expected {refusal.expected}"
        raise PydanticCustomError("temporal", "{told}", {"told": told}) from refusal
    return text


Moment = Annotated[
    str,
    AfterValidator(_moment),
    Field(examples=["2026-12-01T08:00:00Z"], description="ISO 8601 with offset"),
]
Lasting = Annotated[Duration, AfterValidator(_duration)]

_WHOLE: Final = (
    """
query Check($input: MaintenanceCheckInput!, $first: Int!) {
  maintenanceCheck(input: $input) {
    revision count truncated { reason limit after }
    combinations(first: $first) { ...Works assets { ...Lowered because { ...Why } } }
    works { ...Works assets { ...Lowered } }
  }
}
fragment Works on WorkImpact { works start end assetCount weight byType { type count } }
fragment Lowered on LoweredAsset { asset { ...Brief } level levelBefore operability operabilityBefore }
"""
    + WHY
    + BRIEF
)


class WorkBody(Body):
    """Assets that are down from a start until an end, or for a duration."""

    name: str
    assets: tuple[AssetRef, ...]
    start: Moment
    end: Moment | None = None
    duration: Lasting | None = None


class MaintenanceBody(Body):
    """A question about planned works."""

    works: tuple[WorkBody, ...]
    level: Literal["DOWN", "DEGRADED"] = Field(default="DOWN", description="DEGRADED: lowered at all")
    types: tuple[str, ...] | None = Field(default=None, description="Assets that count, with their subtypes")
    weight_by: str | None = Field(default=None, description="A property that is a number")
    max_order: int = Field(default=3, description="The largest size of a combination")

    @property
    def given(self) -> dict[str, object]:
        """The body as the contract's MaintenanceCheckInput."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


class LoweredOf(Body):
    """An asset that works bring to the level."""

    asset: Brief
    level: LevelName
    level_before: LevelName
    operability: float
    operability_before: float
    because: Why | None = Field(default=None, description="Of the assets of combinations")


class WorksOf(Body):
    """What one work brings to the level, or a combination that are in progress at once; of its assets the first 20."""

    works: list[str]
    start: Moment
    end: Moment
    asset_count: int
    weight: float
    by_type: list[TypeCount]
    assets: list[LoweredOf]


class MaintenanceAnswer(Body):
    """Which planned works take down together what none of them does with fewer, exact at the revision."""

    revision: int
    count: int
    combinations: list[WorksOf] = Field(description="The heaviest first")
    works: list[WorksOf] = Field(description="What each takes down alone")
    truncated: dict[str, Any] | None


async def maintenance_document(
    schema: TwinSchema, context: Context, body: MaintenanceBody, *, first: int = FIRST_COMBINATIONS
) -> Document:
    """The answer as one document, with the `first` combinations. Raises what `MaintenanceService.ask` raises."""
    return await executed(schema, context, _WHOLE, {"input": body.given, "first": first})
