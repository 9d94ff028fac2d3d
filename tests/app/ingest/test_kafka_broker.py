"""The link to a real Kafka: read on from where the graph stands, through rebalances, outages and the broker's end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest

from app.ingest import Intake, Mapping, PartitionIntake
from app.ingest.kafka import KafkaDoor
from app.ingest.kafka_address import KafkaAddress
from app.ingest.kafka_link import KafkaLink
from app.ingest.mapping_document import parse_mapping_file
from app.simulator import BrokerUnavailable, messages_of
from app.simulator.kafka import kafka_sender
from graph.access import operator
from graph.clock import SystemClock
from graph.deadletters import DeadLetters
from graph.state import Partition
from tests.app.ingest.test_kafka import MAPPING, TENANT, States, letters
from tests.kafka import LEFT_OUT, Broker, kafka

__all__ = ["letters"]

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with kafka(tmp_path_factory.mktemp("kafka")) as found:
        if found is None:
            pytest.skip(LEFT_OUT)
        yield found


@asynccontextmanager
async def reading(
    broker: Broker, states: States, letters: DeadLetters, *topics: str, name: str = "one", **given: Any
) -> AsyncIterator[KafkaLink]:
    address = KafkaAddress(servers=(broker.servers,), group="twin", topics=topics, **given)
    link = KafkaLink(address, SystemClock(), name=name)
    door = KafkaDoor(
        link=link,
        intake=PartitionIntake(states, Intake(states, SystemClock())),
        positions=states,
        letters=letters,
        principal=operator(TENANT),
        mapping=Mapping(parse_mapping_file(MAPPING)),
    )
    link.start()
    running = asyncio.create_task(door.run())
    try:
        yield link
    finally:
        assert not running.done(), running.exception()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await link.stop()


async def until(true: Any, seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - what is waited for happens in the broker
            await asyncio.sleep(0.02)


def cloud_event(asset: str, value: float) -> dict[str, object]:
    known = {"specversion": "1.0", "id": f"{asset}{value}", "source": "s", "type": "t", "subject": asset}
    return {**known, "time": "2026-06-03T12:00:00Z", "data": {"temperature": value}}


def body(*values: float, asset: str = "A") -> list[bytes]:
    return [orjson.dumps(cloud_event(asset, value)) for value in values]


async def test_every_form_comes_in(broker: Broker, letters: DeadLetters) -> None:
    states = States()
    for topic in ("forms", "site.B1.air"):
        broker.make(topic)
    binary = {f"ce_{name}": str(value) for name, value in cloud_event("A", 5).items() if name != "data"}
    async with reading(broker, states, letters, "forms", r"^site\.[^.]*\.air$"):
        broker.produce("forms", *body(0))
        broker.produce("forms", *body(1), headers={"content-type": "application/cloudevents+json; charset=utf-8"})
        batch = orjson.dumps([cloud_event("A", 2), cloud_event("A", 3)])
        broker.produce("forms", batch, headers={"content-type": "application/cloudevents-batch+json"})
        broker.produce("forms", b'{"temperature": 5}', headers={**binary, "content-type": "application/json"})
        trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        broker.produce("forms", b"\x00garbage", b"", headers={"traceparent": trace})
        broker.produce("forms", *body(7), key=None)
        broker.produce("site.B1.air", b'{"t": 8}', key="R7")
        await until(lambda: len(states.events) == 6)
        await until(lambda: sum(max(0, each) for each in states.stands.values()) == 8)
    assert sorted(states.values) == [("A", 0), ("A", 1), ("A", 2), ("A", 3), ("A", 5), ("B1-R7", 8)]
    found = (await letters.page(TENANT, first=10)).letters
    assert sorted((each.letter.code, each.letter.offset) for each in found) == [
        ("RECORD_WITHOUT_KEY", "0:6"),
        ("TOPIC_UNKNOWN", "0:4:k"),
        ("TOPIC_UNKNOWN", "0:5:k"),
    ]
    assert {each.letter.trace for each in found if each.letter.payload.startswith(b"\x00")} == {trace[3:35]}


async def test_it_reads_on_from_where_the_graph_stands(broker: Broker, letters: DeadLetters) -> None:
    states = States()
    broker.make("stands")
    broker.produce("stands", *body(0, 1, 2, 3))
    states.stands[Partition(group="twin", topic="stands", number=0)] = 2
    async with reading(broker, states, letters, "stands"):
        await until(lambda: len(states.events) == 2)
    async with reading(broker, states, letters, "stands", name="two"):
        broker.produce("stands", *body(4))
        await until(lambda: len(states.events) == 3)
    assert states.values == [("A", 2), ("A", 3), ("A", 4)]


async def test_a_new_topic_is_begun_at_its_end_where_that_is_asked_for_and_nothing_is_lost_after(
    broker: Broker, letters: DeadLetters
) -> None:
    states = States()
    broker.make("latest", 2)
    broker.produce("latest", *body(0, 1), partition=0)
    async with reading(broker, states, letters, "latest", earliest=False) as link:
        await until(lambda: link.stands)
    assert {each.number: offset for each, offset in states.stands.items()} == {0: 2, 1: 0}
    broker.produce("latest", *body(2), partition=0)  # while nobody reads, and no step was taken
    broker.produce("latest", *body(3), partition=1)
    async with reading(broker, states, letters, "latest", earliest=False, name="two"):
        await until(lambda: len(states.events) == 2)
    assert sorted(states.values) == [("A", 2), ("A", 3)]


async def test_partitions_are_shared_and_handed_over_and_each_record_counts_once(
    broker: Broker, letters: DeadLetters
) -> None:
    states = States()
    broker.make("shared", 4)
    sent = 0

    async def send() -> None:
        nonlocal sent
        for number in range(4):
            broker.produce("shared", *body(*range(sent, sent + 25)), partition=number)
            sent += 25

    async with reading(broker, states, letters, "shared") as one:
        await send()
        await until(lambda: len(states.events) == sent)
        async with reading(broker, states, letters, "shared", name="two") as two:
            await send()
            await until(lambda: len(one.stands) == len(two.stands) == 2)
            await send()
            await until(lambda: len(states.events) == sent)
        await send()
        await until(lambda: len(states.events) == sent)
    assert sorted(value for _, value in states.values) == list(range(sent))


async def test_nothing_is_lost_while_the_database_is_away(broker: Broker, letters: DeadLetters) -> None:
    states = States()
    broker.make("away", 2)
    async with reading(broker, states, letters, "away") as link:
        await until(lambda: len(link.stands) == 2)
        states.away = 3
        for number in range(2):
            broker.produce("away", *body(*range(number * 500, number * 500 + 500)), partition=number)
        await until(lambda: len(states.events) == 1_000)
    assert sorted(value for _, value in states.values) == list(range(1_000))


async def test_a_zombie_takes_no_step_and_claims_anew(broker: Broker, letters: DeadLetters) -> None:
    states = States()
    broker.make("zombie")
    partition = Partition(group="twin", topic="zombie", number=0)
    async with reading(broker, states, letters, "zombie"):
        broker.produce("zombie", *body(0))
        await until(lambda: states.events)
        states.owners[partition], states.stands[partition] = "another", 3
        broker.produce("zombie", *body(1, 2, 3))
        await until(lambda: len(states.events) == 2)
    assert states.values == [("A", 0), ("A", 3)]


async def test_who_comes_back_in_time_has_its_partitions_at_once(broker: Broker, letters: DeadLetters) -> None:
    states = States()
    broker.make("seat", 2)
    async with reading(broker, states, letters, "seat", member="seat-0") as link:
        await until(lambda: len(link.stands) == 2)
    async with reading(broker, states, letters, "seat", name="two", member="seat-0") as link:
        await until(lambda: len(link.stands) == 2, seconds=8)


async def test_it_comes_back_when_the_broker_does(broker: Broker, letters: DeadLetters) -> None:
    states = States()
    broker.make("back")
    async with reading(broker, states, letters, "back"):
        broker.produce("back", *body(0))
        await until(lambda: states.events)
        await asyncio.to_thread(broker.kill)
        await asyncio.to_thread(broker.start)
        broker.produce("back", *body(1))
        await until(lambda: len(states.events) == 2)
    assert states.values == [("A", 0), ("A", 1)]


async def test_what_is_played_over_kafka_comes_in(broker: Broker, letters: DeadLetters) -> None:
    states = States()
    broker.make("played", 3)
    address = KafkaAddress(servers=(broker.servers,), group="twin", topics=())
    events = [cloud_event(f"A{number}", number) for number in range(100)]
    async with reading(broker, states, letters, "played"):
        async with kafka_sender(address, "played") as sender:
            await sender.send(messages_of(events[:30]))
            await sender.send(messages_of(events[30:], together=25))
        await until(lambda: len(states.events) == 100)
    assert sorted(value for _, value in states.values) == list(range(100))
    async with kafka_sender(address, "nowhere") as sender:
        with pytest.raises(BrokerUnavailable):
            await sender.send(messages_of(events[:1]))
