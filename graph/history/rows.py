"""How a point lies in a row: kinds of values, signed sequences, what settles a tie."""

from __future__ import annotations

import hashlib
from enum import IntEnum
from math import isfinite
from typing import Any, Final

from graph.errors import ValueInvalid
from graph.history.model import Point, Scalar
from graph.sql import storable

_HALF: Final = 1 << 63
_EXACT: Final = 1 << 53
"""Integers up to here are exact as doubles."""


class Kind(IntEnum):
    """What a row's value is."""

    TOMBSTONE = 0
    FLOAT = 1
    INTEGER = 2
    BOOLEAN = 3
    TEXT = 4


def signed(sequence: int) -> int:
    """An unsigned integer of 64 bits as a signed one that sorts the same."""
    return sequence - _HALF


def unsigned(stored: int) -> int:
    """Back from `signed`."""
    return stored + _HALF


def check(point: Point) -> None:
    """Raise ValueInvalid for what can't be kept: a number that is none, times and counts beyond their range."""
    if not -_HALF // 2 <= point.time < _HALF // 2:
        raise ValueInvalid("Not a time", expected="microseconds since 1970, of 63 bits", actual=str(point.time))
    for number in (point.epoch, point.sequence):
        if not 0 <= number < 2 * _HALF:
            raise ValueInvalid("Not a sequence", expected="an integer from 0 to 2^64-1", actual=str(number))
    if isinstance(point.value, int | float):
        _finite(point.value)


def row_of(point: Point, *, channel: int, source: int) -> dict[str, Any]:
    """Return the row of a point that was checked; `channel` and `source` are the numbers of these names."""
    kind, number, words = _stored(point.value)
    return {
        "channel": channel,
        "time": point.time,
        "epoch": signed(point.epoch),
        "sequence": signed(point.sequence),
        "event": storable(point.event),
        "source": source,
        "quality": storable(point.quality),
        "kind": kind,
        "number": number,
        "words": words,
        "tie": _tie(point),
    }


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


def _stored(value: Scalar) -> tuple[Kind, float | None, str | None]:
    match value:
        case None:
            return Kind.TOMBSTONE, None, None
        case bool():
            return Kind.BOOLEAN, float(value), None
        case int():
            if abs(value) <= _EXACT:
                return Kind.INTEGER, float(value), None
            return Kind.INTEGER, float(value), str(value)
        case float():
            return Kind.FLOAT, value, None
        case str():
            return Kind.TEXT, None, storable(value)


def _finite(value: float) -> None:
    try:
        finite = isfinite(value)
    except OverflowError:  # an integer larger than any double
        finite = False
    if not finite:
        raise ValueInvalid("Not a number that can be kept", expected="a finite number", actual=repr(value)[:40])


def _tie(point: Point) -> int:
    """What settles which of two points with one key stays: the same one, in whatever order they come."""
    content = repr((type(point.value).__name__, point.value, point.quality, point.source))
    digest = hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
