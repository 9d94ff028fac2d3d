"""The two questions of a comparison as a JSON body, and the answer's shape as the API's description has it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.answers.bodies import Body, Brief, Duration, ImpactBody, LevelName, Listed, Why


class ComparisonBody(Body):
    """Two questions about impact: with a planned change and without it, or any two."""

    before: ImpactBody = Field(default=ImpactBody(), description="Nothing fails, unless it says so")
    after: ImpactBody

    @property
    def given(self) -> dict[str, object]:
        """The body as the arguments of GraphQL's `compareImpact`."""
        return {"before": self.before.given, "after": self.after.given}


class ComparedSide(Body):
    """What one of the questions answers, in numbers."""

    failed: list[Brief]
    impacted_count: int
    at_risk_count: int
    lowered_by_maintenance_count: int
    improved_count: int
    assumptions: list[str]


class LevelPair(Body):
    """How many are impacted at a level, in either answer."""

    level: LevelName
    before: int
    after: int


class TypePair(Body):
    """How many of an exact type are impacted, in either answer."""

    type: str
    before: int
    after: int


class Differing(Body):
    """An asset that doesn't fare the same in both answers; what isn't `before` is the second's."""

    asset: Brief
    level: LevelName
    level_before: LevelName
    operability: float
    operability_before: float
    operability_bounds: list[float]
    operability_bounds_before: list[float]
    time_to_impact: Duration | None
    time_to_impact_before: Duration | None
    because: Why | None
    because_before: Why | None


class ComparisonAnswer(Body):
    """What differs between two answers about impact, exact at their common revision."""

    revision: int
    ontology_revision: str
    before: ComparedSide
    after: ComparedSide
    newly_impacted_count: int
    no_longer_impacted_count: int
    worse_count: int
    better_count: int
    sooner_count: int
    later_count: int
    newly_at_risk_count: int
    no_longer_at_risk_count: int
    newly_lowered_by_maintenance_count: int
    no_longer_lowered_by_maintenance_count: int
    newly_improved_count: int
    no_longer_improved_count: int
    by_level: list[LevelPair]
    by_type: list[TypePair]
    newly_impacted: Listed[Differing]
    no_longer_impacted: Listed[Differing]
    worse: Listed[Differing]
    better: Listed[Differing]
    sooner: Listed[Differing]
    later: Listed[Differing]
    newly_at_risk: Listed[Brief]
    no_longer_at_risk: Listed[Brief]
    newly_lowered_by_maintenance: Listed[Brief]
    no_longer_lowered_by_maintenance: Listed[Brief]
    newly_improved: Listed[Brief]
    no_longer_improved: Listed[Brief]


class ComparisonLine(BaseModel):
    """A line of the whole answer; its other fields are those of what it is (see ComparisonAnswer)."""

    model_config = ConfigDict(extra="allow")

    kind: Literal[
        "comparison",
        "newlyImpacted",
        "noLongerImpacted",
        "worse",
        "better",
        "sooner",
        "later",
        "newlyAtRisk",
        "noLongerAtRisk",
        "newlyLoweredByMaintenance",
        "noLongerLoweredByMaintenance",
        "newlyImproved",
        "noLongerImproved",
        "error",
        "end",
    ]
