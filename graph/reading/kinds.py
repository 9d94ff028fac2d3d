"""What reading knows of an ontology beyond the model: compiled once for each ontology and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from graph.database import quoted
from graph.database.native import from_driver
from graph.errors import ValueInvalid
from graph.ontology.codec import Codec
from graph.ontology.model import (
    AssetType,
    Datatype,
    ImpactDirection,
    Json,
    Ontology,
    PropertyDefinition,
    RelationshipType,
)
from graph.ontology.values import codec
from graph.reading.selection import AssetReach

_CHEAP: Final = {Datatype.DATETIME: "{}.epochMillis", Datatype.DATE: "toString({})"}

Show: TypeAlias = "Callable[[object], Json]"
"""Turns a value as the driver gives it into JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """An asset type or relationship type with how to show each of its properties (None: as it comes).

    `texts` are those that may come as the text that they are shown as.
    """

    name: str
    shows: Mapping[str, Show | None]
    sources: tuple[str, ...] = ()
    texts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Orientation:
    """Relationship types by how they are followed: along their direction, against it, or both ways."""

    along: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    both: tuple[str, ...] = ()

    @property
    def uniform(self) -> bool:
        """Whether one variable-length pattern can follow them all."""
        return sum(bool(types) for types in (self.along, self.against, self.both)) <= 1

    @property
    def empty(self) -> bool:
        """Whether there is nothing to follow."""
        return not (self.along or self.against or self.both)


class Vocabulary:
    """An ontology, prepared for reading."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        self.containment = tuple(sorted(kind.name for kind in ontology.containment_types))
        self.relationship_types = tuple(sorted(ontology.relationship_types))
        self.relationship_kinds = {
            kind.name: Kind(name=kind.name, shows=_shows(kind.properties), texts=_texts(kind.properties))
            for kind in ontology.relationship_types.values()
        }
        self.fetched = _fetched(ontology.asset_types.values())
        self.fetched_of_relationships = _fetched(ontology.relationship_types.values())
        self.dated = _dated(self.fetched)
        self.dated_relationships = _dated(self.fetched_of_relationships)
        self._kinds: dict[tuple[str, ...], Kind] = {}
        self._codecs: dict[str, Codec] = {}
        self._declared: dict[str, tuple[PropertyDefinition, ...]] = {}

    def kind_of(self, labels: Sequence[str]) -> Kind:
        """Return the exact type of an asset with these labels."""
        key = tuple(labels)
        found = self._kinds.get(key)
        if found is None:
            found = self._kinds[key] = _kind(self.ontology.type_of(frozenset(labels)))
        return found

    def kind_named(self, name: str) -> Kind:
        """Return an asset type by its name."""
        return _kind(self.ontology.asset_type(name))

    def only(self, types: Sequence[str] | None) -> str | None:
        """Return the one exact type that assets of these types can have, None where there are several."""
        exact = self.exact(types)
        return exact[0] if len(exact) == 1 else None

    def declarations(self, name: str) -> tuple[PropertyDefinition, ...]:
        """Return every property of this name that an asset type declares, by declaring type."""
        known = self._declared.get(name)
        if known is not None:
            return known
        found: dict[str, PropertyDefinition] = {}
        for kind in self.ontology.asset_types.values():
            definition = kind.properties.get(name)
            if definition is not None:
                found.setdefault(definition.declared_by, definition)
        declared = tuple(found[owner] for owner in sorted(found))
        if declared:  # names that nothing has are whatever callers make up
            self._declared[name] = declared
        return declared

    def codec(self, definition: PropertyDefinition) -> Codec:
        """Return the compiled form of a declared property."""
        # By its id: a relationship type may have the name of an asset type.
        made = self._codecs.get(definition.id)
        if made is None:
            made = self._codecs[definition.id] = codec(definition)
        return made

    def show_of(self, definition: PropertyDefinition) -> Show | None:
        """Return how to show a value of a declared property (None: as it comes)."""
        return _show(definition)

    def cover(self, types: Iterable[str]) -> tuple[str, ...]:
        """Return the fewest labels that mean these types with their subtypes, sorted; UnknownType for others."""
        named = {name: self.ontology.asset_type(name) for name in types}
        return tuple(sorted(name for name, kind in named.items() if not _any_above(kind, named)))

    def exact(self, types: Iterable[str] | None) -> tuple[str, ...]:
        """Return the exact types that assets of these types (None: of any) may have, sorted."""
        kinds = self.ontology.asset_types
        if types is None:
            return tuple(sorted(name for name, kind in kinds.items() if not kind.abstract))
        return tuple(sorted({member for name in types for member in self.ontology.concrete(name)}))

    def orientation(self, reach: AssetReach, types: tuple[str, ...] | None) -> Orientation:
        """Return how to follow supplies from an asset to its providers (DEPENDENCIES) or from a provider on."""
        wanted = self._supply_types(types)
        provider_is_source = [name for name, way in wanted.items() if way is ImpactDirection.FORWARD]
        provider_is_target = [name for name, way in wanted.items() if way is ImpactDirection.REVERSE]
        both = tuple(sorted(name for name, way in wanted.items() if way is ImpactDirection.BOTH))
        if reach is AssetReach.DEPENDENCIES:
            provider_is_source, provider_is_target = provider_is_target, provider_is_source
        return Orientation(
            along=tuple(sorted(provider_is_source)), against=tuple(sorted(provider_is_target)), both=both
        )

    def _supply_types(self, types: tuple[str, ...] | None) -> dict[str, ImpactDirection]:
        if types is None:
            return {kind.name: kind.impact for kind in self.ontology.supply_types}
        wanted = {name: self.ontology.relationship_type(name) for name in types}
        for name, kind in wanted.items():
            if not kind.is_supply:
                raise ValueInvalid(
                    f"No impact travels along {name}",
                    expected="relationship types with impact: "
                    + ", ".join(sorted(supply.name for supply in self.ontology.supply_types)),
                    actual=name,
                    hint="`relationships` lists relationships of every type",
                )
        return {name: kind.impact for name, kind in wanted.items()}


def labels(names: Sequence[str]) -> str:
    """Return a label or type expression that any of the names fits, e.g. `A`|`B`."""
    return "|".join(quoted(name) for name in names)


def _any_above(kind: AssetType, named: Mapping[str, AssetType]) -> bool:
    return any(above in named for above in kind.supertypes)


def _fetched(owners: Iterable[AssetType | RelationshipType]) -> dict[str, str]:
    """Return names that mean a datetime or a date wherever they are declared, with how Cypher makes a value cheap.

    A driver's DateTime costs 30 us and its Date 20, an integer and a text next to nothing.
    """
    datatypes: dict[str, set[Datatype]] = {}
    for owner in owners:
        for name, definition in owner.properties.items():
            datatypes.setdefault(name, set()).add(definition.datatype)
    single = {name: next(iter(kinds)) for name, kinds in sorted(datatypes.items()) if len(kinds) == 1}
    return {name: _CHEAP[kind] for name, kind in single.items() if kind in _CHEAP}


def _dated(fetched: Mapping[str, str]) -> tuple[str, ...]:
    """Return the datetimes. A map of all properties makes these alone cheap, for each name costs every row."""
    return tuple(name for name, form in fetched.items() if form == _CHEAP[Datatype.DATETIME])


def _shows(properties: Mapping[str, PropertyDefinition]) -> dict[str, Show | None]:
    return {name: _show(definition) for name, definition in sorted(properties.items())}


def _kind(exact: AssetType) -> Kind:
    return Kind(name=exact.name, shows=_shows(exact.properties), sources=exact.sources, texts=_texts(exact.properties))


def _texts(properties: Mapping[str, PropertyDefinition]) -> frozenset[str]:
    return frozenset(name for name, each in properties.items() if each.datatype is Datatype.DATE)


def _show(definition: PropertyDefinition) -> Show | None:
    compiled = codec(definition)
    if compiled.plain:
        return None

    def show(value: object) -> Json:
        return compiled.show(from_driver(value))

    if definition.datatype is Datatype.DATE:
        return lambda value: value if type(value) is str else show(value)

    return show
