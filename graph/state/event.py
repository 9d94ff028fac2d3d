"""Events as doors hand them in, and readings: what a checked event says of one channel.

An event knows nothing of the transport it came by. A reading is what is kept: its value is in the channel's datatype
and unit, and its `record` is a text that sorts as readings are ordered in time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from json.encoder import encode_basestring_ascii as quoted
from typing import Final, TypeAlias, cast

from graph.history import Point
from graph.ontology.model import Json

Scalar: TypeAlias = "bool | int | float | str"

_BIAS: Final = 2**63
"""Makes times numbers without a sign."""
_LENGTHS: Final = "0123456789ABCDEFG"
"""How many digits a hexadecimal number has, 0 to 16, as a character that sorts as numbers do."""
_NOTHING: Final = _LENGTHS[0]

_END: Final = "\t"
"""Ends a part of a record: below every character that JSON in ASCII is written with."""


class Quality(StrEnum):
    """How far a source trusts its own value. A value that is BAD says nothing of its asset."""

    GOOD = "GOOD"
    UNCERTAIN = "UNCERTAIN"
    BAD = "BAD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What an event says of one channel, as it was sent. `value` None deletes; `unit` None is the declared one."""

    channel: str
    value: Json
    unit: str | None = None
    quality: str = Quality.GOOD.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a source says of one asset at one time (microseconds since 1970, UTC).

    `epoch` counts the lives of a source whose sequence begins again, `sequence` its events; both are unsigned 64-bit
    numbers, 0 where the source has none.
    """

    asset: str
    time: int
    source: str
    id: str
    values: tuple[Value, ...]
    epoch: int = 0
    sequence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Point):
    """One value of one channel, checked: a point of history, and when it was received (microseconds since 1970).

    `channel` is the name that the channel's values are kept under, which may not be the one it has now.
    """

    received: int
    _record: str | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def record(self) -> str:
        """A text that sorts, character by character, as readings of one channel are ordered.

        That is by event time, source epoch, sequence, event id and last by the bytes of the payload. It holds all of
        the reading but the time of receipt, so equal records say the same. Made when first asked for, and kept.
        """
        record = self._record
        if record is None:
            head = _sorting(self.time + _BIAS) + _sorting(self.epoch) + _sorting(self.sequence)
            payload = f'["{self.quality}",{quoted(self.source)},{_plain(self.value)}]'
            record = f"{head}{_END}{quoted(self.event)[1:-1]}{_END}{payload}"
            object.__setattr__(self, "_record", record)
        return record


def reading_of(asset: str, channel: str, record: str, received: int) -> Reading:
    """Return the reading that a record was made of; what `Reading.record` gives of it is the same record."""
    head, event, payload = record.split(_END)
    numbers: list[int] = []
    at = 0
    while at < len(head):
        end = at + 1 + _LENGTHS.index(head[at])
        numbers.append(int(head[at + 1 : end] or "0", 16))
        at = end
    time, epoch, sequence = numbers
    quality, source, value = cast("tuple[str, str, Scalar | None]", json.loads(payload))
    return Reading(
        asset=asset,
        channel=channel,
        value=value,
        time=time - _BIAS,
        epoch=epoch,
        sequence=sequence,
        event=cast("str", json.loads(f'"{event}"')),
        source=source,
        quality=quality,
        received=received,
    )


def newest(readings: list[Reading]) -> dict[tuple[str, str], Reading]:
    """Return of each asset and channel the reading with the largest record, whatever the order they come in."""
    found: dict[tuple[str, str], Reading] = {}
    for each in readings:
        key = (each.asset, each.channel)
        known = found.get(key)
        if known is None or each.record > known.record:
            found[key] = each
    return found


def _sorting(number: int) -> str:
    """A number of 64 bits without a sign as text that sorts as numbers do, the shorter the smaller it is."""
    if not number:
        return _NOTHING
    digits = f"{number:x}"
    return _LENGTHS[len(digits)] + digits


def _plain(value: Scalar | None) -> str:
    return repr(value) if type(value) is float else json.dumps(value)
