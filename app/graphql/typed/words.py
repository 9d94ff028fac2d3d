"""Types that the typed part shares, whatever the ontology: a scalar, a place, and what values are compared by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLFloat,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
)

from app.graphql.rows import pick_by_name, pick_if_there
from app.graphql.scalars import read_date
from app.graphql.typed.wrapping import needed, several
from graph.ontology.model import Classification, Datatype, EnumType, PropertyDefinition
from graph.ontology.supply import COMBINE

_ORDERED: Final = ("gt", "gte", "lt", "lte")
_TEXTUAL: Final = ("startsWith", "contains")

_SCALARS: Final = {
    Datatype.STRING: "String",
    Datatype.BOOLEAN: "Boolean",
    Datatype.INT: "Long",
    Datatype.FLOAT: "Float",
    Datatype.DECIMAL: "String",
    Datatype.DATE: "Date",
    Datatype.DATETIME: "DateTime",
    Datatype.DURATION: "Duration",
    Datatype.POINT: "GeoPoint",
    Datatype.MAP: "JSON",
}
_GIVEN: Final = {**_SCALARS, Datatype.POINT: "GeoPointInput"}
"""Where a value is given otherwise than shown."""

_FILTERS: Final[Mapping[Datatype, tuple[str, tuple[str, ...]]]] = {
    Datatype.STRING: ("Text", (*_ORDERED, *_TEXTUAL)),
    Datatype.BOOLEAN: ("Boolean", ()),
    Datatype.INT: ("Long", _ORDERED),
    Datatype.FLOAT: ("Float", _ORDERED),
    Datatype.DECIMAL: ("Decimal", _ORDERED),
    Datatype.DATE: ("Date", _ORDERED),
    Datatype.DATETIME: ("DateTime", _ORDERED),
    Datatype.DURATION: ("Duration", ()),
}


@dataclass(frozen=True, slots=True)
class Words:
    """The shared types by name: those of the contract, our own, and the enums of an ontology with their filters.

    `objects` gives the type of each property that is an object, by the property's id.
    """

    types: dict[str, Any]
    objects: dict[str, str] = field(default_factory=dict[str, str])

    def output(self, definition: PropertyDefinition) -> Any:
        """The type of a property's values. What is required can't be null, unless it may be kept from a reader."""
        made = self._type(definition, _SCALARS)
        sure = definition.required and definition.classification is not Classification.SENSITIVE
        return needed(made) if sure else made

    def input(self, definition: PropertyDefinition) -> Any:
        """The type that a property's values are given in; null is a value too, that of having none."""
        return self._type(definition, _GIVEN)

    def filter_of(self, definition: PropertyDefinition) -> Any:
        """What a property's values are compared by."""
        of_list = definition.datatype is Datatype.LIST
        held = definition.items if of_list else definition
        assert held is not None, "a list says what it holds"
        if held.datatype is Datatype.OBJECT and not of_list:
            return self.types[f"{self.objects[held.id]}Filter"]
        word = _filter_word(held)
        return self.types["PresenceFilter" if word is None else f"{word}{'List' * of_list}Filter"]

    def _type(self, definition: PropertyDefinition, scalars: Mapping[Datatype, str]) -> Any:
        if definition.datatype is Datatype.LIST:
            assert definition.items is not None
            return several(self._type(definition.items, scalars))
        if definition.datatype is Datatype.ENUM and definition.enum is not None:
            return self.types[definition.enum.name]
        if definition.datatype is Datatype.OBJECT:
            return self.types[f"{self.objects[definition.id]}{'Input' if scalars is _GIVEN else ''}"]
        return self.types[scalars[definition.datatype]]


def words(known: Mapping[str, GraphQLNamedType], enums: Iterable[EnumType]) -> Words:
    """Make the shared types on top of those that are known."""
    date = GraphQLScalarType("Date", description="A day of the calendar, YYYY-MM-DD.", parse_value=read_date)
    types: dict[str, Any] = {**known, "Date": date, "GeoPoint": _geo_point()}
    types[COMBINE.name] = _enum(COMBINE)
    types["CombineFilter"] = _comparisons("CombineFilter", types[COMBINE.name], (), types)
    for enum in enums:
        made = types[enum.name] = _enum(enum)
        types[f"{enum.name}Filter"] = _comparisons(f"{enum.name}Filter", made, (), types)
        types[f"{enum.name}ListFilter"] = _of_items(enum.name, made, types)
    for datatype, (name, further) in _FILTERS.items():
        scalar = types[_SCALARS[datatype]]
        types[f"{name}Filter"] = _comparisons(f"{name}Filter", scalar, further, types)
        types[f"{name}ListFilter"] = _of_items(name, scalar, types)
    types["PresenceFilter"] = GraphQLInputObjectType(
        "PresenceFilter",
        {"isNull": GraphQLInputField(types["Boolean"])},
        description="What can be there or not, but not be compared.",
    )
    types["IDFilter"] = GraphQLInputObjectType(
        "IDFilter",
        {"eq": GraphQLInputField(types["ID"]), "in": GraphQLInputField(several(types["ID"]))},
    )
    types["GeoPointInput"] = _geo_point_input()
    types["RelationshipEndInput"] = GraphQLInputObjectType(
        "RelationshipEndInput",
        {
            "key": GraphQLInputField(types["String"], description="May be left out where there is only one"),
            "node": GraphQLInputField(needed(types["ID"]), description="The asset at the other end"),
        },
        description="A relationship that there is, by its other end.",
    )
    return Words(types)


def _comparisons(name: str, scalar: Any, further: Iterable[str], types: Mapping[str, Any]) -> GraphQLInputObjectType:
    fields = {each: GraphQLInputField(scalar) for each in ("eq", "ne", *(f for f in further if f in _ORDERED))}
    fields |= {each: GraphQLInputField(types["String"]) for each in further if each in _TEXTUAL}
    fields["in"] = GraphQLInputField(several(scalar))
    fields["isNull"] = GraphQLInputField(types["Boolean"])
    return GraphQLInputObjectType(
        name,
        dict(sorted(fields.items())),
        description="What a value must be; all that is given must hold, and a missing value holds for isNull alone.",
    )


def _filter_word(definition: PropertyDefinition) -> str | None:
    """What the names of filters of such values begin with; None where values can't be compared."""
    if definition.datatype is Datatype.ENUM and definition.enum is not None:
        return definition.enum.name
    word, _ = _FILTERS.get(definition.datatype, (None, ()))
    return word


def _of_items(word: str, scalar: Any, types: Mapping[str, Any]) -> GraphQLInputObjectType:
    items = GraphQLInputField(types[f"{word}Filter"])
    fields = {"all": items, "contains": GraphQLInputField(scalar), "isNull": GraphQLInputField(types["Boolean"])}
    return GraphQLInputObjectType(
        f"{word}ListFilter",
        dict(sorted({**fields, "none": items, "some": items}.items())),
        description="What a list must hold: a value, or so many for which all that is given holds. A missing list "
        "holds for isNull alone.",
    )


def _enum(enum: EnumType) -> GraphQLEnumType:
    return GraphQLEnumType(enum.name, {value: value for value in enum.values}, description=enum.description)


def _geo_point_input() -> GraphQLInputObjectType:
    degrees = GraphQLInputField(needed(GraphQLFloat))
    return GraphQLInputObjectType(
        "GeoPointInput",
        {"height": GraphQLInputField(GraphQLFloat), "latitude": degrees, "longitude": degrees},
        description="A place in WGS 84: degrees east and north, and metres above the ellipsoid where known.",
    )


def _geo_point() -> GraphQLObjectType:
    degrees = GraphQLField(needed(GraphQLFloat), resolve=pick_by_name)
    metres = GraphQLField(GraphQLFloat, resolve=pick_if_there)
    return GraphQLObjectType(
        "GeoPoint",
        {"height": metres, "latitude": degrees, "longitude": degrees},
        description="A place in WGS 84: degrees east and north, and metres above the ellipsoid where known.",
    )
