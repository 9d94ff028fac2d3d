"""The MQTT door on a real broker: acknowledged when safe, nothing lost while the database is away, nobody stopped."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from app.ingest import Intake, Mapping
from app.ingest.decoding import Message
from app.ingest.mapping_document import parse_mapping_file
from app.ingest.mqtt import MqttDoor
from app.ingest.mqtt_link import Arrived, MqttLink, parse_address
from app.ingest.sparkplug import Datatype, Host, Metric, Payload, decode, encode
from graph.access import Principal, operator
from graph.clock import SystemClock
from graph.deadletters import DeadLetters, Parked, open_dead_letters
from graph.errors import DatabaseUnavailable, Problem, ValueInvalid
from graph.identity import Tenant
from graph.state import Event, Receipt, Taken
from tests.mosquitto import LEFT_OUT, Broker, mosquitto

TENANT = Tenant("default")
MAPPING = """
format: twin-mapping/1
topics:
  - topic: site/{asset}/air
    asset: "{asset}"
    channels: {temperature: t}
  - topic: spBv1.0/plant/+/{node}/{device}
    payload: sparkplug
    asset: "{device}"
    channels: {temperature: T}
"""


class States:
    """Takes events into a list; refuses those of assets called X, and all of them while it is away."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.away = False
        self.broken = False

    async def ingest(self, principal: Principal, events: Sequence[Event]) -> Receipt:
        if self.away:
            raise DatabaseUnavailable("away")
        if self.broken and any(event.asset == "B" for event in events):
            raise RuntimeError("a fault of ours")
        outcomes: list[Taken | Problem] = []
        for event in events:
            refused = event.asset == "X"
            outcomes.append(Problem(code="UNKNOWN_ASSET", message="no such asset") if refused else Taken.CURRENT)
            self.events += [] if refused else [event]
        return Receipt(revision=1, outcomes=tuple(outcomes))

    @property
    def values(self) -> list[tuple[str, Any]]:
        return [(event.asset, event.values[0].value) for event in self.events]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with mosquitto(tmp_path_factory.mktemp("mosquitto")) as found:
        if found is None:
            pytest.skip(LEFT_OUT)
        yield found


@pytest.fixture
async def letters(tmp_path: Path) -> AsyncIterator[DeadLetters]:
    opened = open_dead_letters(None, folder=tmp_path, clock=SystemClock(), most=100, days=1)
    yield opened
    await opened.close()


@pytest.fixture
def states() -> States:
    return States()


@asynccontextmanager
async def listening(
    broker: Broker, states: States, letters: DeadLetters, *, client: str, version: str = "5", group: str = ""
) -> AsyncIterator[MqttLink]:
    filters, mapping = (f"{client}/events", "site/+/air"), Mapping(parse_mapping_file(MAPPING))
    address = parse_address(broker.url, client=client, filters=filters, group=group, version=version)
    address = replace(address, alone=mapping.sparkplug_filters)
    link = MqttLink(address, SystemClock())
    door = MqttDoor(
        link=link,
        intake=Intake(states, SystemClock()),
        letters=letters,
        principal=operator(TENANT),
        clock=SystemClock(),
        mapping=mapping,
        host=Host(mapping, time.monotonic),
    )
    link.start()
    running = asyncio.create_task(door.run())
    await until(lambda: link.subscribed)
    try:
        yield link
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await link.stop()


async def until(true: Any, seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - what is waited for happens in paho's thread and in the broker
            await asyncio.sleep(0.02)


def publish(
    broker: Broker, topic: str, *payloads: bytes, properties: dict[str, Any] | None = None, qos: int = 1
) -> None:
    """Publish messages and wait until the broker has them."""
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    told = Properties(PacketTypes.PUBLISH)
    for name, value in (properties or {}).items():
        setattr(told, name, value)
    for sent in [client.publish(topic, payload, qos=qos, properties=told) for payload in payloads]:
        sent.wait_for_publish(10)
    client.disconnect()
    client.loop_stop()


async def send(broker: Broker, topic: str, *payloads: bytes, **given: Any) -> None:
    await asyncio.to_thread(publish, broker, topic, *payloads, **given)


def cloud_event(asset: str, value: float, **more: object) -> dict[str, object]:
    known = {"specversion": "1.0", "id": f"{asset}{value}", "source": "s", "type": "t", "subject": asset}
    return {**known, "time": "2026-06-03T12:00:00Z", "data": {"temperature": value}, **more}


async def waiting(letters: DeadLetters) -> tuple[Parked, ...]:
    return (await letters.page(TENANT, first=100)).letters


@pytest.mark.parametrize("version", ["5", "3.1.1"])
async def test_cloud_events_come_in(broker: Broker, states: States, letters: DeadLetters, version: str) -> None:
    client = f"plain{version[0]}"
    async with listening(broker, states, letters, client=client, version=version):
        batch = orjson.dumps([cloud_event("A", 1), cloud_event("A", 2)])
        await send(broker, f"{client}/events", orjson.dumps(cloud_event("A", 0)), batch)
        await until(lambda: len(states.events) == 3)
    assert sorted(states.values) == [("A", 0), ("A", 1), ("A", 2)]


class Played:
    """A link that gives one message at a time, and notes what was acknowledged."""

    def __init__(self, number: int) -> None:
        payloads = [orjson.dumps(cloud_event("A", each)) for each in range(number)]
        messages = [Message(topic="t", payload=each, received=0, transport="mqtt") for each in payloads]
        self.waiting = [Arrived(each, place, 1, 1) for place, each in enumerate(messages)]
        self.acknowledged: list[int] = []

    async def take(self, most: int) -> list[Arrived]:
        if not self.waiting:
            await asyncio.sleep(60)
        return [self.waiting.pop(0)]

    def acknowledge(self, arrived: Sequence[Arrived]) -> None:
        self.acknowledged += [each.number for each in arrived]

    def publish(self, topic: str, payload: bytes) -> None:
        raise AssertionError(topic)


class Gated(States):
    """Takes the first event when it is told to, and the others at once."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()

    async def ingest(self, principal: Principal, events: Sequence[Event]) -> Receipt:
        if events[0].values[0].value == 0:
            await self.gate.wait()
        return await super().ingest(principal, events)


async def test_two_lots_are_taken_at_once_and_acknowledged_in_their_order(letters: DeadLetters) -> None:
    link, states, clock = Played(4), Gated(), SystemClock()
    door = MqttDoor(link=link, intake=Intake(states, clock), letters=letters, principal=operator(TENANT), clock=clock)
    running = asyncio.create_task(door.run())
    await until(lambda: states.events)
    await asyncio.sleep(0.05)
    assert (states.values, link.acknowledged) == ([("A", 1)], [])
    states.gate.set()
    await until(lambda: len(link.acknowledged) == 4)
    assert link.acknowledged == [0, 1, 2, 3]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_binary_events_have_attributes_as_user_properties(
    broker: Broker, states: States, letters: DeadLetters
) -> None:
    event = cloud_event("A", 5)
    attributes = [(name, str(value)) for name, value in event.items() if name != "data"]
    async with listening(broker, states, letters, client="binary"):
        given = {"UserProperty": attributes, "ContentType": "application/json"}
        await send(broker, "binary/events", b'{"temperature": 5}', properties=given)
        await until(lambda: states.events)
    assert states.values == [("A", 5)]


async def test_a_site_s_own_payloads_come_in_by_the_mapping(
    broker: Broker, states: States, letters: DeadLetters
) -> None:
    async with listening(broker, states, letters, client="mapped"):
        await send(broker, "site/A/air", b'{"t": 21.5}')
        await until(lambda: states.events)
    assert states.values == [("A", 21.5)]


async def test_what_cant_be_taken_is_parked_and_stops_nobody(
    broker: Broker, states: States, letters: DeadLetters
) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    half = orjson.dumps([cloud_event("X", 1), cloud_event("A", 2)])
    states.broken = True
    async with listening(broker, states, letters, client="parked"):
        bad = (b"\x00\xff\xfe garbage", half, orjson.dumps(cloud_event("B", 1)), b'{"specversion": "1.0"}')
        await send(broker, "parked/events", *bad, properties={"UserProperty": [("traceparent", trace)]})
        await send(broker, "parked/events", orjson.dumps(cloud_event("A", 3)))
        await until(lambda: ("A", 3) in states.values)
        await until(lambda: ("A", 2) in states.values)
        found = await waiting(letters)
        async with asyncio.timeout(10):
            while len(found) < 4:
                await asyncio.sleep(0.02)
                found = await waiting(letters)
    reasons = {each.letter.code for each in found}
    assert reasons == {"TOPIC_UNKNOWN", "UNKNOWN_ASSET", "INTERNAL", "EVENT_INVALID"}
    (partly,) = [each for each in found if each.letter.code == "UNKNOWN_ASSET"]
    assert (partly.letter.source, partly.letter.payload) == ("parked/events", half)
    assert "1 of 2" in partly.letter.message
    assert partly.letter.trace == "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize("version", ["5", "3.1.1"])
async def test_what_is_too_long_is_parked_with_its_beginning(
    broker: Broker, states: States, letters: DeadLetters, version: str
) -> None:
    client = f"long{version[0]}"
    long = b"[" + b" " * 10_000_000 + b"]"
    async with listening(broker, states, letters, client=client, version=version):
        await send(
            broker, f"{client}/events", orjson.dumps(cloud_event("A", 1)), long, orjson.dumps(cloud_event("A", 2))
        )
        await until(lambda: len(states.events) == 2)
        found = await waiting(letters)
        async with asyncio.timeout(10):
            while not found:
                await asyncio.sleep(0.02)
                found = await waiting(letters)
    (parked,) = found
    assert (parked.letter.code, parked.size, parked.whole) == ("EVENT_TOO_LARGE", 10_000_002, False)
    assert parked.letter.source == f"{client}/events"


async def test_nothing_is_lost_while_the_database_is_away_or_we_are(
    broker: Broker, states: States, letters: DeadLetters
) -> None:
    states.away = True
    async with listening(broker, states, letters, client="away"):
        await send(broker, "away/events", *(orjson.dumps(cloud_event("A", number)) for number in range(50)))
        await asyncio.sleep(0.3)
        assert states.events == []
    await send(broker, "away/events", orjson.dumps(cloud_event("A", 50)))
    states.away = False
    async with listening(broker, states, letters, client="away"):
        await until(lambda: len({value for _, value in states.values}) == 51)
    assert await waiting(letters) == ()


async def test_what_was_acknowledged_does_not_come_again(broker: Broker, states: States, letters: DeadLetters) -> None:
    async with listening(broker, states, letters, client="once"):
        await send(broker, "once/events", *(orjson.dumps(cloud_event("A", number)) for number in range(20)))
        await until(lambda: len(states.events) == 20)
        await asyncio.sleep(0.2)
    async with listening(broker, states, letters, client="once"):
        await send(broker, "once/events", orjson.dumps(cloud_event("A", 99)))
        await until(lambda: ("A", 99) in states.values)
    assert len(states.events) == 21


async def test_it_comes_back_when_the_broker_does(broker: Broker, states: States, letters: DeadLetters) -> None:
    async with listening(broker, states, letters, client="back"):
        await send(broker, "back/events", orjson.dumps(cloud_event("A", 1)))
        await until(lambda: states.events)
        await asyncio.to_thread(broker.stop)
        await asyncio.to_thread(broker.start)
        await send(broker, "back/events", orjson.dumps(cloud_event("A", 2)))
        await until(lambda: ("A", 2) in states.values)


async def test_members_of_a_group_share_the_messages(broker: Broker, letters: DeadLetters) -> None:
    one, other = States(), States()
    async with (
        listening(broker, one, letters, client="sharedA", group="g"),
        listening(broker, other, letters, client="sharedB", group="g"),
    ):
        payloads = [orjson.dumps({"t": number}) for number in range(40)]
        await send(broker, "site/S/air", *payloads)
        await until(lambda: len(one.events) + len(other.events) == 40)
        assert one.events
        assert other.events


@pytest.mark.parametrize("group", ["", "g"])
async def test_a_node_of_sparkplug_is_asked_for_its_births_and_heard_from_then_on(
    broker: Broker, states: States, letters: DeadLetters, group: str
) -> None:
    """The node answers as nodes do; a group of ours doesn't divide what it says."""
    node = f"spBv1.0/plant/{{}}/N{group}"
    life = Metric(name="bdSeq", datatype=Datatype.INT64, value=3)
    value = Metric(name="T", alias=1, datatype=Datatype.DOUBLE, value=20)

    def sent(sequence: int, *metrics: Metric) -> bytes:
        return encode(Payload(time=1_780_488_000_000_000 + sequence * 1_000, sequence=sequence, metrics=metrics))

    async with listening(broker, states, letters, client=f"spark{group}", group=group):
        with commands(broker, node.format("NCMD")) as asked:
            await send(broker, node.format("DDATA") + "/D", sent(5, Metric(alias=1, value=19.0, datatype=10)))
            await until(lambda: asked)
        assert [each.name for each in decode(asked[0]).metrics] == ["Node Control/Rebirth"]
        await send(broker, node.format("NBIRTH"), sent(0, life))
        await send(broker, node.format("DBIRTH") + "/D", sent(1, value))
        numbers = [sent(number, Metric(alias=1, value=20.0 + number, datatype=10)) for number in range(2, 20)]
        await send(broker, node.format("DDATA") + "/D", *numbers)
        await send(broker, node.format("NDEATH"), encode(Payload(metrics=(life,))))
        await until(lambda: len(states.events) == 20)
    assert states.values == [("D", 20), *(("D", 20 + number) for number in range(2, 20)), ("D", 39)]
    assert states.events[-1].values[0].quality == "BAD"
    (parked,) = await waiting(letters)
    assert (parked.letter.code, parked.letter.source) == ("SPARKPLUG_UNBORN", node.format("DDATA") + "/D")


@contextmanager
def commands(broker: Broker, topic: str) -> Iterator[list[bytes]]:
    """What comes on a topic meanwhile."""
    found: list[bytes] = []
    subscribed = threading.Event()
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
    client.on_message = lambda _client, _data, message: found.append(bytes(message.payload))
    client.on_subscribe = lambda *_: subscribed.set()
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    client.subscribe(topic)
    assert subscribed.wait(10)
    yield found
    client.disconnect()
    client.loop_stop()


async def test_what_waits_is_bounded_by_its_weight_and_what_was_promised_comes(broker: Broker) -> None:
    address = parse_address(broker.url, client="heavy", filters=("heavy/#",))
    link = MqttLink(address, SystemClock(), room=100_000, patience=0.1)
    link.start()
    await until(lambda: link.subscribed)
    sent = [str(number).encode() + b" " * 20_000 for number in range(40)]
    await asyncio.to_thread(publish, broker, "heavy/promised", *sent)
    await until(lambda: link.weight > 100_000)
    await until(lambda: not link.subscribed)  # by now a broker may have taken us for dead
    assert link.weight < 100_000 + 2 * 21_500
    came: list[bytes] = []
    while len(came) < len(sent):
        taken = await asyncio.wait_for(link.take(1_000), 10)
        link.acknowledge(taken)
        came += [each.message.payload for each in taken]
    assert came == sent
    assert link.weight == 0
    await until(lambda: link.subscribed)
    await asyncio.to_thread(publish, broker, "heavy/unpromised", *sent, qos=0)
    await until(lambda: link.dropped)
    assert link.weight < 100_000 + 2 * 21_500
    await asyncio.wait_for(link.stop(), 5)


async def test_who_stands_still_before_a_message_can_leave_and_gets_it_the_next_time(broker: Broker) -> None:
    address = parse_address(broker.url, client="leaving", filters=("leaving",))
    for room in (10, 10_000_000):
        link = MqttLink(address, SystemClock(), room=room)
        link.start()
        await until(lambda link=link: link.subscribed)
        if room == 10:
            await asyncio.to_thread(publish, broker, "leaving", b"one", b"two", b"three")
            await until(lambda link=link: link.weight)
        else:
            found = [each.message.payload for each in await asyncio.wait_for(link.take(10), 5)]
            while len(found) < 3:
                found += [each.message.payload for each in await asyncio.wait_for(link.take(10), 5)]
            assert found == [b"one", b"two", b"three"]
        await asyncio.wait_for(link.stop(), 5)


@pytest.mark.parametrize("url", ["http://host", "http://host:1883", "mqtt://", "mqtt://host:99999", "nonsense"])
def test_another_address_is_refused(url: str) -> None:
    with pytest.raises(ValueInvalid):
        parse_address(url, client="c", filters=["a"])
