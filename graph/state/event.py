"""Events as doors hand them in, and readings: what a checked event says of one channel.

An event knows nothing of the transport it came by. A reading is what is kept: its value is in the channel's datatype
and unit, and its `record` is a text that sorts as readings are ordered in time.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Final, TypeAlias, cast

from graph.ontology.model import Json

Scalar: TypeAlias = "bool | int | float | str"

_BIAS: Final = 2**63
_HEAD: Final = 16
"""Hexadecimal digits of a 64-bit number."""

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
    quality: str = Quality.GOOD


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


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One value of one channel, checked. `value` None is a tombstone; times are microseconds since 1970.

    Not slotted: `record` is made when first asked for, and kept.
    """

    asset: str
    channel: str
    value: Scalar | None
    time: int
    epoch: int
    sequence: int
    event: str
    source: str
    quality: str
    received: int

    @cached_property
    def record(self) -> str:
        """A text that sorts, character by character, as readings of one channel are ordered.

        That is by event time, source epoch, sequence, event id and last by the bytes of the payload. It holds all of
        the reading but the time of receipt, so equal records say the same.
        """
        payload = f'{{"quality":"{self.quality}","source":{_quoted(self.source)},"value":{_plain(self.value)}}}'
        head = f"{self.time + _BIAS:016x}{self.epoch:016x}{self.sequence:016x}"
        return f"{head}{_END}{_quoted(self.event)[1:-1]}{_END}{payload}"


def reading_of(asset: str, channel: str, record: str, received: int) -> Reading:
    """Return the reading that a record was made of; what `Reading.record` gives of it is the same record."""
    head, event, payload = record.split(_END)
    time, epoch, sequence = (int(head[at : at + _HEAD], 16) for at in range(0, 3 * _HEAD, _HEAD))
    told = cast("dict[str, str]", json.loads(payload))
    return Reading(
        asset=asset,
        channel=channel,
        value=cast("Scalar | None", told["value"]),
        time=time - _BIAS,
        epoch=epoch,
        sequence=sequence,
        event=cast("str", json.loads(f'"{event}"')),
        source=told["source"],
        quality=told["quality"],
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


@lru_cache(maxsize=8_192)
def _quoted(text: str) -> str:
    return json.dumps(text)


def _plain(value: Scalar | None) -> str:
    return repr(value) if type(value) is float else json.dumps(value)
