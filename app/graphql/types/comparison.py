"""Answers about what differs between two questions about impact."""

from __future__ import annotations

from datetime import timedelta

import strawberry

from app.graphql.fields import AFTER, FIRST_100, TYPES, argument, shown
from app.graphql.scalars import Long
from app.graphql.types.assets import Asset, AssetConnection
from app.graphql.types.impact import LEVELS, Proof
from app.graphql.types.paging import PageInfo
from app.graphql.types.words import Level

LEVELS_BEFORE = argument("levelsBefore", list[Level] | None)
NARROWED = (TYPES, LEVELS, LEVELS_BEFORE, FIRST_100, AFTER)
_WHY = "Why it is lower than in the baseline; null where it isn't, or the question itself takes it down"


@strawberry.type(description="What one of two questions answers, in numbers.")
class ComparedImpact:
    """One side of a comparison."""

    failed: list[Asset] = shown()
    impacted_count: int = shown()
    at_risk_count: int = shown("Computed only when it is asked for")
    lowered_by_maintenance_count: int = shown()
    improved_count: int = shown()
    assumptions: list[str] = shown()


@strawberry.type
class LevelDifference:
    """How many at a level, in either answer."""

    level: Level = shown()
    before: int = shown()
    after: int = shown()


@strawberry.type
class TypeDifference:
    """How many of an exact type, in either answer."""

    type: str = shown()
    before: int = shown()
    after: int = shown()


@strawberry.type(
    description="An asset that doesn't fare the same in both answers; what isn't `before` is the second's."
)
class ImpactDifference:
    """A difference."""

    asset: Asset = shown()
    level: Level = shown()
    level_before: Level = shown()
    operability: float = shown("The lower bound where it is unknown")
    operability_before: float = shown()
    operability_bounds: list[float] = shown("[lower, upper], equal unless the level is UNKNOWN")
    operability_bounds_before: list[float] = shown()
    time_to_impact: timedelta | None = shown("Null where no failure or change lowers it")
    time_to_impact_before: timedelta | None = shown("Null where no failure or change lowers it")
    because: Proof | None = shown(_WHY)
    because_before: Proof | None = shown(_WHY)


@strawberry.type
class DifferenceEdge:
    """A difference on a page."""

    cursor: str = shown()
    node: ImpactDifference = shown()


@strawberry.type
class DifferenceConnection:
    """A page of differences."""

    edges: list[DifferenceEdge] = shown()
    nodes: list[ImpactDifference] = shown()
    page_info: PageInfo = shown()
    total_count: int = shown()


@strawberry.type(
    description="What differs between the answers to two questions about impact, exact at one revision. Each asset "
    "that doesn't end the same is in one of the first four lists; one that does, at another time, in the next two."
)
class ImpactComparison:
    """A comparison."""

    revision: Long = shown()
    ontology_revision: str = shown()
    before: ComparedImpact = shown()
    after: ComparedImpact = shown()
    newly_impacted_count: int = shown()
    no_longer_impacted_count: int = shown()
    worse_count: int = shown()
    better_count: int = shown()
    sooner_count: int = shown()
    later_count: int = shown()
    newly_at_risk_count: int = shown("Computed only when it or its list is asked for")
    no_longer_at_risk_count: int = shown("Computed only when it or its list is asked for")
    newly_lowered_by_maintenance_count: int = shown()
    no_longer_lowered_by_maintenance_count: int = shown()
    newly_improved_count: int = shown()
    no_longer_improved_count: int = shown()
    by_level: list[LevelDifference] = shown("Of the impacted, worst first")
    by_type: list[TypeDifference] = shown("Of the impacted, by exact type, the greatest difference first")
    newly_impacted: DifferenceConnection = shown("Lower than in the baseline in the second alone", *NARROWED)
    no_longer_impacted: DifferenceConnection = shown("Lower than in the baseline in the first alone", *NARROWED)
    worse: DifferenceConnection = shown("Otherwise lower in the second", *NARROWED)
    better: DifferenceConnection = shown("Otherwise higher in the second", *NARROWED)
    sooner: DifferenceConnection = shown("Ends the same, but falls sooner in the second", *NARROWED)
    later: DifferenceConnection = shown("Ends the same, but falls later in the second", *NARROWED)
    newly_at_risk: AssetConnection = shown(None, TYPES, FIRST_100, AFTER)
    no_longer_at_risk: AssetConnection = shown("And not lower instead", TYPES, FIRST_100, AFTER)
    newly_lowered_by_maintenance: AssetConnection = shown(None, FIRST_100, AFTER)
    no_longer_lowered_by_maintenance: AssetConnection = shown(None, FIRST_100, AFTER)
    newly_improved: AssetConnection = shown(None, FIRST_100, AFTER)
    no_longer_improved: AssetConnection = shown(None, FIRST_100, AFTER)
