"""The link over a client that is played: what it holds while it waits, and nothing of what isn't its own."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from confluent_kafka import TopicPartition

from app.ingest import kafka_link
from app.ingest.kafka_address import KafkaAddress
from app.ingest.kafka_link import KafkaLink
from graph.clock import SystemClock
from graph.state import Partition

ONE = Partition(group="twin", topic="events", number=0)


class Record:
    """A record of the only partition."""

    def error(self) -> None:
        return None

    def topic(self) -> str:
        return ONE.topic

    def partition(self) -> int:
        return ONE.number

    def offset(self) -> int:
        return 0


class Client:
    """A client that gives its partition at once, and hands out records whenever it is asked."""

    def __init__(self) -> None:
        self.assigned: list[TopicPartition] = []
        self.given: list[weakref.ref[Record]] = []

    def subscribe(self, topics: list[str], *, on_assign: Callable[..., None], **_calls: object) -> None:
        on_assign(self, [TopicPartition(topic, 0) for topic in topics])

    def assign(self, partitions: Sequence[TopicPartition]) -> None:
        self.assigned = list(partitions)

    def pause(self, partitions: Sequence[TopicPartition]) -> None: ...

    def resume(self, partitions: Sequence[TopicPartition]) -> None: ...

    def poll(self, seconds: float) -> Record:
        time.sleep(seconds / 10)
        record = Record()
        self.given.append(weakref.ref(record))
        return record

    def close(self) -> None: ...


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    """The client that the link gets."""
    played = Client()

    def made(configuration: dict[str, Any]) -> Client:
        assert configuration["group.id"] == ONE.group
        return played

    monkeypatch.setattr(kafka_link, "Consumer", made)
    return played


async def test_what_is_to_be_claimed_anew_is_neither_read_nor_kept(client: Client) -> None:
    link = KafkaLink(KafkaAddress(servers=("nowhere:1",), group="twin", topics=("events",)), SystemClock(), name="me")
    link.start()
    await link.begin({ONE: 5})
    assert [each.offset for each in client.assigned] == [5]
    await link.forget()
    assert client.assigned == []
    await link.idle(0.05)
    assert client.given
    assert [each() for each in client.given] == [None] * len(client.given)
    assert link.unclaimed == {ONE}
    await link.stop()
