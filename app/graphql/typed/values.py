"""Values that GraphQL has read, as the JSON that writing takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast

from graph.ontology.model import Datatype, Json, PropertyDefinition
from graph.ontology.temporal import format_datetime, format_duration


def json_of(definition: PropertyDefinition, value: object) -> Json:
    """The value of a property as JSON; an object's nulls are nothing.

    Only what the definition knows of is looked into: a map is as deep as the caller likes, and the codec's to judge.
    """
    match value:
        case list() if definition.datatype is Datatype.LIST and definition.items is not None:
            items = definition.items
            return [json_of(items, each) for each in cast("list[object]", value)]
        case dict() if definition.datatype is Datatype.OBJECT:
            given = cast("dict[str, object]", value)
            return {each.name: json_of(each, given[each.name]) for each in definition.fields if each.name in given}
        case _:
            return scalar_of(value)


def scalar_of(value: object) -> Json:
    """The value of a scalar as JSON: moments and durations were read into Python's."""
    match value:
        case datetime():
            return format_datetime(value)
        case timedelta():
            return format_duration(value)
        case _:
            return cast("Json", value)


def properties_of(definitions: Mapping[str, PropertyDefinition], given: Mapping[str, object]) -> dict[str, Json]:
    """Those properties that are given, null among it."""
    return {name: json_of(each, given[name]) for name, each in definitions.items() if name in given}
