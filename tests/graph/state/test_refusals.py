"""Neo4j itself refuses an event: an index that was made by hand on states takes no keys as long as it would need."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from app.ingest import Intake, PartitionIntake
from app.ingest.decoding import Message
from app.ingest.mqtt import MqttDoor
from app.ingest.mqtt_link import TRANSPORT, Arrived
from graph.clock import SystemClock, epoch_micros
from graph.deadletters import open_dead_letters
from graph.state import REFUSALS, Partition, Positions, StateService, StateStore, Step, Taken
from tests.graph.state.conftest import NOW, Plant, event

pytestmark = pytest.mark.neo4j

LONG = "\x01" * 512
"""An id that is written with six characters for each of its own."""


@pytest.fixture
async def index(plant: Plant) -> AsyncIterator[None]:
    """An index over the records of two channels: a key of more than some 8,000 bytes is refused."""
    name = f"by_hand_{secrets.token_hex(4)}"
    await plant.database.execute_schema([f"CREATE INDEX {name} FOR (s:_State) ON (s.temperature_, s.humidity_)"])
    await plant.database.execute_schema(["CALL db.awaitIndexes(60)"])
    yield
    await plant.database.execute_schema([f"DROP INDEX {name}"])


def sound(number: int) -> dict[str, object]:
    return cloud_event("R", number, id=f"e{number}")


def cloud_event(asset: str, number: int, **more: str) -> dict[str, object]:
    known = {"specversion": "1.0", "source": "plc", "type": "t", "subject": asset, "time": NOW.isoformat()}
    return {**known, "data": {"temperature": 20 + number, "humidity": 40}, **more}


async def test_it_is_refused_and_its_neighbours_are_taken(plant: Plant, index: None) -> None:
    del index
    states = StateService(plant.database, lambda: plant.ontology, plant.clock, pauses=())
    poison = replace(event("R", 5, id=LONG, temperature=99, humidity=99), source=LONG)
    sent = [event("R", 1, id="a", temperature=20, humidity=41), poison, event("C1", supplyTemperature=6)]
    receipt = await states.ingest(plant.principal, sent)
    assert [each if isinstance(each, Taken) else each.code for each in receipt.outcomes] == [
        Taken.CURRENT,
        "EVENT_UNSTORABLE",
        Taken.CURRENT,
    ]
    found = await StateStore(plant.database).since(plant.principal.tenant, 0)
    assert found is not None
    assert found.states["R"]["temperature"].value == 20


@dataclass(slots=True)
class Queue:
    """A link to messages in memory that come again until they are acknowledged."""

    waiting: deque[Arrived]
    expected: int
    acknowledged: list[int] = field(default_factory=list[int])
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, most: int) -> list[Arrived]:
        taken = [self.waiting.popleft() for _ in range(min(most, len(self.waiting)))]
        if not taken:
            await asyncio.sleep(60)
        return taken

    def acknowledge(self, arrived: Sequence[Arrived]) -> None:
        self.acknowledged += [each.number for each in arrived]
        if len(self.acknowledged) == self.expected:
            self.done.set()

    def publish(self, topic: str, payload: bytes) -> None:
        raise AssertionError(f"nothing is to be said about {topic}: {payload!r}")


async def test_over_mqtt_it_is_parked_and_all_are_acknowledged(plant: Plant, index: None, tmp_path: Path) -> None:
    del index
    letters = open_dead_letters(None, folder=tmp_path, clock=SystemClock(), most=100, days=1)
    poison = cloud_event("R", 9, id=LONG, source=LONG, time=(NOW + timedelta(seconds=5)).isoformat())
    payloads = [orjson.dumps(each) for each in (sound(1), [sound(2), poison], sound(3))]
    received = epoch_micros(SystemClock().now())
    messages = [Message(topic="t", payload=each, received=received, transport=TRANSPORT) for each in payloads]
    link = Queue(deque(Arrived(each, number, 1, 1) for number, each in enumerate(messages)), 3)
    states = StateService(plant.database, lambda: plant.ontology, plant.clock, pauses=())
    door = MqttDoor(
        link=link,
        intake=Intake(states, SystemClock()),
        letters=letters,
        principal=plant.principal,
        clock=SystemClock(),
    )
    running = asyncio.create_task(door.run())
    await asyncio.wait_for(link.done.wait(), 30)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    (parked,) = (await letters.page(plant.principal.tenant, first=10)).letters
    assert (parked.letter.code, parked.letter.payload) == ("EVENT_UNSTORABLE", payloads[1])
    assert "1 of 2" in parked.letter.message
    found = await StateStore(plant.database).since(plant.principal.tenant, 0)
    assert found is not None
    assert found.states["R"]["temperature"].value == 23
    await letters.close()


async def test_with_steps_nothing_is_taken_and_apart_from_them_all_but_it(plant: Plant, index: None) -> None:
    del index
    partition = Partition(group="g", topic="t", number=0)
    states = StateService(plant.database, lambda: plant.ontology, plant.clock, pauses=())
    await Positions(plant.database).claim(plant.principal.tenant, [partition], owner="a")
    poison = replace(event("R", 5, id=LONG, temperature=99, humidity=99), source=LONG)
    sent = [event("R", 1, temperature=20, humidity=41), poison]
    with pytest.raises(REFUSALS):
        await states.ingest_with(plant.principal, sent, [Step(partition=partition, owner="a", start=-1, end=2)])
    apart = PartitionIntake(states, Intake(states, SystemClock()))
    found = await apart.apart(plant.principal, sent)
    assert [each.code for each in found.problems] == ["EVENT_UNSTORABLE"]
    receipt = await states.ingest_with(plant.principal, [], [Step(partition=partition, owner="a", start=-1, end=2)])
    assert receipt.outcomes == ()
