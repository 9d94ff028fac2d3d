"""The store of history: one thread writes, with one commit for all that waits, and a few read."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, TypeVar, cast

from structlog.stdlib import get_logger

from graph.clock import Clock, epoch_micros
from graph.errors import TwinError
from graph.history.errors import HistoryRefused, HistoryUnavailable
from graph.history.model import Aggregate, Bounds, HistoryPage, Point, Window, asked
from graph.history.partitions import BEGINNING, WEEK, Partitions
from graph.history.rows import check, point_of, signed
from graph.history.statements import Track, points_between
from graph.history.windows import check_windows, windows_of
from graph.history.writing import Writer
from graph.identity import Tenant
from graph.reading.cursors import read_cursor
from graph.reading.limits import within_limit
from graph.sql import storable, translated

T = TypeVar("T")

MOST_POINTS: Final = 10_000
"""Points of a page."""

_AT_ONCE: Final = 20_000
"""Points after which a transaction takes no more of what waits."""

_READERS: Final = 4
_SWEEP_EVERY: Final = 3_600 * 1_000_000
"""Microseconds between two looks for what is too old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    tenant: Tenant
    points: Sequence[Point]
    done: Future[None] = field(default_factory=Future)


class SqlHistory:
    """History in a database that SQLAlchemy speaks to. `days` is how long values are kept; None: for ever."""

    def __init__(self, partitions: Partitions, clock: Clock, *, days: int | None) -> None:
        self._partitions = partitions
        self._clock = clock
        self._days = days
        self._writers: dict[int, Writer] = defaultdict(Writer)
        self._waiting: deque[_Waiting] = deque()
        self._lock = Lock()
        self._swept = BEGINNING
        self._writing = ThreadPoolExecutor(1, "history-write")
        self._reading = ThreadPoolExecutor(_READERS, "history-read")

    @property
    def horizon(self) -> int | None:
        """The oldest event time that is kept, in microseconds since the epoch; None where all is."""
        return None if self._days is None else epoch_micros(self._clock.now()) - self._days * WEEK // 7

    async def append(self, tenant: Tenant, points: Sequence[Point]) -> None:
        """Keep points for good before returning; see `History`. Points from before the horizon are let go."""
        for point in points:
            check(point)
        if not points:
            return
        waiting = _Waiting(tenant=tenant, points=points)
        with self._lock:
            self._waiting.append(waiting)
        self._writing.submit(self._write_waiting)
        await asyncio.wrap_future(waiting.done)

    async def points(
        self, tenant: Tenant, asset: str, channel: str, *, since: int, until: int, first: int, after: str | None = None
    ) -> HistoryPage:
        """Return a page of points, oldest first; see `History`."""
        within_limit(first, MOST_POINTS, place="first", what="The number of points")
        question = asked(tenant, asset, channel, Bounds(since=since, until=until))
        key = None if after is None else _key_of(after, question)
        bounds = self._kept(since, until)
        track = Track(tenant=tenant, asset=asset, channel=channel)
        found = await self._read(lambda: self._page(track, bounds, key, first + 1))
        return HistoryPage(asked=question, points=found[:first], more=len(found) > first)

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
        """Return the windows that hold values, oldest first; see `History`."""
        bounds = self._kept(since, until)
        check_windows(bounds, window)
        track = Track(tenant=tenant, asset=asset, channel=channel)
        begin = BEGINNING if Aggregate.TIME_WEIGHTED_MEAN in aggregates else bounds.since

        def read() -> tuple[Window, ...]:
            partitions = self._partitions.within(Bounds(since=begin, until=bounds.until))
            return windows_of(partitions, track, bounds, window, asked=aggregates)

        return await self._read(read)

    async def sweep(self) -> int:
        """Drop the partitions that are older than the horizon altogether; how many there were."""
        return await asyncio.wrap_future(self._writing.submit(self._sweep))

    async def close(self) -> None:
        """Finish what was taken, and let go of files and connections."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._writing.shutdown(wait=True)
        self._reading.shutdown(wait=True)
        self._partitions.close()

    def _kept(self, since: int, until: int) -> Bounds:
        return Bounds(since=max(since, self.horizon or since), until=until)

    async def _read(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._reading, self._translated, work)

    def _translated(self, work: Callable[[], T]) -> T:
        with translated(HistoryUnavailable, "history", self._partitions.place, refused=HistoryRefused):
            return work()

    def _page(
        self, track: Track, bounds: Bounds, key: tuple[int, int, int, str] | None, most: int
    ) -> tuple[Point, ...]:
        bounds = bounds if key is None else Bounds(since=max(bounds.since, key[0]), until=bounds.until)
        after = None if key is None else (key[0], signed(key[1]), signed(key[2]), storable(key[3]))
        found: list[Point] = []
        for partition in self._partitions.within(bounds):
            statement = points_between(track, bounds, after=after, first=most - len(found))
            rows = partition.run(lambda connection, of=statement: connection.execute(of).all(), [])
            found += [point_of(row, asset=track.asset, channel=track.channel) for row in rows]
            if len(found) >= most:
                break
        return tuple(found)

    def _write_waiting(self) -> None:
        """Write what waits, with one commit for each week; where that fails, each by itself."""
        taken = self._take()
        if not taken:
            return
        try:
            self._translated(lambda: self._write(taken))
        except TwinError as error:
            if len(taken) == 1:
                taken[0].done.set_exception(error)
                return
            for each in taken:
                self._write_singly(each)
            return
        except BaseException as error:  # whoever waits must hear of it
            for each in taken:
                each.done.set_exception(error)
            raise
        for each in taken:
            each.done.set_result(None)
        self._sweep_now_and_then()

    def _write_singly(self, each: _Waiting) -> None:
        try:
            self._translated(lambda: self._write([each]))
        except Exception as error:  # noqa: BLE001  whoever waits must hear of it, and the others come next
            each.done.set_exception(error)
        else:
            each.done.set_result(None)

    def _take(self) -> list[_Waiting]:
        taken: list[_Waiting] = []
        number = 0
        with self._lock:
            while self._waiting and number < _AT_ONCE:
                each = self._waiting.popleft()
                if each.done.set_running_or_notify_cancel():
                    taken.append(each)
                    number += len(each.points)
        return taken

    def _write(self, taken: Sequence[_Waiting]) -> None:
        horizon = self.horizon
        weeks: dict[int, list[tuple[Tenant, Point]]] = defaultdict(list)
        for each in taken:
            for point in each.points:
                if horizon is None or point.time >= horizon:
                    weeks[point.time // WEEK].append((each.tenant, point))
        for points in weeks.values():
            partition = self._partitions.holding(points[0][1].time)
            with partition.engine.begin() as connection:
                kept = self._writers[partition.bounds.since].write(connection, points)
            kept()

    def _sweep_now_and_then(self) -> None:
        now = epoch_micros(self._clock.now())
        if now - self._swept < _SWEEP_EVERY:
            return
        self._swept = now
        try:
            self._sweep()
        except TwinError as error:  # what was written is written; the next sweep comes in an hour
            get_logger("twin.history").warning("old history can't be dropped", error=str(error))

    def _sweep(self) -> int:
        horizon = self.horizon
        if horizon is None:
            return 0
        for since in [since for since in self._writers if since + WEEK <= horizon and since != BEGINNING]:
            del self._writers[since]
        return self._translated(lambda: self._partitions.drop_before(horizon))


def _key_of(after: str, question: str) -> tuple[int, int, int, str]:
    cursor = read_cursor(after, (int, int, int, str))
    cursor.demand(question)
    return cast("tuple[int, int, int, str]", cursor.keys)
