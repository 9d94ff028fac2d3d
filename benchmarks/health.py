"""Health of many assets after one event, impact from what is so now, and 1,000 subscribers that want different things.

Run it by `python -m benchmarks.health [--assets N] [--subscribers N]`. Everything runs in one process beside Neo4j;
times are from the moment that an event was durable.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from benchmarks.servers import migrated_server
from graph.access import Principal, operator
from graph.analysis import ImpactRequest, ImpactService
from graph.bulk import Loader, Refusals, opened
from graph.clock import SystemClock
from graph.database import Database, connect
from graph.database.local.endpoint import Endpoint
from graph.health import HealthService, LiveRows, StateFeed
from graph.identity import parse_tenant
from graph.impact import Baseline, Failure
from graph.ontology import Ontology
from graph.reading import AssetFilter, Comparison, Condition, PropertyCondition, ReadingService
from graph.snapshot import SnapshotService
from graph.state import Committed, Event, StateService, StateStore, Value
from migrations import Project

EACH = 100
"""Pumps in a building, all fed by its one grid feed."""

GOAL_HEALTH, GOAL_HEARD = 0.1, 0.2
TENANT = parse_tenant("health")
ROUNDS = 15


@dataclass(slots=True, kw_only=True)
class Plant:
    """Buildings of pumps, and what follows them."""

    buildings: int
    database: Database
    ontology: Ontology
    snapshots: SnapshotService
    health: HealthService
    feed: StateFeed
    states: StateService

    @property
    def principal(self) -> Principal:
        """Who asks."""
        return operator(TENANT)

    async def say(self, pumps: Sequence[str], vibration: float) -> None:
        """Have pumps say how much they shake."""
        now = time.time_ns() // 1_000
        values = (Value(channel="vibration", value=vibration),)
        events = [Event(asset=each, time=now, source="/bench", id=str(now), values=values) for each in pumps]
        await self.states.ingest(self.principal, events)


def pump(building: int, number: int) -> str:
    """The id of a pump."""
    return f"P-{building:04}-{number:03}"


def lines(buildings: int) -> Iterator[dict[str, object]]:
    """The plant, as a bulk file."""
    for building in range(buildings):
        home = f"B-{building:04}"
        yield {"kind": "asset", "id": home, "type": "Building", "name": f"Building {building}"}
        yield {"kind": "asset", "id": f"G-{building:04}", "type": "GridFeed", "name": f"Feed {building}"}
        for number in range(EACH):
            yield {
                "kind": "asset",
                "id": pump(building, number),
                "type": "Pump",
                "name": f"Pump {building} {number}",
                "properties": {"ratedFlow": building + 1},
                "parents": [home],
            }
    for building in range(buildings):
        for number in range(EACH):
            yield {"kind": "relationship", "type": "POWERS", "from": f"G-{building:04}", "to": pump(building, number)}


@asynccontextmanager
async def planted(endpoint: Endpoint, buildings: int) -> AsyncGenerator[Plant]:
    """Load the plant and follow it."""
    database = connect(endpoint.uri, user=endpoint.user, password=endpoint.password)
    ontology, clock = Project.bundled().desired, SystemClock()
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as folder:
        path = Path(folder) / "plant.ndjson"
        path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines(buildings)))
        loader = Loader(database, lambda: ontology, clock, folder=Path(folder))
        with opened(path) as source, Refusals(None) as refusals:
            await loader.load(operator(TENANT), source, refusals=refusals)
    snapshots = SnapshotService(database, ontology)
    health = HealthService(StateStore(database), snapshots, ontology, clock, seconds=time.monotonic)
    feed = StateFeed(health, ReadingService(database, lambda: ontology, live=LiveRows(health)), ontology)

    def took(committed: Committed) -> None:
        health.took(committed)
        feed.took(committed)

    plant = Plant(
        buildings=buildings,
        database=database,
        ontology=ontology,
        snapshots=snapshots,
        health=health,
        feed=feed,
        states=StateService(database, lambda: ontology, clock, committed=took),
    )
    try:
        yield plant
    finally:
        await plant.states.close()
        await snapshots.close()
        await database.close()


async def repeated(plant: Plant, what: str, ask: Callable[[int], Awaitable[object]], goal: float) -> None:
    """Print how long something takes after one event, again and again with another event."""
    found: list[float] = []
    for number in range(ROUNDS):
        await plant.say([pump(number, number)], 9.0 if number % 2 else 1.0)
        began = time.perf_counter()
        await ask(number)
        found.append(time.perf_counter() - began)
    print(
        f"{what}: median {statistics.median(found) * 1000:.1f} ms, slowest {max(found) * 1000:.1f} ms "
        f"(goal: {goal * 1000:.0f} ms)",
        flush=True,
    )


async def measured(plant: Plant, said: str) -> None:
    """Health and impact after one event."""
    count = plant.buildings * EACH
    impact = ImpactService(plant.snapshots, lambda: ("bench", plant.ontology), state=plant.health)

    async def view(_number: int) -> None:
        await plant.health.view(TENANT)

    async def ask(number: int) -> None:
        request = ImpactRequest(failures=(Failure(asset=f"G-{number:04}"),), baseline=Baseline.LIVE)
        await impact.ask(plant.principal, request)

    for what, work in (("health", view), ("impact from what is so", ask)):
        began = time.perf_counter()
        await work(0)
        print(f"first {what} of {count} assets, {said}: {time.perf_counter() - began:.2f} s")
        await repeated(plant, f"{what} after one event, {said}", work, GOAL_HEALTH)


def wanted(number: int, buildings: int) -> tuple[AssetFilter | None, str | None, bool]:
    """What a subscriber wants, each something else, and whether it is to hear of the first pump of building 7."""
    building = number // 5 % buildings
    match number % 5:
        case 0:
            return None, f"B-{building:04}", building == 7
        case 1:
            return AssetFilter(ids=(pump(building, 0), pump(building, 1))), None, building == 7
        case 2:
            name = Condition(comparison=Comparison.STARTS_WITH, value=f"Pump {building} ")
            return AssetFilter(types=("Equipment",), name=(name,)), None, building == 7
        case 3:
            least = Condition(comparison=Comparison.GTE, value=float(building + 1))
            flow = PropertyCondition(name="ratedFlow", conditions=(least,))
            return AssetFilter(types=("Pump",), properties=(flow,)), None, building <= 7
        case _:
            negated = AssetFilter(ids=(pump(building, 0),))
            return AssetFilter(levels=("DOWN",), negated=negated), f"B-{7 if number % 2 else building:04}", False


async def heard(plant: Plant, subscribers: int) -> None:
    """How soon those who are meant hear of an event, and nobody else."""
    hearing: dict[int, float] = {}
    more = asyncio.Event()

    async def follow(number: int) -> None:
        filter_, within, _ = wanted(number, plant.buildings)
        async for found in plant.feed.happenings(plant.principal, filter=filter_, within=within):
            if any(each.asset == pump(7, 0) and each.channel for each in found):
                hearing[number] = time.perf_counter()
                more.set()

    tasks = [asyncio.create_task(follow(number)) for number in range(subscribers)]
    expected = {number for number in range(subscribers) if wanted(number, plant.buildings)[2]}
    began = time.perf_counter()
    while not expected <= hearing.keys():  # until all of them are there
        await plant.say([pump(7, 0)], 1.0)
        await asyncio.sleep(1)
    print(f"{subscribers} subscribers follow after {time.perf_counter() - began:.1f} s", flush=True)
    await asyncio.sleep(2)
    found: list[float] = []
    for number in range(ROUNDS):
        hearing.clear()
        await plant.say([pump(7, 0)], 1.0 + number % 2 / 10)
        began = time.perf_counter()
        async with asyncio.timeout(60):
            while not expected <= hearing.keys():
                more.clear()
                await more.wait()
        found.append(max(hearing[each] for each in expected) - began)
        await asyncio.sleep(0.3)
        assert hearing.keys() == expected, hearing.keys() ^ expected
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print(
        f"the right {len(expected)} of {subscribers} subscribers with filters of their own heard of an event after: "
        f"median {statistics.median(found) * 1000:.0f} ms, slowest {max(found) * 1000:.0f} ms "
        f"(goal: {GOAL_HEARD * 1000:.0f} ms)",
        flush=True,
    )


async def measure(endpoint: Endpoint, buildings: int, subscribers: int) -> None:
    """Measure all of it, with assets that nobody heard of yet and then with all of them seen."""
    async with planted(endpoint, buildings) as plant:
        await measured(plant, "most never seen")
        await heard(plant, subscribers)
        for building in range(buildings):
            await plant.say([pump(building, number) for number in range(EACH)], 1.0)
        await measured(plant, "all seen")
        await heard(plant, subscribers)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure."""
    parser = argparse.ArgumentParser(prog="benchmarks.health")
    parser.add_argument("--assets", type=int, default=100_000, help="assets whose health is followed (default 100000)")
    parser.add_argument("--subscribers", type=int, default=1_000, help="who follow it (default 1000)")
    chosen = parser.parse_args(arguments)
    with migrated_server() as endpoint:
        asyncio.run(measure(endpoint, chosen.assets // EACH, chosen.subscribers))


if __name__ == "__main__":
    main()
