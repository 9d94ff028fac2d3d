"""Counting and measuring assets by group."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from graph.database import quoted
from graph.errors import InvalidInput, LimitExceeded, ValueInvalid
from graph.ontology.model import Datatype, Json, PropertyDefinition
from graph.reading.counted import groups_or
from graph.reading.declarations import declarations_of
from graph.reading.kinds import Show, Vocabulary, labels
from graph.reading.limits import Limits, within_limit
from graph.reading.ordering import type_expression
from graph.reading.paging import matching
from graph.reading.predicate import Predicate

_NUMERIC: Final = {Datatype.INT, Datatype.FLOAT, Datatype.DECIMAL}
_GROUPED: Final = {
    Datatype.STRING, Datatype.ENUM, Datatype.BOOLEAN, Datatype.INT, Datatype.FLOAT, Datatype.DECIMAL, Datatype.DATE,
    Datatype.DATETIME,
}  # fmt: skip


class Measure(StrEnum):
    """What is made of a property's values in a group."""

    MIN = "MIN"
    MAX = "MAX"
    SUM = "SUM"
    MEAN = "MEAN"
    DISTINCT = "DISTINCT"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureOf:
    """A measure of one property; DISTINCT serves any property, the others numbers alone."""

    property: str
    measure: Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """Into which groups a list's assets are put, and what is measured in each; `key` is that of its rows."""

    key: str
    group_by: tuple[str, ...] = ()
    measures: tuple[MeasureOf, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregateRow:
    """One group: its keys by name, how many assets, and the measures in the order asked for (None: no value)."""

    group: dict[str, Json]
    count: int
    values: tuple[float | None, ...]

    def also(self, name: str, value: str, *, order: tuple[str, ...]) -> AggregateRow:
        """Return this group with one more key, its keys in an order."""
        keys = {**self.group, name: value}
        return AggregateRow(group={key: keys[key] for key in order}, count=self.count, values=self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregation:
    """A compiled aggregate: its text as a statement and as an expression, which differ in nothing else.

    Rows of both are `[key, ..., count, measure, ...]`.
    """

    text: str
    expression: str
    groups: tuple[tuple[str, Show | None], ...]

    def row(self, values: list[Any]) -> AggregateRow:
        """Return one row of the answer."""
        width = len(self.groups)
        group = {
            name: value if show is None or value is None else show(value)
            for (name, show), value in zip(self.groups, values[:width], strict=True)
        }
        return AggregateRow(group=group, count=values[width], values=tuple(values[width + 1 :]))

    def rows(self, found: list[list[Any]], limits: Limits) -> list[Json]:
        """Return the rows of an answer as plain values. Raises LimitExceeded where there are too many groups."""
        demand_few_groups(len(found), limits)
        rows = (self.row(values) for values in found)
        return [{"group": dict(row.group), "count": row.count, "values": [*row.values]} for row in rows]


def compile_aggregation(
    predicate: Predicate,
    group_by: tuple[str, ...],
    measures: tuple[MeasureOf, ...],
    vocabulary: Vocabulary,
    limits: Limits,
) -> Aggregation:
    """Return the statement that groups what fits `predicate`, largest group first; `parent` is the direct container.

    An asset with several parents counts with each of them, one without any in the group null.

    Raises:
        UnknownProperty: a property that no wanted type has.
        ValueInvalid: one that can't be grouped by or measured.
    """
    within_limit(len(group_by), limits.group_fields, place="groupBy", what="The number of fields to group by")
    within_limit(len(measures), limits.filter_parts, place="measures", what="The number of measures")
    if len(set(group_by)) != len(group_by):
        raise InvalidInput("Grouped by one field twice", place="groupBy", expected="each once", actual=str(group_by))
    groups = [_group(name, predicate, vocabulary) for name in group_by]
    containment = labels(vocabulary.containment)
    clauses = [matching(predicate, () if predicate.anchored else ("n._id > ''",), containment)]
    if "parent" in group_by and containment:
        clauses.append(f"OPTIONAL MATCH (n)<-[:{containment}]-(p:Asset) WITH DISTINCT n, p")
    keys = [f"{expression} AS g{position}" for position, (_, expression, _) in enumerate(groups)]
    values = [f"{_measured(each, predicate, vocabulary)} AS m{position}" for position, each in enumerate(measures)]
    order = ", ".join(["total DESC", *(f"g{position}" for position in range(len(groups)))])
    columns = f"{', '.join([*keys, 'count(*) AS total', *values])} ORDER BY {order} LIMIT $groups"
    found = " ".join(clauses)
    names = [*(f"g{number}" for number in range(len(keys))), "total", *(f"m{number}" for number in range(len(values)))]
    text, expression = f"{found} RETURN {columns}", f"COLLECT {{ {found} WITH {columns} RETURN [{', '.join(names)}] }}"
    if predicate.bare and not measures and group_by in ((), ("type",)):
        expression = groups_or(expression, by_type=bool(group_by))
        shown = ", ".join(f"row[{number}] AS {name}" for number, name in enumerate(names))
        # Bound first: 5.26 takes no aggregates within what it unwinds.
        text = f"WITH {expression} AS rows UNWIND rows AS row RETURN {shown}"
    return Aggregation(
        text=text,
        expression=expression,
        groups=tuple((name, show) for name, _, show in groups),
    )


def demand_few_groups(count: int, limits: Limits) -> None:
    """Raise LimitExceeded when there are more groups than an answer may have."""
    if count > limits.groups:
        raise LimitExceeded(
            "This question has too many groups",
            place="groupBy",
            expected=f"at most {limits.groups:,} groups",
            actual=f"more than {limits.groups:,}",
            hint="Group by fewer fields, or filter first",
        )


def _group(name: str, predicate: Predicate, vocabulary: Vocabulary) -> tuple[str, str, Show | None]:
    if name == "type":
        return name, type_expression(vocabulary), None
    if name == "parent":
        return name, "p._id" if vocabulary.containment else "null", None
    definition = _one_form(name, predicate, vocabulary, place="groupBy")
    if definition.datatype not in _GROUPED:
        raise _unsuited(definition, "groupBy", "texts, truths, numbers, dates and times")
    show = vocabulary.show_of(definition)
    millis = ".epochMillis" if definition.datatype is Datatype.DATETIME else ""
    return name, f"n.{quoted(name)}{millis}", show


def _measured(wanted: MeasureOf, predicate: Predicate, vocabulary: Vocabulary) -> str:
    definition = _one_form(wanted.property, predicate, vocabulary, place="measures")
    expression = f"n.{quoted(wanted.property)}"
    if wanted.measure is Measure.DISTINCT:
        return f"toFloat(count(DISTINCT {expression}))"
    if definition.datatype not in _NUMERIC:
        raise _unsuited(definition, "measures", "numbers (DISTINCT serves all)")
    if definition.datatype is Datatype.DECIMAL:
        expression = f"{expression} / {10.0**definition.scale!r}"
    match wanted.measure:
        case Measure.MIN:
            return f"toFloat(min({expression}))"
        case Measure.MAX:
            return f"toFloat(max({expression}))"
        case Measure.MEAN:
            return f"avg({expression})"
        case Measure.SUM:
            return f"CASE WHEN count({expression}) > 0 THEN sum(toFloat({expression})) END"


def _one_form(name: str, predicate: Predicate, vocabulary: Vocabulary, *, place: str) -> PropertyDefinition:
    declared = declarations_of(vocabulary, name, predicate.types, place=place)
    if len({(definition.datatype, definition.unit, definition.scale) for definition in declared}) > 1:
        raise ValueInvalid(
            f"{name} means different things on different types",
            place=place,
            expected="one datatype and unit",
            actual=", ".join(f"{each.declared_by}: {each.datatype.value} {each.unit or ''}" for each in declared),
            hint="Filter by a type first",
        )
    return declared[0]


def _unsuited(definition: PropertyDefinition, place: str, expected: str) -> ValueInvalid:
    return ValueInvalid(
        f"{definition.name} does not serve here", place=place, expected=expected, actual=definition.datatype.value
    )
