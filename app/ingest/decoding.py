"""From what a transport brought to events: CloudEvents by their media type, and a site's own payloads by topic."""

from __future__ import annotations

import base64
from collections.abc import Mapping as Headers
from dataclasses import dataclass, field
from typing import Final

import orjson

from app.ingest.cloudevents import structured_events
from app.ingest.errors import TopicUnknown
from app.ingest.intake import Decoded
from app.ingest.mapping import Mapping
from app.ingest.sparkplug import Host, is_sparkplug
from graph.errors import TwinError
from graph.state import EventTooLarge

STRUCTURED: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"
LINES: Final = "application/x-ndjson"

LONGEST: Final = 1 << 20
"""Bytes of a message over MQTT: some thousands of events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What came on a topic. `media` is its media type, `attributes` those of a binary CloudEvent (without prefix).

    `time` is when it was sent, where the transport knows; `key` and `offset` are what it was kept under there.
    Times are microseconds since 1970. `size` is that of the whole payload where only the beginning of it is here.
    """

    topic: str
    payload: bytes
    received: int
    media: str = ""
    attributes: Headers[str, str] = field(default_factory=dict[str, str])
    transport: str = ""
    time: int | None = None
    key: str = ""
    offset: str = ""
    size: int | None = None

    def plain(self) -> tuple[bytes, str]:
        """Payload and media type that say the same without attributes: a binary CloudEvent as a structured one."""
        if "specversion" not in self.attributes:
            return self.payload, self.media
        envelope: dict[str, object] = dict(self.attributes)
        try:
            return orjson.dumps({**envelope, "data": orjson.loads(self.payload)}), STRUCTURED
        except (orjson.JSONDecodeError, orjson.JSONEncodeError):  # it reads deeper nesting than it writes
            envelope["data_base64"] = base64.b64encode(self.payload).decode()
        return orjson.dumps(envelope), STRUCTURED


def decoded(message: Message, mapping: Mapping | None, host: Host | None = None) -> list[Decoded]:
    """Return the events of a message in their order, and why others are none. Raises nothing.

    A media type or attributes of CloudEvents count first, then the mapping's forms; what neither knows is read as a
    CloudEvent where it is a JSON object or list. What comes on topics of Sparkplug goes through the `host`.
    """
    if message.size is not None:
        return [_too_long(message.size).problem]
    if host is not None and is_sparkplug(message.topic):
        return list(host.decoded(message.topic, message.payload, received=message.received))
    payload, media = message.plain()
    kind = media.partition(";")[0].strip().lower()
    try:
        if kind in (STRUCTURED, BATCH):
            return structured_events(payload)
        if kind == LINES:
            return structured_events(payload, lines=True)
        if mapping is not None and mapping.knows(message.topic, message.transport):
            sent = message.received if message.time is None else message.time
            origin = {"transport": message.transport, "key": message.key}
            return [mapping.event(message.topic, payload, received=sent, **origin)]
        if payload.lstrip()[:1] in (b"{", b"["):
            return structured_events(payload)
        raise TopicUnknown(
            "No CloudEvent, and no mapping says what it means",
            place="topic",
            expected="JSON of a CloudEvent, or a form of topics in the mapping file",
            actual=message.topic[:80],
        )
    except TwinError as refusal:
        return [refusal.problem]


def _too_long(size: int) -> EventTooLarge:
    return EventTooLarge(
        "The message is too long",
        expected=f"at most {LONGEST:,} bytes",
        actual=f"{size:,}",
        hint="Only its beginning was kept; its source has to send it again, in smaller pieces",
    )
