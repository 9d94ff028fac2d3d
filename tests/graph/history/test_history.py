"""The store of history: both kinds answer alike, keep what was acknowledged, and forget what is too old."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import CursorInvalid, LimitExceeded, ValueInvalid
from graph.history import Aggregate, Bounds, HistoryUnavailable, Point, Scalar, Window, open_history
from graph.history.partitions import WEEK
from graph.history.putting import KEY, key_of
from graph.history.rows import COLUMNS, row_of, unsigned
from graph.history.store import SqlHistory
from graph.history.tables import POINTS
from graph.identity import Tenant
from tests.graph.history.conftest import NOON, SECOND, StoppedClock, at
from tests.graph.history.judge import judged

TENANT = Tenant("here")
EVERYTHING = frozenset(Aggregate)
Drawn: TypeAlias = "tuple[int, int, str, Scalar, str]"


async def all_points(
    history: SqlHistory, *, first: int = 1000, channel: str = "temperature", asset: str = "R1"
) -> list[Point]:
    """All points of a channel, a page at a time."""
    found: list[Point] = []
    after: str | None = None
    while True:
        page = await history.points(TENANT, asset, channel, since=0, until=NOON * 2, first=first, after=after)
        found += page.points
        if not page.more:
            return found
        after = page.cursor(len(page.points) - 1)


async def test_what_was_appended_is_found_oldest_first(history: SqlHistory) -> None:
    points = [at(3, 21.5), at(1, 20.0), at(2, None), at(WEEK / SECOND, 19)]
    await history.append(TENANT, points)
    assert await all_points(history) == sorted(points, key=lambda point: point.key)


def test_a_row_says_its_values_in_the_order_of_its_columns() -> None:
    point = replace(at(3, 21.5, event="e"), epoch=4, sequence=5)
    row = row_of(point, 7, 9)
    named: dict[str, Any] = dict(zip(COLUMNS, row, strict=True))
    told = {"channel": 7, "source": 9, "time": point.time, "event": "e", "quality": point.quality, "number": 21.5}
    assert {name: named[name] for name in told} == told
    assert (unsigned(named["epoch"]), unsigned(named["sequence"])) == (4, 5)
    assert {each.name for each in POINTS.columns} == set(COLUMNS)
    assert key_of(row) == tuple(named[name] for name in KEY)


async def test_any_value_comes_back_as_it_was(history: SqlHistory) -> None:
    values: list[Scalar] = [0.1, -3, 2**63 - 1, -(2**63), True, False, "", "grün\n", "☃🙂", None, 1e308, 5e-324]
    points = [at(number, value) for number, value in enumerate(values)]
    await history.append(TENANT, points)
    found = [point.value for point in await all_points(history)]
    assert [(type(value), value) for value in found] == [(type(value), value) for value in values]


async def test_order_is_by_time_epoch_sequence_and_event(history: SqlHistory) -> None:
    base = at(0, 1.0, event="b")
    points = [
        base,
        replace(base, event="ä"),
        replace(base, sequence=2**64 - 1),
        replace(base, sequence=0),
        replace(base, epoch=0, sequence=2**63),
        replace(base, epoch=2**64 - 1, sequence=0),
    ]
    await history.append(TENANT, points)
    found = await all_points(history, first=1)
    assert [point.key for point in found] == sorted(point.key for point in points)


async def test_appending_again_changes_nothing(history: SqlHistory) -> None:
    points = [at(number, float(number)) for number in range(5)]
    for _ in range(2):
        await history.append(TENANT, points + points)
    assert await all_points(history) == points


async def test_so_many_that_they_take_several_statements_are_all_there_once(history: SqlHistory) -> None:
    points = [at(number, number % 7 - 0.5, event=f"e{number % 3}") for number in range(731)]
    again = [replace(each, source="another") for each in points[:9]]
    await history.append(TENANT, random.Random(1).sample([*points, *points[::2], *again], 731 + 366 + 9))
    found = await all_points(history)
    assert [each.key for each in found] == [each.key for each in points]
    assert [each.value for each in found] == [each.value for each in points]


async def test_of_two_contents_of_one_event_the_same_stays_in_any_order(history: SqlHistory) -> None:
    for one, other in ((at(1, 1.0), at(1, 2.0)), (at(2, 2.0), at(2, 1.0))):
        await history.append(TENANT, [one])
        await history.append(TENANT, [other])
    kept = await all_points(history)
    assert len(kept) == 2
    assert kept[0].value == kept[1].value


async def test_tenants_and_channels_are_apart(history: SqlHistory) -> None:
    await history.append(Tenant("other"), [at(0, 9.0)])
    await history.append(TENANT, [at(0, 1.0, channel="humidity"), replace(at(0, 2.0), asset="R2")])
    assert await all_points(history) == []
    assert [point.value for point in await all_points(history, channel="humidity")] == [1.0]


async def test_text_that_postgresql_refuses_is_kept_readable(history: SqlHistory) -> None:
    await history.append(TENANT, [replace(at(0, "a\x00b"), event="e\x00", source="\x00")])
    (found,) = await all_points(history)
    assert (found.value, found.event, found.source) == ("a␀b", "e␀", "␀")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400])
async def test_what_is_no_number_is_refused_before_anything_is_kept(history: SqlHistory, value: Scalar) -> None:
    with pytest.raises(ValueInvalid):
        await history.append(TENANT, [at(0, 1.0), at(1, value)])
    assert await all_points(history) == []


async def test_many_appends_at_once_are_all_there(history: SqlHistory) -> None:
    await asyncio.gather(*(history.append(TENANT, [at(number, number)]) for number in range(200)))
    assert [point.value for point in await all_points(history)] == list(range(200))


async def test_cursor_serves_its_own_question_alone(history: SqlHistory) -> None:
    await history.append(TENANT, [at(0, 1.0), at(1, 2.0)])
    page = await history.points(TENANT, "R1", "temperature", since=0, until=NOON * 2, first=1)
    assert page.more
    with pytest.raises(CursorInvalid):
        await history.points(TENANT, "R2", "temperature", since=0, until=NOON * 2, first=1, after=page.cursor(0))
    with pytest.raises(CursorInvalid):
        await history.points(TENANT, "R1", "temperature", since=0, until=NOON * 2, first=1, after="x")
    with pytest.raises(LimitExceeded):
        await history.points(TENANT, "R1", "temperature", since=0, until=NOON * 2, first=10_001)


async def test_windows_of_numbers(history: SqlHistory) -> None:
    await history.append(TENANT, [at(0, 10.0), at(30, 20.0), at(60, 40.0), at(300, 7)])
    found = await windows(history, since=0, until=600, length=60)
    assert [(window.start - NOON, window.count, window.min, window.max, window.mean) for window in found] == [
        (0, 2, 10.0, 20.0, 15.0),
        (60 * SECOND, 1, 40.0, 40.0, 40.0),
        (300 * SECOND, 1, 7.0, 7.0, 7.0),
    ]
    assert [(window.first, window.last, window.sum) for window in found] == [
        (10.0, 20.0, 30.0),
        (40.0, 40.0, 40.0),
        (7, 7, 7),
    ]


async def test_a_mean_over_time_holds_each_value_until_the_next(history: SqlHistory) -> None:
    await history.append(TENANT, [at(-500, 100.0), at(15, 0.0), at(45, None), at(70, 1.0)])
    found = await windows(history, since=0, until=120, length=60)
    assert [window.time_weighted_mean for window in found] == [100 * 15 / 45, 1.0]


async def test_windows_of_texts_have_first_and_last_alone(history: SqlHistory) -> None:
    await history.append(TENANT, [at(0, "RUN"), at(1, "TRIPPED")])
    (found,) = await windows(history, since=0, until=60, length=60)
    assert (found.first, found.last, found.count) == ("RUN", "TRIPPED", 2)
    assert (found.mean, found.time_weighted_mean) == (None, None)


async def test_windows_are_bounded(history: SqlHistory) -> None:
    with pytest.raises(LimitExceeded):
        await windows(history, since=0, until=10_001, length=1)
    with pytest.raises(ValueInvalid):
        await windows(history, since=0, until=1, length=0)


async def test_what_wasnt_asked_for_is_none(history: SqlHistory) -> None:
    await history.append(TENANT, [at(0, 1.0)])
    (found,) = await windows(history, since=0, until=60, length=60, aggregates=frozenset({Aggregate.MAX}))
    assert (found.max, found.min, found.last, found.time_weighted_mean) == (1.0, None, None, None)


async def windows(
    history: SqlHistory, *, since: float, until: float, length: int, aggregates: frozenset[Aggregate] = EVERYTHING
) -> Sequence[Window]:
    return await history.windows(
        TENANT,
        "R1",
        "temperature",
        since=NOON + round(since * SECOND),
        until=NOON + round(until * SECOND),
        window=length * SECOND,
        aggregates=aggregates,
    )


async def test_weeks_beyond_the_horizon_are_dropped(
    files: Callable[..., SqlHistory], tmp_path: Path, clock: StoppedClock
) -> None:
    history = files(days=30)
    await history.append(TENANT, [at(0, 1.0), at(-86_400 * 31, 2.0)])
    assert [point.value for point in await all_points(history)] == [1.0]
    clock.time += timedelta(days=20)
    await history.append(TENANT, [at(86_400 * 20, 3.0)])
    assert len(list((tmp_path / "files").glob("*.sqlite"))) == 2
    clock.time += timedelta(days=18)
    await history.sweep()
    assert [point.value for point in await all_points(history)] == [3.0]
    assert not list((tmp_path / "files").glob("2026-05-28*"))
    await history.close()


async def test_old_weeks_are_dropped_on_a_server_too(history: SqlHistory) -> None:
    await history.append(TENANT, [at(0, 1.0), at(WEEK / SECOND, 2.0), at(5 * WEEK / SECOND, 3.0)])
    partitions = history._partitions
    assert partitions.drop_before(NOON + 3 * WEEK) == 2
    assert [point.value for point in await all_points(history)] == [3.0]


async def test_what_was_acknowledged_is_there_for_another_process(files: Callable[..., SqlHistory]) -> None:
    one, other = files(), files()
    await one.append(TENANT, [at(0, 1.0)])
    assert [point.value for point in await all_points(other)] == [1.0]
    await other.append(TENANT, [at(1, 2.0)])
    assert [point.value for point in await all_points(one)] == [1.0, 2.0]
    await one.close()
    await other.close()


async def test_a_store_that_cant_be_written_says_so(tmp_path: Path, clock: StoppedClock) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    history = open_history(None, folder=tmp_path / "taken", clock=clock, days=None)
    with pytest.raises(HistoryUnavailable):
        await history.append(TENANT, [at(0, 1.0)])
    await history.close()


async def test_an_unreachable_server_shows_no_password(tmp_path: Path, clock: StoppedClock) -> None:
    url = "postgresql://twin:secret@127.0.0.1:1/none"
    history = open_history(url, folder=tmp_path, clock=clock, days=None)
    with pytest.raises(HistoryUnavailable) as caught:
        await history.append(TENANT, [at(0, 1.0)])
    assert "secret" not in str(caught.value)
    await history.close()


def test_another_database_is_refused(tmp_path: Path, clock: StoppedClock) -> None:
    with pytest.raises(ValueInvalid) as caught:
        open_history("mysql://root:secret@host/db", folder=tmp_path, clock=clock, days=None)
    assert "secret" not in str(caught.value)


VALUES = st.one_of(
    st.none(), st.booleans(), st.sampled_from(["RUN", "OFF"]), st.integers(-9, 9), st.floats(-100, 100, width=16)
)
DRAWN = st.lists(
    st.tuples(st.integers(-3, 17), st.integers(0, 2), st.sampled_from("ab"), VALUES, st.sampled_from(["GOOD", "BAD"])),
    max_size=25,
)
EDGES = st.tuples(st.integers(-4, 18), st.integers(-4, 18))
STEP = WEEK // 3 + 1
"""Between the times of points, so that windows reach over the borders of files."""


def test_any_order_gives_the_same_points_and_windows(files: Callable[..., SqlHistory]) -> None:
    history = files()
    numbers = itertools.count()

    @given(drawn=DRAWN, seed=st.integers(0, 1000), edges=EDGES, length=st.integers(1, 20))
    @settings(max_examples=25)
    def check(drawn: list[Drawn], seed: int, edges: tuple[int, int], length: int) -> None:
        bounds = Bounds(since=NOON + min(edges) * STEP, until=NOON + max(edges) * STEP)
        asked = Asked(bounds=bounds, length=length * STEP // 2 + 1, asset=f"A{next(numbers)}")
        asyncio.run(compare(history, [point_of(each) for each in drawn], random.Random(seed), asked))

    check()
    asyncio.run(history.close())


@dataclass(frozen=True, kw_only=True)
class Asked:
    bounds: Bounds
    length: int
    asset: str


def point_of(drawn: Drawn) -> Point:
    place, sequence, event, value, quality = drawn
    return replace(at(0, value, event=event), time=NOON + place * STEP, sequence=sequence, quality=quality)


async def compare(history: SqlHistory, points: list[Point], chance: random.Random, asked: Asked) -> None:
    """Append in two orders and splits, to two assets; both have the same points, and the windows that the judge has."""
    answers: list[list[Point]] = []
    for twin in "ab":
        asset = asked.asset + twin
        shuffled = [replace(point, asset=asset) for point in chance.sample(points * 2, len(points) * 2)]
        cut = chance.randint(0, len(shuffled))
        await history.append(TENANT, shuffled[:cut])
        await history.append(TENANT, shuffled[cut:])
        found = await all_points(history, first=chance.randint(2, 9), asset=asset)
        windows = await history.windows(
            TENANT,
            asset,
            "temperature",
            since=asked.bounds.since,
            until=asked.bounds.until,
            window=asked.length,
            aggregates=EVERYTHING,
        )
        assert list(map(rounded, windows)) == list(map(rounded, judged(found, asked.bounds, asked.length)))
        answers.append([replace(point, asset="") for point in found])
    assert answers[0] == answers[1]
    assert {point.key for point in points} == {point.key for point in answers[0]}


def rounded(window: Window) -> Window:
    """The same window but for the last digits of means and sums."""
    names = ("mean", "sum", "time_weighted_mean")
    given: dict[str, float | None] = {name: getattr(window, name) for name in names}
    return replace(window, **{name: None if value is None else round(value, 6) + 0.0 for name, value in given.items()})
