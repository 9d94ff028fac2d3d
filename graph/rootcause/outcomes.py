"""Forecasts made so far: each set of causes once, kept as small as the search needs it, within a budget."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from graph.rootcause.forecast import Forecast
from graph.work import checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What falls when some causes fail together.

    `times` has the watched assets with the first moment each is lower; `others` counts the rest by that moment, so that
    a cause that takes down half of a large graph takes no room.
    """

    times: Mapping[str, timedelta]
    others: Mapping[timedelta, int]

    def __contains__(self, asset: str) -> bool:
        return asset in self.times


class Spent(Exception):
    """The budget of forecasts is used up; never leaves the room."""


class Outcomes:
    """Asks `forecast`, at most `budget` times; the same set of causes is asked once."""

    def __init__(self, forecast: Forecast, watched: frozenset[str], *, budget: int) -> None:
        self._forecast = forecast
        self._watched = watched
        self._budget = budget
        self._known: dict[frozenset[str], Outcome] = {}

    @property
    def made(self) -> int:
        """How many forecasts have been made."""
        return len(self._known)

    @property
    def left(self) -> int:
        """How many more may be made."""
        return self._budget - len(self._known)

    def of(self, causes: frozenset[str]) -> Outcome:
        """What falls with `causes`. Raises Spent where it isn't known yet and the budget is used up."""
        checkpoint()
        known = self._known.get(causes)
        if known is not None:
            return known
        if self.left <= 0:
            raise Spent
        return self._known.setdefault(causes, self._make(causes))

    def _make(self, causes: frozenset[str]) -> Outcome:
        falls = self._forecast.falls(causes)
        times = {asset: time for asset, time in falls.items() if asset in self._watched}
        return Outcome(
            times=times,
            others=Counter(time for asset, time in falls.items() if asset not in self._watched),
        )
