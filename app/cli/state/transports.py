"""How `twin simulate` sends what it plays: over HTTP or straight into the database, or to a broker of the settings."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from graph.errors import ValueInvalid

if TYPE_CHECKING:
    from app.cli.gateway import Gateway
    from app.settings import Settings
    from app.simulator import Sender, Simulated

Send: TypeAlias = "Callable[[Sequence[Simulated]], Awaitable[None]]"


class Over(StrEnum):
    """A transport."""

    HTTP = "http"
    MQTT = "mqtt"
    KAFKA = "kafka"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A transport, the topic of a broker (None: the first that the settings read), and the events of a message."""

    over: Over
    topic: str | None
    together: int


@dataclass(slots=True)
class Counts:
    """What became of what was sent; a broker says of its messages no more than that it has them."""

    accepted: int = 0
    refused: int = 0
    sent: int = 0

    def document(self, over: Over) -> dict[str, int]:
        """The counts for machines."""
        return {"accepted": self.accepted, "refused": self.refused} if over is Over.HTTP else {"sent": self.sent}

    def text(self, over: Over) -> str:
        """The counts for people."""
        if over is Over.HTTP:
            return f"{self.accepted:,} events taken, {self.refused:,} refused"
        return f"{self.sent:,} events sent over {over}"


@asynccontextmanager
async def transport(way: Way, gateway: Gateway, counts: Counts) -> AsyncGenerator[Send]:
    """Yield what sends events and counts them. Raises ValueInvalid where no broker or topic is named."""
    if way.over is Over.HTTP:
        if way.topic is not None or way.together != 1:
            raise ValueInvalid("Only brokers have topics and messages", place="--over", expected="mqtt or kafka")

        async def post(batch: Sequence[Simulated]) -> None:
            answer: Mapping[str, Any] = await gateway.events([each.event for each in batch])
            counts.accepted += answer["accepted"]
            counts.refused += answer["refused"]

        yield post
        return
    from app.settings import load_settings
    from app.simulator import messages_of

    async with _sender(way, load_settings()) as sender:

        async def send(batch: Sequence[Simulated]) -> None:
            await sender.send(messages_of((each.event for each in batch), together=way.together))
            counts.sent += len(batch)

        yield send


def _sender(way: Way, settings: Settings) -> AbstractAsyncContextManager[Sender]:
    if way.over is Over.MQTT:
        from app.ingest import broker_of
        from app.simulator.mqtt import mqtt_sender

        address = broker_of(settings, client="")
        plain = (each for each in settings.mqtt_topics if not set(each) & set("+#"))
        return mqtt_sender(address, _topic(way, plain, "TWIN_MQTT_TOPICS"))
    from app.ingest import kafka_of
    from app.simulator.kafka import kafka_sender

    plain = (each for each in settings.kafka_topics if not each.startswith("^"))
    return kafka_sender(kafka_of(settings), _topic(way, plain, "TWIN_KAFKA_TOPICS"))


def _topic(way: Way, read: Iterable[str], setting: str) -> str:
    found = way.topic or next(iter(read), None)
    if found is None:
        raise ValueInvalid(
            "To which topic?", place="--topic", expected=f"a topic, or one of {setting} without wildcards"
        )
    return found
