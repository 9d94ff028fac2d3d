"""What is compared with a source of truth, and how closely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from graph.errors import UnknownType
from graph.ontology.model import Ontology, nearest

RELATIVE: Final = 1e-9
"""How far two floats may be apart, as a share of the larger: conversions of units round once each."""

OWNER: Final = "owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """Which part of the twin the source speaks of.

    `within`: an asset and everything it contains. `types`: names of asset types, with their subtypes, and of
    relationship types; none means all. `owned_by`: only assets that name this source, by an id in the system of its
    name or by the property `owner_property`.
    """

    within: str | None = None
    types: tuple[str, ...] = ()
    owned_by: str | None = None
    owner_property: str = OWNER

    @property
    def whole(self) -> bool:
        """Whether it is all of the twin."""
        return self.within is None and not self.types and self.owned_by is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How far numbers may be apart: floats by a share of the larger one, properties by name in their own unit."""

    relative: float = RELATIVE
    absolute: Mapping[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A comparison. `exact`: what the source leaves out of an asset or relationship should not be there."""

    extent: Extent = Extent()
    tolerance: Tolerance = Tolerance()
    exact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The types of an extent: exact types of assets, types of relationships, and exact types that may be their ends."""

    assets: frozenset[str]
    relationships: frozenset[str]
    ends: frozenset[str]


def named_types(ontology: Ontology, names: tuple[str, ...]) -> Named:
    """Return the types that `names` stand for.

    Asset types alone: their assets, and relationships between these. With relationship types: those relationships,
    whatever their ends. Raises UnknownType.
    """
    assets: set[str] = set()
    relationships: set[str] = set()
    for name in names:
        if name in ontology.asset_types:
            assets |= ontology.concrete(name)
        elif name in ontology.relationship_types:
            relationships.add(name)
        else:
            raise UnknownType(
                f"The ontology has no type {name[:63]!r}",
                place="types",
                expected="an asset type or a relationship type",
                actual=name[:63],
                hint=nearest(name[:63], {**ontology.asset_types, **ontology.relationship_types}),
            )
    every = frozenset(name for name, kind in ontology.asset_types.items() if not kind.abstract)
    return Named(
        assets=frozenset(assets) if names else every,
        relationships=frozenset(relationships or ontology.relationship_types),
        ends=every if relationships or not names else frozenset(assets),
    )
