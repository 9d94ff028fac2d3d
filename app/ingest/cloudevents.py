"""CloudEvents 1.0 as events of the twin: structured, in batches, line by line, and binary.

`subject` is the asset, `time` the event's, `data` holds values by channel: `21.5`, or `{"value": 70, "unit": "degF",
"quality": "UNCERTAIN"}`, or null, which deletes. The extensions `sequence` and `epoch` are optional numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final, cast
from urllib.parse import unquote

import orjson

from graph.clock import epoch_micros
from graph.errors import LimitExceeded, Problem, TwinError
from graph.ontology.model import Json
from graph.state import Event, EventInvalid, EventTooLarge, Quality, Value

MOST: Final = 50_000
"""Events of one request."""

LINE_BYTES: Final = 65_536
"""The longest line, or data of a single event."""

_NEEDED: Final = ("specversion", "id", "source", "type", "subject", "time")
_PREFIX: Final = "ce-"
_ALONE: Final = frozenset({"value", "unit", "quality"})


def structured_events(body: bytes, *, lines: bool = False) -> list[Event | Problem]:
    """Return the events of a structured, batch or (`lines`) NDJSON body, in their order, and why others are none.

    Raises EventInvalid where the body as a whole can't be read, LimitExceeded over MOST events.
    """
    return [_decoded(each) for each in (_lines(body) if lines else _listed(body))]


def binary_event(headers: Mapping[str, str], body: bytes) -> list[Event | Problem]:
    """Return the one event whose attributes are headers and whose data is the body."""
    attributes: dict[str, Json] = {
        name[len(_PREFIX) :].lower(): unquote(text)
        for name, text in headers.items()
        if name.lower().startswith(_PREFIX)
    }
    if len(body) > LINE_BYTES:
        return [_too_long(len(body)).problem]
    try:
        return [event_of({**attributes, "data": _parsed(body, "data")})]
    except TwinError as refusal:
        return [refusal.problem]


def event_of(told: object) -> Event:
    """Return one structured event. Raises EventInvalid."""
    if not isinstance(told, dict):
        raise EventInvalid("An event is an object", expected="a CloudEvent", actual=type(told).__name__)
    given = cast("dict[str, Json]", told)
    version, name, source, kind, asset, time = map(given.get, _NEEDED)
    if not (type(name) is type(source) is type(kind) is type(asset) is type(time) is type(version) is str):
        raise next(_lacking(each, given.get(each)) for each in _NEEDED if type(given.get(each)) is not str)
    if version != "1.0":
        raise EventInvalid("Not a version that is read", place="specversion", expected="1.0", actual=str(version)[:40])
    return Event(
        asset=cast("str", asset),
        time=_micros(cast("str", time)),
        source=cast("str", source),
        id=cast("str", name),
        values=tuple([_value(each, value) for each, value in _data(given).items()]),
        epoch=_number("epoch", given.get("epoch")),
        sequence=_number("sequence", given.get("sequence")),
    )


def _decoded(told: object) -> Event | Problem:
    try:
        return event_of(_parsed(told, "line") if isinstance(told, bytes) else told)
    except TwinError as refusal:
        return refusal.problem


def _listed(body: bytes) -> list[object]:
    told = _parsed(body, "body")
    if not isinstance(told, list):
        return [told]
    found = cast("list[object]", told)
    _check_number(len(found))
    return found


def _lines(body: bytes) -> Iterator[bytes]:
    found = [line for line in body.split(b"\n") if line and not line.isspace()]
    _check_number(len(found))
    return iter(found)


def _check_number(found: int) -> None:
    if found > MOST:
        raise LimitExceeded(
            "Too many events for one request",
            place="body",
            expected=f"at most {MOST:,}",
            actual=f"{found:,}",
            hint="Send them in several requests; some at a time may be under way",
        )


def _parsed(text: bytes, place: str) -> object:
    """Read JSON. Numbers that JSON has not (NaN) are read on, for it is one channel's value that is wrong by them."""
    if place == "line" and len(text) > LINE_BYTES:
        raise _too_long(len(text))
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        fault = error
    try:
        if b"NaN" in text or b"Infinity" in text:
            found = json.loads(text)
            json.dumps(found, ensure_ascii=False).encode()  # half a surrogate pair is no text: a ValueError
            return found
    except (ValueError, RecursionError):
        pass
    raise EventInvalid("Not JSON", place=place, expected="JSON in UTF-8", actual=str(fault)[:120]) from fault


def _data(given: Mapping[str, Json]) -> Mapping[str, Json]:
    data = given.get("data")
    if not isinstance(data, dict):
        raise EventInvalid(
            "The event's data are no values of channels",
            place="data",
            expected='an object of values by channel, such as {"temperature": 21.5}',
            actual="data_base64" if "data_base64" in given else type(data).__name__,
        )
    return data


def _value(channel: str, sent: Json) -> Value:
    if not isinstance(sent, dict):
        return Value(channel=channel, value=sent)
    unit, quality = sent.get("unit"), sent.get("quality", Quality.GOOD)
    fits = "value" in sent and sent.keys() <= _ALONE
    if not fits or not isinstance(quality, str) or not (unit is None or isinstance(unit, str)):
        raise EventInvalid(
            f"Not a value of {channel[:80]}",
            place=f"data.{channel[:80]}",
            expected='a plain value, or {"value": ..., "unit": ..., "quality": ...}',
            actual=", ".join(sent)[:80],
        )
    return Value(channel=channel, value=sent["value"], unit=unit, quality=quality)


def _micros(text: str) -> int:
    """Microseconds since 1970 of an RFC 3339 time; what is finer is cut off."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None and "T" in text.upper():
            return epoch_micros(moment)
    except (ValueError, OverflowError):
        pass
    raise EventInvalid(
        "Not a time", place="time", expected="RFC 3339 with an offset, such as 2026-12-01T08:00:00Z", actual=text[:80]
    )


def _number(name: str, sent: Json) -> int:
    if sent is None:
        return 0
    if type(sent) is int:
        return sent
    if isinstance(sent, str) and sent.isascii() and sent.isdigit() and len(sent) <= 20:
        return int(sent)
    raise EventInvalid(
        f"Not a {name}", place=name, expected="an unsigned number of 64 bits, as number or text", actual=repr(sent)[:80]
    )


def _lacking(name: str, sent: Json) -> EventInvalid:
    return EventInvalid(
        f"The event has no {name}" if sent is None else f"The event's {name} is no text",
        place=name,
        expected="text",
        actual=None if sent is None else type(sent).__name__,
        hint="subject is the asset's id, time when it was so" if name in ("subject", "time") else None,
    )


def _too_long(length: int) -> EventTooLarge:
    return EventTooLarge("The event is too long", expected=f"at most {LINE_BYTES:,} bytes", actual=f"{length:,}")
