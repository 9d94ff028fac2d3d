"""Filters, orders and measures from the contract's inputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from strawberry import UNSET

from app.graphql.inputs.given import given_texts
from app.graphql.types.inputs import AssetFilter, AssetOrder, MeasureInput, PropertyFilter, StringFilter
from app.graphql.types.words import SortDirection
from graph import reading
from graph.errors import ValueInvalid
from graph.ontology.model import Json
from graph.reading import Comparison, Condition, Measure, MeasureOf, OrderBy, PropertyCondition

_FIELDS = {
    Comparison.EQ: "eq",
    Comparison.NE: "ne",
    Comparison.IN: "in_",
    Comparison.GT: "gt",
    Comparison.GTE: "gte",
    Comparison.LT: "lt",
    Comparison.LTE: "lte",
    Comparison.STARTS_WITH: "starts_with",
    Comparison.CONTAINS: "contains",
    Comparison.IS_NULL: "is_null",
}


def asset_filter(wanted: AssetFilter | None) -> reading.AssetFilter | None:
    """The filter that an input means. What is null asks for nothing, as if it were left out."""
    if not wanted:
        return None
    return reading.AssetFilter(
        ids=given_texts(wanted.ids),
        types=given_texts(wanted.types),
        name=tuple(_conditions(wanted.name)) if wanted.name else (),
        properties=tuple(
            PropertyCondition(name=each.name, conditions=tuple(_property_conditions(each)))
            for each in wanted.property or ()
        ),
        within=wanted.within or None,
        levels=tuple(str(each) for each in wanted.levels) if wanted.levels else None,
        every=tuple(_some(each) for each in wanted.and_ or ()),
        either=tuple(_some(each) for each in wanted.or_)
        if wanted.or_ is not None and wanted.or_ is not UNSET
        else None,
        negated=asset_filter(wanted.not_),
    )


def asset_order(wanted: list[AssetOrder] | None) -> tuple[OrderBy, ...]:
    """The order that an input means."""
    return tuple(OrderBy(field=each.field, descending=each.direction == SortDirection.DESC) for each in wanted or ())


def measures_of(wanted: list[MeasureInput] | None) -> tuple[MeasureOf, ...]:
    """The measures that an input means."""
    return tuple(MeasureOf(property=each.property, measure=Measure(each.measure)) for each in wanted or ())


def _some(wanted: AssetFilter) -> reading.AssetFilter:
    found = asset_filter(wanted)
    return reading.AssetFilter() if found is None else found


def _conditions(wanted: StringFilter | PropertyFilter) -> Iterator[Condition]:
    for comparison, name in _FIELDS.items():
        value = cast("Json", getattr(wanted, name, UNSET))
        if value is not UNSET and value is not None:
            yield Condition(comparison=comparison, value=value)


def _property_conditions(wanted: PropertyFilter) -> Iterator[Condition]:
    for comparison in (Comparison.EQ, Comparison.NE):
        if getattr(wanted, _FIELDS[comparison]) is None:
            # Left out silently, it would widen what is asked for to all assets.
            raise ValueInvalid(
                f"{wanted.name} is compared with null",
                place=f"filter.property.{comparison}",
                expected="a value",
                actual="null",
                hint="Use isNull to find assets with or without a value",
            )
    yield from _conditions(wanted)
