"""Which relationship types are fields of which asset types, and what stands at their other ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.ontology.model import Ontology, RelationshipType
from graph.reading import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class EndField:
    """A relationship type as a field of asset types: from its sources, or (`inverse`) from its targets.

    `target` is the one asset type that all at the other end are of, itself or below it; None where they are mixed.
    """

    name: str
    relationship: RelationshipType
    direction: Direction
    inverse: bool
    target: str | None


def end_fields(ontology: Ontology) -> Mapping[str, tuple[EndField, ...]]:
    """Return the fields of each asset type, by name: those declared for it or for a type above it."""
    found: dict[str, list[EndField]] = {name: [] for name in ontology.asset_types}
    for kind in ontology.relationship_types.values():
        for field, owners in _fields(ontology, kind):
            for owner in _with_subtypes(ontology, owners):
                found[owner].append(field)
    return {name: tuple(sorted(fields, key=lambda field: field.name)) for name, fields in found.items()}


def _fields(ontology: Ontology, kind: RelationshipType) -> Iterable[tuple[EndField, tuple[str, ...]]]:
    if kind.symmetric:
        both = tuple(dict.fromkeys((*kind.from_types, *kind.to_types)))
        yield _field(ontology, kind, Direction.BOTH, both), both
        return
    yield _field(ontology, kind, Direction.OUT, kind.to_types), kind.from_types
    if kind.inverse_field is not None:
        yield _field(ontology, kind, Direction.IN, kind.from_types), kind.to_types


def _field(ontology: Ontology, kind: RelationshipType, way: Direction, others: tuple[str, ...]) -> EndField:
    inverse = way is Direction.IN
    name = kind.inverse_field if inverse else kind.field
    assert name is not None
    return EndField(name=name, relationship=kind, direction=way, inverse=inverse, target=_one_above(ontology, others))


def _one_above(ontology: Ontology, types: tuple[str, ...]) -> str | None:
    """Return that of `types` which all others are below, if there is one."""
    for name in types:
        if set(types) <= {name, *ontology.asset_types[name].subtypes}:
            return name
    return None


def _with_subtypes(ontology: Ontology, types: tuple[str, ...]) -> set[str]:
    return {below for name in types for below in (name, *ontology.asset_types[name].subtypes)}
