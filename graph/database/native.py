"""Values between the ontology's stored form and the driver's types: dates, times, durations and points differ."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import cast

from neo4j.spatial import WGS84Point
from neo4j.time import Date, DateTime, Duration

from graph.ontology.codec import GeoPoint, Stored


def to_driver(value: Stored) -> object:
    """Return a stored value as the driver takes it."""
    if isinstance(value, GeoPoint):
        at = (value.longitude, value.latitude)
        return WGS84Point(at if value.height is None else (*at, value.height))
    if isinstance(value, list):
        return [to_driver(cast("Stored", item)) for item in value]
    return value


def from_driver(value: object) -> Stored:
    """Return what the driver gave as the stored value it came from."""
    match value:
        case DateTime():
            return value.to_native().astimezone(UTC)
        case Date():
            return value.to_native()
        case Duration():
            return timedelta(days=value.days, seconds=value.seconds, microseconds=value.nanoseconds // 1000)
        case WGS84Point():
            longitude, latitude, *height = (float(part) for part in value)
            return GeoPoint(longitude=longitude, latitude=latitude, height=height[0] if height else None)
        case list():
            return [from_driver(item) for item in cast("list[object]", value)]
        case _:
            return cast("Stored", value)
