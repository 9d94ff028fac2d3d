"""Comparing a value with what a filter asks: whether its datatype can be compared so, and with what the driver does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import rfc8785

from graph.database.native import to_driver
from graph.errors import InvalidInput, ValueInvalid
from graph.ontology.codec import Codec, actual_text
from graph.ontology.composites import json_fault
from graph.ontology.model import Datatype, Json, PropertyDefinition
from graph.ontology.objects import is_flat
from graph.ontology.values import codec as field_codec
from graph.reading.filters import Comparison, Condition, FieldsCondition, ItemsCondition, Quantifier

OPERATORS: Final = {
    Comparison.EQ: "=",
    Comparison.NE: "<>",
    Comparison.GT: ">",
    Comparison.GTE: ">=",
    Comparison.LT: "<",
    Comparison.LTE: "<=",
    Comparison.IN: "IN",
    Comparison.STARTS_WITH: "STARTS WITH",
    Comparison.CONTAINS: "CONTAINS",
}
TEXTUAL: Final = {Comparison.STARTS_WITH, Comparison.CONTAINS}
_ORDERED: Final = {Comparison.GT, Comparison.GTE, Comparison.LT, Comparison.LTE}
EXACT: Final = {Comparison.EQ, Comparison.IN}
SELECTIVE: Final = {Comparison.EQ, Comparison.IN, Comparison.STARTS_WITH}
_NAME: Final = {*TEXTUAL, Comparison.EQ, Comparison.NE, Comparison.IN}
_ORDERED_DATATYPES: Final = {
    Datatype.STRING,
    Datatype.INT,
    Datatype.FLOAT,
    Datatype.DECIMAL,
    Datatype.DATE,
    Datatype.DATETIME,
}

_PREDICATES: Final = {Quantifier.SOME: "any", Quantifier.ALL: "all", Quantifier.NONE: "none"}


def compared(codec: Codec, expression: str, condition: Condition, place: str, add: Callable[[object], str]) -> str:
    """Return Cypher for one comparison of `expression`; `add` takes a parameter and returns how the text names it.

    Raises ValueInvalid, UnitInvalid for what a value of this property can't be compared with.
    """
    comparison = condition.comparison
    given = add(_operand(codec, condition, place))
    if _of_items(codec.definition, comparison):
        return f"{given} IN {expression}"
    return f"{expression} {OPERATORS[comparison]} {given}"


def compared_items(
    codec: Codec, expression: str, wanted: ItemsCondition, place: str, add: Callable[[object], str]
) -> str:
    """Return Cypher for what holds of the items of a list, all of it of the same item."""
    definition = codec.definition
    if codec.items is None or not codec.filterable:
        raise ValueInvalid(
            f"{definition.declared_by}.{definition.name} has no items to compare",
            place=place,
            expected="a list of what can be compared",
            actual=definition.datatype.value,
        )
    parts = [
        compared_null("item", each, place)
        if each.comparison is Comparison.IS_NULL
        else compared(codec.items, "item", each, place, add)
        for each in wanted.conditions
    ]
    return f"{_PREDICATES[wanted.quantifier]}(item IN {expression} WHERE {' AND '.join(parts) or 'true'})"


def compared_fields(
    codec: Codec, expression: str, wanted: FieldsCondition, place: str, add: Callable[[object], str]
) -> str:
    """Return Cypher for what fields of an object are: pieces of its text, which is canonical JSON (RFC 8785).

    Where no field has fields itself, a name before a colon is that of one of its own: quotes inside texts are escaped.
    """
    definition = codec.definition
    fields = {each.name: each for each in definition.fields}
    if not (fields.keys() >= dict(wanted.fields).keys() and is_flat(definition)):
        raise ValueInvalid(
            f"{definition.declared_by}.{definition.name} can't be compared by these fields",
            place=place,
            expected="fields of an object that holds no objects, maps or places",
            actual=", ".join(name for name, _ in wanted.fields)[:80],
        )
    parts = [f"{expression} IS NOT NULL"]
    for name, value in wanted.fields:
        key = rfc8785.dumps(name).decode()
        if value is None:
            parts.append(f"NOT {expression} CONTAINS {add(f'{key}:')}")
            continue
        piece = f"{key}:{_canonical(fields[name], value, place)}"
        ends = (f"{expression} CONTAINS {add(f'{piece}{end}')}" for end in (",", "}"))
        parts.append(f"({' OR '.join(ends)})")
    return f"({' AND '.join(parts)})"


def _canonical(definition: PropertyDefinition, value: Json, place: str) -> str:
    """Return a field's value as it stands in the text of its object."""
    of_field = field_codec(definition)
    shown = of_field.show(of_field.operand(value))
    fault = json_fault(shown)
    if fault is not None:
        raise ValueInvalid(
            f"Not a value that {definition.name} could have", place=place, expected=fault, actual=actual_text(value)
        )
    return rfc8785.dumps(shown).decode()


def compared_null(expression: str, condition: Condition, place: str) -> str:
    """Return Cypher for whether there is a value."""
    if not isinstance(condition.value, bool):
        raise _not_a_value(place, condition.comparison, "true or false", condition.value)
    return f"{expression} IS {'' if condition.value else 'NOT '}NULL"


def compared_text(expression: str, condition: Condition, place: str, add: Callable[[object], str]) -> str:
    """Return Cypher for one comparison of a text of the twin's own: a name, a key."""
    comparison, value = condition.comparison, condition.value
    if comparison not in _NAME:
        raise InvalidInput(
            f"A {place.rpartition('.')[2]} can't be compared by {comparison.value}",
            place=place,
            expected=", ".join(sorted(allowed.value for allowed in _NAME)),
            actual=comparison.value,
        )
    texts = value if comparison is Comparison.IN and isinstance(value, list) else [value]
    if not all(isinstance(text, str) for text in texts):
        raise _not_a_value(place, comparison, "text", value)
    return f"{expression} {OPERATORS[comparison]} {add(value)}"


def _operand(codec: Codec, condition: Condition, place: str) -> object:
    comparison, value = condition.comparison, condition.value
    _demand_comparable(codec.definition, comparison, place, filterable=codec.filterable)
    if codec.items is not None and _of_items(codec.definition, comparison):
        if value is None:
            raise _not_a_value(place, comparison, codec.items.expected, value)
        return to_driver(codec.items.operand(value))
    if comparison in TEXTUAL:
        if not isinstance(value, str):
            raise _not_a_value(place, comparison, "text", value)
        return value
    if comparison is Comparison.IN:
        if not isinstance(value, list):
            raise _not_a_value(place, comparison, "a list", value)
        return [to_driver(codec.operand(each)) for each in value]
    if value is None:
        raise _not_a_value(place, comparison, f"{codec.expected}; for a missing value ask isNull", value)
    return to_driver(codec.operand(value))


def _demand_comparable(definition: PropertyDefinition, comparison: Comparison, place: str, *, filterable: bool) -> None:
    textual = definition.datatype in (Datatype.STRING, Datatype.ENUM)
    if not filterable:
        possible = False
    elif comparison in TEXTUAL:
        possible = textual or _of_items(definition, comparison)
    else:
        possible = comparison not in _ORDERED or definition.datatype in _ORDERED_DATATYPES
    if not possible:
        raise ValueInvalid(
            f"{definition.declared_by}.{definition.name} can't be compared by {comparison.value}",
            place=place,
            expected="a comparison that its datatype has",
            actual=f"{comparison.value} on {definition.datatype.value}",
            hint="Texts, numbers, dates and times have an order; text and enums have startsWith and contains; lists "
            "have contains, some, all and none; flat objects have `has`; maps and other objects have isNull alone",
        )


def _of_items(definition: PropertyDefinition, comparison: Comparison) -> bool:
    """Whether it is asked if a list holds an item."""
    return definition.datatype is Datatype.LIST and comparison is Comparison.CONTAINS


def _not_a_value(place: str, comparison: Comparison, expected: str, value: object) -> ValueInvalid:
    return ValueInvalid(
        f"Not a value to compare with by {comparison.value}", place=place, expected=expected, actual=repr(value)[:80]
    )
