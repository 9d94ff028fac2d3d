"""Sends messages to a Kafka, each once, by the asset's id as key."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from typing import Final

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka import Message as Record

from app.ingest import KafkaAddress
from app.simulator.errors import BrokerUnavailable
from app.simulator.messages import Message

_SEND_SECONDS: Final = 60
_LOOK_SECONDS: Final = 0.5
# The client's own codes begin with an underscore, and are for whoever uses it.
_LETS_NOBODY_IN: Final = (
    KafkaError._AUTHENTICATION,  # noqa: SLF001
    KafkaError._SSL,  # noqa: SLF001
)


class KafkaSender:
    """Sends to one topic."""

    def __init__(self, address: KafkaAddress, topic: str) -> None:
        self._address = address
        self._topic = topic
        self._refusal: KafkaError | None = None
        known = {
            "enable.idempotence": True,
            "linger.ms": 5,
            "topic.metadata.propagation.max.ms": 5_000,
            "delivery.timeout.ms": _SEND_SECONDS * 1_000,
        }
        self._producer = Producer({**address.connection, **known, "log_level": 0, "error_cb": self._failed})

    async def send(self, messages: Iterable[Message]) -> None:
        """Return when the brokers have all messages. Raises BrokerUnavailable: then they may have some."""
        await asyncio.to_thread(self._send, list(messages))

    def _send(self, messages: list[Message]) -> None:
        try:
            for each in messages:
                headers: dict[str, str | bytes | None] = {"content-type": each.media}
                self._producer.produce(
                    self._topic, each.payload, each.key, headers=headers, on_delivery=self._delivered
                )
        except (BufferError, KafkaException) as error:
            raise self._unavailable(str(error)) from error
        until = time.monotonic() + _SEND_SECONDS
        while self._producer.flush(_LOOK_SECONDS) and self._refusal is None and time.monotonic() < until:
            pass
        if len(self._producer) or self._refusal is not None:
            raise self._unavailable("no answer" if self._refusal is None else self._refusal.str())

    def _failed(self, error: KafkaError) -> None:
        if error.code() in _LETS_NOBODY_IN:  # else what passes is tried again by the client
            self._refusal = error

    def _delivered(self, error: KafkaError | None, _record: Record) -> None:
        self._refusal = error or self._refusal

    def _unavailable(self, reason: str) -> BrokerUnavailable:
        return BrokerUnavailable(
            f"The Kafka at {', '.join(self._address.servers)} takes nothing on {self._topic}",
            actual=reason[:200],
            hint="Look at TWIN_KAFKA_SERVERS, at whether the topic is there, and at what this user may do",
        )


@asynccontextmanager
async def kafka_sender(address: KafkaAddress, topic: str) -> AsyncGenerator[KafkaSender]:
    """Yield a sender to a topic."""
    yield KafkaSender(address, topic)
