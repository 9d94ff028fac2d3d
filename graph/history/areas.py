"""Means over time: each number holds until the next point, over the borders of windows and partitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from graph.history.model import Bounds
from graph.history.partitions import Partition
from graph.history.statements import Track, areas_between, first_between, last_before


@dataclass(slots=True, kw_only=True)
class Areas:
    """The area below the numbers of each window, by its start, and the time it covers; numbers times microseconds."""

    window: int
    area: dict[int, float] = field(default_factory=dict[int, float])
    covered: dict[int, int] = field(default_factory=dict[int, int])

    def add(self, start: int, area: float, covered: int) -> None:
        """Add to a window."""
        self.area[start] = self.area.get(start, 0.0) + area
        self.covered[start] = self.covered.get(start, 0) + covered

    def hold(self, number: float | None, span: Bounds) -> None:
        """Add a number that held from one point to another, to the windows of both; those between hold no point."""
        if number is None:
            return
        for start in {time - time % self.window for time in (span.since, span.until)}:
            covered = min(start + self.window, span.until) - max(start, span.since)
            if covered > 0:
                self.add(start, number * covered, covered)

    def means(self) -> dict[int, float]:
        """The mean of each window that a number holds in."""
        return {start: self.area[start] / covered for start, covered in self.covered.items() if covered}


def areas_of(partitions: Sequence[Partition], track: Track, bounds: Bounds, window: int) -> Areas:
    """The areas of all windows that hold points. `partitions` are all up to the end of `bounds`, oldest first."""
    areas = Areas(window=window)
    time, number = bounds.since, _held_before(partitions, track, bounds.since)
    for partition in partitions:
        inside = Bounds(
            since=max(bounds.since, partition.bounds.since), until=min(bounds.until, partition.bounds.until)
        )
        found = partition.run(lambda connection, inside=inside: _read(connection, track, inside, window), None)
        if found is None:
            continue
        areas.hold(number, Bounds(since=time, until=found.first))
        for start, area, covered in found.rows:
            areas.add(start, area, int(covered))
        time, number = found.last, found.number
    areas.hold(number, Bounds(since=time, until=bounds.until))
    return areas


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    first: int
    last: int
    number: float | None
    rows: Sequence[Any]


def _held_before(partitions: Sequence[Partition], track: Track, time: int) -> float | None:
    for partition in reversed(partitions):
        if partition.bounds.since < time:
            found = partition.run(lambda connection: connection.execute(last_before(track, time)).first(), None)
            if found is not None:
                return found.number
    return None


def _read(connection: Connection, track: Track, inside: Bounds, window: int) -> _Found | None:
    if inside.since >= inside.until:
        return None
    first = connection.execute(first_between(track, inside)).scalar()
    last = connection.execute(last_before(track, inside.until)).first()
    if first is None or last is None:
        return None
    rows = connection.execute(areas_between(track, inside, window)).all()
    return _Found(first=first, last=last.time, number=last.number, rows=rows)
