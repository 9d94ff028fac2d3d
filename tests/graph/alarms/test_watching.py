"""What assets say raises alarms and ends them, with another process going on where one ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from graph.access import Principal
from graph.alarms import (
    Action,
    Alarm,
    AlarmBoard,
    AlarmFilter,
    Alarms,
    AlarmService,
    Change,
    Flood,
    FloodRule,
    Priority,
    State,
    Surroundings,
    TenantWatch,
    Wanted,
    open_alarms,
)
from graph.alarms.floods import RootCauseAsking
from graph.analysis import RootCauseAnalysis, RootCauseService
from graph.clock import epoch_micros
from graph.errors import Forbidden, UnknownType
from graph.health import HealthService, StateFeed
from graph.reading import ReadingService
from graph.rootcause import RootCauseQuestion
from graph.snapshot import SnapshotService
from graph.state import StateService
from tests.graph.health.conftest import Followed

pytestmark = pytest.mark.neo4j


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What alarms follow from."""

    health: HealthService
    state_feed: StateFeed
    root_causes: RootCauseAsking


class Stumbling:
    """Ranks causes, but not the first time."""

    def __init__(self, asking: RootCauseAsking) -> None:
        self._asking = asking
        self._asked = False

    async def ask(self, principal: Principal, question: RootCauseQuestion) -> RootCauseAnalysis:
        if not self._asked:
            self._asked = True
            raise RuntimeError("stumbled")
        return await self._asking.ask(principal, question)


@dataclass(slots=True, kw_only=True)
class Watched:
    """A plant whose alarms are looked after, by one process after the other."""

    followed: Followed
    served: Served
    board: AlarmBoard
    service: AlarmService
    heard: list[Change] = field(default_factory=list[Change])

    @property
    def principal(self) -> Principal:
        return self.followed.plant.principal

    @property
    def alarms(self) -> Alarms:
        return self.board.alarms

    @asynccontextmanager
    async def watching(self, holder: str, *, most: int = 3) -> AsyncIterator[None]:
        around = Surroundings(
            board=self.board,
            sources=lambda: self.served,
            clock=self.followed.plant.clock,
            holder=holder,
            rule=FloodRule(alarms=most, seconds=60),
            tick=0.2,
            lease=1e9,
            ask_after=0.05,
        )
        task = asyncio.create_task(TenantWatch(self.principal.tenant, around).run())
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await self.alarms.release(holder)

    async def until(self, wanted: Callable[[dict[str, Alarm]], bool]) -> dict[str, Alarm]:
        """The alarms, by asset and channel, once they are as they should be."""
        found: dict[str, Alarm] = {}
        for _ in range(400):
            page = await self.service.page(self.principal, Wanted(), first=100)
            found = {f"{each.asset} {each.channel}".strip(): each for each in page.alarms}
            if wanted(found):
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(found)

    async def flood(self, found: dict[str, Alarm]) -> Flood:
        (flood,) = {each.flood for each in found.values()}
        assert flood is not None
        for _ in range(400):
            floods = await self.service.floods(self.principal, [flood])
            if floods[flood].asked:
                return floods[flood]
            await asyncio.sleep(0.05)
        raise AssertionError("nobody asked what is behind it")


@pytest.fixture
async def watched(followed: Followed, tmp_path: Path) -> AsyncIterator[Watched]:
    plant = followed.plant
    snapshots = SnapshotService(plant.database, plant.ontology)
    reading = ReadingService(plant.database, lambda: plant.ontology)
    feed = StateFeed(followed.health, reading, plant.ontology)
    health = followed.health

    def took(committed: object) -> None:
        health.took(committed)  # pyright: ignore[reportArgumentType] - what is committed
        feed.took(committed)  # pyright: ignore[reportArgumentType]

    plant.states = StateService(plant.database, lambda: plant.ontology, plant.clock, committed=took)
    alarms = open_alarms(None, folder=tmp_path, clock=plant.clock, days=9)
    board = AlarmBoard(lambda: alarms)
    yield Watched(
        followed=followed,
        served=Served(
            health=health,
            state_feed=feed,
            root_causes=RootCauseService(snapshots, snapshots.evaluators, plant.clock),
        ),
        board=board,
        service=AlarmService(board, snapshots, plant.ontology),
    )
    await board.close()
    await alarms.close()
    await plant.states.close()
    await snapshots.close()


def states(found: dict[str, Alarm]) -> dict[str, str]:
    return {point: str(each.state) for point, each in found.items()}


async def test_from_the_first_alarm_to_the_last_that_is_over(watched: Watched) -> None:
    say = watched.followed.say
    watched.served = replace(watched.served, root_causes=Stumbling(watched.served.root_causes))
    await say("C1", 0, runState="RUNNING")
    await say("C2", 0, runState="RUNNING")
    async with watched.watching("one"):
        await say("C1", 1, runState="TRIPPED")
        found = await watched.until(lambda found: len(found) == 1)
        alarm = found["C1 runState"]
        assert (alarm.state, alarm.priority) == (State.UNACK, Priority.HIGH)
        assert (alarm.value, alarm.kind) == ("TRIPPED", "Chiller")
        assert alarm.raised == epoch_micros(watched.followed.plant.clock.now()) + 1_000_000
        watched.followed.plant.clock.time += timedelta(seconds=5)
        await say("C2", 2, runState="TRIPPED", supplyTemperature=60)
        found = await watched.until(lambda found: len(found) >= 3 and all(each.flood for each in found.values()))
        assert (found["R"].channel, found["R"].priority) == ("", Priority.MEDIUM)
        flood = await watched.flood(found)
        assert flood.causes[0].assets == ("C1", "C2")
        done = await watched.service.acknowledge(watched.principal, [found["C1 runState"].id, found["R"].id])
        assert [each.state for each in done] == [State.ACKED, State.ACKED]

        await say("C1", 6, runState="RUNNING")
        found = await watched.until(lambda found: found["R"].closed)
        assert (found["C1 runState"].state, found["C2 runState"].state) == (State.NORMAL, State.UNACK)
        # What nobody hears of any more is not well for that.
        watched.followed.plant.clock.time += timedelta(days=1)
        await asyncio.sleep(0.5)
        assert (await watched.until(bool))["C2 runState"].active
        await watched.followed.plant.delete("C2")
        found = await watched.until(lambda found: not found["C2 runState"].active)
        assert found["C2 runState"].state is State.RTN_UNACK
        assert (await watched.flood(found)).ended is not None


async def test_another_process_goes_on(watched: Watched) -> None:
    say = watched.followed.say
    async with watched.watching("one", most=0):
        await say("C1", 1, runState="TRIPPED")
        await say("C2", 1, runState="TRIPPED")
        before = await watched.until(lambda found: len(found) == 3)
    await say("C1", 2, runState="RUNNING")  # while nobody looks
    async with watched.watching("two"):
        found = await watched.until(lambda found: not found["R"].active)
        assert states(found) == {"C1 runState": "RTN_UNACK", "C2 runState": "UNACK", "R": "RTN_UNACK"}
        assert {each.id for each in found.values()} == {each.id for each in before.values()}
        assert (await watched.flood(found)).alarms == 3  # the first one did not come to it
        steps = await watched.service.transitions(watched.principal, [found["C2 runState"].id])
        assert [each.action for each in steps[found["C2 runState"].id]] == [Action.RAISED]


async def test_each_follows_what_it_asked_for(watched: Watched) -> None:
    await watched.followed.plant.make(("S", "Site"))
    await watched.followed.plant.put("S", "R")
    heard: dict[str, list[str]] = {}

    async def follow(name: str, wanted: Wanted) -> None:
        async for found in watched.service.changes(watched.principal, wanted):
            heard.setdefault(name, []).extend(f"{each.alarm.asset} {each.transition.action}" for each in found)

    tasks = [
        asyncio.create_task(follow(name, wanted))
        for name, wanted in {
            "all": Wanted(),
            "inside": Wanted(within="S"),
            "chillers": Wanted(types=("Chiller",)),
            "high": Wanted(alarms=AlarmFilter(priorities=(Priority.HIGH,), states=(State.ACKED,))),
        }.items()
    ]
    async with watched.watching("one", most=0):
        await watched.followed.say("C1", 1, runState="TRIPPED")
        await watched.followed.say("C2", 1, runState="TRIPPED")
        found = await watched.until(lambda found: len(found) == 3)
        await watched.service.acknowledge(watched.principal, [found["C1 runState"].id], comment="seen")
        for _ in range(600):
            if sum(map(len, heard.values())) == 9:
                break
            await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(each, asyncio.CancelledError) for each in ended), ended
    assert sorted(heard["all"]) == ["C1 ACKNOWLEDGED", "C1 RAISED", "C2 RAISED", "R RAISED"]
    assert heard["inside"] == ["R RAISED"]
    assert sorted(heard["chillers"]) == ["C1 ACKNOWLEDGED", "C1 RAISED", "C2 RAISED"]
    assert heard["high"] == ["C1 ACKNOWLEDGED"]
    page = await watched.service.page(watched.principal, Wanted(within="S"), first=9)
    assert ([each.asset for each in page.alarms], page.total) == (["R"], 1)
    with pytest.raises(UnknownType):
        await watched.service.page(watched.principal, Wanted(types=("Chiler",)), first=9)
    reader = Principal(name="r", tenant=watched.principal.tenant, scopes=frozenset())
    with pytest.raises(Forbidden):
        await watched.service.page(reader, Wanted(), first=9)
    with pytest.raises(Forbidden):
        await watched.service.acknowledge(reader, [])
