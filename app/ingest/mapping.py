"""What a site's own topics and payloads mean, as events."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping as Names
from dataclasses import dataclass
from typing import Any, Final, cast

import orjson

from app.ingest.mapping_document import (
    NAME,
    ChannelPart,
    ExamplePart,
    MappingFile,
    PayloadKind,
    TimeForm,
    TopicPart,
    Transport,
)
from graph.clock import epoch_micros
from graph.errors import Problem, TwinError, ValueInvalid
from graph.ontology.model import Json
from graph.ontology.temporal import parse_datetime
from graph.state import Event, EventInvalid, Value

_MICROS: Final = {TimeForm.SECONDS: 1_000_000, TimeForm.MILLISECONDS: 1_000, TimeForm.MICROSECONDS: 1}
_LONGEST: Final = 65_536
_FARTHEST: Final = 1 << 62
_ABSENT: Final = object()
_TRANSPORTS: Final = frozenset(Transport)


@dataclass(frozen=True, slots=True)
class _Form:
    part: TopicPart
    pattern: re.Pattern[str]


class Mapping:
    """Turns messages into events. The first form that a topic fits is the one that counts."""

    def __init__(self, file: MappingFile) -> None:
        self._forms = [_Form(part, re.compile(_pattern(part), re.DOTALL)) for part in file.topics]
        self._assets = file.assets
        self.examples = file.examples

    @property
    def filters(self) -> tuple[str, ...]:
        """The topic filters of MQTT to subscribe to, each once."""
        return tuple(dict.fromkeys(NAME.sub("+", part.topic) for part in self._of(Transport.MQTT)))

    @property
    def kafka_topics(self) -> tuple[str, ...]:
        """The topics of Kafka to subscribe to, each once: names, and patterns, which begin with `^`."""
        return tuple(dict.fromkeys(_subscription(part) for part in self._of(Transport.KAFKA)))

    def knows(self, topic: str, transport: str = "") -> bool:
        """Whether a form fits this topic; of `transport`, where that is one that forms are of."""
        return self._fitting(topic, transport) is not None

    def event(self, topic: str, payload: bytes, *, received: int, transport: str = "", key: str = "") -> Event:
        """Return what a message says; `received` is its time where the payload has none (microseconds since 1970).

        Raises EventInvalid where no form fits, or the payload isn't as the form says.
        """
        found = self._fitting(topic, transport)
        if found is None:
            raise EventInvalid("The mapping has no form for this topic", place="topic", actual=topic[:80])
        form, names = found
        return self._mapped(form.part, {**names, "topic": topic, "key": key}, payload, received)

    def _of(self, transport: Transport) -> list[TopicPart]:
        return [form.part for form in self._forms if form.part.transport is transport]

    def _fitting(self, topic: str, transport: str) -> tuple[_Form, dict[str, str]] | None:
        for form in self._forms:
            if transport in _TRANSPORTS and form.part.transport != transport:
                continue
            found = form.pattern.fullmatch(topic)
            if found is not None:
                return form, found.groupdict()
        return None

    def _mapped(self, part: TopicPart, names: Names[str, str], payload: bytes, received: int) -> Event:
        told = _read(part, payload)
        asset = _filled(part.asset, names)
        values = [
            value
            for name, channel in part.channels.items()
            if (value := _value(_filled(name, names), channel, told)) is not None
        ]
        if not values:
            raise EventInvalid(
                "The payload has none of the channels", place="payload", expected=", ".join(part.channels)[:80]
            )
        named = None if part.id is None else _at(told, part.id)
        return Event(
            asset=self._assets.get(asset, asset),
            time=received if part.time is None else _time(_at(told, part.time), part),
            source=_filled(part.source, names),
            id=_digest(names["topic"], payload) if named is None or named is _ABSENT else str(named),
            values=tuple(values),
            epoch=_number(told, part.epoch, "epoch"),
            sequence=_number(told, part.sequence, "sequence"),
        )


def failed_examples(mapping: Mapping, *, received: int) -> list[Problem]:
    """What of the mapping's own examples comes out otherwise than they say."""
    return [
        problem
        for number, example in enumerate(mapping.examples)
        if (problem := _failed(mapping, example, f"examples[{number}]", received)) is not None
    ]


def _failed(mapping: Mapping, example: ExamplePart, place: str, received: int) -> Problem | None:
    payload = example.payload.encode() if isinstance(example.payload, str) else orjson.dumps(example.payload)
    expected = None if example.values is None else {"asset": example.asset, "values": example.values}
    try:
        event = mapping.event(example.topic, payload, received=received, key=example.key)
        actual = {"asset": event.asset, "values": {value.channel: value.value for value in event.values}}
    except TwinError as error:
        if expected is None:
            return None
        return Problem(code=error.code, message=f"It is refused: {error.message}", place=place, expected=str(expected))
    if actual == expected:
        return None
    wanted = "refused" if expected is None else orjson.dumps(expected).decode()
    return Problem(
        code="VALUE_INVALID",
        message="It comes out otherwise",
        place=place,
        expected=wanted,
        actual=orjson.dumps(actual).decode(),
    )


def _pattern(part: TopicPart) -> str:
    """A pattern of topics; a name that stands twice has to be the same twice."""
    divider = part.transport.divider
    level_text, between = f"[^{divider}]*", re.escape(divider)
    seen: set[str] = set()
    levels: list[str] = []
    for level in part.topic.split(divider):
        named = NAME.fullmatch(level)
        if named is None:
            levels.append({"+": level_text, "#": ".*"}.get(level, re.escape(level)))
        else:
            name = named[1]
            levels.append(f"(?P={name})" if name in seen else f"(?P<{name}>{level_text})")
            seen.add(name)
    text = between.join(levels)
    whole = part.topic.endswith(f"{divider}#")
    return text.removesuffix(f"{between}.*") + f"(?:{between}.*)?" if whole else text


def _subscription(part: TopicPart) -> str:
    """A topic as Kafka is asked for it: a pattern of POSIX, unless it is a plain name."""
    levels = part.topic.split(".")
    texts = [{"#": ".*", "+": "[^.]*"}.get(NAME.sub("+", level), level) for level in levels]
    if texts == levels:
        return part.topic
    if levels[-1] == "#" and len(levels) > 1:
        return "^" + r"\.".join(texts[:-1]) + r"(\..*)?$"
    return "^" + r"\.".join(texts) + "$"


def _filled(template: str, names: Names[str, str]) -> str:
    return NAME.sub(lambda found: names[found[1]], template)


def _read(part: TopicPart, payload: bytes) -> object:
    if len(payload) > _LONGEST:
        raise EventInvalid(
            "The payload is too long", place="payload", expected=f"{_LONGEST:,} bytes", actual=f"{len(payload):,}"
        )
    try:
        return payload.decode() if part.payload is PayloadKind.TEXT else orjson.loads(payload)
    except ValueError as error:
        raise EventInvalid(
            "The payload can't be read", place="payload", expected=f"{part.payload} in UTF-8", actual=str(error)[:80]
        ) from error


def _at(told: object, path: str) -> object:
    """What stands at a path as `a.b.0`; the empty one is the whole."""
    for step in path.split(".") if path else ():
        if isinstance(told, dict):
            told = cast("dict[str, object]", told).get(step, _ABSENT)
        elif isinstance(told, list) and step.isascii() and step.isdigit():
            items = cast("list[object]", told)
            told = items[int(step)] if int(step) < len(items) else _ABSENT
        else:
            return _ABSENT
    return told


def _value(name: str, channel: ChannelPart, told: object) -> Value | None:
    found = _at(told, channel.value)
    if found is _ABSENT:
        return None
    if channel.values is not None:
        key = str(found).lower() if isinstance(found, bool) else str(found)
        if key not in channel.values:
            raise EventInvalid(
                f"The mapping doesn't say what this value of {name} means",
                place=f"payload.{channel.value}",
                expected=", ".join(channel.values)[:80],
                actual=repr(found)[:80],
            )
        found = channel.values[key]
    quality = None if channel.quality is None else _at(told, channel.quality)
    trusted = {"quality": quality} if isinstance(quality, str) else {}
    return Value(channel=name, value=cast("Json", found), unit=channel.unit, **trusted)


def _time(found: object, part: TopicPart) -> int:
    try:
        if part.time_form is TimeForm.ISO:
            return epoch_micros(parse_datetime(cast("str", found)))
        return _near(round(float(cast("Any", found)) * _MICROS[part.time_form]))
    except (TypeError, ValueError, OverflowError, ValueInvalid) as error:
        raise EventInvalid(
            "Not a time",
            place=f"payload.{part.time}",
            expected=part.time_form,
            actual="nothing" if found is _ABSENT else repr(found)[:80],
        ) from error


def _near(micros: int) -> int:
    if abs(micros) >= _FARTHEST:
        raise OverflowError("farther away than any clock goes")
    return micros


def _number(told: object, path: str | None, what: str) -> int:
    found = 0 if path is None else _at(told, path)
    if found is _ABSENT:
        return 0
    if isinstance(found, int) and not isinstance(found, bool):
        return found
    raise EventInvalid(f"Not a number of {what}", place=f"payload.{path}", actual=repr(found)[:80])


def _digest(topic: str, payload: bytes) -> str:
    """The id of an event that has none: the same message on the same topic is the same event."""
    encoded = topic.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(len(encoded).to_bytes(4, "big") + encoded + payload, digest_size=12).hexdigest()
