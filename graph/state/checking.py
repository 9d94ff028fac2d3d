"""Checks events against the ontology: what is accepted here is taken whatever order it comes in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, cast

from graph.clock import epoch_micros
from graph.errors import NotFound, UnitInvalid, ValueInvalid
from graph.ontology.advice import nearest
from graph.ontology.channel_names import by_any_name, kept_as
from graph.ontology.codec import Stored
from graph.ontology.model import AssetType, ChannelDefinition, Datatype, Json, Ontology, PropertyDefinition
from graph.ontology.values import codec
from graph.state.errors import EventInFuture, EventInvalid, EventTooLarge, EventTooOld, UnknownChannel
from graph.state.event import Event, Quality, Reading, Scalar, Value

AHEAD: Final = timedelta(seconds=60)
"""How far an event's time may be ahead of this machine's: clocks differ."""

VALUES: Final = 256
"""Channels that one event may speak of."""

TEXT_BYTES: Final = 4_096
"""The longest text that a channel takes."""

NAME_BYTES: Final = 512
"""The longest id of an event, and name of a source."""

_UNSIGNED: Final = 2**64
_MICROSECONDS: Final = 1_000_000
_EARLIEST: Final = epoch_micros(datetime(1, 1, 8, tzinfo=UTC))
"""What is earlier has no week that a calendar could name."""
_QUALITIES: Final = frozenset(each.value for each in Quality)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The times that an event may have now: microseconds since 1970, `oldest` None where history keeps everything."""

    newest: int
    oldest: int | None = None

    @classmethod
    def at(cls, now: datetime, *, oldest: int | None = None) -> Span:
        """The span at a moment, where history keeps what is not before `oldest`."""
        return cls(newest=epoch_micros(now + AHEAD), oldest=oldest)


@dataclass(frozen=True, slots=True)
class _Channel:
    definition: ChannelDefinition
    key: str
    store: Callable[[Json], Stored]


class EventRules:
    """What events may say of assets of each type of one ontology. Made once an ontology."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        self._types: dict[str, Mapping[str, _Channel]] = {
            name: _channels(kind) for name, kind in ontology.asset_types.items()
        }

    def check(self, event: Event, kind: str | None, span: Span, *, received: int) -> tuple[Reading, ...]:
        """Return the readings of an event about an asset of type `kind` (None: there is none of that id).

        An event is taken whole or not at all. Raises EventInvalid, EventTooLarge, EventInFuture, EventTooOld, NotFound,
        UnknownChannel, ValueInvalid and UnitInvalid, whose place is the channel's name.
        """
        _check_envelope(event, span)
        if kind is None:
            raise _unknown_asset(event.asset)
        channels = self._types[kind]
        made = tuple([self._reading(event, each, channels, kind, received) for each in event.values])
        if len(made) > 1 and len({each.channel for each in made}) < len(made):
            made = tuple(dict.fromkeys(made))  # whoever says the same by both names is right
            if len({each.channel for each in made}) < len(made):
                raise _said_twice(event, channels)
        return made

    def _reading(
        self, event: Event, sent: Value, channels: Mapping[str, _Channel], kind: str, received: int
    ) -> Reading:
        channel = channels.get(sent.channel)
        if channel is None:
            raise _unknown_channel(sent.channel, kind, channels)
        if sent.quality not in _QUALITIES:
            raise ValueInvalid(
                "Not a quality",
                place=f"{sent.channel}.quality",
                expected=" or ".join(Quality),
                actual=repr(sent.quality)[:80],
            )
        return Reading(
            asset=event.asset,
            channel=channel.key,
            value=None if sent.value is None else _stored(channel, sent),
            time=event.time,
            epoch=event.epoch,
            sequence=event.sequence,
            event=event.id,
            source=event.source,
            quality=sent.quality,
            received=received,
        )


def _channels(kind: AssetType) -> Mapping[str, _Channel]:
    """The channels of a type by all names that they answer to."""
    made = {each.name: _Channel(each, kept_as(each), codec(value_of(each)).store) for each in kind.channels.values()}
    return {name: made[each.name] for name, each in by_any_name(kind.channels.values()).items()}


def value_of(channel: ChannelDefinition) -> PropertyDefinition:
    """Return a channel's values as those of a property: one place says what a datatype takes, and in which unit."""
    return PropertyDefinition(
        id="",
        name=channel.name,
        datatype=channel.datatype,
        declared_by=channel.declared_by,
        unit=channel.unit,
        enum=channel.enum,
    )


def _stored(channel: _Channel, sent: Value) -> Scalar:
    given: Json = sent.value if sent.unit is None else {"value": sent.value, "unit": sent.unit}
    try:
        stored = cast("Scalar", channel.store(given))
    except (ValueInvalid, UnitInvalid) as refusal:
        refusal.place = sent.channel
        raise
    if channel.definition.datatype is Datatype.STRING and len(cast("str", stored).encode()) > TEXT_BYTES:
        raise EventTooLarge("The text is too long", place=sent.channel, expected=f"at most {TEXT_BYTES:,} bytes")
    return stored


def _check_envelope(event: Event, span: Span) -> None:
    if not event.values:
        raise EventInvalid("The event says nothing", place="data", expected="a value of at least one channel")
    if len(event.values) > VALUES:
        raise EventTooLarge(
            "The event speaks of too many channels",
            place="data",
            expected=f"at most {VALUES}",
            actual=str(len(event.values)),
        )
    if not (_is_name(event.id) and _is_name(event.source)):
        raise _nameless(event)
    if not (0 <= event.epoch < _UNSIGNED and 0 <= event.sequence < _UNSIGNED):
        raise _uncounted(event)
    if event.time > span.newest:
        raise EventInFuture(
            "The event is of the future",
            place="time",
            expected=f"at most {AHEAD.seconds} s ahead of this machine's clock",
            actual=f"{(event.time - span.newest) / _MICROSECONDS + AHEAD.seconds:.0f} s ahead",
            hint="Set the source's clock, or send the time with its offset from UTC",
        )
    oldest = _EARLIEST if span.oldest is None else max(span.oldest, _EARLIEST)
    if event.time < oldest:
        raise EventTooOld(
            "The event is older than what history keeps",
            place="time",
            expected="a time within the history's retention",
            actual=f"{(oldest - event.time) / _MICROSECONDS:.0f} s older",
        )


def _is_name(text: str) -> bool:
    if text.isascii():
        return 0 < len(text) <= NAME_BYTES
    try:
        return len(text.encode()) <= NAME_BYTES
    except UnicodeEncodeError:  # half of a surrogate pair
        return False


def _nameless(event: Event) -> EventInvalid:
    place, text = ("source", event.source) if _is_name(event.id) else ("id", event.id)
    return EventInvalid(
        f"Not the {place} of an event",
        place=place,
        expected=f"1 to {NAME_BYTES} bytes of text",
        actual=repr(text)[:80],
    )


def _said_twice(event: Event, channels: Mapping[str, _Channel]) -> EventInvalid:
    kept = [channels[each.channel].key for each in event.values]
    twice = [each.channel for each in event.values if kept.count(channels[each.channel].key) > 1]
    return EventInvalid(
        "The event says two things of one channel, by two of its names",
        place="data",
        expected="each channel once",
        actual=", ".join(twice),
        hint="Leave the older name out",
    )


def _uncounted(event: Event) -> EventInvalid:
    place, number = ("sequence", event.sequence) if 0 <= event.epoch < _UNSIGNED else ("epoch", event.epoch)
    return EventInvalid(
        f"Not a {place}", place=place, expected="an unsigned number of 64 bits", actual=str(number)[:80]
    )


def _unknown_asset(asset: str) -> NotFound:
    return NotFound(
        f"No asset {asset[:80]}",
        place="subject",
        expected="the id of an asset",
        actual=asset[:80],
        hint="Look it up by search or external id; an asset has to be there before its events",
    )


def _unknown_channel(name: str, kind: str, channels: Mapping[str, _Channel]) -> UnknownChannel:
    there = sorted({each.definition.name for each in channels.values()})
    return UnknownChannel(
        f"{kind} has no channel {name[:80]!r}",
        place=name[:80],
        expected=f"one of {', '.join(there)}" if there else f"no event: {kind} has no channels",
        actual=name[:80],
        hint=nearest(name[:80], channels),
    )
