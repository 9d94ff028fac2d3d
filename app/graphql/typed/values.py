"""Values that GraphQL has read, as the JSON that writing takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import cast

from graph.ontology.model import Json
from graph.ontology.temporal import format_datetime, format_duration


def json_of(value: object) -> Json:
    """The value as JSON: scalars were read into Python's moments and durations, and an object's nulls are nothing."""
    match value:
        case list():
            return [json_of(each) for each in cast("list[object]", value)]
        case dict():
            given = cast("dict[str, object]", value)
            return {name: json_of(each) for name, each in given.items()}
        case datetime():
            return format_datetime(value)
        case timedelta():
            return format_duration(value)
        case _:
            return cast("Json", value)


def properties_of(names: Iterable[str], given: Mapping[str, object]) -> dict[str, Json]:
    """Those of `names` that are given, null among it."""
    return {name: json_of(given[name]) for name in names if name in given}
