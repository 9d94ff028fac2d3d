"""The ontology as writing asks it: everything worth knowing of a type, looked up once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from graph.changes.images import AssetImage, End, Group, GroupTerms, Link
from graph.database.native import from_driver, to_driver
from graph.ontology.codec import Codec, Stored
from graph.ontology.model import (
    AssetType,
    Datatype,
    ImpactDirection,
    ImpactKind,
    Json,
    Multiplicity,
    Ontology,
    PropertyDefinition,
    RelationshipType,
)
from graph.ontology.succession import Succession, succession
from graph.ontology.supply import SUPPLY_PROPERTIES
from graph.ontology.values import codec

Comparable: TypeAlias = Hashable
"""A stored value, or what stands for it, as a key."""

_CONVERTED = frozenset({Datatype.DATE, Datatype.DATETIME, Datatype.DURATION, Datatype.POINT, Datatype.LIST})


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRules:
    """Rules of the properties of one type.

    `converted` are those that the driver has types of its own for; `spelled` are not shown as they are stored;
    `successions` are kept in step, whichever of their two properties is written.
    """

    codecs: Mapping[str, Codec]
    stores: Mapping[str, Callable[[Json], Stored]]
    required: tuple[str, ...]
    defaults: dict[str, Stored]
    unwritable: frozenset[str]
    converted: tuple[str, ...]
    spelled: frozenset[str]
    successions: tuple[Succession, ...] = ()

    def shown(self, name: str, stored: Stored) -> Json:
        """Return a stored value as doors show it."""
        return self.codecs[name].show(stored)

    def shown_all(self, values: Mapping[str, Stored]) -> Mapping[str, Json]:
        """Return stored values as doors show them."""
        if self.spelled.isdisjoint(values):
            return cast("Mapping[str, Json]", values)
        codecs = self.codecs
        return {name: codecs[name].show(value) for name, value in values.items()}

    def expected(self, name: str) -> str:
        """Return what a value of the property looks like, in words."""
        definition = self.codecs[name].definition
        unit = f" in {definition.unit}" if definition.unit else ""
        return f"a {definition.datatype.value}{unit}"

    def sent(self, values: Mapping[str, Stored]) -> dict[str, object]:
        """Return a copy of stored values as the driver takes them."""
        sent: dict[str, object] = {**values}
        for name in self.converted:
            if name in sent:
                sent[name] = to_driver(values[name])
        return sent

    def received(self, values: Mapping[str, object]) -> dict[str, Stored]:
        """Return what the driver gave as stored values; what the ontology does not know is left out."""
        codecs = self.codecs
        stored = {name: cast("Stored", value) for name, value in values.items() if name in codecs}
        for name in self.converted:
            if name in stored:
                stored[name] = from_driver(stored[name])
        return stored


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetRule:
    """What an asset type demands. `uniques` pairs each unique property with the type that declares it."""

    type: AssetType
    labels: tuple[str, ...]
    values: ValueRules
    uniques: tuple[tuple[str, str], ...]
    minima: tuple[tuple[str, End], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyRule:
    """What a supply type says of groups; `defaults` are stored values."""

    type: str
    kind: ImpactKind
    direction: ImpactDirection
    defaults: GroupTerms

    def terms(self, values: Mapping[str, Stored]) -> GroupTerms:
        """Return what a member with these values says of its group."""
        return self.terms_of(values.get("needs"), values.get("combine"), values.get("loss"))

    def terms_of(self, needs: Stored | None, combine: Stored | None, loss: Stored | None) -> GroupTerms:
        """Return the terms; None is the default."""
        given = self.defaults
        if needs is None and combine is None and loss is None:
            return given
        return GroupTerms(
            given.needs if needs is None else needs,
            given.combine if combine is None else combine,
            given.loss if loss is None else loss,
        )

    def groups_of(self, link: Link, values: Mapping[str, Stored]) -> tuple[Group, ...]:
        """Return the shared groups that a relationship is a member of; a nameless requirement is a group of its own."""
        name = values.get("group")
        if name is None and self.kind is ImpactKind.REQUIREMENT:
            return ()
        return tuple(self.group_at(dependant, name) for dependant in self.dependants(link))

    def group_at(self, dependant: str, name: Stored | None) -> Group:
        """Return the group `name` (None: the one of the flow) at a dependant."""
        return (dependant, self.type if self.kind is ImpactKind.FLOW else "", None if name is None else str(name))

    def dependants(self, link: Link) -> tuple[str, ...]:
        """Return which ends of a relationship need the other."""
        match self.direction:
            case ImpactDirection.FORWARD:
                return (link.target,)
            case ImpactDirection.REVERSE:
                return (link.source,)
            case _:
                return (link.target, link.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRule:
    """What a relationship type demands."""

    type: RelationshipType
    values: ValueRules
    supply: SupplyRule | None
    bounded: frozenset[End]

    def limit(self, end: End) -> Multiplicity:
        """Return how many relationships of the type an asset in this role may have."""
        return self.type.sources if end is End.IN else self.type.targets

    def fits(self, source: str, target: str) -> bool:
        """Whether the type may go from an asset of one type to one of another."""
        kind = self.type
        if source in kind.sources_allowed and target in kind.targets_allowed:
            return True
        return kind.symmetric and target in kind.sources_allowed and source in kind.targets_allowed


class Rulebook:
    """Rules of a whole ontology. Made once for each ontology by `rulebook`."""

    def __init__(self, ontology: Ontology) -> None:
        self.ontology = ontology
        self.links: Mapping[str, LinkRule] = {
            name: _link_rule(kind) for name, kind in ontology.relationship_types.items()
        }
        self.assets: Mapping[str, AssetRule] = {
            name: _asset_rule(kind, self.links.values()) for name, kind in ontology.asset_types.items()
        }
        self.containment = frozenset(kind.name for kind in ontology.containment_types)
        self._types: dict[tuple[str, ...], str] = {}

    def unique_values(self, image: AssetImage) -> Iterator[tuple[str, str, Comparable]]:
        """Yield the values that no other asset may hold: declaring type, property, value."""
        for label, name in self.assets[image.type].uniques:
            value = image.properties.get(name)
            if value is not None:
                yield label, name, comparable(value)

    def containments_between(self, parent: str, child: str) -> tuple[LinkRule, ...]:
        """Return the containment types by which one type may contain the other."""
        rules = (self.links[name] for name in sorted(self.containment))
        return tuple(rule for rule in rules if rule.fits(parent, child) and not rule.type.closed)

    def type_of(self, labels: list[str]) -> str:
        """Return the exact type behind labels."""
        key = tuple(labels)
        found = self._types.get(key)
        if found is None:
            found = self._types[key] = self.ontology.type_of(labels).name
        return found


def comparable(value: Stored) -> Comparable:
    """Return what tells values of one property apart, fit for a dict."""
    return repr(value) if isinstance(value, list) else value


def rulebook(ontology: Ontology) -> Rulebook:
    """Return the rules of `ontology`; costs milliseconds, so keep it as long as the ontology stays."""
    return Rulebook(ontology)


def _value_rules(properties: Mapping[str, PropertyDefinition], *, supply: bool = False) -> ValueRules:
    codecs = {name: codec(definition) for name, definition in properties.items()}
    return ValueRules(
        codecs=codecs,
        stores={name: each.store for name, each in codecs.items() if each.definition.writable},
        required=tuple(name for name, definition in properties.items() if definition.required),
        defaults={
            name: codecs[name].store(definition.default)
            for name, definition in properties.items()
            # An unset supply property counts as its default wherever impact is computed.
            if definition.default is not None and not (supply and name in SUPPLY_PROPERTIES)
        },
        unwritable=frozenset(name for name, definition in properties.items() if not definition.writable),
        converted=tuple(name for name, definition in properties.items() if definition.datatype in _CONVERTED),
        spelled=frozenset(name for name, each in codecs.items() if not each.plain),
        successions=tuple(
            succession(properties[definition.follows.property], definition)
            for definition in properties.values()
            if definition.follows is not None
        ),
    )


def _asset_rule(kind: AssetType, links: Iterable[LinkRule]) -> AssetRule:
    minima: list[tuple[str, End]] = []
    for rule in links:
        if rule.type.sources.minimum and kind.name in rule.type.targets_allowed:
            minima.append((rule.type.name, End.IN))
        if rule.type.targets.minimum and kind.name in rule.type.sources_allowed:
            minima.append((rule.type.name, End.OUT))
    return AssetRule(
        type=kind,
        labels=kind.labels,
        values=_value_rules(kind.properties),
        uniques=tuple((each.declared_by, each.name) for each in kind.properties.values() if each.unique),
        minima=tuple(minima),
    )


def _link_rule(kind: RelationshipType) -> LinkRule:
    values = _value_rules(kind.properties, supply=kind.is_supply)
    ends = ((End.IN, kind.sources), (End.OUT, kind.targets))
    return LinkRule(
        type=kind,
        values=values,
        supply=_supply_rule(kind, values) if kind.is_supply else None,
        bounded=frozenset(end for end, limit in ends if limit.minimum or limit.maximum is not None),
    )


def _supply_rule(kind: RelationshipType, values: ValueRules) -> SupplyRule:
    def default(name: str) -> Stored:
        return values.codecs[name].store(SUPPLY_PROPERTIES[name].default)

    return SupplyRule(
        type=kind.name,
        kind=kind.kind,
        direction=kind.impact,
        defaults=GroupTerms(default("needs"), default("combine"), default("loss")),
    )
