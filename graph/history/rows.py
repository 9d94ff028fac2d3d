"""How a point lies in a row: kinds of values, signed sequences, what settles a tie."""

from __future__ import annotations

import hashlib
from enum import IntEnum
from math import isfinite
from typing import Any, Final, TypeAlias

from graph.errors import ValueInvalid
from graph.history.model import Point, Scalar
from graph.sql import storable

_QUARTER: Final = 1 << 62
_HALF: Final = 1 << 63
_WHOLE: Final = 1 << 64
_EXACT: Final = 1 << 53
"""Integers up to here are exact as doubles."""


Row: TypeAlias = tuple[int | float | str | None, ...]
"""The values of a row in the order of COLUMNS. None of an enumeration: drivers take three times as long."""


class Kind(IntEnum):
    """What a row's value is."""

    TOMBSTONE = 0
    FLOAT = 1
    INTEGER = 2
    BOOLEAN = 3
    TEXT = 4


_FLOAT: Final = Kind.FLOAT.value


def signed(sequence: int) -> int:
    """An unsigned integer of 64 bits as a signed one that sorts the same."""
    return sequence - _HALF


def unsigned(stored: int) -> int:
    """Back from `signed`."""
    return stored + _HALF


def check(point: Point) -> None:
    """Raise ValueInvalid for what can't be kept: a number that is none, times and counts beyond their range."""
    if not -_QUARTER <= point.time < _QUARTER:
        raise ValueInvalid("Not a time", expected="microseconds since 1970, of 63 bits", actual=str(point.time))
    if not (0 <= point.epoch < _WHOLE and 0 <= point.sequence < _WHOLE):
        wrong = point.sequence if 0 <= point.epoch < _WHOLE else point.epoch
        raise ValueInvalid("Not a sequence", expected="an integer from 0 to 2^64-1", actual=str(wrong))
    if isinstance(point.value, int | float):
        _finite(point.value)


COLUMNS: Final = (
    "channel", "time", "epoch", "sequence", "event", "source", "quality", "kind", "number", "words", "tie"
)  # fmt: skip
"""What `row_of` gives, in its order: whoever writes a row names its columns by this, not by the table's order."""


def row_of(point: Point, channel: int, source: int) -> Row:
    """Return the row of a point that was checked; `channel` and `source` are the numbers of these names."""
    value = point.value
    kind, number, words = (_FLOAT, value, None) if type(value) is float else _stored(value)
    return (
        channel,
        point.time,
        point.epoch - _HALF,
        point.sequence - _HALF,
        storable(point.event),
        source,
        storable(point.quality),
        kind,
        number,
        words,
        _tie(point),
    )


def value_of(kind: int, number: float | None, words: str | None) -> Scalar:
    """Return the value that a row holds."""
    match Kind(kind):
        case Kind.TOMBSTONE:
            return None
        case Kind.FLOAT:
            return number
        case Kind.INTEGER:
            return int(words) if words is not None else int(number or 0)
        case Kind.BOOLEAN:
            return bool(number)
        case Kind.TEXT:
            return words


def point_of(row: Any, *, asset: str, channel: str) -> Point:
    """Return the point of a row that has the name of its source."""
    return Point(
        asset=asset,
        channel=channel,
        time=row.time,
        epoch=unsigned(row.epoch),
        sequence=unsigned(row.sequence),
        event=row.event,
        source=row.name,
        value=value_of(row.kind, row.number, row.words),
        quality=row.quality,
    )


def _stored(value: Scalar) -> tuple[int, float | None, str | None]:
    match value:
        case None:
            return Kind.TOMBSTONE.value, None, None
        case bool():
            return Kind.BOOLEAN.value, float(value), None
        case int():
            return Kind.INTEGER.value, float(value), None if abs(value) <= _EXACT else str(value)
        case float():
            return _FLOAT, value, None
        case str():
            return Kind.TEXT.value, None, storable(value)


def _finite(value: float) -> None:
    try:
        finite = isfinite(value)
    except OverflowError:  # an integer larger than any double
        finite = False
    if not finite:
        raise ValueInvalid("Not a number that can be kept", expected="a finite number", actual=repr(value)[:40])


def _tie(point: Point) -> int:
    """What settles which of two points with one key stays: the same one, in whatever order they come."""
    value = point.value
    content = f"('{type(value).__name__}', {value!r}, {str(point.quality)!r}, {point.source!r})"
    digest = hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
