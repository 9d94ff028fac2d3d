"""Events over all transports while Neo4j is killed at random moments: what was acknowledged is there, once.

A set-full check in the manner of Jepsen, beside that of a killed service and a killed broker (`test_kafka.py`). The
service is one process throughout: it waits, sends again, and goes on by itself.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson
import psutil
import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from graph.database.local import LocalServer
from tests import kafka as kafka_of_tests
from tests import mosquitto as mosquitto_of_tests
from tests.journeys.test_kafka import ROOMS, readings, room, said, serving, waiting
from tests.journeys.test_service import TWIN
from tests.servers import local_server

pytestmark = [pytest.mark.neo4j, pytest.mark.long, pytest.mark.timeout(900)]

EVENTS, KILLS = 900, 4
MEMORY = 150_000_000
HTTP, MQTT, KAFKA = (range(EVENTS)[part::3] for part in range(3))
NDJSON = {"content-type": "application/x-ndjson"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A Neo4j of this test's own, the brokers, and the settings of a service between them."""

    neo4j: LocalServer
    mqtt: mosquitto_of_tests.Broker
    kafka: kafka_of_tests.Broker
    settings: dict[str, str]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    folders = [tmp_path / name for name in ("neo4j", "mosquitto", "kafka", "data")]
    for folder in folders:
        folder.mkdir()
    with ExitStack() as held:
        mqtt = held.enter_context(mosquitto_of_tests.mosquitto(folders[1]))
        if mqtt is None:
            pytest.skip(mosquitto_of_tests.LEFT_OUT)
        kafka = held.enter_context(kafka_of_tests.kafka(folders[2]))
        if kafka is None:
            pytest.skip(kafka_of_tests.LEFT_OUT)
        kafka.make("events", 3)
        neo4j = local_server(folders[0])
        held.callback(neo4j.stop)
        endpoint = neo4j.start()
        bare = {name: value for name, value in os.environ.items() if not name.startswith("TWIN_")}
        settings = {
            **bare,
            "TWIN_NEO4J_URI": endpoint.uri,
            "TWIN_NEO4J_USER": endpoint.user,
            "TWIN_NEO4J_PASSWORD": endpoint.password,
            "TWIN_DATA_DIR": str(folders[3]),
            "TWIN_PORT": "0",
            "TWIN_AUTH": "none",
            "TWIN_MQTT_URL": mqtt.url,
            "TWIN_MQTT_TOPICS": "events/#",
            "TWIN_KAFKA_SERVERS": kafka.servers,
            "TWIN_KAFKA_TOPICS": "events",
        }
        yield Place(neo4j=neo4j, mqtt=mqtt, kafka=kafka, settings=settings)


def over_http(client: httpx.Client, numbers: Sequence[int], chance: random.Random) -> None:
    """Send each until it is acknowledged."""
    for start in range(0, len(numbers), 5):
        body = b"\n".join(said(number) for number in numbers[start : start + 5])
        until = time.monotonic() + 180
        while True:
            assert time.monotonic() < until
            try:
                answer = client.post("/v1/events", content=body, headers=NDJSON)
            except httpx.TransportError:
                continue
            if answer.status_code == 200:
                assert answer.json()["refused"] == 0, answer.text
                break
            assert answer.status_code == 503, answer.text
            time.sleep(0.2)
        time.sleep(chance.uniform(0, 0.2))


def over_mqtt(place: Place, numbers: Sequence[int], chance: random.Random) -> None:
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
    client.connect("127.0.0.1", place.mqtt.port)
    client.loop_start()
    for number in numbers:
        client.publish("events/rooms", said(number), qos=1).wait_for_publish(30)
        time.sleep(chance.uniform(0, 0.05))
    client.disconnect()
    client.loop_stop()


def over_kafka(place: Place, numbers: Sequence[int], chance: random.Random) -> None:
    for start in range(0, len(numbers), 20):
        producer = place.kafka.producer()
        for number in numbers[start : start + 20]:
            producer.produce("events", said(number), room(number))
        assert producer.flush(60) == 0
        time.sleep(chance.uniform(0, 0.9))


def kill(neo4j: LocalServer, chance: random.Random) -> None:
    """End Neo4j at once, leave it so for a while, and start it again where it was."""
    pid = neo4j.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    time.sleep(chance.uniform(0, 3))
    neo4j.start()


def run_all(*works: Callable[[], None]) -> list[threading.Thread]:
    threads = [threading.Thread(target=work) for work in works]
    for each in threads:
        each.start()
    return threads


def expected() -> dict[str, tuple[float, list[float]]]:
    told = {room(number): sorted(each / 100 for each in range(number, EVENTS, ROOMS)) for number in range(ROOMS)}
    return {name: (values[-1], values) for name, values in told.items()}


def until_subscribed(client: httpx.Client, place: Place) -> None:
    """Until the service has subscribed, the broker keeps nothing for it: an event is sent until it is a state."""
    end = time.monotonic() + 60
    name = room(MQTT[0])
    while not readings(client)[name][1]:
        assert time.monotonic() < end
        over_mqtt(place, MQTT[:1], random.Random(0))


def test_what_was_acknowledged_is_there_once_though_neo4j_is_killed(place: Place, tmp_path: Path) -> None:
    chance = random.Random(11)

    def killing() -> None:
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.2, 4))
            kill(place.neo4j, chance)

    sent_during(place, tmp_path, killing)


def test_nothing_is_lost_and_memory_is_bounded_in_a_minute_without_neo4j(place: Place, tmp_path: Path) -> None:
    sizes: list[int] = []

    def away() -> None:
        serving_one = next(each for each in psutil.Process().children() if "serve" in each.cmdline())
        time.sleep(2)
        before = serving_one.memory_info().rss
        place.neo4j.stop()
        end = time.monotonic() + 60
        while time.monotonic() < end:
            sizes.append(serving_one.memory_info().rss - before)
            time.sleep(0.5)
        place.neo4j.start()

    sent_during(place, tmp_path, away)
    assert max(sizes) < MEMORY, max(sizes)


def sent_during(place: Place, folder: Path, outage: Callable[[], None]) -> None:
    """Send all events over all transports while something happens to Neo4j, and look for them."""
    chance = random.Random(7)
    numbers: list[list[int]] = [list(each) for each in (HTTP, MQTT, KAFKA)]
    for each in numbers:
        chance.shuffle(each)
    rooms = [{"kind": "asset", "id": room(number), "type": "Room"} for number in range(ROOMS)]
    (folder / "rooms.ndjson").write_bytes(b"".join(orjson.dumps(each) + b"\n" for each in rooms))
    for verb in (("ontology", "apply"), ("load", "rooms.ndjson")):
        subprocess.run([TWIN, *verb], env=place.settings, cwd=folder, check=True, capture_output=True)
    with serving(place.settings, folder) as client:
        until_subscribed(client, place)
        threads = run_all(
            lambda: over_http(client, numbers[0], random.Random(1)),
            lambda: over_mqtt(place, numbers[1], random.Random(2)),
            lambda: over_kafka(place, numbers[2], random.Random(3)),
        )
        outage()
        for each in threads:
            each.join()
        found, wanted = settled(client), expected()
        missing = {each: Counter(wanted[each][1]) - Counter(told) for each, (_, told) in found.items()}
        assert found == wanted, missing
    assert waiting(place.settings, folder) == []


def settled(client: httpx.Client, seconds: float = 180.0) -> dict[str, tuple[Any, list[Any]]]:
    """What rooms say once it is what was sent, or the time is over."""
    end = time.monotonic() + seconds
    found: dict[str, tuple[Any, list[Any]]] = {}
    while time.monotonic() < end:
        try:
            found = readings(client)
        except (httpx.TransportError, AssertionError):  # the database has only just come back
            time.sleep(0.5)
            continue
        if found == expected():
            break
        time.sleep(0.5)
    return found
