"""What an ontology knows of names that operations pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from app.graphql.naming.places import Named, Role
from graph.ontology.channel_names import by_any_name
from graph.ontology.kinds import ImpactKind
from graph.ontology.model import ChannelDefinition, Ontology, PropertyDefinition, RelationshipType

_ALWAYS: Final[Mapping[str, frozenset[str]]] = {
    "AssetOrder.field": frozenset({"id", "name", "type"}),
    "aggregate(groupBy:)": frozenset({"type", "parent", "level"}),
}
"""Names that every asset has something of, whatever the ontology says."""

Definition: TypeAlias = PropertyDefinition | ChannelDefinition
Holders: TypeAlias = Mapping[str, Definition]
"""Definitions by the type that has them, inherited ones included."""

_TYPES: Final = frozenset({Role.ASSET_TYPE, Role.MADE_TYPE, Role.RELATIONSHIP_TYPE, Role.SUPPLY_TYPE, Role.FLOW_TYPE})


class Known:
    """The names of an ontology, by what they are one of."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        kinds, links = ontology.asset_types.values(), ontology.relationship_types.values()
        self._properties = _turned((kind.name, kind.properties) for kind in kinds)
        self._link_properties = _turned((link.name, link.properties) for link in links)
        self._channels = _turned((kind.name, by_any_name(kind.channels.values())) for kind in kinds)
        self._values = {
            (name, value)
            for name, holders in self._properties.items()
            for definition in holders.values()
            for value in _values_of(definition)
        }
        self._listed = {name for name, _ in self._values}
        self._made = ontology.concrete_types

    def __contains__(self, named: Named) -> bool:
        """Whether it is one of the ontology's, as are the types it is said of; what every asset has is not."""
        role = named.role
        if role is Role.VALUE:
            return len(named.of) == 1 and (*named.of, named.name) in self._values
        if role in _TYPES:
            return self._type(role, named.name)
        if named.name in _ALWAYS.get(named.place, ()) or not all(self._owner(role, owner) for owner in named.of):
            return False
        return bool(self.holders(named))

    def has_values(self, name: str) -> bool:
        """Whether a property of this name has an enum."""
        return name in self._listed

    def names(self, role: Role) -> Iterator[str]:
        """Yield the names that are one of this."""
        if role in _TYPES:
            every = (*self.ontology.asset_types, *self.ontology.relationship_types)
            yield from (name for name in every if self._type(role, name))
        elif role is not Role.VALUE:
            yield from self._of(role)

    def values(self) -> Iterator[tuple[str, str]]:
        """Yield properties with the values of their enums."""
        yield from self._values

    def holders(self, named: Named) -> Holders:
        """Return the definitions that a property or a channel may mean, of the types that it is said of."""
        every = self._of(named.role).get(named.name, {})
        if not named.of:
            return every
        exact = named.role in (Role.WRITTEN, Role.WRITTEN_LINK)
        wanted = named.of if exact else {kind for name in named.of for kind in self._family(name)}
        return {kind: every[kind] for kind in wanted if kind in every}

    def _of(self, role: Role) -> Mapping[str, Holders]:
        if role is Role.CHANNEL:
            return self._channels
        return self._link_properties if role is Role.WRITTEN_LINK else self._properties

    def _owner(self, role: Role, name: str) -> bool:
        return name in (self.ontology.relationship_types if role is Role.WRITTEN_LINK else self.ontology.asset_types)

    def _family(self, name: str) -> tuple[str, ...]:
        kind = self.ontology.asset_types.get(name)
        return () if kind is None else (name, *kind.subtypes)

    def _type(self, role: Role, name: str) -> bool:
        if role is Role.ASSET_TYPE:
            return name in self.ontology.asset_types
        if role is Role.MADE_TYPE:
            return name in self._made
        link = self.ontology.relationship_types.get(name)
        return link is not None and _serves(role, link)


def _serves(role: Role, link: RelationshipType) -> bool:
    if role is Role.FLOW_TYPE:
        return link.is_supply and link.kind is ImpactKind.FLOW
    return role is Role.RELATIONSHIP_TYPE or link.is_supply


def _turned(owners: Iterable[tuple[str, Mapping[str, Definition]]]) -> Mapping[str, Mapping[str, Definition]]:
    """Return definitions by their names and then by the types that have them."""
    found: dict[str, dict[str, Definition]] = {}
    for owner, definitions in owners:
        for name, definition in definitions.items():
            found.setdefault(name, {})[owner] = definition
    return found


def _values_of(definition: Definition) -> tuple[str, ...]:
    items = definition.items if isinstance(definition, PropertyDefinition) else None
    enum = definition.enum or (items.enum if items is not None else None)
    return enum.values if enum is not None else ()
