"""Values of enums within lists, maps and objects: which properties hold them, and which values say what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from graph.ontology.model import Datatype, Json, PropertyDefinition


def enums_within(definition: PropertyDefinition) -> Iterator[str]:
    """Yield the ids of the enums whose values a list, map or object may hold; none of what is an enum's value itself.

    Cost: a look at each part of the definition.
    """
    for part in (*([definition.items] if definition.items is not None else []), *definition.fields):
        if part.enum is not None:
            yield part.enum.id
        yield from enums_within(part)


def said_within(definition: PropertyDefinition, shown: Json) -> Iterator[tuple[PropertyDefinition, str]]:
    """Yield each value of an enum that a value, as doors show it, holds, with the part of the definition it is of.

    Cost: a look at each part of the value.
    """
    if definition.datatype is Datatype.ENUM:
        yield definition, cast("str", shown)
    elif isinstance(shown, list) and definition.items is not None:
        for each in shown:
            yield from said_within(definition.items, each)
    elif isinstance(shown, dict):
        fields = {each.name: each for each in definition.fields}
        for name, each in shown.items():
            part = fields.get(name, definition.items)
            if part is not None and each is not None:
                yield from said_within(part, each)


def lost_within(had: PropertyDefinition, has: PropertyDefinition) -> frozenset[str]:
    """Return the values of enums that parts of one structure may hold no more; those of the whole apart."""
    fields = {each.name: each for each in has.fields}
    pairs = [(each, fields[each.name]) for each in had.fields if each.name in fields]
    if had.items is not None and has.items is not None:
        pairs.append((had.items, has.items))
    found = frozenset[str]()
    for before, after in pairs:
        if before.enum is not None and after.enum is not None:
            found |= {*before.enum.values} - {*after.enum.values}
        found |= lost_within(before, after)
    return found
