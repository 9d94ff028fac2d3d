"""The ontology as the rest of the twin uses it: checked, linked and frozen.

An `Ontology` is only ever made by `graph.ontology.checking`, so whoever holds one may rely on it: names are right,
supertypes exist and form no loop, inherited properties agree, relationship ends exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from graph.errors import UnknownProperty, UnknownType
from graph.ontology.advice import nearest
from graph.ontology.kinds import Classification, Datatype, ImpactDirection, ImpactKind
from graph.ontology.priority import Priority

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecation:
    """Since when an element should not be used, why, what to use instead, and the day on which it goes at the earliest.

    `until` is a day in ISO 8601.
    """

    since: str
    message: str | None = None
    replacement: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumType:
    """A named list of values, in the author's order."""

    id: str
    name: str
    values: tuple[str, ...]
    description: str | None = None
    replaced: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows:
    """A property of the same type whose place another takes, and what its values become where the table says so."""

    property: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyDefinition:
    """One property of an asset type or relationship type.

    `unit` is the unit values are stored and shown in (pint's spelling); `scale` is the number of decimals of a decimal,
    and of a float the most it may have (0: any);
    `items` is the element of a list and the value of a map, `fields` those of an object; `declared_by` is the type that
    declares it; `follows` the property that it is kept in step with.
    """

    id: str
    name: str
    datatype: Datatype
    declared_by: str
    unit: str | None = None
    quantity: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: bool = False
    pattern: str | None = None
    required: bool = False
    unique: bool = False
    indexed: bool = False
    writable: bool = True
    default: Json = None
    enum: EnumType | None = None
    scale: int = 0
    items: PropertyDefinition | None = None
    fields: tuple[PropertyDefinition, ...] = ()
    classification: Classification = Classification.PUBLIC
    description: str | None = None
    deprecation: Deprecation | None = None
    follows: Follows | None = None

    @property
    def listed(self) -> bool:
        """Whether an index has the assets of each value by name: few values are told apart, so each has many."""
        return self.indexed and not self.unique and self.datatype in (Datatype.ENUM, Datatype.BOOLEAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """Past what value a channel puts its asset on a level; `operability` is in millionths.

    Any one of `above`, `below` and `equals` suffices; `equals` is a value or a list of them. `priority` is that of its
    alarms, None where the level says it.
    """

    level: str
    above: float | None = None
    below: float | None = None
    equals: Json = None
    operability: int = 0
    priority: Priority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDefinition:
    """A stream of values that an asset of this type may have. `stale_after` and `hold_down` are in seconds.

    `hysteresis` is how far back past its threshold a value has to come before a level ends. `formerly` are the names
    that it had, the first of all first; `becomes` is the one that it is going to have. `kept_as` is what its values are
    kept under where that is not the first of its names.
    """

    id: str
    name: str
    datatype: Datatype
    declared_by: str
    unit: str | None = None
    stale_after: float | None = None
    thresholds: tuple[Threshold, ...] = ()
    hysteresis: float = 0.0
    hold_down: float = 0.0
    sets_operability: bool = False
    when_stale: str = "UNKNOWN"
    enum: EnumType | None = None
    formerly: tuple[str, ...] = ()
    kept_as: str | None = None
    becomes: str | None = None
    description: str | None = None
    deprecation: Deprecation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """States of an asset's life and the transitions allowed between them."""

    states: tuple[str, ...]
    transitions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetType:
    """A type of asset, linked.

    `extends` are the direct supertypes; `supertypes` all of them, nearest first; `subtypes` all below, by name.
    `properties` and `channels` include inherited ones, sorted by name. `sources` are the FLOW relationship types that
    assets of this type are sources of, inherited ones included.
    """

    id: str
    name: str
    plural: str
    abstract: bool
    extends: tuple[str, ...]
    supertypes: tuple[str, ...]
    subtypes: tuple[str, ...]
    properties: Mapping[str, PropertyDefinition]
    channels: Mapping[str, ChannelDefinition]
    sources: tuple[str, ...]
    graphql: str
    description: str | None = None
    display_name: Mapping[str, str] = field(default_factory=dict[str, str])
    lifecycle: Lifecycle | None = None
    deprecation: Deprecation | None = None
    closed: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of an asset of this type in the database: its own name, then all supertypes (`Asset` apart)."""
        return (self.name, *self.supertypes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiplicity:
    """How many; `maximum` None means any number."""

    minimum: int = 0
    maximum: int | None = None

    def __str__(self) -> str:
        return f"{self.minimum}..{'*' if self.maximum is None else self.maximum}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationshipType:
    """A type of relationship, linked.

    `from_types` and `to_types` are as declared; `sources_allowed` and `targets_allowed` are all concrete type names
    which may stand at the ends. `sources` says how many sources one target may have, `targets` how many targets one
    source may have.
    The supply properties (group, needs, ...) are among `properties` where `impact` is not NONE. `field` and
    `inverse_field` are its names in GraphQL, on its sources and on its targets.
    """

    id: str
    name: str
    inverse: str | None
    from_types: tuple[str, ...]
    to_types: tuple[str, ...]
    sources_allowed: frozenset[str]
    targets_allowed: frozenset[str]
    sources: Multiplicity
    targets: Multiplicity
    properties: Mapping[str, PropertyDefinition]
    impact: ImpactDirection
    kind: ImpactKind
    containment: bool
    symmetric: bool
    field: str = ""
    inverse_field: str | None = None
    description: str | None = None
    deprecation: Deprecation | None = None
    closed: bool = False

    @property
    def is_supply(self) -> bool:
        """Whether impact travels along it."""
        return self.impact is not ImpactDirection.NONE

    def ends(self, source: str, target: str) -> tuple[str, str]:
        """Return the two as they are stored: sorted where the type is symmetric, for there both ways mean one."""
        return (target, source) if self.symmetric and target < source else (source, target)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ontology:
    """A whole checked ontology. `hash` is `sha256:` and hex over RFC 8785 JSON with defaults filled in."""

    name: str
    compatibility: str
    description: str | None
    enums: Mapping[str, EnumType]
    asset_types: Mapping[str, AssetType]
    relationship_types: Mapping[str, RelationshipType]
    hash: str
    canonical: str
    types_by_labels: Mapping[frozenset[str], str]

    def asset_type(self, name: str) -> AssetType:
        """Return the asset type called `name`, or raise UnknownType with the nearest names."""
        found = self.asset_types.get(name)
        if found is None:
            raise UnknownType(
                f"The ontology has no asset type {name!r}",
                expected="an asset type of the ontology",
                actual=name,
                hint=nearest(name, self.asset_types),
            )
        return found

    def relationship_type(self, name: str) -> RelationshipType:
        """Return the relationship type called `name`, or raise UnknownType with the nearest names."""
        found = self.relationship_types.get(name)
        if found is None:
            raise UnknownType(
                f"The ontology has no relationship type {name!r}",
                expected="a relationship type of the ontology",
                actual=name,
                hint=nearest(name, self.relationship_types),
            )
        return found

    def property_of(self, owner: AssetType | RelationshipType, name: str) -> PropertyDefinition:
        """Return the property `name` of `owner`, or raise UnknownProperty with the nearest names."""
        found = owner.properties.get(name)
        if found is None:
            message, expected = f"{owner.name} has no property {name!r}", f"a property of {owner.name}"
            raise UnknownProperty(message, expected=expected, actual=name, hint=nearest(name, owner.properties))
        return found

    def type_of(self, labels: frozenset[str] | list[str]) -> AssetType:
        """Return the exact asset type of an asset from its labels in the database.

        Those that the ontology doesn't know say nothing: one that comes or goes leaves its own. What has only those of
        an abstract type is of the concrete type right below that, where all others are below this one.
        """
        known = frozenset(labels).intersection(self.asset_types)
        name = self.types_by_labels.get(known)
        if name is None and known:
            below = [family for family in self.types_by_labels if known < family]
            first = min(below, key=len, default=known)
            name = self.types_by_labels[first] if below and all(first <= family for family in below) else None
        if name is None:
            raise UnknownType(
                "An asset's labels are those of no asset type and its supertypes",
                actual=", ".join(sorted(labels)),
                hint="Run `twin ontology status`: the database may hold another version of the ontology",
            )
        return self.asset_types[name]

    def concrete(self, name: str) -> frozenset[str]:
        """Return the names of all types that an asset counted under `name` may have exactly."""
        family = (name, *self.asset_type(name).subtypes)
        return frozenset(member for member in family if not self.asset_types[member].abstract)

    @property
    def concrete_types(self) -> frozenset[str]:
        """Names of the asset types that there can be assets of."""
        return frozenset(self.types_by_labels.values())

    @property
    def containment_types(self) -> tuple[RelationshipType, ...]:
        """Relationship types that form the hierarchy."""
        return tuple(kind for kind in self.relationship_types.values() if kind.containment)

    @property
    def supply_types(self) -> tuple[RelationshipType, ...]:
        """Relationship types that impact travels along."""
        return tuple(kind for kind in self.relationship_types.values() if kind.is_supply)

    @property
    def flow_types(self) -> tuple[RelationshipType, ...]:
        """Supply types that carry something from sources."""
        return tuple(kind for kind in self.supply_types if kind.kind is ImpactKind.FLOW)
