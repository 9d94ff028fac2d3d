"""Operability that may be known by bounds only, and its level."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from graph.impact.quantity import DOWN, FULL, Operability


class Level(StrEnum):
    """OK at 1, DOWN at 0, DEGRADED between; UNKNOWN where the bounds differ."""

    OK = "OK"
    DEGRADED = "DEGRADED"
    DOWN = "DOWN"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Bounds:
    """The least and the greatest that an operability (millionths) can be; equal where it is known."""

    lower: Operability
    upper: Operability

    @property
    def level(self) -> Level:
        """The level, UNKNOWN where the bounds differ at all."""
        if self.lower != self.upper:
            return Level.UNKNOWN
        return level_of(self.lower)


def level_of(operability: Operability) -> Level:
    """The level of a known operability."""
    if operability == FULL:
        return Level.OK
    return Level.DOWN if operability == DOWN else Level.DEGRADED


EXACTLY_FULL: Final = Bounds(lower=FULL, upper=FULL)
EXACTLY_DOWN: Final = Bounds(lower=DOWN, upper=DOWN)
UNKNOWN: Final = Bounds(lower=DOWN, upper=FULL)
"""What is said of an asset whose channel is stale or was never seen."""
