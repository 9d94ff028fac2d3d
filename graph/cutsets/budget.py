"""What an analysis may cost, and the meter that stops it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST_EVENTS: Final = 20_000
"""Events that one decision diagram may tell apart. The library walks diagrams by recursion on the C stack, a frame for
each level: 60,000 levels passed in a thread with the usual 8 MB of stack, and 100,000 ended the process."""

_LOOKS: Final = 256
"""Steps between two looks at the clock."""


class Reason(StrEnum):
    """What was spent."""

    NODES = "NODES"
    SECONDS = "SECONDS"
    EVENTS = "EVENTS"


class Phase(StrEnum):
    """What was being made when it was spent."""

    DIAGRAM = "DIAGRAM"
    CUT_SETS = "CUT_SETS"
    IMPORTANCE = "IMPORTANCE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Why an analysis is not whole: which limit, how high it was, and what is missing for it."""

    reason: Reason
    limit: float
    phase: Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """`nodes` that each table of a phase may hold, `seconds` for all phases together, and the clock (seconds, rising).

    A node of the failure's diagram takes about 25 bytes and is set aside at the start; one of a family of cut sets, or
    a remembered step on it, about 200. The clock is looked at between operations, so the time may be overdrawn by one.
    """

    nodes: int
    seconds: float
    clock: Callable[[], float]


class Spent(Exception):
    """A budget is spent. A signal within this room: whoever asked for the analysis is told by a `Cut`."""

    def __init__(self, reason: Reason, limit: float) -> None:
        super().__init__(reason)
        self.reason = reason
        self.limit = limit

    def cut(self, phase: Phase) -> Cut:
        """The value that tells of it."""
        return Cut(reason=self.reason, limit=self.limit, phase=phase)


class Meter:
    """Counts nodes of one phase, and seconds since `started`, against a budget or a share of its time."""

    def __init__(self, budget: Budget, *, started: float, share: float = 1.0) -> None:
        self.nodes = budget.nodes
        self._budget = budget
        self._started = started
        self._share = share
        self._left = budget.nodes
        self._until_look = 1

    def next_phase(self, *, share: float | None = None) -> Meter:
        """A meter with all nodes again and the time that is left, of a share of all time if one is given."""
        return Meter(self._budget, started=self._started, share=self._share if share is None else share)

    def spend(self, nodes: int = 1) -> None:
        """Take nodes; raises Spent where none are left, or no time."""
        self._left -= nodes
        if self._left < 0:
            raise Spent(Reason.NODES, self._budget.nodes)
        self._until_look -= 1
        if self._until_look <= 0:
            self._until_look = _LOOKS
            self.look()

    def look(self) -> None:
        """Raises Spent where no time is left."""
        if self._budget.clock() - self._started > self._budget.seconds * self._share:
            raise Spent(Reason.SECONDS, self._budget.seconds)
