"""Texts, truths, times and places: every datatype that is neither number nor made of others."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import cast

from graph.errors import ValueInvalid
from graph.ontology.advice import nearest
from graph.ontology.codec import GeoPoint, Stored, refusal
from graph.ontology.model import Json, PropertyDefinition
from graph.ontology.temporal import (
    format_datetime,
    format_duration,
    parse_date,
    parse_datetime,
    parse_duration,
)

TEXT_BYTES = 1024 * 1024
INDEXED_BYTES = 8_000
"""Neo4j refuses longer values in an index."""


def store_string(definition: PropertyDefinition) -> Callable[[Json], Stored]:
    """Return a function that takes text without NUL, within the length ceiling, matching the pattern."""
    ceiling = INDEXED_BYTES if definition.unique or definition.indexed else TEXT_BYTES
    matches = re.compile(definition.pattern).fullmatch if definition.pattern else None
    expected = f"text that matches {definition.pattern}" if definition.pattern else "text"

    def store(value: Json) -> Stored:
        if type(value) is not str:
            raise refusal(definition, value, expected)
        if len(value) * 4 > ceiling or not value.isascii() or "\0" in value:
            fault = text_fault(value, ceiling)
            if fault is not None:
                raise refusal(definition, value, fault)
        if matches is not None and matches(value) is None:
            raise refusal(definition, value, expected)
        return value

    return store


def text_fault(text: str, ceiling: int = TEXT_BYTES) -> str | None:
    """Return what `text` should have been, or None if it can be stored."""
    try:
        length = len(text.encode())
    except UnicodeEncodeError:
        return "text of whole characters, without half a surrogate pair"
    if "\0" in text:
        return "text without NUL characters"
    return f"at most {ceiling:,} bytes of UTF-8" if length > ceiling else None


def store_boolean(definition: PropertyDefinition) -> Callable[[Json], Stored]:
    """Return a function that takes true and false, nothing that looks like them."""

    def store(value: Json) -> Stored:
        if value is True or value is False:
            return value
        raise refusal(definition, value, "true or false")

    return store


def store_enum(definition: PropertyDefinition) -> Callable[[Json], Stored]:
    """Return a function that takes the enum's values."""
    values = definition.enum.values if definition.enum else ()
    known: dict[str, str] = {value: value for value in values}
    shown = ", ".join(values[:12]) + (", ..." if len(values) > 12 else "")
    stored = {**known, **definition.enum.replaced} if definition.enum else known

    def store(value: Json) -> Stored:
        if type(value) is str and value in stored:
            return stored[value]
        hint = nearest(value, known) if type(value) is str and value.isascii() and len(value) <= 63 else None
        raise refusal(definition, value, f"one of {shown}", hint=hint if hint and hint.startswith("Did") else None)

    return store


def store_date(definition: PropertyDefinition) -> Callable[[Json], Stored]:
    """Return a function that takes dates written YYYY-MM-DD."""
    return _parsed(definition, parse_date, "a date of the calendar, written YYYY-MM-DD")


def store_datetime(definition: PropertyDefinition) -> Callable[[Json], Stored]:
    """Return a function that takes ISO 8601 with an offset and gives UTC, cut to the millisecond."""
    return _parsed(definition, parse_datetime, "ISO 8601 with an offset, such as 2026-01-31T12:00:00.000Z")


def store_duration(definition: PropertyDefinition) -> Callable[[Json], Stored]:
    """Return a function that takes ISO 8601 durations of weeks to seconds."""
    return _parsed(definition, parse_duration, "ISO 8601, weeks to seconds, such as PT15M or P1DT12H")


def _parsed(definition: PropertyDefinition, parse: Callable[[str], Stored], expected: str) -> Callable[[Json], Stored]:
    def store(value: Json) -> Stored:
        if type(value) is not str:
            raise refusal(definition, value, expected)
        try:
            return parse(value)
        except ValueInvalid as error:
            raise refusal(definition, value, error.expected or expected, hint=error.hint) from error

    return store


def show_date(stored: Stored) -> Json:
    """Write a date as YYYY-MM-DD."""
    return cast("datetime", stored).isoformat()


def show_datetime(stored: Stored) -> Json:
    """Write a datetime, or epoch milliseconds, in UTC with milliseconds."""
    if isinstance(stored, int):
        stored = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=stored)
    return format_datetime(cast("datetime", stored))


def show_duration(stored: Stored) -> Json:
    """Write a duration as ISO 8601."""
    return format_duration(cast("timedelta", stored))


def store_point(definition: PropertyDefinition) -> Callable[[Json], Stored]:
    """Return a function that takes `{"longitude", "latitude", "height"?}` in degrees and metres (WGS 84)."""
    expected = '{"longitude": -180..180, "latitude": -90..90, "height": metres, optional}'

    def store(value: Json) -> Stored:
        if not isinstance(value, dict) or not value.keys() <= {"longitude", "latitude", "height"}:
            raise refusal(definition, value, expected)
        longitude, latitude = _within(value.get("longitude"), 180), _within(value.get("latitude"), 90)
        height = value.get("height")
        metres = None if height is None else _within(height, 1e9)
        if longitude is None or latitude is None or (height is not None and metres is None):
            raise refusal(definition, value, expected)
        return GeoPoint(longitude=longitude, latitude=latitude, height=metres)

    return store


def _within(value: Json, limit: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value + 0.0 if -limit <= value <= limit else None


def show_point(stored: Stored) -> Json:
    """Write a point as an object."""
    point = cast("GeoPoint", stored)
    shown: dict[str, Json] = {"longitude": point.longitude, "latitude": point.latitude}
    return shown if point.height is None else {**shown, "height": point.height}
