"""What a store of history is made of: partitions by time, each of which a statement can be run in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine

from graph.history.model import Bounds

T = TypeVar("T")

WEEK = 7 * 86_400 * 1_000_000
"""Microseconds; what a partition holds. Whole weeks since the epoch, which began on a Thursday."""

BEGINNING = -(1 << 62)
END = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """A stretch of time whose points lie together."""

    bounds: Bounds
    engine: Engine
    there: Callable[[], bool] = lambda: True

    def run(self, work: Callable[[Connection], T], default: T) -> T:
        """What `work` returns, in a transaction; `default` where the partition was dropped meanwhile."""
        from sqlalchemy.exc import OperationalError

        try:
            with self.engine.begin() as connection:
                return work(connection)
        except OperationalError:
            if self.there():
                raise
            return default


class Partitions(Protocol):
    """Where points lie."""

    @property
    def place(self) -> str:
        """Where they lie, as shown to people: without a password."""
        ...

    def within(self, bounds: Bounds) -> list[Partition]:
        """The partitions that are there and overlap `bounds`, oldest first."""
        ...

    def holding(self, time: int) -> Partition:
        """The partition that a point of this time belongs into; made where it isn't there."""
        ...

    def drop_before(self, time: int) -> int:
        """Drop the partitions that end at or before a moment; how many there were."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


def week_of(time: int) -> Bounds:
    """The week that a time lies in."""
    since = time - time % WEEK
    return Bounds(since=since, until=since + WEEK)
