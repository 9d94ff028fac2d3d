"""What a field of the ontology's own means for reading; it travels with the field's definition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from graphql import GraphQLField

from graph.reading import AssetFilter, Direction, EdgeFilter, NeighbourOrder

_KEY: Final = "twin-meaning"


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyMeaning:
    """A property of an asset, by its ontology name."""

    property: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which relationships of a type, and in which order.

    `filter` is of the assets at the other ends, `edges` of themselves.
    """

    filter: AssetFilter | None = None
    edges: EdgeFilter | None = None
    order: tuple[NeighbourOrder, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighboursMeaning:
    """Relationships of a type; `read` reads the arguments that choose among them."""

    relationship: str
    direction: Direction
    read: Callable[[Mapping[str, object]], Choice] = field(compare=False)


Meaning: TypeAlias = PropertyMeaning | NeighboursMeaning


def meant(meaning: Meaning) -> dict[str, object]:
    """Return extensions for a field's definition that carry `meaning`."""
    return {_KEY: meaning}


def meaning_of(definition: GraphQLField) -> Meaning | None:
    """Return what the field means, None for one of the contract's own."""
    return definition.extensions.get(_KEY)
