"""What a compiled property is: functions that turn sent values into stored ones and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

from graph.errors import ValueInvalid
from graph.ontology.model import Classification, Json, PropertyDefinition

ACTUAL_LENGTH = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class GeoPoint:
    """A place on Earth in WGS 84: degrees east and north, and metres above the ellipsoid where known."""

    longitude: float
    latitude: float
    height: float | None = None


Stored: TypeAlias = "bool | int | float | str | date | datetime | timedelta | GeoPoint | list[Stored]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """One property definition, compiled.

    `store` turns a sent value into a stored one and raises ValueInvalid or UnitInvalid; `show` is its inverse.
    `operand` reads a value that a filter compares with: of the same datatype and unit, but free of range and pattern.
    `plain`: stored values are JSON already, so `show` may be skipped. `items` is the codec of a list's items.
    """

    definition: PropertyDefinition
    store: Callable[[Json], Stored]
    show: Callable[[Stored], Json]
    operand: Callable[[Json], Stored]
    plain: bool = False
    items: Codec | None = None

    @property
    def expected(self) -> str:
        """What a value should be, in a few words, e.g. `a float in kW`."""
        kind, unit = self.definition.datatype, self.definition.unit
        article = "an" if kind.value[0] in "aeio" else "a"
        return f"{article} {kind}" + (f" in {unit}" if unit else "")

    @property
    def filterable(self) -> bool:
        """Whether stored values can be compared by the database: maps and objects are text there."""
        return self.definition.datatype not in ("map", "object") and (self.items is None or self.items.filterable)


def refusal(definition: PropertyDefinition, value: Json, expected: str, *, hint: str | None = None) -> ValueInvalid:
    """Return the error that `value` is not one of `definition`; a sensitive value is not repeated."""
    secret = definition.classification is Classification.SENSITIVE
    return ValueInvalid(
        f"Not a value of {definition.name}",
        expected=expected,
        actual="a value not shown, because the property is sensitive" if secret else actual_text(value),
        hint=hint,
    )


def actual_text(value: object) -> str:
    """Return `value` as it may be shown in an error: short, whatever came."""
    if isinstance(value, int) and value.bit_length() > 256:
        return f"an integer of {value.bit_length()} bits"
    if isinstance(value, list | dict):
        kind = "a list" if isinstance(value, list) else "an object"
        return f"{kind} of {len(value)}"  # pyright: ignore[reportUnknownArgumentType]
    text = repr(value)
    return text if len(text) <= ACTUAL_LENGTH else text[:ACTUAL_LENGTH] + "…"
