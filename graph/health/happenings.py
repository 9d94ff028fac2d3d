"""What happened to the states of a tenant's assets, in order: a window that followers read at their own pace.

A follower is a position. One that falls behind the window is told so, and reads anew what it follows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeAlias

import numpy as np

from graph.errors import Unavailable
from graph.health.view import View
from graph.waiting import Waiters

KEPT: Final = 50_000
"""Happenings of a tenant that are kept for followers who are behind."""


class StatesMissed(Unavailable):
    """A follower is so far behind that what it has not had yet is no longer kept."""

    code = "STATES_MISSED"


@dataclass(frozen=True, slots=True)
class Happening:
    """An asset has a new reading of a channel, or (`channel` None) another level without one.

    `channel` is the name that the channel's values are kept under.
    """

    asset: str
    channel: str | None


Pair: TypeAlias = tuple[str, str | None]
"""Asset and channel of a happening: the collector of garbage looks at each object that is kept, but not at these."""


class Happenings:
    """The latest happenings, counted from 0, as pairs. For one event loop."""

    def __init__(self, *, kept: int = KEPT) -> None:
        self._log: deque[Pair] = deque(maxlen=kept)
        self._waiters = Waiters()
        self.end = 0

    def add(self, found: Sequence[Pair]) -> None:
        """Add what happened, and wake who waits for it."""
        if not found:
            return
        self._log.extend(found)
        self.end += len(found)
        self.wake()

    def wake(self) -> None:
        """Have all who wait look again."""
        self._waiters.wake()

    async def arrived(self) -> None:
        """Return when something was added, or `wake` was called."""
        await self._waiters.woken()

    def after(self, position: int) -> list[Pair]:
        """Return all from a position on. Raises StatesMissed."""
        begin = self.end - len(self._log)
        if position < begin:
            raise StatesMissed(
                f"{begin - position} changes of state came and went before they were taken",
                expected=f"a follower that is at most {self._log.maxlen:,} changes behind",
                hint="Read anew what you follow, and subscribe again; a filter makes it fewer",
            )
        missing = self.end - position
        return list(islice(reversed(self._log), missing))[::-1]


def changed_levels(before: View, after: View) -> list[str]:
    """The ids of assets whose health, or own level, is another than it was; those that came or went left out."""
    if before is after:
        return []
    if before.snapshot.family is after.snapshot.family and before.lower.size <= after.lower.size:
        size = before.lower.size
        differs = (
            (before.lower != after.lower[:size])
            | (before.upper != after.upper[:size])
            | (before.owned.codes != after.owned.codes[:size])
        )
        there = after.snapshot.there[:size] == 1
        return [after.snapshot.ids[at] for at in np.flatnonzero(differs & there).tolist()]
    was, now = _unwell(before), _unwell(after)
    ids = after.snapshot.ids
    return [asset for asset in was.keys() | now.keys() if was.get(asset) != now.get(asset) and asset in ids]


def _unwell(view: View) -> dict[str, tuple[int, int, int]]:
    """Bounds and code of what isn't all well, by id."""
    codes, lower, upper = view.owned.codes, view.lower, view.upper
    found = np.flatnonzero((codes != 0) | (lower != lower.max(initial=0)) | (view.levels != 0))
    return {
        view.snapshot.ids[at]: (int(lower[at]), int(upper[at]), int(codes[at]))
        for at in found.tolist()
        if view.snapshot.there[at]
    }
