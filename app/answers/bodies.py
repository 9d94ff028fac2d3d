"""The contract's ImpactInput as a JSON body, and the answer's shape as the API's description has it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

AssetRef = Annotated[str, Field(min_length=1, description="An asset's own id")]
Duration = Annotated[str, Field(examples=["PT15M"], description="ISO 8601, weeks to seconds")]


def place_of(location: Iterable[int | str]) -> str:
    """Where in a body pydantic found something wrong, as refusals tell it: `works[3].end`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
    return "".join(steps).removeprefix(".")


class Body(BaseModel):
    """A body whose names are the contract's, and that takes no others."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class FailureBody(Body):
    """An asset falls to an operability at an offset from now."""

    asset: AssetRef
    operability: float = Field(default=0, ge=0, le=1)
    at: Duration = "PT0S"


class SupplyBody(Body):
    """A relationship; the key may be left out where there is only one."""

    type: str
    from_: AssetRef = Field(alias="from")
    to: AssetRef
    key: str | None = None


class RelationshipBody(SupplyBody):
    """A relationship as it shall be."""

    properties: dict[str, Any] | None = None


class ImpactBody(Body):
    """A question about impact."""

    failures: tuple[FailureBody, ...] = ()
    removed_relationships: tuple[SupplyBody, ...] = ()
    added_relationships: tuple[RelationshipBody, ...] = ()
    maintenance: tuple[AssetRef, ...] = ()
    baseline: Literal["NOMINAL", "LIVE"] = "NOMINAL"
    horizon: Duration | None = None

    @property
    def given(self) -> dict[str, object]:
        """The body as the contract's ImpactInput."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


LevelName = Literal["OK", "DEGRADED", "DOWN", "UNKNOWN"]
Item = TypeVar("Item")


class Brief(Body):
    """An asset by its id, type and name."""

    id: str
    type: str
    name: str


class LevelCount(Body):
    """How many at a level."""

    level: LevelName
    count: int


class TypeCount(Body):
    """How many of an exact type."""

    type: str
    count: int


class ContainerCount(Body):
    """How many within a container, at any depth."""

    asset: Brief
    count: int


class Member(Body):
    """A member of the deciding group."""

    asset: Brief
    operability: float
    operability_before: float
    capacity: float
    open: bool


class Step(Body):
    """A step of the path from the cause."""

    from_: Brief = Field(alias="from")
    to: Brief
    relationship_type: str
    group: str
    removed: bool


class Why(Body):
    """Why an asset fell: the group that decides its value (20 members at most), and a path from the cause."""

    group: str
    relationship_type: str | None
    needs: float
    combine: Literal["QUORUM", "CAPACITY"]
    loss: float
    value: float
    member_count: int
    lost_count: int
    path_length: int
    members: list[Member]
    path: list[Step]


class Impacted(Body):
    """An asset that is lower with the failures than before them."""

    asset: Brief
    level: LevelName
    level_before: LevelName
    operability: float
    operability_before: float
    operability_bounds: list[float]
    operability_bounds_before: list[float]
    hops: int
    time_to_impact: Duration
    because: Why


class Place(Body):
    """Where a list stands; its cursors serve in GraphQL for at least 10 minutes."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


class Listed(Body, Generic[Item]):
    """The first items of a list, and how many there are."""

    nodes: list[Item]
    total_count: int
    page_info: Place


class ImpactAnswer(Body):
    """An answer about impact, exact at its revision."""

    revision: int
    ontology_revision: str
    failed: list[Brief]
    impacted_count: int
    at_risk_count: int
    lowered_by_maintenance_count: int
    improved_count: int
    unsupplied_count: int
    already_down_count: int
    by_level: list[LevelCount]
    by_type: list[TypeCount]
    by_container: list[ContainerCount] = Field(default=[], description="Where `container` was asked for")
    assumptions: list[str]
    truncated: dict[str, Any] | None
    impacted: Listed[Impacted]
    at_risk: Listed[Brief]
    lowered_by_maintenance: Listed[Brief]
    improved: Listed[Brief]
    unsupplied: Listed[Brief]


class ImpactLine(BaseModel):
    """A line of the whole answer; its other fields are those of what it is (see ImpactAnswer)."""

    model_config = ConfigDict(extra="allow")

    kind: Literal["analysis", "impacted", "atRisk", "loweredByMaintenance", "improved", "unsupplied", "error", "end"]
