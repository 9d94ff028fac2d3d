"""A lane: so many threads, a bounded line before them that tenants go through in turn, and what was measured of it."""

from __future__ import annotations

import asyncio
import math
from collections import Counter, OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean
from typing import Final

from graph.identity import Tenant
from graph.work.errors import TooBusy

REMEMBERED: Final = 32
"""Pieces of work whose duration tells how long the next ones will take."""

LONGEST_ADVICE: Final = 600
"""Seconds after which to try again, at most."""


class Outcome(StrEnum):
    """How a piece of work ended."""

    DONE = "done"
    FAILED = "failed"
    MOVED = "moved"
    GIVEN_UP = "given_up"
    TIMED_OUT = "timed_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What is told of a piece of work when its turn on a lane ends; one that moved counts its trial on both."""

    lane: str
    kind: str
    outcome: Outcome
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    tenant: Tenant
    kind: str
    called: asyncio.Future[None]


class Lane:
    """Lets `threads` pieces of work run at a time, and `line` others wait; `ceilings` bound some kinds further.

    Whoever waits is called in turn of tenants. Where the line is full, a tenant that has more waiting than the one who
    comes gives up its last place. For one event loop.
    """

    def __init__(self, name: str, *, threads: int, line: int, ceilings: Mapping[str, int] | None = None) -> None:
        self.name = name
        self.threads = threads
        self.refused = 0
        self._most_waiting = line
        self._ceilings = ceilings or {}
        self._running: Counter[str] = Counter()
        self._line: OrderedDict[Tenant, deque[_Waiting]] = OrderedDict()
        self._durations: deque[float] = deque(maxlen=REMEMBERED)

    @property
    def running(self) -> int:
        """How many pieces of work are under way, those that nobody waits for any more among them."""
        return self._running.total()

    @property
    def waiting(self) -> int:
        """How many stand in the line."""
        return sum(map(len, self._line.values()))

    @property
    def retry_seconds(self) -> int:
        """Whole seconds until a newcomer should be served: recent durations, for all who wait, by all threads."""
        each = fmean(self._durations) if self._durations else 1.0
        return min(LONGEST_ADVICE, max(1, math.ceil(each * (self.waiting + 1) / self.threads)))

    async def enter(self, tenant: Tenant, kind: str) -> None:
        """Wait for a turn; `leave` ends it. Raises TooBusy where the line is full."""
        if self.enter_at_once(kind):
            return
        if self.waiting >= self._most_waiting:
            self._displace(tenant)
        place = _Waiting(tenant=tenant, kind=kind, called=asyncio.get_running_loop().create_future())
        self._line.setdefault(tenant, deque()).append(place)
        self._call()
        try:
            await place.called
        except asyncio.CancelledError:
            if place.called.done() and not place.called.cancelled() and place.called.exception() is None:
                self.leave(kind)  # it was called in the same moment
            else:  # it has no turn to give back, not even where it was displaced in the same moment
                self._forget(place)
            raise

    def enter_at_once(self, kind: str) -> bool:
        """Take a turn if one is free and nobody waits; whether there was one. `leave` ends it."""
        free = not self.waiting and self._free(kind)
        self._running[kind] += free
        return free

    def leave(self, kind: str, *, seconds: float | None = None) -> None:
        """End a turn, after so many seconds of work that tell something about the next."""
        self._running[kind] -= 1
        if seconds is not None:
            self._durations.append(seconds)
        self._call()

    def busy(self) -> TooBusy:
        """The refusal of one more."""
        self.refused += 1
        error = TooBusy(
            f"{self.waiting} questions are waiting, and {self.running} are being computed",
            expected=f"at most {self._most_waiting} waiting",
            hint=f"Ask again in {self.retry_seconds} seconds",
        )
        error.retry_seconds = self.retry_seconds
        return error

    def _free(self, kind: str) -> bool:
        return self.running < self.threads and self._running[kind] < self._ceilings.get(kind, self.threads)

    def _call(self) -> None:
        while (place := self._next()) is not None:
            self._forget(place)
            if place.tenant in self._line:
                self._line.move_to_end(place.tenant)
            self._running[place.kind] += 1
            place.called.set_result(None)

    def _next(self) -> _Waiting | None:
        if self.running >= self.threads:
            return None
        everyone = (place for places in self._line.values() for place in places)
        return next((place for place in everyone if not place.called.done() and self._free(place.kind)), None)

    def _forget(self, place: _Waiting) -> None:
        places = self._line.get(place.tenant)
        if places is None or place not in places:
            return
        places.remove(place)
        if not places:
            del self._line[place.tenant]

    def _displace(self, tenant: Tenant) -> None:
        """Make room for one more of a tenant. Raises TooBusy where none has more waiting than it would."""
        most = max(self._line, key=lambda each: len(self._line[each]), default=None)
        if most is None or len(self._line[most]) <= len(self._line.get(tenant, ())) + 1:
            raise self.busy()
        last = self._line[most][-1]
        self._forget(last)
        if not last.called.done():  # else it has just gone by itself
            last.called.set_exception(self.busy())
