"""Values made of others: lists stored natively, maps and objects stored as canonical JSON text."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import TypeAlias, cast

import rfc8785

from graph.errors import UnitInvalid, ValueInvalid
from graph.ontology.advice import nearest
from graph.ontology.codec import Codec, Stored, refusal
from graph.ontology.model import Json, PropertyDefinition
from graph.ontology.scalars import TEXT_BYTES, text_fault

ITEMS = 65_536
DEPTH = 32
EXACT = 2**53 - 1
"""The largest integer that JSON carries exactly to every reader (RFC 8785)."""

Compile: TypeAlias = "Callable[[PropertyDefinition], Codec]"


def list_codec(definition: PropertyDefinition, compile_item: Compile) -> Codec:
    """Return the codec of a list: every item is stored by the items' own codec."""
    items = compile_item(cast("PropertyDefinition", definition.items))

    def store(value: Json) -> Stored:
        if not isinstance(value, list) or len(value) > ITEMS:
            raise refusal(definition, value, f"a list of at most {ITEMS:,} items")
        stored: list[Stored] = []
        for position, item in enumerate(value):
            try:
                stored.append(items.store(item))
            except (ValueInvalid, UnitInvalid) as error:
                raise _inside(error, definition, f"[{position}]") from error
        return stored

    def show(stored: Stored) -> Json:
        return [items.show(item) for item in cast("list[Stored]", stored)]

    return Codec(definition=definition, store=store, show=show, operand=store, plain=items.plain, items=items)


def map_codec(definition: PropertyDefinition, compile_item: Compile) -> Codec:
    """Return the codec of a map: text keys, and values of `items` where the ontology names them."""
    items = compile_item(definition.items) if definition.items is not None else None

    def store(value: Json) -> Stored:
        if not isinstance(value, dict) or len(value) > ITEMS:
            raise refusal(definition, value, f"an object of at most {ITEMS:,} entries")
        if items is None:
            return _canonical(definition, value)
        return _canonical(definition, {key: _shown(items, item, definition, key) for key, item in value.items()})

    return Codec(definition=definition, store=store, show=_parsed, operand=store)


def object_codec(definition: PropertyDefinition, compile_item: Compile) -> Codec:
    """Return the codec of an object: the declared fields alone, required ones present, defaults filled in."""
    fields = {field.name: compile_item(field) for field in definition.fields}
    required = {field.name for field in definition.fields if field.required and field.default is None}
    defaults = {field.name: field.default for field in definition.fields if field.default is not None}

    def store(value: Json) -> Stored:
        if not isinstance(value, dict):
            raise refusal(definition, value, f"an object with the fields {', '.join(fields)}")
        for key in value:
            if key not in fields:
                raise refusal(definition, key, f"one of the fields {', '.join(fields)}", hint=nearest(key, fields))
        present = {**defaults, **{key: item for key, item in value.items() if item is not None}}
        missing = sorted(required - present.keys())
        if missing:
            raise refusal(definition, value, f"the required fields {', '.join(missing)}")
        return _canonical(
            definition, {key: _shown(fields[key], item, definition, key) for key, item in present.items()}
        )

    return Codec(definition=definition, store=store, show=_parsed, operand=store)


def _shown(codec: Codec, value: Json, definition: PropertyDefinition, key: str) -> Json:
    try:
        return codec.show(codec.store(value))
    except (ValueInvalid, UnitInvalid) as error:
        raise _inside(error, definition, f".{key[:63]}") from error


def _inside(error: ValueInvalid | UnitInvalid, definition: PropertyDefinition, step: str) -> ValueInvalid | UnitInvalid:
    """Return `error` with the way to the value from `definition` on."""
    return type(error)(
        f"{error.message}, at {definition.name}{step}", expected=error.expected, actual=error.actual, hint=error.hint
    )


def _canonical(definition: PropertyDefinition, value: Json) -> str:
    fault = json_fault(value)
    if fault is not None:
        raise refusal(definition, value, fault)
    text = rfc8785.dumps(value).decode()
    if len(text) > TEXT_BYTES:
        raise refusal(definition, value, f"at most {TEXT_BYTES:,} bytes of JSON")
    return text


def _parsed(stored: Stored) -> Json:
    return read_canonical(cast("str", stored))


def read_canonical(text: str) -> Json:
    """Return the value of a canonical JSON text.

    RFC 8785 writes large floats without exponent: integers past 53 bits can only have been floats.
    """
    return cast("Json", json.loads(text, parse_int=_number))


def _number(digits: str) -> int | float:
    number = int(digits)
    return number if -EXACT <= number <= EXACT else float(digits)


def json_fault(value: Json, depth: int = 0) -> str | None:
    """Return what `value` should have been to have a canonical JSON form (RFC 8785), or None."""
    if depth > DEPTH:
        return f"at most {DEPTH} levels of nesting"
    if isinstance(value, str):
        return text_fault(value)
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return None if -EXACT <= value <= EXACT else "integers of at most 53 bits (send larger ones as text)"
    if isinstance(value, float):
        return None if math.isfinite(value) else "finite numbers"
    parts = [*value, *value.values()] if isinstance(value, dict) else value
    return next((fault for part in parts if (fault := json_fault(part, depth + 1)) is not None), None)
