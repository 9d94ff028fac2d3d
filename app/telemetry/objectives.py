"""Whether events can be asked for as soon as was promised, and how fast what may be late is used up.

The promise: `share` of all events within `seconds` of their receipt. What may be late is the rest, the budget; a burn
rate of 1 uses it up exactly, 20 times that is everything late at a share of 0.95. Rates over windows of several
lengths, and when to act on which, are those of the Site Reliability Workbook (Beyer et al. 2018, chapter 5).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SLOT: Final = 10.0
"""Seconds that are counted together: as exact as windows are."""

WINDOWS: Final = {"5m": 300.0, "30m": 1_800.0, "1h": 3_600.0, "6h": 21_600.0}

FAST: Final = (14.4, "1h", "5m")
"""2 % of a month's budget in an hour, and still so: wake somebody."""

SLOW: Final = (6.0, "6h", "30m")
"""5 % of a month's budget in six hours, and still so: look at it today."""


class Verdict(StrEnum):
    """What is to be done."""

    MET = "MET"
    SLOW_BURN = "SLOW_BURN"
    FAST_BURN = "FAST_BURN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """`share` of all events can be asked for within `seconds` of their receipt."""

    seconds: float = 1.0
    share: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Burn:
    """What a window held: events, how many of them were late, and how fast that uses up what may be."""

    window: str
    events: int
    late: int
    rate: float


@dataclass(slots=True)
class _Slot:
    begin: float
    events: int = 0
    late: int = 0


class Objectives:
    """Counts the events of each tenant that this process took. `seconds` is a clock that never goes back."""

    def __init__(self, objective: Objective, seconds: Callable[[], float]) -> None:
        self.objective = objective
        self._seconds = seconds
        self._slots: dict[str, deque[_Slot]] = {}

    @property
    def tenants(self) -> list[str]:
        """The tenants that had events."""
        return list(self._slots)

    def queryable(self, tenant: str, took: float, *, count: int = 1) -> bool:
        """Count events that can be asked for, so many seconds after their receipt; whether that was in time."""
        slots = self._slots.setdefault(tenant, deque())
        now = self._seconds()
        if not slots or now - slots[-1].begin >= SLOT:
            slots.append(_Slot(now))
            while now - slots[0].begin > WINDOWS["6h"]:
                slots.popleft()
        late = took > self.objective.seconds
        slots[-1].events += count
        slots[-1].late += count * late
        return not late

    def burns(self, tenant: str) -> list[Burn]:
        """Return what each window up to now held, the shortest first. Cost: at most 2,160 slots."""
        now, waiting = self._seconds(), list(self._slots.get(tenant, ()))
        events = late = 0
        found: list[Burn] = []
        for window, length in WINDOWS.items():
            while waiting and now - waiting[-1].begin <= length:
                slot = waiting.pop()
                events, late = events + slot.events, late + slot.late
            budget = round(1.0 - self.objective.share, 12)
            found.append(Burn(window=window, events=events, late=late, rate=late / events / budget if events else 0.0))
        return found

    def verdict(self, tenant: str) -> Verdict:
        """Return what is to be done: both windows of a pair burn too fast, the short one says that it goes on."""
        rates = {each.window: each.rate for each in self.burns(tenant)}
        for name, (limit, *windows) in ((Verdict.FAST_BURN, FAST), (Verdict.SLOW_BURN, SLOW)):
            if all(rates[window] >= limit for window in windows):
                return name
        return Verdict.MET
