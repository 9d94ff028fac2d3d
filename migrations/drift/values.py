"""Values of the driver as the ontology stores them, and those that it has no name for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from neo4j.time import DateTime, Duration

from graph.changes.rules import ValueRules
from graph.database.native import from_driver
from graph.ontology.codec import Stored
from graph.ontology.stored import StoredFault, cypher_type, stored_fault
from migrations.drift.kinds import DriftKind
from migrations.drift.report import Tally

_MILLISECOND = 1_000_000
_UNKNOWN = {
    "BrokenHydrationObject": "a date or time beyond the calendar",
    "CartesianPoint": "POINT that is no place on Earth",
    "Duration": "DURATION",
    "Time": "TIME",
    "bytes": "BYTES",
}
"""What Cypher has and no property can hold, by the names of the driver's types."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A value of the database that no property can have."""

    name: str


def native(value: object) -> Stored | Foreign:
    """Return what the driver gave as the stored value it came from, or what it is instead."""
    match value:
        case DateTime() if value.tzinfo is None:
            return Foreign("LOCAL DATETIME")
        case DateTime() if value.nanosecond % _MILLISECOND:
            return Foreign("ZONED DATETIME finer than a millisecond")
        case Duration() if value.months:
            return Foreign("DURATION of months, whose length nobody knows")
        case Duration() if value.nanoseconds % 1000:
            return Foreign("DURATION finer than a microsecond")
        case _:
            return _known(value)


def _known(value: object) -> Stored | Foreign:
    try:
        stored = from_driver(value)
    except (ValueError, OverflowError):
        return Foreign(f"{_UNKNOWN.get(type(value).__name__, cypher_type(value))} beyond the calendar")
    unknown = _UNKNOWN.get(type(stored).__name__)
    return stored if unknown is None else Foreign(unknown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a case is about, as samples have it."""

    tenant: str | None
    about: str


def judge_values(
    tally: Tally, place: Place, rules: ValueRules, properties: Mapping[str, Any], system: frozenset[str]
) -> None:
    """Count unknown properties, values that are none, and required ones that are missing."""
    for name in sorted(properties.keys() - system):
        codec = rules.codecs.get(name)
        if codec is None:
            tally.add(DriftKind.PROPERTY_UNKNOWN, place.about, name, tenant=place.tenant)
            continue
        value = native(properties[name])
        fault = (
            StoredFault(wrong_type=True, expected=codec.expected, actual=value.name)
            if isinstance(value, Foreign)
            else stored_fault(codec, value)
        )
        if fault is not None:
            kind = DriftKind.DATATYPE_WRONG if fault.wrong_type else DriftKind.VALUE_INVALID
            detail = f"{name}: expected {fault.expected}, is {fault.actual}"
            tally.add(kind, place.about, detail, tenant=place.tenant)
    for name in rules.required:
        if name not in properties:
            tally.add(DriftKind.REQUIRED_MISSING, place.about, name, tenant=place.tenant)
