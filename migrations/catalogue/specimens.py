"""Sample values: for each property one that its own codec takes, the same every time."""

from __future__ import annotations

from collections.abc import Iterator

from graph.errors import UnitInvalid, ValueInvalid
from graph.ontology.codec import Codec
from graph.ontology.model import Datatype, Json, PropertyDefinition
from graph.ontology.values import codec
from migrations.catalogue.patterns import matching_text

_FIXED: dict[Datatype, tuple[Json, ...]] = {
    Datatype.BOOLEAN: (True,),
    Datatype.DATE: ("2026-01-31",),
    Datatype.DATETIME: ("2026-01-31T12:00:00.000Z",),
    Datatype.DURATION: ("PT15M",),
    Datatype.POINT: ({"longitude": 8.54, "latitude": 47.38},),
}
_NUMBERS = (10.0, 1.0, 100.0, 0.5)


def specimen(definition: PropertyDefinition, name: str) -> Json:
    """Return a value of `definition` that an asset called `name` may have; None where none is found.

    Numbers with a unit name it, as callers may.
    """
    value = _found(codec(definition), name)
    if value is None or definition.unit is None or definition.datatype is Datatype.DECIMAL:
        return value
    return {"value": value, "unit": definition.unit}


def _found(compiled: Codec, name: str) -> Json:
    for candidate in _candidates(compiled.definition, name):
        try:
            compiled.store(candidate)
        except (ValueInvalid, UnitInvalid):
            continue
        return candidate
    return None


def _candidates(definition: PropertyDefinition, name: str) -> Iterator[Json]:
    if definition.default is not None:
        yield definition.default
    match definition.datatype:
        case Datatype.STRING:
            yield from _texts(definition, name)
        case Datatype.INT | Datatype.FLOAT | Datatype.DECIMAL:
            yield from _numbers(definition)
        case Datatype.ENUM:
            yield from definition.enum.values if definition.enum else ()
        case Datatype.LIST | Datatype.MAP:
            yield from _several(definition, name)
        case Datatype.OBJECT:
            yield {
                field.name: value for field in definition.fields if (value := _found(codec(field), name)) is not None
            }
        case other:
            yield from _FIXED[other]


def _texts(definition: PropertyDefinition, name: str) -> Iterator[str]:
    if definition.unique or definition.pattern is not None:
        yield name
        yield name.lower()
    if definition.pattern is None:
        yield f"example of {definition.name}"
        return
    short = matching_text(definition.pattern)
    if short is not None:
        yield short


def _numbers(definition: PropertyDefinition) -> Iterator[Json]:
    least, most = definition.minimum, definition.maximum
    bounds = [bound for bound in (least, most) if bound is not None]
    if least is not None and most is not None:
        bounds.append((least + most) / 2)
    for number in (*_NUMBERS, *bounds, *(bound + 1 for bound in bounds)):
        if definition.datatype is Datatype.DECIMAL:
            yield f"{number:.{definition.scale}f}"
        elif definition.datatype is Datatype.FLOAT:
            yield number
        elif number.is_integer():
            yield int(number)


def _several(definition: PropertyDefinition, name: str) -> Iterator[Json]:
    if definition.items is None:
        yield {"example": "value"}
        return
    item = _found(codec(definition.items), name)
    if item is not None:
        yield [item] if definition.datatype is Datatype.LIST else {"example": item}
