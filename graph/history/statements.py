"""The statements that read history, for one partition each; SQLite and PostgreSQL take the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Executable, and_, bindparam, case, func, literal, select, tuple_
from sqlalchemy.sql.expression import Subquery

from graph.history.model import Bounds
from graph.history.tables import CHANNELS, POINTS, SOURCES
from graph.identity import Tenant

_P = POINTS.c
_ORDER = (_P.time, _P.epoch, _P.sequence, _P.event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A channel of an asset of a tenant."""

    tenant: Tenant
    asset: str
    channel: str

    def holds(self) -> ColumnElement[bool]:
        """The condition that a point is of this channel."""
        number = select(CHANNELS.c.number).where(
            CHANNELS.c.tenant == self.tenant, CHANNELS.c.asset == self.asset, CHANNELS.c.channel == self.channel
        )
        return _P.channel == number.scalar_subquery()


def points_between(track: Track, bounds: Bounds, *, after: tuple[Any, ...] | None, first: int) -> Executable:
    """The `first` points of a channel, oldest first; `after` is the key of a row."""
    place = _within(track, bounds)
    if after is not None:
        place = and_(place, _P.time >= after[0], tuple_(*_ORDER) > tuple_(*map(literal, after)))
    return _points(place, first)


def points_at(track: Track, times: list[int]) -> Executable:
    """The points with a value at these times, oldest first."""
    return _points(and_(track.holds(), _P.time.in_(times), _P.kind != 0), None)


def first_between(track: Track, bounds: Bounds) -> Executable:
    """The time of the first point."""
    return select(_P.time).where(_within(track, bounds)).order_by(*_ORDER).limit(1)


def last_before(track: Track, time: int) -> Executable:
    """Time and number of the last point before a moment; the number is null for what is none."""
    last = tuple(column.desc() for column in _ORDER)
    return select(_P.time, _P.number).where(track.holds(), _P.time < time).order_by(*last).limit(1)


def windows_between(track: Track, bounds: Bounds, window: int) -> Executable:
    """For each window: start, counts, extremes and sum of the numbers, times of its first and last value, qualities."""
    start = _start_of(_P.time, window).label("start")
    valued = _P.kind != 0
    return (
        select(
            start,
            func.count(case((valued, 1))).label("count"),
            func.count(_P.number).label("numbers"),
            func.min(_P.number).label("least"),
            func.max(_P.number).label("most"),
            func.sum(_P.number).label("sum"),
            func.min(case((valued, _P.time))).label("earliest"),
            func.max(case((valued, _P.time))).label("latest"),
            func.min(case((valued, _P.quality))).label("quality"),
            func.max(case((valued, _P.quality))).label("other_quality"),
        )
        .where(_within(track, bounds))
        .group_by(start)
        .order_by(start)
    )


def areas_between(track: Track, bounds: Bounds, window: int) -> Executable:
    """For each window with points: the area below the numbers, each held until the next point, and the time it covers.

    Microseconds. Only what lies between two points of `bounds` counts; nothing holds after a tombstone or a text.
    """
    rows = _steps(track, bounds, window)
    end = case((rows.c.following < rows.c.start + window, rows.c.following), else_=rows.c.start + window)
    holds = case((and_(rows.c.number.is_not(None), rows.c.following.is_not(None)), end - rows.c.time), else_=0)
    opens = and_(rows.c.before.is_not(None), rows.c.start_before < rows.c.start)
    leads = case((opens, rows.c.time - rows.c.start), else_=0)
    area = func.coalesce(rows.c.number * holds, 0.0) + func.coalesce(rows.c.before * leads, 0.0)
    return (
        select(rows.c.start, func.sum(area).label("area"), func.sum(holds + leads).label("covered"))
        .group_by(rows.c.start)
        .order_by(rows.c.start)
    )


def _steps(track: Track, bounds: Bounds, window: int) -> Subquery:
    """Each point with the start of its window, the time of the next one, and number and window of the one before."""
    start = _start_of(_P.time, window)
    over: dict[str, Any] = {"order_by": _ORDER}
    return (
        select(
            _P.time,
            _P.number,
            start.label("start"),
            func.lead(_P.time).over(**over).label("following"),
            func.lag(_P.number).over(**over).label("before"),
            func.lag(start).over(**over).label("start_before"),
        )
        .where(_within(track, bounds))
        .subquery()
    )


def _points(place: ColumnElement[bool], first: int | None) -> Executable:
    columns = (*_ORDER, _P.quality, _P.kind, _P.number, _P.words, SOURCES.c.name)
    joined = select(*columns).join_from(POINTS, SOURCES, SOURCES.c.number == _P.source)
    return joined.where(place).order_by(*_ORDER).limit(first)


def _within(track: Track, bounds: Bounds) -> ColumnElement[bool]:
    return and_(track.holds(), _P.time >= bounds.since, _P.time < bounds.until)


def _start_of(time: ColumnElement[int], window: int) -> ColumnElement[int]:
    """Where the window of a time begins; `%` has the sign of the time in SQL, so that it is put right before 1970.

    The length stands in the text: to PostgreSQL, two parameters are never one expression to group by.
    """
    length: BindParameter[int] = bindparam("length", window, literal_execute=True)
    return time - ((time % length) + length) % length
