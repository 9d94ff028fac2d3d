"""What is played comes to real brokers: each event when the broker has it, alone or together with others."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from app.ingest.mqtt_link import parse_address
from app.simulator import BrokerUnavailable, Message, messages_of
from app.simulator.mqtt import mqtt_sender
from tests.mosquitto import LEFT_OUT, Broker, mosquitto

EVENTS = [{"id": str(number), "subject": f"R{number % 3}"} for number in range(250)]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with mosquitto(tmp_path_factory.mktemp("mosquitto")) as found:
        if found is None:
            pytest.skip(LEFT_OUT)
        yield found


@contextmanager
def listening(broker: Broker, topic: str) -> Iterator[list[tuple[bytes, str]]]:
    """Payloads and content types of what comes on a topic meanwhile."""
    heard: list[tuple[bytes, str]] = []
    subscribed = threading.Event()
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)

    def came(_client: Client, _data: object, message: Any) -> None:
        heard.append((bytes(message.payload), getattr(message.properties, "ContentType", "")))

    client.on_message = came
    client.on_subscribe = lambda *_: subscribed.set()
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    client.subscribe(topic, qos=1)
    assert subscribed.wait(10)
    yield heard
    client.disconnect()
    client.loop_stop()


@pytest.mark.parametrize("version", ["5", "3.1.1"])
@pytest.mark.parametrize("together", [1, 100])
async def test_all_is_at_the_broker_when_it_is_sent(broker: Broker, version: str, together: int) -> None:
    topic = f"plant/{version[0]}/{together}"
    address = parse_address(broker.url, client="", filters=(), version=version)
    with listening(broker, topic) as heard:
        async with mqtt_sender(address, topic) as sender:
            await sender.send(messages_of(EVENTS, together=together))
            await sender.send(messages_of(EVENTS[:1]))
        expected = -(-len(EVENTS) // together) + 1
        async with asyncio.timeout(20):
            while len(heard) < expected:  # noqa: ASYNC110 - what is waited for happens in the broker
                await asyncio.sleep(0.02)
    read = [orjson.loads(payload) for payload, _ in heard]
    assert [each for of in read[:-1] for each in (of if together > 1 else [of])] == EVENTS
    media = "application/cloudevents-batch+json" if together > 1 else "application/cloudevents+json"
    assert {kind for _, kind in heard[:-1]} == ({media} if version == "5" else {""})


async def test_a_broker_that_is_not_there_is_told() -> None:
    address = parse_address("mqtt://127.0.0.1:1", client="", filters=())
    with pytest.raises(BrokerUnavailable):
        async with mqtt_sender(address, "t"):
            pass


def test_messages_have_the_asset_of_their_first_event_as_key() -> None:
    one, *rest = messages_of(EVENTS[:5], together=2)
    assert one == Message(payload=orjson.dumps(EVENTS[:2]), media="application/cloudevents-batch+json", key="R0")
    assert [each.key for each in rest] == ["R2", "R1"]
