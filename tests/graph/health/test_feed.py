"""Followers hear of new readings and of levels that change, each of what it asked for and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from graph.access import Principal, Scope
from graph.errors import Forbidden, UnknownType
from graph.feed import OntologySuperseded
from graph.health import Happening, Happenings, HealthService, StateFeed, StatesMissed
from graph.reading import AssetFilter, Comparison, Condition, ReadingService
from tests.graph.health.conftest import Followed

pytestmark = pytest.mark.neo4j


class Heard:
    """What a follower was told."""

    def __init__(self) -> None:
        self.found: list[Happening] = []
        self.more = asyncio.Event()

    def add(self, found: list[Happening]) -> None:
        self.found += found
        self.more.set()

    async def until(self, count: int) -> set[tuple[str, str | None]]:
        async with asyncio.timeout(20):
            while len(self.found) < count:
                self.more.clear()
                await self.more.wait()
        return {(each.asset, each.channel) for each in self.found}


def feed_of(followed: Followed, health: HealthService | None = None) -> StateFeed:
    plant = followed.plant
    reading = ReadingService(plant.database, lambda: plant.ontology)
    return StateFeed(health or followed.health, reading, plant.ontology)


@asynccontextmanager
async def following(
    feed: StateFeed,
    followed: Followed,
    *,
    within: str | None = None,
    filter: AssetFilter | None = None,  # noqa: A002
) -> AsyncIterator[Heard]:
    await followed.levels("C1")
    await followed.levels("C1", other=True)  # compiled, so that the first look takes but a moment
    heard = Heard()
    source = feed.happenings(followed.plant.principal, filter=filter, within=within)

    async def follow() -> None:
        async for found in source:
            heard.add(found)

    task = asyncio.create_task(follow())
    await asyncio.sleep(0.5)  # until it has looked for the first time
    yield heard
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await source.aclose()


async def test_each_hears_what_it_asked_for(followed: Followed) -> None:
    await followed.plant.make(("S", "Site"))
    await followed.plant.put("S", "R")
    feed = feed_of(followed)
    named = AssetFilter(name=(Condition(comparison=Comparison.STARTS_WITH, value="C"),))
    async with (
        following(feed, followed) as all_of_it,
        following(feed, followed, within="S") as inside,
        following(feed, followed, filter=AssetFilter(types=("Chiller",))) as chillers,
        following(feed, followed, filter=named) as called,
    ):
        await followed.say("C1", 0, runState="TRIPPED")
        await followed.say("C2", 0, runState="TRIPPED", supplyTemperature=20)
        told = {("C1", "runState"), ("C2", "runState"), ("C2", "supplyTemperature")}
        assert told | {("R", None)} == await all_of_it.until(4)
        assert await inside.until(1) == {("R", None)}
        assert await chillers.until(3) == told
        assert await called.until(3) == told
        seen = len(all_of_it.found)
        receipt = await followed.plant.states.ingest(followed.plant.principal, [])
        assert receipt.outcomes == ()
        await followed.say("C1", 5, runState="TRIPPED")
        await all_of_it.until(seen + 1)
        assert all_of_it.found[seen:] == [Happening("C1", "runState")]


async def test_another_process_hears_of_it_too(followed: Followed) -> None:
    async with following(feed_of(followed, followed.other), followed) as heard:
        await followed.say("C1", 0, runState="RUNNING")
        assert ("C1", "runState") in await heard.until(1)


async def test_what_is_wrong_is_told_at_once(followed: Followed) -> None:
    feed, principal = feed_of(followed), followed.plant.principal
    with pytest.raises(UnknownType):
        await anext(feed.happenings(principal, filter=AssetFilter(types=("Chiler",))))
    writer = Principal(name="w", tenant=principal.tenant, scopes=frozenset({Scope.WRITE}))
    with pytest.raises(Forbidden):
        await anext(feed.happenings(writer))


async def test_another_ontology_ends_it(followed: Followed) -> None:
    feed = feed_of(followed)
    source = feed.happenings(followed.plant.principal)
    waiting = asyncio.ensure_future(anext(source))
    await asyncio.sleep(0.3)
    feed.close()
    with pytest.raises(OntologySuperseded):
        await waiting


def test_who_is_too_far_behind_is_told_so() -> None:
    window = Happenings(kept=2)
    window.add([("A", None)])
    assert window.after(0) == [("A", None)]
    window.add([("B", None), ("C", None)])
    assert window.after(1) == [("B", None), ("C", None)]
    with pytest.raises(StatesMissed):
        window.after(0)
