"""Messages that can't be taken, as dead letters."""

from __future__ import annotations

from typing import Final

from app.ingest.decoding import Message
from graph.deadletters import DeadLetter
from graph.errors import Problem

KAFKA: Final = "kafka"
_TRACE_PARTS: Final = 4
_PLACE_PARTS: Final = 3


def place_of(partition: int, offset: int, key: str) -> str:
    """Return where a record of Kafka lies, as a dead letter says it; a replay needs its key."""
    return f"{partition}:{offset}" + (f":{key}" if key else "")


def key_at(place: str) -> str:
    """Return the key of a record that lies at such a place, empty where it has none."""
    parts = place.split(":", _PLACE_PARTS - 1)
    return parts[2] if len(parts) == _PLACE_PARTS else ""


def letter_of(message: Message, problem: Problem, refused: int, events: int) -> DeadLetter:
    """Return a message as a dead letter, `refused` of whose `events` were; `problem` is why the first of them was."""
    payload, media = message.plain()
    others = "" if events == 1 else f" ({refused} of {events} events were refused)"
    trace = message.attributes.get("traceparent", "").split("-")
    return DeadLetter(
        code=problem.code,
        message=f"{problem}{others}"[:1_000],
        transport=message.transport,
        source=message.topic,
        received=message.received,
        payload=payload,
        media=media,
        time=message.time,
        offset=message.offset,
        trace=trace[1] if len(trace) == _TRACE_PARTS else "",
        size=message.size,
    )
