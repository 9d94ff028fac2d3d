"""How much one search may take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What ended a search before it was done, and its limit."""

    reason: str
    limit: int


class Spent(Exception):
    """The budget is spent; `cut` says which part of it."""

    def __init__(self, cut: Cut) -> None:
        super().__init__(cut.reason)
        self.cut = cut


@dataclass(slots=True, kw_only=True)
class Budget:
    """Evaluations and seconds by a `clock` that never goes back, from when the budget is made."""

    evaluations: int
    seconds: float
    clock: Callable[[], float]
    _used: int = 0
    _began: float = field(default=-1.0, init=False)

    def spend(self) -> None:
        """Count one evaluation. Raises Spent where it is one too many."""
        if self._began < 0:
            self._began = self.clock()
        if self._used >= self.evaluations:
            raise Spent(Cut(reason="MAINTENANCE_EVALUATIONS", limit=self.evaluations))
        if self.clock() - self._began > self.seconds:
            raise Spent(Cut(reason="MAINTENANCE_SECONDS", limit=int(self.seconds)))
        self._used += 1
