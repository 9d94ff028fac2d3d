"""Values: what a caller sends becomes what is stored, and back. The one place that does either.

Each property definition is compiled once into a `Codec` of closures, because a bulk load asks millions of times.

| datatype | sent and shown as JSON | stored as |
|---|---|---|
| string, boolean, enum | the same | the same |
| int, float | number | int of 64 bits, finite float |
| decimal | text with `scale` decimals | int, scaled by 10**scale |
| date | `2026-01-31` | datetime.date |
| datetime | `2026-01-31T12:00:00.000Z` | datetime in UTC, milliseconds |
| duration | `PT15M` | timedelta |
| point | `{"longitude", "latitude", "height"?}` | GeoPoint |
| list | list | list of what its items store |
| map, object | object | canonical JSON text |

Numbers may be sent as `{"value": 12.5, "unit": "L/s"}` in any unit of the declared one's dimension.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias, cast

from graph.ontology.codec import Codec, GeoPoint, Stored
from graph.ontology.composites import list_codec, map_codec, object_codec
from graph.ontology.model import Datatype, Json, PropertyDefinition
from graph.ontology.numerics import show_decimal, store_decimal, store_float, store_int
from graph.ontology.scalars import (
    show_date,
    show_datetime,
    show_duration,
    show_point,
    store_boolean,
    store_date,
    store_datetime,
    store_duration,
    store_enum,
    store_point,
    store_string,
)

__all__ = ["Codec", "GeoPoint", "Stored", "codec", "show", "store"]

_Compile: TypeAlias = "Callable[[PropertyDefinition], Callable[[Json], Stored]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scalar:
    store: _Compile
    show: Callable[[PropertyDefinition], Callable[[Stored], Json]] | None = None


def _always(show: Callable[[Stored], Json]) -> Callable[[PropertyDefinition], Callable[[Stored], Json]]:
    return lambda _: show


_SCALARS: Mapping[Datatype, _Scalar] = {
    Datatype.STRING: _Scalar(store=store_string),
    Datatype.BOOLEAN: _Scalar(store=store_boolean),
    Datatype.ENUM: _Scalar(store=store_enum),
    Datatype.INT: _Scalar(store=store_int),
    Datatype.FLOAT: _Scalar(store=store_float),
    Datatype.DECIMAL: _Scalar(store=store_decimal, show=show_decimal),
    Datatype.DATE: _Scalar(store=store_date, show=_always(show_date)),
    Datatype.DATETIME: _Scalar(store=store_datetime, show=_always(show_datetime)),
    Datatype.DURATION: _Scalar(store=store_duration, show=_always(show_duration)),
    Datatype.POINT: _Scalar(store=store_point, show=_always(show_point)),
}
_COMPOSITES = {Datatype.LIST: list_codec, Datatype.MAP: map_codec, Datatype.OBJECT: object_codec}


def codec(definition: PropertyDefinition) -> Codec:
    """Compile one property definition; keep the result, making it costs more than using it."""
    composite = _COMPOSITES.get(definition.datatype)
    if composite is not None:
        return composite(definition, codec)
    scalar = _SCALARS[definition.datatype]
    free = replace(definition, minimum=None, maximum=None, pattern=None)
    return Codec(
        definition=definition,
        store=scalar.store(definition),
        show=_same if scalar.show is None else scalar.show(definition),
        operand=scalar.store(free),
        plain=scalar.show is None,
    )


def store(definition: PropertyDefinition, value: Json) -> Stored:
    """Return one sent `value` as it is stored.

    Raises:
        ValueInvalid: wrong datatype, out of range, not of the pattern, too long.
        UnitInvalid: an unknown unit, or one of another dimension; `expected` names the declared one.
    """
    return codec(definition).store(value)


def show(definition: PropertyDefinition, stored: Stored) -> Json:
    """Return one stored value as JSON in its one canonical spelling; `store` takes it back unchanged."""
    return codec(definition).show(stored)


def _same(stored: Stored) -> Json:
    return cast("Json", stored)
