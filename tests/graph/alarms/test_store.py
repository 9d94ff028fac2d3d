"""Alarms are kept: once whoever raises them, through restarts, for each tenant; the same in both databases."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graph.alarms import (
    Action,
    AlarmFilter,
    Alarms,
    AlarmStateConflict,
    AlarmsUnavailable,
    Cause,
    Flood,
    Priority,
    Seen,
    Sighting,
    State,
    UnknownAlarm,
    open_alarms,
)
from graph.clock import epoch_micros
from graph.errors import CursorInvalid, LimitExceeded
from graph.identity import Tenant
from graph.impact import Level
from tests.postgres import LEFT_OUT, empty_database

_COUNTER = itertools.count()
HERE, THERE = Tenant("here"), Tenant("there")
NOW = datetime(2026, 6, 3, 12, tzinfo=UTC)
ME, OTHER = "me", "another"


class MovedClock:
    def __init__(self) -> None:
        self.time = NOW

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


Opened = Callable[[], Alarms]


@pytest.fixture(params=["sqlite", "postgresql"])
async def opened(request: pytest.FixtureRequest, tmp_path: Path, clock: MovedClock) -> AsyncIterator[Opened]:
    """Opens the same database again and again, as processes do."""
    made: list[Alarms] = []

    def opening(url: str | None) -> Opened:
        def once() -> Alarms:
            made.append(open_alarms(url, folder=tmp_path, clock=clock, days=2, steps=4))
            return made[-1]

        return once

    if request.param == "sqlite":
        yield opening(None)
    else:
        url: str | None = request.getfixturevalue("postgres_url")
        if url is None:
            pytest.skip(LEFT_OUT)
        with empty_database(url, f"alarms{next(_COUNTER)}") as own:
            yield opening(own)
            for each in made:
                await each.close()
            return
    for each in made:
        await each.close()


@pytest.fixture
async def alarms(opened: Opened) -> Alarms:
    found = opened()
    assert await found.hold(HERE, ME, seconds=60)
    return found


def sees(asset: str, channel: str = "flow", level: Level = Level.DOWN, *, at: int = 1, value: object = 7) -> Sighting:
    seen = Seen(level=level, time=at, value=value)  # pyright: ignore[reportArgumentType] - any JSON
    return Sighting(asset=asset, kind="Pump", points={channel: seen})


async def settled(alarms: Alarms, *sightings: Sighting, holder: str = ME) -> list[tuple[str, Action]]:
    found = await alarms.settle(HERE, holder, sightings)
    assert found is not None
    return [(each.alarm.asset, each.transition.action) for each in found]


async def shown(alarms: Alarms, wanted: AlarmFilter | None = None) -> list[tuple[str, State]]:
    page = await alarms.page(HERE, wanted or AlarmFilter(), first=100)
    assert page.total == len(page.alarms)
    return [(each.asset, each.state) for each in page.alarms]


async def test_what_is_seen_raises_and_returns(alarms: Alarms) -> None:
    assert await settled(alarms, sees("A"), sees("B", at=2)) == [("A", Action.RAISED), ("B", Action.RAISED)]
    assert await settled(alarms, sees("A"), sees("B", at=2)) == []
    assert await settled(alarms, sees("A", level=Level.OK)) == [("A", Action.RETURNED)]
    assert await shown(alarms) == [("B", State.UNACK), ("A", State.RTN_UNACK)]
    gone = Sighting(asset="B", kind="", points={})
    assert await settled(alarms, gone) == [("B", Action.RETURNED)]
    assert await alarms.newest(HERE) == 4


async def test_an_alarm_comes_back_as_it_was(alarms: Alarms, opened: Opened) -> None:
    await settled(alarms, sees("Ä", "state", value="TRIPPED\x00"))
    (found,) = (await alarms.page(HERE, AlarmFilter(), first=1)).alarms
    assert (found.asset, found.channel, found.kind, found.value) == ("Ä", "state", "Pump", "TRIPPED␀")
    assert (found.raised, found.changed, found.raises, found.level) == (1, epoch_micros(NOW), 1, Level.DOWN)
    again = opened()
    assert await again.get(HERE, [found.id]) == (found,)
    assert (await again.open_points(HERE)).active == {("Ä", "state"): Level.DOWN}
    assert await again.tenants() == [HERE]


async def test_one_process_at_a_time_raises(alarms: Alarms, opened: Opened, clock: MovedClock) -> None:
    other = opened()
    assert not await other.hold(HERE, OTHER, seconds=60)
    assert await other.settle(HERE, OTHER, [sees("A")]) is None
    assert await alarms.hold(HERE, ME, seconds=60)
    clock.time += timedelta(seconds=61)
    assert await alarms.settle(HERE, ME, [sees("A")]) is None
    assert await other.hold(HERE, OTHER, seconds=60)
    assert await settled(other, sees("A"), holder=OTHER) == [("A", Action.RAISED)]
    await other.release(OTHER)
    assert await alarms.hold(HERE, ME, seconds=60)
    assert await settled(alarms, sees("A")) == []


async def test_several_processes_at_once_raise_once(opened: Opened) -> None:
    processes = [opened() for _ in range(4)]
    held = await asyncio.gather(*(each.hold(HERE, str(n), seconds=60) for n, each in enumerate(processes)))
    assert sum(held) == 1
    done = await asyncio.gather(*(each.settle(HERE, str(n), [sees("A")]) for n, each in enumerate(processes)))
    assert sum(len(each or ()) for each in done) == 1


async def test_what_is_over_is_raised_again_as_itself_by_the_same_event(alarms: Alarms) -> None:
    await settled(alarms, sees("A"))
    (found,) = (await alarms.page(HERE, AlarmFilter(), first=1)).alarms
    await alarms.put_flood(HERE, ME, Flood(id="f", began=1, alarms=1), [found.id])
    await alarms.acknowledge(HERE, [found.id], by="ann", comment="")
    assert await settled(alarms, sees("A", level=Level.OK)) == [("A", Action.RETURNED)]
    assert await settled(alarms, sees("A")) == [("A", Action.RERAISED)]
    assert await settled(alarms, sees("A")) == []
    (again,) = await alarms.get(HERE, [found.id])
    assert (again.state, again.raises, again.flood) == (State.UNACK, 2, None)
    await alarms.acknowledge(HERE, [found.id], by="ann", comment="")
    await settled(alarms, sees("A", level=Level.OK))
    assert await settled(alarms, sees("A", at=3)) == [("A", Action.RAISED)]
    assert await shown(alarms) == [("A", State.UNACK), ("A", State.NORMAL)]


async def test_every_step_is_kept_with_who_and_why(alarms: Alarms, clock: MovedClock) -> None:
    await settled(alarms, sees("A", level=Level.DEGRADED), sees("B"))
    ids = {each.asset: each.id for each in (await alarms.page(HERE, AlarmFilter(), first=9)).alarms}
    clock.time += timedelta(seconds=5)
    done = await alarms.acknowledge(HERE, [ids["A"], ids["B"], ids["A"]], by="ann", comment="on my way")
    assert [(each.transition.by, each.transition.number) for each in done] == [("ann", 3), ("ann", 4)]
    assert await alarms.acknowledge(HERE, [ids["A"]], by="bob", comment="") == []
    await settled(alarms, sees("A"))
    steps = await alarms.transitions(HERE, [ids["A"]])
    assert [(each.action, each.state, each.level, each.by, each.comment) for each in steps[ids["A"]]] == [
        (Action.RAISED, State.UNACK, Level.DEGRADED, "twin", ""),
        (Action.ACKNOWLEDGED, State.ACKED, Level.DEGRADED, "ann", "on my way"),
        (Action.WORSENED, State.UNACK, Level.DOWN, "twin", ""),
    ]
    assert steps[ids["A"]][1].time == epoch_micros(clock.time)
    followed = await alarms.after(HERE, 2, most=2)
    assert [each.transition.number for each in followed] == [3, 4]
    with pytest.raises(UnknownAlarm):
        await alarms.acknowledge(HERE, [ids["B"], "none"], by="ann", comment="")
    with pytest.raises(UnknownAlarm):
        await alarms.acknowledge(THERE, [ids["B"]], by="ann", comment="")


async def test_a_shelf_gives_back_by_itself(alarms: Alarms, clock: MovedClock) -> None:
    await settled(alarms, sees("A"), sees("B"))
    ids = {each.asset: each.id for each in (await alarms.page(HERE, AlarmFilter(), first=9)).alarms}
    until = epoch_micros(NOW + timedelta(hours=1))
    for each in ids.values():
        await alarms.shelve(HERE, each, until=until, by="ann", reason="works")
    assert await settled(alarms, sees("A", level=Level.OK)) == [("A", Action.RETURNED)]
    assert (
        await shown(alarms, AlarmFilter(states=(State.SHELVED,)))
        == [("A", State.SHELVED), ("B", State.SHELVED)][:: 1 if ids["A"] > ids["B"] else -1]
    )
    with pytest.raises(AlarmStateConflict):
        await alarms.acknowledge(HERE, [ids["A"]], by="ann", comment="")
    clock.time += timedelta(hours=1)
    assert dict(await shown(alarms)) == {"A": State.NORMAL, "B": State.UNACK}
    steps = (await alarms.transitions(HERE, [ids["B"]]))[ids["B"]]
    assert [(each.action, each.by) for each in steps][1:] == [(Action.SHELVED, "ann"), (Action.UNSHELVED, "twin")]
    await alarms.shelve(HERE, ids["B"], until=epoch_micros(clock.time) + 9, by="ann", reason="again")
    await alarms.unshelve(HERE, ids["B"], by="bob", comment="done")
    assert await shown(alarms, AlarmFilter(states=(State.UNACK,))) == [("B", State.UNACK)]


async def test_pages_and_filters(alarms: Alarms) -> None:
    seen = [
        sees(name, level=level, at=at) for at, (name, level) in enumerate(zip("ABCD", [Level.DOWN] * 4, strict=True))
    ]
    await settled(alarms, *seen, sees("E", "", Level.DEGRADED, at=9))
    page = await alarms.page(HERE, AlarmFilter(), first=2)
    assert ([each.asset for each in page.alarms], page.more, page.total) == (["E", "D"], True, 5)
    rest = await alarms.page(HERE, AlarmFilter(), first=9, after=page.cursor(1))
    assert ([each.asset for each in rest.alarms], rest.more) == (["C", "B", "A"], False)
    low = AlarmFilter(priorities=(Priority.LOW,))
    assert [asset for asset, _ in await shown(alarms, low)] == ["E"]
    assert [asset for asset, _ in await shown(alarms, AlarmFilter(assets=("A", "X"), levels=(Level.DOWN,)))] == ["A"]
    assert await shown(alarms, AlarmFilter(types=())) == []
    assert sorted(await alarms.assets(HERE, AlarmFilter(types=("Pump",)))) == ["A", "B", "C", "D", "E"]
    with pytest.raises(CursorInvalid):
        await alarms.page(HERE, low, first=2, after=page.cursor(1))
    with pytest.raises(LimitExceeded):
        await alarms.page(HERE, low, first=1_001)
    assert (await alarms.page(THERE, AlarmFilter(), first=9)).total == 0


async def test_floods_are_kept_with_what_is_behind_them(alarms: Alarms) -> None:
    await settled(alarms, sees("A"), sees("B", at=2))
    ids = [each.id for each in (await alarms.page(HERE, AlarmFilter(), first=9)).alarms]
    cause = Cause(assets=("X", "Y"), score=0.5, explains=2, unexplained=0, contradicted_by=1)
    flood = Flood(id="f", began=1, alarms=2)
    assert not await alarms.put_flood(HERE, OTHER, flood, ids)
    assert await alarms.floods(HERE, ["f"]) == {}
    assert (await alarms.open_points(HERE)).recent == tuple((epoch_micros(NOW), each) for each in sorted(ids))
    assert (await alarms.open_points(HERE, since=epoch_micros(NOW) + 1)).recent == ()
    assert await alarms.put_flood(HERE, ME, flood, ids)
    assert ((await alarms.open_points(HERE)).flood, (await alarms.open_points(HERE)).recent) == (flood, ())
    done = Flood(id="f", began=1, alarms=3, ended=9, asked=2, causes=(cause,), notes=("cut",))
    await alarms.put_flood(HERE, ME, done)
    assert await alarms.floods(HERE, ["f", "none"]) == {"f": done}
    assert (await alarms.open_points(HERE)).flood is None
    assert [each.asset for each in await alarms.of_flood(HERE, "f", most=9)] == ["A", "B"]
    assert await shown(alarms, AlarmFilter(floods=("f",))) != []


async def test_what_is_over_is_forgotten_after_its_days(alarms: Alarms, clock: MovedClock) -> None:
    await settled(alarms, sees("A"), sees("B"))
    (one, _) = (await alarms.page(HERE, AlarmFilter(assets=("A", "B")), first=9)).alarms
    await alarms.put_flood(HERE, ME, Flood(id="f", began=1, alarms=1, ended=2), [one.id])
    await alarms.acknowledge(HERE, [one.id], by="ann", comment="")
    await settled(alarms, sees(one.asset, level=Level.OK))
    clock.time += timedelta(days=3)
    assert await alarms.hold(HERE, ME, seconds=60)
    assert await settled(alarms) == []
    assert [state for _, state in await shown(alarms)] == [State.UNACK]
    assert await alarms.transitions(HERE, [one.id]) == {one.id: ()}
    assert await alarms.floods(HERE, ["f"]) == {}


async def test_an_alarm_that_comes_and_goes_keeps_its_newest_steps(alarms: Alarms, clock: MovedClock) -> None:
    await settled(alarms, sees("A"), sees("B"))
    ids = {each.asset: each.id for each in (await alarms.page(HERE, AlarmFilter(), first=9)).alarms}
    for _ in range(3):
        await settled(alarms, sees("A", level=Level.OK))
        await settled(alarms, sees("A"))
    kept = [5, 6, 7, 8]
    steps = await alarms.transitions(HERE, [*ids.values()])
    assert [each.number for each in steps[ids["A"]]] == kept
    clock.time += timedelta(hours=1)
    assert await alarms.hold(HERE, ME, seconds=60)
    assert await settled(alarms) == []
    left = await alarms.after(HERE, 0, most=99)
    assert [each.transition.number for each in left if each.alarm.asset == "A"] == kept
    assert len(left) == len(kept) + 1


async def test_a_store_that_cant_be_written_says_so(tmp_path: Path, clock: MovedClock) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    opened = open_alarms(None, folder=tmp_path / "taken", clock=clock, days=1)
    with pytest.raises(AlarmsUnavailable):
        await opened.newest(HERE)
    await opened.close()
