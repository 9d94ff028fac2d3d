"""Where partitions stand is written with the events that were read from them, and by nobody who lost them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest

from graph.history import Point
from graph.identity import Tenant
from graph.state import (
    NOTHING_READ,
    EventsRefused,
    Partition,
    PositionLost,
    Positions,
    StateService,
    StateStore,
    Step,
)
from tests.graph.state.conftest import Plant, event

pytestmark = pytest.mark.neo4j

FIRST, SECOND = (Partition(group="g", topic="t", number=number) for number in (0, 1))


def step(start: int, end: int, *, owner: str = "a", partition: Partition = FIRST) -> Step:
    return Step(partition=partition, owner=owner, start=start, end=end)


async def values(plant: Plant) -> dict[str, object]:
    found = await StateStore(plant.database).since(plant.principal.tenant, 0)
    states = {} if found is None else found.states
    return {asset: reading.value for asset, channels in states.items() for reading in channels.values()}


async def test_a_step_is_taken_with_its_events(plant: Plant) -> None:
    tenant, positions = plant.principal.tenant, Positions(plant.database)
    assert await positions.claim(tenant, [SECOND, FIRST], owner="a") == {FIRST: NOTHING_READ, SECOND: NOTHING_READ}
    steps = [step(NOTHING_READ, 3), step(NOTHING_READ, 7, partition=SECOND)]
    receipt = await plant.states.ingest_with(plant.principal, [event("R", temperature=20)], steps)
    assert receipt.revision == 1
    assert await values(plant) == {"R": 20}
    again = await plant.states.ingest_with(plant.principal, [event("R", temperature=20)], steps)  # its answer was lost
    assert again.revision == 1
    await plant.states.ingest_with(plant.principal, [], [step(3, 4)])  # all that was read was parked
    assert await positions.claim(tenant, [FIRST, SECOND], owner="b") == {FIRST: 4, SECOND: 7}


@dataclass
class Kept:
    """A history that counts what it is told."""

    points: int = 0
    horizon: int | None = None

    async def append(self, tenant: Tenant, points: Sequence[Point]) -> None:
        self.points += len(points)


async def test_what_was_prepared_is_not_told_again_unless_that_is_long_ago(plant: Plant) -> None:
    kept = Kept()
    states = StateService(plant.database, lambda: plant.ontology, plant.clock, history=lambda: kept)
    await Positions(plant.database).claim(plant.principal.tenant, [FIRST], owner="a")
    sent, later = [event("R", temperature=20)], [event("R", 1, temperature=21)]
    ready = await states.prepare(plant.principal, sent)
    assert ready is not None
    assert (await values(plant), kept.points) == ({}, 1)
    await states.ingest_with(plant.principal, sent, [step(NOTHING_READ, 1)], ready=ready)
    assert (await values(plant), kept.points) == ({"R": 20}, 1)
    ready = await states.prepare(plant.principal, later)
    plant.clock.time += timedelta(seconds=2)
    await states.ingest_with(plant.principal, later, [step(1, 2)], ready=ready)
    assert (await values(plant), kept.points) == ({"R": 21}, 3)
    await states.close()


async def test_what_can_not_be_taken_is_not_prepared(plant: Plant) -> None:
    assert await plant.states.prepare(plant.principal, [event("R", temperature=20), event("X")]) is None


async def test_a_topic_is_begun_at_its_end_once(plant: Plant) -> None:
    tenant, positions = plant.principal.tenant, Positions(plant.database)
    new, elsewhere = Partition(group="g", topic="t", number=2), Partition(group="g", topic="u", number=0)
    await positions.claim(tenant, [SECOND], owner="a")  # the first is another's to claim, and is begun with it
    assert await positions.begin(tenant, {FIRST: 5, SECOND: 0}) == {FIRST: 5, SECOND: 0}
    assert await positions.claim(tenant, [FIRST], owner="b") == {FIRST: 5}
    await plant.states.ingest_with(plant.principal, [], [step(0, 1, partition=SECOND)])
    stands = await positions.begin(tenant, {FIRST: 9, SECOND: 9, new: 9, elsewhere: 9})
    assert stands == {FIRST: 5, SECOND: 1, new: NOTHING_READ, elsewhere: 9}


async def test_who_lost_a_partition_writes_nothing(plant: Plant) -> None:
    tenant, positions = plant.principal.tenant, Positions(plant.database)
    await positions.claim(tenant, [FIRST, SECOND], owner="a")
    await positions.claim(tenant, [FIRST], owner="b")
    for steps in (
        [step(NOTHING_READ, 3)],  # another's by now
        [step(NOTHING_READ, 3, partition=SECOND), step(NOTHING_READ, 3)],  # one of them is
        [step(2, 3, partition=SECOND)],  # stands elsewhere
        [step(NOTHING_READ, 3, partition=Partition(group="other", topic="t", number=0))],
    ):
        with pytest.raises(PositionLost):
            await plant.states.ingest_with(plant.principal, [event("R", temperature=20)], steps)
    assert await values(plant) == {}
    assert await positions.claim(tenant, [FIRST, SECOND], owner="c") == {FIRST: NOTHING_READ, SECOND: NOTHING_READ}
    await plant.states.ingest_with(plant.principal, [event("R", temperature=20)], [step(NOTHING_READ, 3, owner="c")])
    assert await values(plant) == {"R": 20}


async def test_all_events_are_taken_or_none(plant: Plant) -> None:
    tenant, positions = plant.principal.tenant, Positions(plant.database)
    await positions.claim(tenant, [FIRST], owner="a")
    good = event("R", temperature=20)
    with pytest.raises(EventsRefused) as caught:
        await plant.states.ingest_with(plant.principal, [good, event("X")], [step(NOTHING_READ, 2)])
    assert [problem.code for problem in caught.value.problems] == ["UNKNOWN_ASSET"]
    # One that is deleted after it was looked at is found only when its state is written.
    await plant.states.ingest(plant.principal, [event("C1", supplyTemperature=6)])
    await plant.delete("C1")
    with pytest.raises(EventsRefused):
        await plant.states.ingest_with(
            plant.principal, [good, event("C1", supplyTemperature=7)], [step(NOTHING_READ, 2)]
        )
    assert await values(plant) == {}
    assert await positions.claim(tenant, [FIRST], owner="a") == {FIRST: NOTHING_READ}


async def test_steps_share_a_transaction_with_nobody(plant: Plant) -> None:
    await Positions(plant.database).claim(plant.principal.tenant, [FIRST], owner="a")
    plain = [plant.states.ingest(plant.principal, [event("R", at)]) for at in range(3)]
    lost = plant.states.ingest_with(plant.principal, [event("R", 9)], [step(5, 6)])
    more = [plant.states.ingest(plant.principal, [event("R", at)]) for at in range(3, 5)]
    *done, refused, fourth, fifth = await asyncio.gather(*plain, lost, *more, return_exceptions=True)
    assert isinstance(refused, PositionLost)
    assert not any(isinstance(each, BaseException) for each in (*done, fourth, fifth))
