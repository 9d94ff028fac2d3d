"""Events over Kafka while the service and the broker are killed at random moments: all are there in the end, once each.

A set-full check in the manner of Jepsen: what the broker took is read at the end, no less, no more, nothing twice.
"""

from __future__ import annotations

import asyncio
import random
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from graph.database import connect
from graph.identity import Tenant
from graph.state import Partition, Positions
from tests.journeys.test_service import TWIN, environment
from tests.kafka import LEFT_OUT, Broker, kafka
from tests.servers import Server

__all__ = ["environment"]

pytestmark = [pytest.mark.neo4j, pytest.mark.long]

EVENTS, ROOMS, PARTITIONS = 1_000, 20, 3
KILLS = 5
BEGIN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
POISON = (b"\x00\xff garbage", b'{"specversion": "1.0"}')
READ = """query($room: ID!) { asset(id: $room) { state { channel(name: "temperature") {
  value history(first: 1000) { nodes { value } } } } } }"""


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    folder = tmp_path / "kafka"
    folder.mkdir()
    with kafka(folder) as found:
        if found is None:
            pytest.skip(LEFT_OUT)
        found.make("events", PARTITIONS)
        yield found


@contextmanager
def serving(environment: dict[str, str], folder: Path) -> Iterator[httpx.Client]:
    """The service, killed at the end of the block whatever it does."""
    with (
        (folder / "log").open("a") as log,
        subprocess.Popen(
            [TWIN, "serve"], env=environment, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=log
        ) as process,
    ):
        try:
            assert process.stdout is not None
            word, _, url = process.stdout.readline().strip().partition(" ")
            assert word == "ready", (folder / "log").read_text()
            with httpx.Client(base_url=url.removesuffix("/graphql"), timeout=60) as client:
                yield client
        finally:
            process.kill()


def said(number: int) -> bytes:
    """Event `number` says its own number, of a room, at a time of its own."""
    event = {"specversion": "1.0", "id": str(number), "source": "/line", "type": "reading"}
    at = (BEGIN + timedelta(seconds=number)).isoformat()
    return orjson.dumps({**event, "time": at, "subject": room(number), "data": {"temperature": number / 100}})


def room(number: int) -> str:
    return f"R{number % ROOMS}"


def produce(broker: Broker, chance: random.Random) -> None:
    numbers = list(range(EVENTS))
    chance.shuffle(numbers)
    producer = broker.producer()
    for start in range(0, EVENTS, 25):
        for number in numbers[start : start + 25]:
            producer.produce("events", said(number), room(number))
        producer.produce("events", chance.choice(POISON), str(start))
        assert producer.flush(60) == 0
        time.sleep(chance.uniform(0, 0.8))


def readings(client: httpx.Client) -> dict[str, tuple[Any, list[Any]]]:
    """Of each room the value that is current, and all that it ever said."""
    found: dict[str, tuple[Any, list[Any]]] = {}
    for number in range(ROOMS):
        answer = client.post("/graphql", json={"query": READ, "variables": {"room": room(number)}}).json()
        assert "errors" not in answer, answer
        state = answer["data"]["asset"]["state"]
        channel = state and state["channel"]
        nodes = [] if channel is None else channel["history"]["nodes"]
        found[room(number)] = (channel and channel["value"], [node["value"] for node in nodes])
    return found


def waiting(environment: dict[str, str], folder: Path) -> list[dict[str, Any]]:
    """Dead letters, by the command line."""
    listed = [TWIN, "dlq", "list", "--first", "1000", "--json"]
    done = subprocess.run(listed, env=environment, cwd=folder, check=True, capture_output=True)
    return orjson.loads(done.stdout)["letters"]


async def stands(server: Server, tenant: Tenant, partitions: list[Partition]) -> dict[Partition, int]:
    """Where partitions stand by the graph."""
    database = connect(server.uri, user=server.user, password=server.password)
    try:
        return await Positions(database).claim(tenant, partitions, owner="test")
    finally:
        await database.close()


def test_all_that_the_broker_took_is_there_once(
    environment: dict[str, str], broker: Broker, server: Server, tenant: Tenant, tmp_path: Path
) -> None:
    chance = random.Random(7)
    settings = {**environment, "TWIN_AUTH": "none", "TWIN_KAFKA_SERVERS": broker.servers, "TWIN_KAFKA_TOPICS": "events"}
    (tmp_path / "rooms.ndjson").write_bytes(
        b"".join(orjson.dumps({"kind": "asset", "id": room(number), "type": "Room"}) + b"\n" for number in range(ROOMS))
    )
    subprocess.run([TWIN, "load", "rooms.ndjson"], env=settings, cwd=tmp_path, check=True, capture_output=True)
    producing = threading.Thread(target=produce, args=(broker, chance))
    producing.start()
    for number in range(KILLS):
        with serving(settings, tmp_path):
            time.sleep(chance.uniform(0.2, 2.5))
            if number == KILLS // 2:
                broker.kill()
                broker.start()
    producing.join()
    expected = {room(number): sorted(each / 100 for each in range(number, EVENTS, ROOMS)) for number in range(ROOMS)}
    with serving(settings, tmp_path) as client:
        until = time.monotonic() + 120
        while (found := readings(client)) != {each: (told[-1], told) for each, told in expected.items()}:
            missing = {each: Counter(expected[each]) - Counter(told) for each, (_, told) in found.items()}
            assert time.monotonic() < until, missing
            time.sleep(0.5)
        broker.produce("events", said(EVENTS), key=room(EVENTS))
        while 'transport="kafka"' not in client.get("/metrics").text:
            assert time.monotonic() < until
            time.sleep(0.2)
    letters = waiting(settings, tmp_path)
    assert {each["code"] for each in letters} == {"TOPIC_UNKNOWN", "EVENT_INVALID"}
    assert len(letters) == EVENTS // 25
    partitions = [Partition(group="twin", topic="events", number=number) for number in range(PARTITIONS)]
    assert sum(asyncio.run(stands(server, tenant, partitions)).values()) == EVENTS + 1 + EVENTS // 25
