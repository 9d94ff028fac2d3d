"""Turns a filter into Cypher conditions on the variable `n`; values become parameters, names come from the ontology."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, cast

from graph.database import quoted
from graph.database.native import to_driver
from graph.errors import InvalidInput, TwinError, UnknownProperty, ValueInvalid
from graph.identity import parse_asset_id
from graph.ontology.model import Datatype, PropertyDefinition, nearest
from graph.reading.directions import arrow
from graph.reading.filters import (
    AssetFilter,
    Comparison,
    Condition,
    PropertyCondition,
    Quantifier,
    RelationshipCondition,
)
from graph.reading.kinds import Vocabulary, labels
from graph.reading.limits import Limits, within_limit

_OPERATORS: Final = {
    Comparison.EQ: "=",
    Comparison.NE: "<>",
    Comparison.GT: ">",
    Comparison.GTE: ">=",
    Comparison.LT: "<",
    Comparison.LTE: "<=",
    Comparison.IN: "IN",
    Comparison.STARTS_WITH: "STARTS WITH",
    Comparison.CONTAINS: "CONTAINS",
}
_TEXTUAL: Final = {Comparison.STARTS_WITH, Comparison.CONTAINS}
_ORDERED: Final = {Comparison.GT, Comparison.GTE, Comparison.LT, Comparison.LTE}
_SELECTIVE: Final = {Comparison.EQ, Comparison.IN, Comparison.STARTS_WITH}
_NAME: Final = {*_TEXTUAL, Comparison.EQ, Comparison.NE, Comparison.IN}
_ORDERED_DATATYPES: Final = {
    Datatype.STRING,
    Datatype.INT,
    Datatype.FLOAT,
    Datatype.DECIMAL,
    Datatype.DATE,
    Datatype.DATETIME,
}


@dataclass(slots=True, kw_only=True)
class Predicate:
    """A compiled filter.

    `conditions` must all hold; `types` are labels of which one must (None: any); `within` names the parameter with
    the id of the container. `selective`: an index finds few by one of the conditions, so no other should be tried.
    """

    conditions: list[str] = field(default_factory=list[str])
    types: tuple[str, ...] | None = None
    within: str | None = None
    selective: bool = False
    parameters: dict[str, object] = field(default_factory=dict[str, object])

    @property
    def impossible(self) -> bool:
        """Whether nothing can fit."""
        return self.types == ()


def compile_conditions(
    wanted: AssetFilter, vocabulary: Vocabulary, limits: Limits, *, variable: str, prefix: str
) -> Predicate:
    """Return what must hold of the asset in `variable`, types and containment among its conditions.

    `prefix` begins the names of parameters. Raises what `compile_filter` raises.
    """
    predicate = Predicate()
    compiler = _FilterCompiler(vocabulary, limits, predicate, prefix=prefix)
    predicate.conditions = compiler.conditions(wanted, variable)
    return predicate


def compile_filter(wanted: AssetFilter | None, vocabulary: Vocabulary, limits: Limits) -> Predicate:
    """Return the predicate of `wanted`.

    Raises:
        UnknownType, UnknownProperty: a name that the ontology lacks, with near ones.
        ValueInvalid, UnitInvalid, IdInvalid: a value that the property can't have.
        LimitExceeded: more parts or values than one question may have.
    """
    predicate = Predicate()
    if wanted is not None:
        compiler = _FilterCompiler(vocabulary, limits, predicate)
        predicate.types = None if wanted.types is None else vocabulary.cover(wanted.types)
        if wanted.within is not None and vocabulary.containment:
            predicate.within = compiler.value(parse_asset_id(wanted.within))
        predicate.conditions = compiler.conditions(wanted, "n", top=True)
        predicate.selective = compiler.selective
    return predicate


class _FilterCompiler:
    def __init__(self, vocabulary: Vocabulary, limits: Limits, predicate: Predicate, *, prefix: str = "f") -> None:
        self._prefix = prefix
        self._words = vocabulary
        self._limits = limits
        self._parameters = predicate.parameters
        self._parts = 0
        self._values = 0
        self._ends = 0
        self.selective = False

    def conditions(self, wanted: AssetFilter, n: str, *, top: bool = False) -> list[str]:
        """Return what must hold together of the asset in `n`; at the top, types and within are the caller's."""
        self._count()
        found: list[str] = []
        if wanted.ids is not None:
            found.append(f"{n}._id IN {self._ids(wanted.ids)}")
            self.selective |= top
        if not top:
            found += self._place(wanted, n)
        found += [self._name(condition, n, top=top) for condition in wanted.name]
        for wished in wanted.properties:
            found += self._property(wished, wanted.types, n, top=top)
        found += [self._ended(each, n) for each in wanted.relationships]
        for each in wanted.every:
            found += self.conditions(each, n) or ["true"]
        if wanted.either is not None:
            branches = [_joined(self.conditions(each, n)) for each in wanted.either]
            found.append(f"({' OR '.join(branches)})" if branches else "false")
        if wanted.negated is not None:
            found.append(_not(_joined(self.conditions(wanted.negated, n))))
        return found

    def _ended(self, wanted: RelationshipCondition, n: str) -> str:
        """Return what holds of the assets at the other ends; a subquery that stops at the first that decides."""
        kind = self._words.ontology.relationship_type(wanted.relationship)
        end = f"{self._prefix}e{self._ends}"
        self._ends += 1
        within_limit(
            self._ends,
            self._limits.filter_relationships,
            place="filter",
            what="The number of relationships in a filter",
        )
        pattern = f"MATCH ({n}){arrow(wanted.direction, f':{quoted(kind.name)}')}({end}:Asset)"
        conditions = self.conditions(wanted.fits, end)
        if wanted.quantifier is Quantifier.ALL:
            return f"NOT EXISTS {{ {pattern} WHERE {_not(_joined(conditions))} }}"
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        some = f"EXISTS {{ {pattern}{where} }}"
        return some if wanted.quantifier is Quantifier.SOME else f"NOT {some}"

    def _place(self, wanted: AssetFilter, n: str) -> list[str]:
        found: list[str] = []
        if wanted.types is not None:
            cover = self._words.cover(wanted.types)
            found.append(f"{n}:{labels(cover)}" if cover else "false")
        if wanted.within is not None:
            container = self.value(parse_asset_id(wanted.within))
            types = labels(self._words.containment)
            up = f"EXISTS {{ MATCH ({n})<-[:{types}*1..]-(:Asset {{_tenant: $tenant, _id: {container}}}) }}"
            found.append(up if types else "false")
        return found

    def value(self, value: object) -> str:
        """Add a parameter and return how the text names it."""
        name = f"{self._prefix}{len(self._parameters)}"
        self._parameters[name] = value
        return f"${name}"

    def _count(self, values: int = 0) -> None:
        self._parts += 1
        self._values += values
        within_limit(self._parts, self._limits.filter_parts, place="filter", what="The number of parts of the filter")
        within_limit(
            self._values, self._limits.filter_values, place="filter", what="The number of values in the filter"
        )

    def _ids(self, ids: tuple[str, ...]) -> str:
        self._count(len(ids))
        return self.value([parse_asset_id(text) for text in ids])

    def _name(self, condition: Condition, n: str, *, top: bool) -> str:
        comparison, value = condition.comparison, condition.value
        self._count(len(value) if isinstance(value, list | tuple) else 0)
        if comparison not in _NAME:
            raise InvalidInput(
                f"A name can't be compared by {comparison.value}",
                place="filter.name",
                expected=", ".join(sorted(allowed.value for allowed in _NAME)),
                actual=comparison.value,
            )
        texts = value if comparison is Comparison.IN and isinstance(value, list | tuple) else [value]
        if not all(isinstance(text, str) for text in texts):
            raise _not_a_value("filter.name", comparison, "text", value)
        self.selective |= top and comparison in _SELECTIVE
        return f"{n}.name {_OPERATORS[comparison]} {self.value(_listed(value))}"

    def _property(self, wished: PropertyCondition, types: tuple[str, ...] | None, n: str, *, top: bool) -> list[str]:
        meant = types if wished.owner is None else (wished.owner,)
        place = f"filter.{'' if wished.owner else 'property.'}{wished.name}"
        declared = declarations_of(self._words, wished.name, meant, place=place)
        found: list[str] = []
        for condition in wished.conditions:
            self._count(len(condition.value) if isinstance(condition.value, list | tuple) else 0)
            branches = self._branches(declared, condition, n, place)
            self.selective |= (
                top
                and len(branches) == 1
                and condition.comparison in _SELECTIVE
                and (declared[0].indexed or declared[0].unique)
            )
            found.append(branches[0] if len(branches) == 1 else f"({' OR '.join(branches)})")
        return found

    def _branches(
        self, declared: tuple[PropertyDefinition, ...], condition: Condition, n: str, place: str
    ) -> list[str]:
        name = quoted(declared[0].name)
        if condition.comparison is Comparison.IS_NULL:
            if not isinstance(condition.value, bool):
                raise _not_a_value(place, condition.comparison, "true or false", condition.value)
            return [f"{n}.{name} IS {'' if condition.value else 'NOT '}NULL"]
        found: list[str] = []
        refusals: list[TwinError] = []
        for definition in declared:
            try:
                operand = self._operand(definition, condition, place)
            except TwinError as error:
                # What one type's property can't be may still be another's: an enum here, a text there.
                refusals.append(error)
                continue
            given = self.value(operand)
            comparison = f"{n}.{name} {_OPERATORS[condition.comparison]} {given}"
            if _of_items(definition, condition.comparison):
                comparison = f"{given} IN {n}.{name}"
            found.append(f"({n}:{quoted(definition.declared_by)} AND {comparison})")
        if not found:
            raise refusals[0]
        return found

    def _operand(self, definition: PropertyDefinition, condition: Condition, place: str) -> object:
        comparison, value = condition.comparison, condition.value
        codec = self._words.codec(definition)
        _demand_comparable(definition, comparison, place, filterable=codec.filterable)
        if codec.items is not None and _of_items(definition, comparison):
            if value is None or isinstance(value, tuple):
                raise _not_a_value(place, comparison, codec.items.expected, value)
            return to_driver(codec.items.operand(value))
        if comparison in _TEXTUAL:
            if not isinstance(value, str):
                raise _not_a_value(place, comparison, "text", value)
            return value
        if comparison is Comparison.IN:
            if not isinstance(value, list | tuple):
                raise _not_a_value(place, comparison, "a list", value)
            return [to_driver(codec.operand(each)) for each in value]
        if value is None or isinstance(value, tuple):
            raise _not_a_value(place, comparison, f"{codec.expected}; for a missing value ask isNull", value)
        return to_driver(codec.operand(value))


def declarations_of(
    vocabulary: Vocabulary, name: str, types: tuple[str, ...] | None, *, place: str
) -> tuple[PropertyDefinition, ...]:
    """Return the declarations of a property on `types` (None: any), or raise UnknownProperty with names near it."""
    declared = vocabulary.declarations(name)
    ontology = vocabulary.ontology
    # The types themselves as well: abstract ones may have no concrete ones below them.
    owners = (
        {kind for wanted in types for kind in (wanted, *ontology.concrete(wanted))}
        if types
        else set(ontology.asset_types)
    )
    having = [ontology.asset_types[owner] for owner in owners if name in ontology.asset_types[owner].properties]
    if having:
        here = {owner.properties[name].declared_by for owner in having}
        return tuple(definition for definition in declared if definition.declared_by in here)
    known = {known: None for owner in owners for known in ontology.asset_types[owner].properties}
    whose = " or ".join(types) if types else "No asset type"
    raise UnknownProperty(
        f"{whose} has {'no' if types else 'a'} property {name!r}",
        place=place,
        expected="a property of the ontology",
        actual=name,
        hint="`name` has a filter of its own" if name == "name" else nearest(name, known),
    )


def _demand_comparable(definition: PropertyDefinition, comparison: Comparison, place: str, *, filterable: bool) -> None:
    textual = definition.datatype in (Datatype.STRING, Datatype.ENUM)
    if not filterable:
        possible = False
    elif comparison in _TEXTUAL:
        possible = textual or _of_items(definition, comparison)
    else:
        possible = comparison not in _ORDERED or definition.datatype in _ORDERED_DATATYPES
    if not possible:
        raise ValueInvalid(
            f"{definition.declared_by}.{definition.name} can't be compared by {comparison.value}",
            place=place,
            expected="a comparison that its datatype has",
            actual=f"{comparison.value} on {definition.datatype.value}",
            hint="Texts, numbers, dates and times have an order; text and enums have startsWith and contains; lists "
            "contain items; objects and maps have isNull alone",
        )


def _of_items(definition: PropertyDefinition, comparison: Comparison) -> bool:
    """Whether it is asked if a list holds an item."""
    return definition.datatype is Datatype.LIST and comparison is Comparison.CONTAINS


def _not_a_value(place: str, comparison: Comparison, expected: str, value: object) -> ValueInvalid:
    return ValueInvalid(
        f"Not a value to compare with by {comparison.value}", place=place, expected=expected, actual=repr(value)[:80]
    )


def _listed(value: object) -> object:
    return list(cast("tuple[object, ...]", value)) if isinstance(value, tuple) else value


def _not(condition: str) -> str:
    """The true complement: a comparison with a missing value is null, and so would its negation be."""
    return f"NOT coalesce({condition}, false)"


def _joined(conditions: list[str]) -> str:
    return f"({' AND '.join(conditions)})" if conditions else "true"
