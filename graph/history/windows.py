"""Windows of history put together from what each partition says of its part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Final, TypeVar

from sqlalchemy import Connection

from graph.errors import ValueInvalid
from graph.history.areas import areas_of
from graph.history.model import Aggregate, Bounds, Scalar, Window
from graph.history.partitions import Partition
from graph.history.rows import value_of
from graph.history.statements import Track, points_at, windows_between
from graph.reading.limits import within_limit

MOST_WINDOWS: Final = 10_000
_AT_ONCE: Final = 500
"""Times looked up by one statement."""

T = TypeVar("T", float, str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one window holds, in as much as is known by now; times are microseconds."""

    count: int
    numbers: int
    least: float | None
    most: float | None
    sum: float | None
    earliest: int | None
    latest: int | None
    quality: str | None
    other_quality: str | None

    def with_later(self, later: Part) -> Part:
        """The same window with what a later partition holds of it."""
        return Part(
            count=self.count + later.count,
            numbers=self.numbers + later.numbers,
            least=_best(min, self.least, later.least),
            most=_best(max, self.most, later.most),
            sum=_best(_total, self.sum, later.sum),
            earliest=later.earliest if self.earliest is None else self.earliest,
            latest=self.latest if later.latest is None else later.latest,
            quality=_best(min, self.quality, later.quality),
            other_quality=_best(max, self.other_quality, later.other_quality),
        )


@dataclass(slots=True, kw_only=True)
class _Found:
    """What the partitions say: parts by the start of their window, first and last values by their times."""

    parts: dict[int, Part]
    first: dict[int, Scalar]
    last: dict[int, Scalar]
    means: dict[int, float]


def check_windows(bounds: Bounds, window: int) -> None:
    """Raise ValueInvalid for a window without length, LimitExceeded where there would be too many."""
    if window <= 0:
        raise ValueInvalid("Not the length of a window", place="window", expected="above PT0S", actual=str(window))
    number = -(-max(0, bounds.until - bounds.since) // window)
    within_limit(number, MOST_WINDOWS, place="window", what="The number of windows")


def windows_of(
    partitions: Sequence[Partition], track: Track, bounds: Bounds, window: int, *, asked: frozenset[Aggregate]
) -> tuple[Window, ...]:
    """The windows of a channel that hold values, oldest first.

    `partitions` overlap `bounds`, oldest first; where a mean over time is asked for, all before them come too.
    """
    found = _Found(parts={}, first={}, last={}, means={})
    if Aggregate.TIME_WEIGHTED_MEAN in asked:
        found.means = areas_of(partitions, track, bounds, window).means()
    for partition in partitions:
        inside = Bounds(
            since=max(bounds.since, partition.bounds.since), until=min(bounds.until, partition.bounds.until)
        )
        if inside.since < inside.until:
            partition.run(
                lambda connection, inside=inside: _read(connection, track, inside, window, asked, found), None
            )
    return tuple(
        _window(found, start, bounds, window, asked) for start, part in sorted(found.parts.items()) if part.count
    )


def _read(
    connection: Connection, track: Track, inside: Bounds, window: int, asked: frozenset[Aggregate], found: _Found
) -> None:
    parts: dict[int, Part] = {}
    for start, *values in connection.execute(windows_between(track, inside, window)):
        parts[start] = Part(**dict(zip(Part.__dataclass_fields__, values, strict=True)))
    for start, part in parts.items():
        found.parts[start] = found.parts[start].with_later(part) if start in found.parts else part
    edges = {Aggregate.FIRST: "earliest", Aggregate.LAST: "latest"}
    times = {getattr(part, edges[each]) for part in parts.values() for each in asked & edges.keys()}
    for row in _points_at(connection, track, sorted(times - {None})):
        value = value_of(row.kind, row.number, row.words)
        found.first.setdefault(row.time, value)
        found.last[row.time] = value


def _points_at(connection: Connection, track: Track, times: Sequence[int]) -> Iterable[Any]:
    for start in range(0, len(times), _AT_ONCE):
        yield from connection.execute(points_at(track, list(times[start : start + _AT_ONCE])))


def _window(found: _Found, start: int, bounds: Bounds, window: int, asked: frozenset[Aggregate]) -> Window:
    part = found.parts[start]

    def wanted(aggregate: Aggregate, value: float | None) -> float | None:
        return value if aggregate in asked and value is not None and isfinite(value) else None

    return Window(
        start=max(start, bounds.since),
        end=min(start + window, bounds.until),
        count=part.count,
        min=wanted(Aggregate.MIN, part.least),
        max=wanted(Aggregate.MAX, part.most),
        mean=wanted(Aggregate.MEAN, part.sum / part.numbers if part.sum is not None else None),
        sum=wanted(Aggregate.SUM, part.sum),
        first=found.first.get(part.earliest) if Aggregate.FIRST in asked and part.earliest is not None else None,
        last=found.last.get(part.latest) if Aggregate.LAST in asked and part.latest is not None else None,
        time_weighted_mean=wanted(Aggregate.TIME_WEIGHTED_MEAN, found.means.get(start)),
        quality=part.quality if part.quality == part.other_quality else None,
    )


def _best(choose: Callable[[T, T], T], one: T | None, other: T | None) -> T | None:
    if one is None or other is None:
        return other if one is None else one
    return choose(one, other)


def _total(one: float, other: float) -> float:
    return one + other
