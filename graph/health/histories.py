"""What channels said over time, as rows of answers: points, or windows of them, a page of each."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, cast

from graph.clock import Clock, epoch_micros, text_of_micros
from graph.errors import LimitExceeded
from graph.health.levels import ChannelRule
from graph.health.transitions import LevelTransition, transitions_of
from graph.history import Aggregate, History, HistoryUnavailable, Point, Window
from graph.identity import Tenant
from graph.ontology.model import Json
from graph.ontology.scalars import show_datetime
from graph.reading.cursors import question, read_cursor, write_cursor
from graph.reading.limits import LIMITS, within_limit
from graph.reading.selection import Row
from graph.reading.state_selection import ChannelHistory, ChannelTransitions

AT_ONCE: Final = 100
"""Histories of one answer: each is a question of its own to the store."""

_BEGINNING: Final = -(1 << 61)
_DAY: Final = 86_400 * 1_000_000
_AT_A_TIME: Final = 10_000
_LOOKED_THROUGH: Final = 50_000
"""Values in which transitions are looked for: some 30 us each."""

_OF_WINDOWS: Final = frozenset({Aggregate.MIN, Aggregate.MAX, Aggregate.MEAN, Aggregate.LAST})


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryWish:
    """A field to be filled into the row of a channel, which is judged by `rule`."""

    row: Row
    asset: str
    rule: ChannelRule
    field: ChannelHistory | ChannelTransitions

    @property
    def channel(self) -> str:
        """The name that the channel's values are kept under."""
        return self.rule.key


class Histories:
    """Fills fields of channels that the history answers. `history` gives it when it is first asked for."""

    def __init__(self, history: Callable[[], History], clock: Clock) -> None:
        self._history = history
        self._clock = clock
        self._one_at_a_time = asyncio.Semaphore()  # what looks for transitions holds up to 50,000 values

    async def fill(self, tenant: Tenant, wishes: Sequence[HistoryWish]) -> None:
        """Put the page into each row. Raises LimitExceeded, ValueInvalid, CursorInvalid, HistoryUnavailable."""
        if len(wishes) > AT_ONCE:
            raise LimitExceeded(
                "Too many histories for one answer",
                place="history",
                expected=f"at most {AT_ONCE}",
                actual=str(len(wishes)),
                hint="Ask for the histories of fewer assets, or of one channel by its name",
            )
        for wish, page in zip(
            wishes, await asyncio.gather(*(self._page(tenant, each) for each in wishes)), strict=True
        ):
            wish.row[wish.field.key] = page

    async def _page(self, tenant: Tenant, wish: HistoryWish) -> Json:
        of = wish.field
        within_limit(of.first, LIMITS.first, place="first", what="The size of the page", least=1)
        if isinstance(of, ChannelTransitions):
            async with self._one_at_a_time:
                return await self._transitions(tenant, wish, of)
        return await (self._points if of.window is None else self._windows)(tenant, wish, of)

    async def _transitions(self, tenant: Tenant, wish: HistoryWish, of: ChannelTransitions) -> Json:
        now = epoch_micros(self._clock.now())
        until = now if of.until is None else of.until
        since = until - _DAY if of.since is None else of.since
        points: list[Point] = []
        after: str | None = None
        while True:
            page = await self._history().points(
                tenant, wish.asset, wish.channel, since=since, until=until, first=_AT_A_TIME, after=after
            )
            points += page.points
            if not page.more:
                break
            if len(points) >= _LOOKED_THROUGH:
                raise LimitExceeded(
                    "Too many values to find transitions in",
                    place="from",
                    expected=f"at most {_LOOKED_THROUGH:,} values between `from` and `to`",
                    hint="Ask for a shorter time",
                )
            after = page.cursor(len(page.points) - 1)
        return await asyncio.to_thread(
            lambda: [
                _transition_row(each)
                for each in deque(transitions_of(wish.rule, points, min(until, now)), maxlen=of.first)
            ]
        )

    async def _points(self, tenant: Tenant, wish: HistoryWish, of: ChannelHistory) -> Row:
        page = await self._history().points(
            tenant,
            wish.asset,
            wish.channel,
            since=_BEGINNING if of.since is None else of.since,
            until=self._until(of),
            first=of.first,
            after=of.after,
        )
        nodes = [_point_row(point) for point in page.points]
        return _connection(nodes, [page.cursor(number) for number in range(len(nodes))], of, more=page.more)

    async def _windows(self, tenant: Tenant, wish: HistoryWish, of: ChannelHistory) -> Row:
        length, until = cast("int", of.window), self._until(of)
        asked = question("windows", tenant, wish.asset, wish.channel, of.since, length)
        since = until - until % max(length, 1) - length * of.first if of.since is None else of.since
        if of.after is not None:
            cursor = read_cursor(of.after, (int,))
            cursor.demand(asked)
            since = cast("int", cursor.keys[0])
        found = await self._history().windows(
            tenant, wish.asset, wish.channel, since=since, until=until, window=length, aggregates=_OF_WINDOWS
        )
        page = found[: of.first]
        cursors = [write_cursor(asked, (window.end,)) for window in page]
        return _connection([_window_row(window) for window in page], cursors, of, more=len(found) > of.first)

    def _until(self, of: ChannelHistory) -> int:
        return epoch_micros(self._clock.now()) + 60_000_000 if of.until is None else of.until


def no_history() -> History:
    """Stand for the history where there is none."""
    raise HistoryUnavailable("No history is kept here", hint="Ask a running service")


def _connection(nodes: Sequence[Row], cursors: Sequence[str], of: ChannelHistory, *, more: bool) -> Row:
    return {
        "nodes": list(nodes),
        "edges": [{"cursor": cursor, "node": node} for cursor, node in zip(cursors, nodes, strict=True)],
        "pageInfo": {
            "hasNextPage": more,
            "hasPreviousPage": of.after is not None,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
    }


def _point_row(point: Point) -> Row:
    return {
        "time": _moment(point.time),
        "value": point.value,
        "min": None,
        "max": None,
        "mean": None,
        "count": 0 if point.value is None else 1,
        "quality": point.quality,
    }


def _window_row(window: Window) -> Row:
    return {
        "time": _moment(window.start),
        "value": window.last,
        "min": window.min,
        "max": window.max,
        "mean": window.mean,
        "count": window.count,
        "quality": window.quality,
    }


def _transition_row(transition: LevelTransition) -> Row:
    return {"time": _moment(transition.time), "level": str(transition.level), "value": transition.value}


def _moment(time: int) -> Json:
    """With milliseconds as everywhere, and finer where it is."""
    return text_of_micros(time) if time % 1_000 else show_datetime(time // 1_000)
