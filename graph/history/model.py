"""Points of history, pages and windows of them, and what a store of them offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias

from graph.identity import Tenant
from graph.reading.cursors import question, write_cursor

Scalar: TypeAlias = "float | int | str | bool | None"


class Aggregate(StrEnum):
    """What can be said of the values in a window. All but `first` and `last` are of numbers; true counts as 1."""

    COUNT = "count"
    MIN = "min"
    MAX = "max"
    MEAN = "mean"
    SUM = "sum"
    FIRST = "first"
    LAST = "last"
    TIME_WEIGHTED_MEAN = "time_weighted_mean"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value of one channel. `time` is the event's, in microseconds since the epoch; `value` None: a tombstone.

    `epoch` counts the lives of its source, `sequence` its events (both unsigned, 64 bits); with `time` and `event`, the
    event's id, they put the points of a channel in order.
    """

    asset: str
    channel: str
    time: int
    epoch: int
    sequence: int
    event: str
    source: str
    value: Scalar
    quality: str

    @property
    def key(self) -> tuple[int, int, int, str]:
        """What the points of a channel are sorted by, and one of each there is."""
        return self.time, self.epoch, self.sequence, self.event


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """From `since` on, before `until`: microseconds since the epoch."""

    since: int
    until: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """Points of a channel, oldest first; `more` says that others follow, `asked` which question they answer."""

    asked: str
    points: tuple[Point, ...]
    more: bool

    def cursor(self, number: int) -> str:
        """The cursor of point `number` of this page."""
        return write_cursor(self.asked, self.points[number].key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What was in a window of time, from `start` on and before `end` (microseconds since the epoch).

    `count` are the points with a value. Aggregates that were not asked for, or have no numbers to work with, are None.
    `time_weighted_mean` takes each value to hold until the next one, the last before the window among them.
    `quality` is the one that all points share, else None.
    """

    start: int
    end: int
    count: int
    min: float | None = None
    max: float | None = None
    mean: float | None = None
    sum: float | None = None
    first: Scalar = None
    last: Scalar = None
    time_weighted_mean: float | None = None
    quality: str | None = None


class History(Protocol):
    """The history of all channels."""

    @property
    def horizon(self) -> int | None:
        """The oldest event time that is kept, in microseconds since the epoch; None where all is."""
        ...

    async def append(self, tenant: Tenant, points: Sequence[Point]) -> None:
        """Keep points for good before returning; those that are there already change nothing.

        Of points with one key and different content the same one stays, in whatever order they come. Raises
        HistoryUnavailable; then some may have been kept, and all may be sent again.
        """
        ...

    async def points(
        self, tenant: Tenant, asset: str, channel: str, *, since: int, until: int, first: int, after: str | None = None
    ) -> HistoryPage:
        """Return the `first` points at or after `since` and before `until`, oldest first, after a cursor.

        Raises LimitExceeded, CursorInvalid, HistoryUnavailable.
        """
        ...

    async def windows(
        self,
        tenant: Tenant,
        asset: str,
        channel: str,
        *,
        since: int,
        until: int,
        window: int,
        aggregates: frozenset[Aggregate],
    ) -> tuple[Window, ...]:
        """Return the windows of `window` microseconds that hold values, oldest first.

        They begin at multiples of their length since the epoch (so days begin at midnight UTC) and are cut at `since`
        and `until`. Raises ValueInvalid, LimitExceeded, HistoryUnavailable.
        """
        ...

    async def close(self) -> None:
        """Finish what was taken, and let go of files and connections."""
        ...


def asked(tenant: Tenant, asset: str, channel: str, bounds: Bounds) -> str:
    """The digest of a question for points, which its cursors carry.

    Its end is left out: who asks until now goes on with a later one.
    """
    return question("history", tenant, asset, channel, bounds.since)
