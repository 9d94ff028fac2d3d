"""What became of events that were handed in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from graph.errors import Problem


class Taken(StrEnum):
    """What became of an event that was accepted."""

    CURRENT = "CURRENT"
    LATE = "LATE"
    """All that it says was said as lately before: it is history alone, and raises nothing."""


Outcome: TypeAlias = Taken | Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of some events, in their order. `revision` is the newest of the tenant's states that they made."""

    revision: int
    outcomes: tuple[Outcome, ...]
