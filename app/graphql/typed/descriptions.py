"""What the ontology says of its elements, as GraphQL shows it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from graph.ontology.model import AssetType, Datatype, Deprecation, Json, PropertyDefinition, RelationshipType


def of_type(kind: AssetType) -> str | None:
    """Description of an asset type, with its deprecation: GraphQL has no word for that of a type."""
    return _joined(kind.description, _deprecated(kind.deprecation))


def of_property(definition: PropertyDefinition) -> str | None:
    """Description of a property, with unit and bounds."""
    facts = ", ".join(_facts(definition))
    return _joined(definition.description, facts and f"{_begun(facts)}.")


def of_relationship(kind: RelationshipType, *, inverse: bool) -> str | None:
    """Description of a relationship type's field, as seen from its source or from its target."""
    way = f"The other way round: {kind.name}." if inverse else None
    return _joined(kind.description, way)


def deprecation(of: Deprecation | None) -> str | None:
    """Why something should not be used any more."""
    return None if of is None else _deprecated(of)


def _begun(facts: str) -> str:
    return f"{facts[0].upper()}{facts[1:]}"


def _facts(definition: PropertyDefinition) -> Iterator[str]:
    if definition.unit is not None:
        yield f"in {definition.unit}"
    if definition.minimum is not None:
        least = "more than" if definition.exclusive_minimum else "at least"
        yield f"{least} {_number(definition.minimum)}"
    if definition.maximum is not None:
        yield f"at most {_number(definition.maximum)}"
    if definition.datatype is Datatype.DECIMAL:
        yield f"exact, with {definition.scale} decimals"
    if definition.pattern is not None:
        yield f"of the pattern {definition.pattern}"
    if definition.default is not None:
        yield f"{_value(definition.default)} by default"
    if definition.datatype is Datatype.OBJECT:
        yield f"with the fields {', '.join(field.name for field in definition.fields)}"


def _value(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _deprecated(of: Deprecation | None) -> str | None:
    if of is None:
        return None
    instead = f"Use {of.replacement}." if of.replacement else None
    goes = f"It goes on {of.until} at the earliest." if of.until else None
    return _joined(f"Deprecated since {of.since}.", of.message, instead, goes)


def _joined(*parts: str | None) -> str | None:
    return " ".join(part.strip() for part in parts if part) or None
