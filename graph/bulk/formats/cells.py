"""Cells: the text of a table as the value that a property's datatype calls for."""

from __future__ import annotations

import math
import re

from pydantic_core import from_json

from graph.errors import ValueInvalid
from graph.ontology.codec import refusal
from graph.ontology.model import Datatype, Json, PropertyDefinition

LIST_SEPARATOR = ";"
NUMERIC = frozenset({Datatype.INT, Datatype.FLOAT, Datatype.DECIMAL})
_TRUTH = {"true": True, "false": False}
_INT = re.compile(r"[-+]?[0-9]{1,40}", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+", re.ASCII)


def parsed(text: str, definition: PropertyDefinition, unit: str | None = None) -> Json:
    """Return the value that `text` writes; in `unit` where one is given. Raises ValueInvalid.

    Ranges, patterns and calendars are the ontology's to judge later; only what JSON tells apart is told apart here.
    """
    datatype = definition.datatype
    if datatype is Datatype.STRING:
        return text
    text = text.strip()
    if datatype is Datatype.BOOLEAN:
        return _truth(text, definition)
    if datatype in NUMERIC:
        number = _number(text, definition)
        return number if unit is None else {"value": number, "unit": unit}
    if datatype is Datatype.LIST and not text.startswith("["):
        items = definition.items
        return [
            parsed(item.strip(), items) if items is not None else item.strip() for item in text.split(LIST_SEPARATOR)
        ]
    if datatype in (Datatype.LIST, Datatype.MAP, Datatype.OBJECT, Datatype.POINT):
        return _json(text, definition)
    return text


def _truth(text: str, definition: PropertyDefinition) -> bool:
    found = _TRUTH.get(text.lower())
    if found is None:
        raise refusal(definition, text, "true or false")
    return found


def _number(text: str, definition: PropertyDefinition) -> int | float | str:
    if _INT.fullmatch(text):
        return int(text)
    if definition.datatype is Datatype.INT:
        raise refusal(definition, text, "a whole number")
    if not _FLOAT.fullmatch(text):
        hint = "Write a decimal point, and no marks between thousands" if _DECIMAL_COMMA.fullmatch(text) else None
        raise refusal(definition, text, "a number such as 12.5", hint=hint)
    if definition.datatype is Datatype.DECIMAL:
        return text
    number = float(text)
    if not math.isfinite(number):
        raise refusal(definition, text, "a number of at most 64 bits")
    return number


def _json(text: str, definition: PropertyDefinition) -> Json:
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise _not_json(text, definition) from error


def _not_json(text: str, definition: PropertyDefinition) -> ValueInvalid:
    article = "an" if definition.datatype is Datatype.OBJECT else "a"
    return refusal(definition, text, f"{article} {definition.datatype} written as JSON")
