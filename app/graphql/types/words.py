"""The contract's enums."""

from __future__ import annotations

from enum import StrEnum

import strawberry


@strawberry.enum(description="Which way relationships are followed, as seen from where one stands.")
class Direction(StrEnum):
    """Out of an asset, into it, or both."""

    OUT = "OUT"
    IN = "IN"
    BOTH = "BOTH"


@strawberry.enum(
    description="OK at operability 1, DOWN at 0, DEGRADED between, UNKNOWN where it is known by bounds only."
)
class Level(StrEnum):
    """How well an asset does."""

    OK = "OK"
    DEGRADED = "DEGRADED"
    DOWN = "DOWN"
    UNKNOWN = "UNKNOWN"


@strawberry.enum(description="NOMINAL: everything works by itself. LIVE: as the current state says.")
class Baseline(StrEnum):
    """What a question about impact starts from."""

    NOMINAL = "NOMINAL"
    LIVE = "LIVE"


@strawberry.enum(description="Nulls come last either way.")
class SortDirection(StrEnum):
    """Upwards or downwards."""

    ASC = "ASC"
    DESC = "DESC"


@strawberry.enum(description="What is made of a property's values in a group.")
class Measure(StrEnum):
    """A measure of an aggregate."""

    MIN = "MIN"
    MAX = "MAX"
    SUM = "SUM"
    MEAN = "MEAN"
    DISTINCT = "DISTINCT"
