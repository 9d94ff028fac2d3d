"""What a site's own topics and payloads mean, as events."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from collections.abc import Mapping as Names
from dataclasses import dataclass
from typing import Any, Final, cast

import orjson

from app.ingest.mapping_document import (
    NAME,
    ChannelPart,
    MappingFile,
    PayloadKind,
    TimeForm,
    TopicPart,
    Transport,
)
from graph.clock import epoch_micros
from graph.errors import ValueInvalid
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
        """The topic filters of MQTT to subscribe to, each once; those of Sparkplug apart."""
        parts = [part for part in self._of(Transport.MQTT) if part.payload is not PayloadKind.SPARKPLUG]
        return tuple(dict.fromkeys(NAME.sub("+", part.topic) for part in parts))

    @property
    def sparkplug_filters(self) -> tuple[str, ...]:
        """The topic filters of Sparkplug: all that groups say, for what a device says hangs on what its node does."""
        parts = [form.part for form in self._forms if form.part.payload is PayloadKind.SPARKPLUG]
        groups = dict.fromkeys(NAME.sub("+", "/".join(part.topic.split("/")[:2])) for part in parts)
        return tuple(f"{group}/#" for group in groups)

    def sparkplug_forms(self, topic: str) -> Iterator[tuple[TopicPart, dict[str, str]]]:
        """Yield all forms of Sparkplug that fit a topic, with the names it gives."""
        for form in self._forms:
            found = form.pattern.fullmatch(topic) if form.part.payload is PayloadKind.SPARKPLUG else None
            if found is not None:
                yield form.part, found.groupdict()

    def asset_of(self, part: TopicPart, names: Names[str, str]) -> str:
        """Return the id of the asset that a form speaks of."""
        asset = self.filled(part.asset, names)
        return self._assets.get(asset, asset)

    def filled(self, template: str, names: Names[str, str]) -> str:
        """Return a text of the file with its names filled in."""
        return _filled(template, names)

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
            if form.part.payload is PayloadKind.SPARKPLUG:
                continue
            found = form.pattern.fullmatch(topic)
            if found is not None:
                return form, found.groupdict()
        return None

    def _mapped(self, part: TopicPart, names: Names[str, str], payload: bytes, received: int) -> Event:
        told = _read(part, payload)
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
            asset=self.asset_of(part, names),
            time=received if part.time is None else _time(_at(told, part.time), part),
            source=_filled(part.source, names),
            id=_digest(names["topic"], payload) if named is None or named is _ABSENT else str(named),
            values=tuple(values),
            epoch=_number(told, part.epoch, "epoch"),
            sequence=_number(told, part.sequence, "sequence"),
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
    found = meant(name, channel, found)
    quality = None if channel.quality is None else _at(told, channel.quality)
    trusted = {"quality": quality} if isinstance(quality, str) else {}
    return Value(channel=name, value=found, unit=channel.unit, **trusted)


def meant(name: str, channel: ChannelPart, found: object) -> Json:
    """Return what a value of the site's means. Raises EventInvalid where the form lists values and it is none."""
    if channel.values is None:
        return cast("Json", found)
    key = str(found).lower() if isinstance(found, bool) else str(found)
    if key not in channel.values:
        raise EventInvalid(
            f"The mapping doesn't say what this value of {name} means",
            place=f"payload.{channel.value}",
            expected=", ".join(channel.values)[:80],
            actual=repr(found)[:80],
        )
    return channel.values[key]


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
