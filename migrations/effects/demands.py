"""Demands: what data that is right under one ontology must be like to be right under the next.

Made from the two ontologies alone, so that no operation, and no file written by hand, can go past them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from graph.ontology.model import (
    AssetType,
    Datatype,
    ImpactKind,
    Multiplicity,
    Ontology,
    PropertyDefinition,
    RelationshipType,
)
from graph.ontology.scalars import INDEXED_BYTES
from migrations.effects.relabelling import UNCHANGED, labels_can_follow


class Rule(StrEnum):
    """What a demand asks of the values of one property, or of all that is of a type."""

    NONE = "none"  # nothing of the type
    PRESENT = "missing"  # every one has a value
    ABSENT = "present"  # none has a value
    RANGE = "outside"  # values lie between bounds
    LISTED = "unlisted"  # values are of a list
    PATTERN = "pattern"  # texts fit a pattern
    UNIQUE = "doubled"  # no two of a tenant share a value
    SHORT = "long"  # texts fit an index
    SOURCES = "sources"  # no asset is a source of the type
    ENDS = "ends"  # relationships connect what they may
    IN_STEP = "behind"  # every one that has the old property has what takes its place
    MULTIPLICITY = "multiplicity"  # as many relationships as there may be


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One thing that must be so.

    `type` is an asset type, whose subtypes count but for those `below` (all of them: of exactly this type), or a
    relationship type; `limit` is how many relationships `by` a type an asset may have at an `end`, `ends` what
    relationships may go from and to. `definition` is the property as it is to be. `says` is the rule in words,
    `element` what of the ontology it comes from.
    """

    rule: Rule
    type: str
    of_relationships: bool = False
    below: tuple[str, ...] = ()
    property: str | None = None
    definition: PropertyDefinition | None = field(default=None, compare=False)
    end: str | None = None
    limit: Multiplicity | None = None
    by: str | None = None
    ends: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    symmetric: bool = False
    says: str = field(compare=False, default="")
    element: str = field(compare=False, default="")


def demands(before: Ontology, after: Ontology, heirs: Mapping[str, str] = UNCHANGED) -> tuple[Demand, ...]:
    """Return what data of `before` must be like to be right under `after`; each once, in a fixed order.

    `heirs` are the asset types that go on under another name.
    """
    kept = _kept_by_some(after)
    found = [
        demand
        for name in sorted(before.concrete_types)
        for demand in _of_asset_type(name, before, after, heirs=heirs, kept=kept)
    ]
    for name in sorted(before.relationship_types):
        old, new = before.relationship_types[name], after.relationship_types.get(name)
        found.extend(_of_relationship_type(old, new, before, heirs))
    for name in sorted(set(after.relationship_types) - set(before.relationship_types)):
        found.extend(_of_multiplicity(None, after.relationship_types[name], before, heirs))
    return tuple(dict.fromkeys(found))


_ANY: Final = Multiplicity()


def _of_asset_type(
    name: str, before: Ontology, after: Ontology, *, heirs: Mapping[str, str], kept: Mapping[str, frozenset[str]]
) -> Iterator[Demand]:
    old, new = before.asset_types[name], after.asset_types.get(heirs.get(name, name))
    if new is None or new.abstract:
        says = "no asset may be of a type that is gone" if new is None else "no asset may be of an abstract type"
        yield Demand(rule=Rule.NONE, type=old.name, below=old.subtypes, says=says, element=old.name)
        return
    if not labels_can_follow(before, after, name, heirs):
        says = "there may be no assets of a type that comes under, or leaves, a type that there is before and after"
        yield Demand(rule=Rule.NONE, type=old.name, below=old.subtypes, says=says, element=f"{old.name}.extends")
        return
    yield from _of_properties(old, new, below=old.subtypes, kept=kept, relationships=False)


def _kept_by_some(after: Ontology) -> Mapping[str, frozenset[str]]:
    """Return for each name of a property the types that have it, or below which one has."""
    found: dict[str, set[str]] = {}
    for each in (after.asset_types[name] for name in after.concrete_types):
        for name in each.properties:
            found.setdefault(name, set()).update(each.labels)
    return {name: frozenset(types) for name, types in found.items()}


def _of_properties(
    old: AssetType | RelationshipType,
    new: AssetType | RelationshipType,
    *,
    below: tuple[str, ...],
    kept: Mapping[str, frozenset[str]],
    relationships: bool,
) -> Iterator[Demand]:
    for name in sorted({*old.properties, *new.properties}):
        had, has = old.properties.get(name), new.properties.get(name)
        declared = {each.declared_by for each in (had, has) if each is not None}
        # One statement for all that inherit it, where old and new have it from the same type.
        shared = len(declared) == 1 and (has is not None or not declared & kept.get(name, frozenset()))
        (owner, without) = (declared.pop(), ()) if shared else (old.name, below)
        for rule, definition, says in _of_property(had, has):
            yield Demand(
                rule=rule,
                type=owner,
                of_relationships=relationships,
                below=without,
                property=definition.name,
                definition=definition,
                says=says,
                element=f"{owner}.{name}",
            )


def _of_property(
    had: PropertyDefinition | None, has: PropertyDefinition | None
) -> Iterator[tuple[Rule, PropertyDefinition, str]]:
    if has is None:
        assert had is not None, "one of the two has it"
        yield Rule.ABSENT, had, "no value may be there of a property that is gone"
        return
    if had is not None and had.follows is not None and has.follows is None:
        says = f"every value of {had.follows.property} must have become one of {has.name}"
        yield Rule.IN_STEP, had, says
    if has.required and not (had is not None and had.required):
        yield Rule.PRESENT, has, "every one must have a value"
    if had is None:
        return
    if not same_structure(had, has):
        yield Rule.ABSENT, has, "no value may be there where datatype, unit or structure change"
        return
    if _tighter(had, has):
        yield Rule.RANGE, has, f"every value must be {_range_text(has)}"
    if has.pattern is not None and has.pattern != had.pattern:
        yield Rule.PATTERN, has, f"every value must match {has.pattern}"
    if has.enum is not None and had.enum is not None and not set(had.enum.values) <= set(has.enum.values):
        yield Rule.LISTED, has, f"every value must be one of {', '.join(has.enum.values)}"
    if has.datatype is Datatype.STRING and _searched(has) and not _searched(had):
        yield Rule.SHORT, has, f"every value must fit an index, {INDEXED_BYTES:,} bytes"
    if has.unique and not had.unique:
        yield Rule.UNIQUE, has, "no two assets of a tenant may share a value"


def same_structure(had: PropertyDefinition, has: PropertyDefinition) -> bool:
    """Whether stored values stay what they are; what lists, maps and objects hold must fit as a whole."""
    enums = [each.enum.name if each.enum is not None else None for each in (had, has)]
    scales = [each.scale if each.datatype is Datatype.DECIMAL else 0 for each in (had, has)]
    if had.datatype is not has.datatype or had.unit != has.unit or enums[0] != enums[1] or scales[0] != scales[1]:
        return False
    if (had.items is None) is not (has.items is None):
        return False
    if had.items is not None and has.items is not None and not _fits(had.items, has.items):
        return False
    fields = {each.name: each for each in has.fields}
    before = {each.name for each in had.fields}
    return all(each.name in fields and _fits(each, fields[each.name]) for each in had.fields) and not any(
        each.required for name, each in fields.items() if name not in before
    )


def _fits(had: PropertyDefinition, has: PropertyDefinition) -> bool:
    """Whether every value within a list, map or object that was right is right."""
    values = [set(each.enum.values) if each.enum is not None else set[str]() for each in (had, has)]
    return (
        same_structure(had, has)
        and not _tighter(had, has)
        and has.pattern in (None, had.pattern)
        and values[0] <= values[1]
        and (had.required or not has.required)
    )


def _searched(definition: PropertyDefinition) -> bool:
    return definition.indexed or definition.unique


def _tighter(had: PropertyDefinition, has: PropertyDefinition) -> bool:
    """Whether a bound came or went inwards."""
    least = has.minimum is not None and (
        had.minimum is None
        or has.minimum > had.minimum
        or (has.minimum == had.minimum and has.exclusive_minimum and not had.exclusive_minimum)
    )
    return least or (has.maximum is not None and (had.maximum is None or has.maximum < had.maximum))


def _range_text(definition: PropertyDefinition) -> str:
    unit = f" {definition.unit}" if definition.unit else ""
    above = "above" if definition.exclusive_minimum else "at least"
    parts = (
        None if definition.minimum is None else f"{above} {definition.minimum:g}{unit}",
        None if definition.maximum is None else f"at most {definition.maximum:g}{unit}",
    )
    return " and ".join(part for part in parts if part is not None)


def _of_relationship_type(
    old: RelationshipType, new: RelationshipType | None, before: Ontology, heirs: Mapping[str, str]
) -> Iterator[Demand]:
    def none(says: str, element: str) -> Demand:
        return Demand(rule=Rule.NONE, type=old.name, of_relationships=True, says=says, element=element)

    if new is None:
        yield none("no relationship may be of a type that is gone", old.name)
        if _is_flow(old):
            yield _no_sources(old.name)
        return
    if new.symmetric != old.symmetric:
        yield none("there may be no relationships of a type whose symmetry changes", f"{old.name}.symmetric")
        return
    if new.containment and not old.containment:
        yield none("there may be no relationships of a type that begins to contain", f"{old.name}.containment")
        return
    if not (
        _renamed(old.sources_allowed, heirs) <= new.sources_allowed
        and _renamed(old.targets_allowed, heirs) <= new.targets_allowed
    ):
        yield Demand(
            rule=Rule.ENDS,
            type=old.name,
            of_relationships=True,
            ends=(new.from_types, new.to_types),
            symmetric=new.symmetric,
            says=f"every one must go from {' or '.join(new.from_types)} to {' or '.join(new.to_types)}",
            element=old.name,
        )
    yield from _of_impact(old, new)
    yield from _of_properties(old, new, below=(), kept={}, relationships=True)
    yield from _of_multiplicity(old, new, before, heirs)


def _of_impact(old: RelationshipType, new: RelationshipType) -> Iterator[Demand]:
    """Groups lie at dependants: where these or the kind of need change, their terms say another thing."""
    if _is_flow(old) and not _is_flow(new):
        yield _no_sources(old.name)
    if not old.is_supply or not new.is_supply or (old.impact, old.kind) == (new.impact, new.kind):
        return
    for name in ("group", "needs", "combine", "loss"):
        yield Demand(
            rule=Rule.ABSENT,
            type=old.name,
            of_relationships=True,
            property=name,
            definition=old.properties[name],
            says="no terms of groups may be there where direction or kind of impact change",
            element=f"{old.name}.{name}",
        )


def _is_flow(kind: RelationshipType) -> bool:
    return kind.is_supply and kind.kind is ImpactKind.FLOW


def _no_sources(name: str) -> Demand:
    return Demand(
        rule=Rule.SOURCES,
        type=name,
        says=f"no asset may be called a source of {name}, which is no flow any more",
        element=f"{name}.impact",
    )


def _of_multiplicity(
    old: RelationshipType | None, new: RelationshipType, before: Ontology, heirs: Mapping[str, str]
) -> Iterator[Demand]:
    """Who may stand at an end may have fewer than before, or must have more; who comes newly must have enough."""
    for end, has, types in (("sources", new.sources, new.to_types), ("targets", new.targets, new.from_types)):
        had = _ANY if old is None else old.sources if end == "sources" else old.targets
        fewer = old is not None and _most(has) < _most(had)
        more = has.minimum > had.minimum or (has.minimum > 0 and _comes(old, new, end, before, heirs))
        if not fewer and not more:
            continue
        for name in types:
            yield Demand(
                rule=Rule.MULTIPLICITY,
                type=name,
                end=end,
                limit=has,
                by=new.name,
                symmetric=new.symmetric,
                says=f"every {name} must have {has} {end} by {new.name}",
                element=f"{new.name}.multiplicity.{end}",
            )


def _comes(
    old: RelationshipType | None, new: RelationshipType, end: str, before: Ontology, heirs: Mapping[str, str]
) -> bool:
    """Whether types of which there can be assets may stand where an end's limit is counted, and could not before."""
    allowed = new.targets_allowed if end == "sources" else new.sources_allowed
    known = frozenset[str]() if old is None else old.targets_allowed if end == "sources" else old.sources_allowed
    return bool((allowed - _renamed(known, heirs)) & _renamed(before.concrete_types, heirs))


def _renamed(names: frozenset[str], heirs: Mapping[str, str]) -> frozenset[str]:
    return frozenset(heirs.get(name, name) for name in names)


def _most(limit: Multiplicity) -> float:
    return float("inf") if limit.maximum is None else limit.maximum
