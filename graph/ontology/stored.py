"""Stored values against their definition: what is in the database, judged by what writing would have put there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from graph.errors import UnitInvalid, ValueInvalid
from graph.ontology.codec import Codec, GeoPoint, Stored
from graph.ontology.model import Datatype

_TYPES: Mapping[Datatype, type] = {
    Datatype.STRING: str,
    Datatype.BOOLEAN: bool,
    Datatype.INT: int,
    Datatype.FLOAT: float,
    Datatype.DECIMAL: int,
    Datatype.DATE: date,
    Datatype.DATETIME: datetime,
    Datatype.DURATION: timedelta,
    Datatype.POINT: GeoPoint,
    Datatype.ENUM: str,
    Datatype.LIST: list,
    Datatype.MAP: str,
    Datatype.OBJECT: str,
}
_CYPHER: Mapping[type, str] = {
    str: "STRING",
    bool: "BOOLEAN",
    int: "INTEGER",
    float: "FLOAT",
    date: "DATE",
    datetime: "ZONED DATETIME",
    timedelta: "DURATION",
    GeoPoint: "POINT",
    list: "LIST",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFault:
    """Why a stored value is none of its property's; `wrong_type` where the database holds another type altogether."""

    wrong_type: bool
    expected: str
    actual: str


def stored_fault(codec: Codec, value: object) -> StoredFault | None:
    """Return what is wrong with a value as it is stored, None where writing would store just that.

    It is right if, shown as doors show it and sent again, it comes to the same: one meaning of valid, that of `store`.
    """
    fault = _type_fault(codec, value)
    if fault is not None:
        return fault
    stored = cast("Stored", value)
    try:
        again = codec.store(codec.show(stored))
    except (ValueInvalid, UnitInvalid) as error:
        return StoredFault(wrong_type=False, expected=error.expected or codec.expected, actual=error.actual or "")
    except (ValueError, RecursionError):
        return StoredFault(wrong_type=False, expected=codec.expected, actual="text that is no JSON")
    if again != stored:
        return StoredFault(wrong_type=False, expected=codec.expected, actual="another spelling than writing stores")
    return None


def cypher_type(value: object) -> str:
    """Return what Cypher calls the type of a value."""
    return _CYPHER.get(type(value), type(value).__name__)


def _type_fault(codec: Codec, value: object) -> StoredFault | None:
    wanted = _TYPES[codec.definition.datatype]
    if type(value) is not wanted:
        expected = f"{_CYPHER[wanted]}, for {codec.expected}"
        return StoredFault(wrong_type=True, expected=expected, actual=cypher_type(value))
    if codec.items is None:
        return None
    faults = (_type_fault(codec.items, item) for item in cast("list[object]", value))
    return next((fault for fault in faults if fault is not None), None)
