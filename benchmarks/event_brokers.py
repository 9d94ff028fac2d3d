"""Events by way of a broker until they are durable: batch payloads or single messages over MQTT (QoS 1) and Kafka.

The broker runs on the same machine as load, service and Neo4j. What is durable is told by the service's own metrics.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.kafka import kafka
from tests.mosquitto import mosquitto

TOPIC, PARTITIONS = "bench", 2
LOOK_SECONDS = 0.1
AHEAD = 20_000
"""Events that may be under way."""

BUCKET = re.compile(r"^twin_event_freshness_seconds_bucket{(.*)} (\S+)$", re.MULTILINE)
TOTAL = re.compile(r"^twin_events_total{(.*)} (\S+)$", re.MULTILINE)

Send = Callable[[Sequence[bytes]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A broker: the settings of a service that listens to it, and what sends messages there."""

    transport: str
    settings: dict[str, str]
    send: Send


@contextmanager
def route(transport: str, folder: Path) -> Generator[Route]:
    """Run a broker while the block lasts."""
    with (_kafka if transport == "kafka" else _mqtt)(folder) as found:
        yield found


@contextmanager
def _kafka(folder: Path) -> Generator[Route]:
    with kafka(folder) as broker:
        assert broker is not None, "Kafka's jars can't be had"
        broker.make(TOPIC, PARTITIONS)
        producer, numbers = broker.producer(), itertools.count()

        def send(bodies: Sequence[bytes]) -> None:
            for body in bodies:
                producer.produce(TOPIC, body, str(next(numbers)))
            producer.poll(0)

        yield Route(
            transport="kafka",
            settings={"TWIN_KAFKA_SERVERS": broker.servers, "TWIN_KAFKA_TOPICS": TOPIC},
            send=send,
        )
        producer.flush(60)


@contextmanager
def _mqtt(folder: Path) -> Generator[Route]:
    with mosquitto(folder) as broker:
        assert broker is not None, "no Mosquitto on this machine"
        client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        client.max_inflight_messages_set(1_000)
        client.connect("127.0.0.1", broker.port)
        client.loop_start()

        def send(bodies: Sequence[bytes]) -> None:
            for body in bodies:
                client.publish(TOPIC, body, qos=1)

        yield Route(transport="mqtt", settings={"TWIN_MQTT_URL": broker.url, "TWIN_MQTT_TOPICS": TOPIC}, send=send)
        client.disconnect()
        client.loop_stop()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Events a second; at half of that the seconds from receipt and from their time to queryable, of 95 and 99 %."""

    rate: float
    receipt: tuple[float, float]
    event: tuple[float, float]


def measured(base: str, way: Route, ids: Sequence[str], *, seconds: float, batch: int) -> Measured:
    """Send as fast as is taken, then half as fast."""
    with httpx.Client(base_url=base, timeout=60) as service:
        bodies = _bodies(ids, batch)
        _until_listening(service, way, bodies)
        began = time.perf_counter()
        sent = _paced(service, way, bodies, seconds=seconds, batch=batch, rate=None)
        rate = sent / (time.perf_counter() - began)
        before = _buckets(service, way)
        _paced(service, way, bodies, seconds=seconds, batch=batch, rate=rate / 2)
        after = _buckets(service, way)
    slow = {since: _quantiles(before.get(since, {}), after[since]) for since in ("receipt", "event")}
    return Measured(rate=rate, receipt=slow["receipt"], event=slow["event"])


def _bodies(ids: Sequence[str], batch: int) -> Iterator[bytes]:
    for first in itertools.count(step=batch):
        now = datetime.now(UTC).isoformat()
        events = [
            {
                "specversion": "1.0",
                "id": str(number),
                "source": "/bench",
                "type": "reading",
                "subject": ids[number % len(ids)],
                "time": now,
                "sequence": number,
                "data": {"temperature": 20 + number % 5},
            }
            for number in range(first, first + batch)
        ]
        yield orjson.dumps(events if batch > 1 else events[0])


def _until_listening(service: httpx.Client, way: Route, bodies: Iterator[bytes]) -> None:
    """Send one at a time until something of it is taken, and until nothing more is under way."""
    while not _taken(service, way):
        way.send([next(bodies)])
        time.sleep(0.5)
    before = -1
    while before != (before := _taken(service, way)):
        time.sleep(1)


def _paced(
    service: httpx.Client, way: Route, bodies: Iterator[bytes], *, seconds: float, batch: int, rate: float | None
) -> int:
    """Send for so long, at most AHEAD of what is taken; return how many events, once all of them are."""
    start, sent, began = _taken(service, way), 0, time.perf_counter()
    together, taken, looked = max(1, 100 // batch), 0.0, 0.0
    while (passed := time.perf_counter() - began) < seconds:
        if passed - looked > LOOK_SECONDS:
            taken, looked = _taken(service, way) - start, passed
        if (rate is not None and sent > rate * passed) or sent - taken > AHEAD:
            time.sleep(0.01)
            continue
        for _ in range(5 if rate is None else 1):
            way.send(list(itertools.islice(bodies, together)))
            sent += together * batch
    while _taken(service, way) - start < sent:
        time.sleep(LOOK_SECONDS)
    return sent


def _taken(service: httpx.Client, way: Route) -> float:
    found = TOTAL.findall(service.get("/metrics").text)
    return sum(float(number) for labels, number in found if f'transport="{way.transport}"' in labels)


def _buckets(service: httpx.Client, way: Route) -> dict[str, dict[float, float]]:
    found: dict[str, dict[float, float]] = {}
    for text, number in BUCKET.findall(service.get("/metrics").text):
        labels: dict[str, Any] = dict(re.findall(r'(\w+)="([^"]*)"', text))
        if labels["transport"] == way.transport:
            found.setdefault(labels["since"], {})[float(labels["le"])] = float(number)
    return found


def _quantiles(before: dict[float, float], after: dict[float, float]) -> tuple[float, float]:
    """The least bounds of buckets that 95 and 99 % of what came in between are within."""
    counts = {bound: number - before.get(bound, 0.0) for bound, number in sorted(after.items())}
    total = counts[float("inf")]
    slow, slowest = (next(bound for bound, count in counts.items() if count >= share * total) for share in (0.95, 0.99))
    return slow, slowest
