"""Forecasts made so far: each set of causes once, kept as small as the search needs it, within a budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from graph.rootcause.forecast import Forecast, Outcome
from graph.work import watched_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Forecasts, and seconds by a `clock` that never goes back, from when the search begins."""

    forecasts: int = 2_000
    seconds: float = inf
    clock: Callable[[], float] = watched_seconds


class Spent(Exception):
    """The budget is used up, as it says; never leaves the room."""


class Beyond(Exception):
    """Causes take down more than is of interest; never leaves the room."""


class Outcomes:
    """Asks `forecast`, as often and as long as `budget` allows; the same set of causes is asked once."""

    def __init__(self, forecast: Forecast, watched: frozenset[str], *, budget: Budget) -> None:
        self._forecast = forecast
        self._watched = watched
        self._budget = budget
        self._ends = budget.clock() + budget.seconds
        self._known: dict[frozenset[str], Outcome | int] = {}

    @property
    def delayed(self) -> bool:
        """Whether anything may fall later than its causes."""
        return self._forecast.delayed

    @property
    def made(self) -> int:
        """How many forecasts have been made."""
        return len(self._known)

    @property
    def left(self) -> int:
        """How many more may be made."""
        return self._budget.forecasts - len(self._known)

    def look(self) -> None:
        """Raise Spent where no time is left, and Stopped where the work is not wanted any more."""
        if self._budget.clock() > self._ends:
            raise Spent(f"{self._budget.seconds:g} seconds")

    def of(self, causes: frozenset[str], most: int | None = None) -> Outcome:
        """What falls with `causes`. Raises Beyond where that is more than `most` assets.

        Raises Spent where it isn't known yet and the budget is used up.
        """
        known = self._known.get(causes)
        if isinstance(known, Outcome):
            return known
        if known is not None and most is not None and most <= known:
            raise Beyond
        self.look()
        if known is None and self.left <= 0:
            raise Spent(f"{self._budget.forecasts:,} forecasts")
        made = self._forecast.outcome(causes, watched=self._watched, most=most)
        if made is None:
            self._known[causes] = most or 0
            raise Beyond
        self._known[causes] = made
        return made
