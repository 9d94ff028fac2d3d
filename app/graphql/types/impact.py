"""Answers about impact."""

from __future__ import annotations

from datetime import timedelta

import strawberry

from app.graphql.fields import AFTER, FIRST_50, FIRST_100, TYPES, argument, shown
from app.graphql.scalars import Long
from app.graphql.types.assets import Asset, AssetConnection, Truncation
from app.graphql.types.levels import LevelCount
from app.graphql.types.paging import PageInfo
from app.graphql.types.words import Level

LEVELS = argument("levels", list[Level] | None)
FIRST_20 = argument("first", int | None, 20)


@strawberry.type
class TypeCount:
    """How many of an exact type."""

    type: str = shown()
    count: int = shown()


@strawberry.type
class ContainerCount:
    """How many within a container, at any depth."""

    asset: Asset = shown()
    count: int = shown()


@strawberry.type
class ProofMember:
    """A member of the deciding group."""

    asset: Asset = shown("The provider")
    operability: float = shown()
    operability_before: float = shown()
    capacity: float = shown()
    open: bool = shown("Exists, but carries nothing")


@strawberry.type
class ProofStep:
    """A step of the path from the cause."""

    from_: Asset = shown(name="from")
    to: Asset = shown()
    relationship_type: str = shown()
    group: str = shown("The tripped group at the dependant")
    removed: bool = shown("The supply itself is the cause: the question took it away")


@strawberry.type(description="Why an asset fell: the group that decides its value, and a path from the cause.")
class Proof:
    """A proof, which replays."""

    group: str = shown()
    relationship_type: str | None = shown("Null where the members are of several types")
    needs: float = shown("How many members, or how much capacity, the group needs")
    combine: str = shown("QUORUM or CAPACITY")
    loss: float = shown("Share of operability lost when the group gives nothing")
    value: float = shown("What the group gives")
    member_count: int = shown()
    lost_count: int = shown("Members that give less than before")
    members: list[ProofMember] = shown("Lost ones first", FIRST_20)
    path: list[ProofStep] = shown("From a failure or a removed supply to the asset", FIRST_50)
    path_length: int = shown()


@strawberry.type(description="An asset that is lower with the failures than before them.")
class ImpactedAsset:
    """An impacted asset."""

    asset: Asset = shown()
    level: Level = shown()
    level_before: Level = shown()
    operability: float = shown("The lower bound where it is unknown")
    operability_before: float = shown()
    operability_bounds: list[float] = shown("[lower, upper], equal unless the level is UNKNOWN")
    operability_bounds_before: list[float] = shown()
    hops: int = shown("Fewest supplies from a failure or a removed supply")
    time_to_impact: timedelta = shown("First moment operability falls")
    because: Proof = shown()


@strawberry.type
class ImpactedEdge:
    """An impacted asset on a page."""

    cursor: str = shown()
    node: ImpactedAsset = shown()


@strawberry.type
class ImpactedConnection:
    """A page of impacted assets."""

    edges: list[ImpactedEdge] = shown()
    nodes: list[ImpactedAsset] = shown()
    page_info: PageInfo = shown()
    total_count: int = shown()


@strawberry.type(description="What follows from failures, removed and added relationships, and maintenance.")
class ImpactAnalysis:
    """An answer about impact, exact at its revision."""

    revision: Long = shown()
    ontology_revision: str = shown()
    failed: list[Asset] = shown()
    impacted_count: int = shown()
    at_risk_count: int = shown("Computed only when it or atRisk is asked for")
    lowered_by_maintenance_count: int = shown()
    improved_count: int = shown()
    unsupplied_count: int = shown("DOWN with everything healthy: no source reaches them")
    already_down_count: int = shown("DOWN in the baseline for other reasons")
    by_level: list[LevelCount] = shown("Of the impacted, worst first")
    by_type: list[TypeCount] = shown("Of the impacted, by exact type, most first")
    by_container: list[ContainerCount] = shown(
        "Of the impacted, by containing asset of a type, largest first", argument("type", str), FIRST_100
    )
    impacted: ImpactedConnection = shown("Worst first, then fewest hops, then id", TYPES, LEVELS, FIRST_100, AFTER)
    at_risk: AssetConnection = shown("Not lower, but one more loss would do it", TYPES, FIRST_100, AFTER)
    lowered_by_maintenance: AssetConnection = shown(None, FIRST_100, AFTER)
    improved: AssetConnection = shown("Higher than before the failures", FIRST_100, AFTER)
    unsupplied: AssetConnection = shown(None, FIRST_100, AFTER)
    assumptions: list[str] = shown("What the answer rests on: baseline, stale channels, defaults taken")
    truncated: Truncation | None = shown("Null when nothing was cut")
