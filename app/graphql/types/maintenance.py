"""Answers about planned works."""

from __future__ import annotations

from datetime import datetime

import strawberry

from app.graphql.fields import FIRST_50, shown
from app.graphql.scalars import Long
from app.graphql.types.assets import Asset, Truncation
from app.graphql.types.impact import FIRST_20, Proof, TypeCount
from app.graphql.types.words import Level


@strawberry.type(description="An asset that works bring to the level.")
class LoweredAsset:
    """A lowered asset."""

    asset: Asset = shown()
    level: Level = shown()
    level_before: Level = shown()
    operability: float = shown("While all of the works are in progress")
    operability_before: float = shown("Without any work")
    because: Proof = shown("Computed only when asked for")


@strawberry.type(description="What one work brings to the level, or a combination that are in progress at once.")
class WorkImpact:
    """What works lower."""

    works: list[str] = shown("Names")
    start: datetime = shown("From when all of them are in progress")
    end: datetime = shown("Until when all of them are")
    asset_count: int = shown("Those worked on left out; of a combination, those that no smaller part of it lowers")
    weight: float = shown("The sum of weightBy over the assets; without weightBy their number")
    by_type: list[TypeCount] = shown("By exact type, most first")
    assets: list[LoweredAsset] = shown("The lowest first, then the heaviest, then by id", FIRST_20)


@strawberry.type(description="Which planned works take down together what none of them does with fewer.")
class MaintenanceCheck:
    """An answer about planned works, exact at its revision."""

    revision: Long = shown()
    count: int = shown("Of the combinations of at most maxOrder works; more there may be where it is truncated")
    combinations: list[WorkImpact] = shown("The heaviest first, then by assets, start and names", FIRST_50)
    works: list[WorkImpact] = shown("What each takes down alone, in the order given")
    truncated: Truncation | None = shown(
        "What was spent, as MAINTENANCE_SECONDS; or MAINTENANCE_ORDER: larger combinations take down what is not listed"
    )
