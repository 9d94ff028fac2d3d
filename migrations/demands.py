"""Demands: what data that is right under one ontology must be like to be right under the next.

Made from the two ontologies alone, so that no operation, and no file written by hand, can go past them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from graph.ontology.model import AssetType, Datatype, Multiplicity, Ontology, PropertyDefinition, RelationshipType


class Rule(StrEnum):
    """What a demand asks of the values of one property, or of all that is of a type."""

    NONE = "none"  # nothing of the type
    PRESENT = "missing"  # every one has a value
    ABSENT = "present"  # none has a value
    RANGE = "outside"  # values lie between bounds
    LISTED = "unlisted"  # values are of a list
    PATTERN = "pattern"  # texts fit a pattern
    UNIQUE = "doubled"  # no two of a tenant share a value
    ENDS = "ends"  # relationships connect what they may
    MULTIPLICITY = "multiplicity"  # as many relationships as there may be


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One thing that must be so.

    `type` is an asset type, whose subtypes count unless `exact` (the number of its labels, `Asset` among them), or a
    relationship type. `definition` is the property as it is to be. `says` is the rule in words, `element` what of the
    ontology it comes from.
    """

    rule: Rule
    type: str
    of_relationships: bool = False
    exact: int | None = None
    definition: PropertyDefinition | None = None
    end: str | None = None
    limit: Multiplicity | None = None
    ends: tuple[tuple[str, ...], tuple[str, ...], bool] | None = None
    says: str = field(compare=False, default="")
    element: str = field(compare=False, default="")


def demands(before: Ontology, after: Ontology) -> tuple[Demand, ...]:
    """Return what data of `before` must be like to be right under `after`; each once, in a fixed order."""
    found = [
        demand
        for name in sorted(before.asset_types)
        for demand in _of_asset_type(before.asset_types[name], after.asset_types.get(name))
    ]
    for name in sorted(before.relationship_types):
        found.extend(_of_relationship_type(before.relationship_types[name], after.relationship_types.get(name)))
    for name in sorted(set(after.relationship_types) - set(before.relationship_types)):
        found.extend(_of_multiplicity(None, after.relationship_types[name]))
    return tuple(dict.fromkeys(found))


_ANY: Final = Multiplicity()


def _of_asset_type(old: AssetType, new: AssetType | None) -> Iterator[Demand]:
    if old.abstract:
        return
    exact = 1 + len(old.labels)
    if new is None or new.abstract:
        says = "no asset may be of a type that is gone" if new is None else "no asset may be of an abstract type"
        yield Demand(rule=Rule.NONE, type=old.name, exact=exact, says=says, element=old.name)
        return
    if set(new.labels) != set(old.labels):
        says = "there may be no assets of a type whose supertypes change"
        yield Demand(rule=Rule.NONE, type=old.name, exact=exact, says=says, element=f"{old.name}.extends")
        return
    yield from _of_properties(old, new, exact=exact, relationships=False)


def _of_properties(
    old: AssetType | RelationshipType, new: AssetType | RelationshipType, *, exact: int | None, relationships: bool
) -> Iterator[Demand]:
    for name in sorted({*old.properties, *new.properties}):
        had, has = old.properties.get(name), new.properties.get(name)
        declared = {each.declared_by for each in (had, has) if each is not None}
        # One statement for all that inherit it, where old and new have it from the same type.
        (owner, labels) = (declared.pop(), None) if len(declared) == 1 else (old.name, exact)
        for rule, definition, says in _of_property(had, has):
            yield Demand(
                rule=rule,
                type=owner,
                of_relationships=relationships,
                exact=labels,
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
    if has.required and not (had is not None and had.required):
        yield Rule.PRESENT, has, "every one must have a value"
    if had is None:
        return
    if _structure(had) != _structure(has):
        yield Rule.ABSENT, has, "no value may be there where datatype, unit or structure change"
        return
    if _range(had) != _range(has) and (has.minimum is not None or has.maximum is not None):
        yield Rule.RANGE, has, f"every value must be {_range_text(has)}"
    if has.pattern is not None and has.pattern != had.pattern:
        yield Rule.PATTERN, has, f"every value must match {has.pattern}"
    if has.enum is not None and had.enum is not None and not set(had.enum.values) <= set(has.enum.values):
        yield Rule.LISTED, has, f"every value must be one of {', '.join(has.enum.values)}"
    if has.unique and not had.unique:
        yield Rule.UNIQUE, has, "no two assets of a tenant may share a value"


def _structure(definition: PropertyDefinition) -> tuple[object, ...]:
    """What stored values are made by; of lists, maps and objects all that is said of what they hold."""
    within = (definition.items, definition.fields) if definition.datatype in _COMPOSED else ()
    enum = definition.enum.name if definition.enum is not None else None
    scale = definition.scale if definition.datatype is Datatype.DECIMAL else 0
    return (definition.datatype, definition.unit, scale, enum, within)


_COMPOSED: Final = frozenset({Datatype.LIST, Datatype.MAP, Datatype.OBJECT})


def _range(definition: PropertyDefinition) -> tuple[float | None, float | None, bool]:
    return definition.minimum, definition.maximum, definition.exclusive_minimum


def _range_text(definition: PropertyDefinition) -> str:
    unit = f" {definition.unit}" if definition.unit else ""
    above = "above" if definition.exclusive_minimum else "at least"
    parts = (
        None if definition.minimum is None else f"{above} {definition.minimum:g}{unit}",
        None if definition.maximum is None else f"at most {definition.maximum:g}{unit}",
    )
    return " and ".join(part for part in parts if part is not None)


def _of_relationship_type(old: RelationshipType, new: RelationshipType | None) -> Iterator[Demand]:
    def none(says: str, element: str) -> Demand:
        return Demand(rule=Rule.NONE, type=old.name, of_relationships=True, says=says, element=element)

    if new is None:
        yield none("no relationship may be of a type that is gone", old.name)
        return
    if new.symmetric != old.symmetric:
        yield none("there may be no relationships of a type whose symmetry changes", f"{old.name}.symmetric")
        return
    if new.containment and not old.containment:
        yield none("there may be no relationships of a type that begins to contain", f"{old.name}.containment")
        return
    if not (old.sources_allowed <= new.sources_allowed and old.targets_allowed <= new.targets_allowed):
        yield Demand(
            rule=Rule.ENDS,
            type=old.name,
            of_relationships=True,
            ends=(new.from_types, new.to_types, new.symmetric),
            says=f"every one must go from {' or '.join(new.from_types)} to {' or '.join(new.to_types)}",
            element=old.name,
        )
    yield from _of_properties(old, new, exact=None, relationships=True)
    yield from _of_multiplicity(old, new)


def _of_multiplicity(old: RelationshipType | None, new: RelationshipType) -> Iterator[Demand]:
    """Who may stand at an end may have fewer than before, or must have more; who comes newly must have enough."""
    for end, has, types in (("sources", new.sources, new.to_types), ("targets", new.targets, new.from_types)):
        had = _ANY if old is None else old.sources if end == "sources" else old.targets
        fewer = old is not None and _most(has) < _most(had)
        more = has.minimum > had.minimum or (has.minimum > 0 and _comes(old, new, end))
        if not fewer and not more:
            continue
        for name in types:
            yield Demand(
                rule=Rule.MULTIPLICITY,
                type=name,
                end=end,
                limit=has,
                ends=((new.name,), (), new.symmetric),
                says=f"every {name} must have {has} {end} by {new.name}",
                element=f"{new.name}.multiplicity.{end}",
            )


def _comes(old: RelationshipType | None, new: RelationshipType, end: str) -> bool:
    """Whether types may stand at the end whose number an end's limit counts that could not before."""
    if old is None:
        return True
    if end == "sources":
        return not new.targets_allowed <= old.targets_allowed
    return not new.sources_allowed <= old.sources_allowed


def _most(limit: Multiplicity) -> float:
    return float("inf") if limit.maximum is None else limit.maximum
