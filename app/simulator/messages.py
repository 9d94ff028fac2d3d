"""Events as messages: one each, or several in one batch, as CloudEvents in JSON."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import orjson

STRUCTURED: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent to a broker: `key` is the asset that its first event is about."""

    payload: bytes
    media: str
    key: str


class Sender(Protocol):
    """Sends messages to a broker."""

    async def send(self, messages: Iterable[Message]) -> None:
        """Return when the broker has all of them. Raises BrokerUnavailable: then it may have some."""
        ...


def messages_of(events: Iterable[Mapping[str, Any]], *, together: int = 1) -> Iterator[Message]:
    """Yield events as messages, `together` in each: 1 gives single events, more give batches."""
    rest = iter(events)
    while some := list(itertools.islice(rest, together)):
        payload, media = (some[0], STRUCTURED) if together == 1 else (some, BATCH)
        yield Message(payload=orjson.dumps(payload), media=media, key=str(some[0]["subject"]))
