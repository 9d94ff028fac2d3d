"""Which relationship types can start or end at an asset type, and which of its supertypes says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from graph.ontology.model import AssetType, Multiplicity, Ontology, RelationshipType


class Role(StrEnum):
    """How an asset stands in a relationship."""

    SOURCE = "starts here"
    TARGET = "ends here"
    EITHER = "at either end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A relationship type at an asset type.

    `named` are the types at this end that let it: the type itself or supertypes; where it is `partial`, subtypes, and
    then only assets of these can have it. `partners` are the types at the other end, as declared; `count` is how many
    partners one asset has.
    """

    type: RelationshipType
    role: Role
    named: tuple[str, ...]
    partners: tuple[str, ...]
    count: Multiplicity
    partial: bool


def connections(ontology: Ontology, kind: AssetType) -> tuple[Connection, ...]:
    """Return what can start or end at `kind`, by relationship type, starts before ends."""
    found: list[Connection] = []
    for name in sorted(ontology.relationship_types):
        link = ontology.relationship_types[name]
        if link.symmetric:
            found.extend(_at(kind, link, Role.EITHER, (link.from_types, link.to_types), link.targets))
        else:
            found.extend(_at(kind, link, Role.SOURCE, (link.from_types, link.to_types), link.targets))
            found.extend(_at(kind, link, Role.TARGET, (link.to_types, link.from_types), link.sources))
    return tuple(found)


def _at(
    kind: AssetType,
    link: RelationshipType,
    role: Role,
    ends: tuple[tuple[str, ...], tuple[str, ...]],
    count: Multiplicity,
) -> Iterable[Connection]:
    here, there = ends
    above = tuple(name for name in here if name == kind.name or name in kind.supertypes)
    below = tuple(name for name in here if name in kind.subtypes)
    if above or below:
        yield Connection(type=link, role=role, named=above or below, partners=there, count=count, partial=not above)
