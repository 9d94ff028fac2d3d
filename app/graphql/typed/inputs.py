"""Inputs of a type's list: what it is filtered, sorted and grouped by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLEnumValue,
    GraphQLInputField,
    GraphQLInputObjectType,
)

from app.graphql.typed import descriptions
from app.graphql.typed.ends import EndField
from app.graphql.typed.names import relationship_type
from app.graphql.typed.words import Words
from app.graphql.typed.wrapping import several
from graph.ontology.model import AssetType, Datatype, Ontology, PropertyDefinition, RelationshipType

_SORTED: Final = {
    Datatype.STRING, Datatype.ENUM, Datatype.BOOLEAN, Datatype.INT, Datatype.FLOAT, Datatype.DECIMAL, Datatype.DATE,
    Datatype.DATETIME,
}  # fmt: skip
"""Datatypes with an order, which are also those that assets are grouped by."""


class Inputs:
    """Makes the inputs of an ontology's types; fields are shared between types that inherit them."""

    def __init__(self, ontology: Ontology, ends: Mapping[str, tuple[EndField, ...]], words: Words) -> None:
        self._ontology = ontology
        self._ends = ends
        self._words = words
        self._filters: dict[str, GraphQLInputObjectType] = {}
        self._end_filters: dict[str, GraphQLInputField] = {}
        self._compared: dict[str, GraphQLInputField] = {}
        self._edge_filters: dict[str, GraphQLInputObjectType] = {}
        self._orders: dict[str, GraphQLInputObjectType] = {}
        self._end_orders: dict[str, GraphQLInputObjectType] = {}
        self._ordered: dict[str, GraphQLInputField] = {}
        self._measured: dict[str, GraphQLInputField] = {}
        self._way = GraphQLInputField(words.types["SortDirection"])
        self._id = GraphQLInputField(words.types["IDFilter"])
        self._name = GraphQLInputField(words.types["StringFilter"])
        self._levels = GraphQLInputField(several(words.types["Level"]), description="Current health")
        self._within = GraphQLInputField(words.types["ID"], description="In the containment subtree of this asset")

    def filter_of(self, target: str | None) -> Any:
        """The filter of assets of a type; of mixed types it is the contract's own."""
        if target is None:
            return self._words.types["AssetFilter"]
        made = self._filters.get(target)
        if made is None:
            kind = self._ontology.asset_types[target]
            made = self._filters[target] = GraphQLInputObjectType(
                f"{kind.graphql}Filter",
                lambda: self._filter_fields(kind),
                description=f"Which assets of the type {kind.name}; all that is given must hold.",
            )
        return made

    def _filter_fields(self, kind: AssetType) -> dict[str, GraphQLInputField]:
        own = self._filters[kind.name]
        both = GraphQLInputField(several(own))
        fields = {"and": both, "or": both, "not": GraphQLInputField(own), "id": self._id, "name": self._name}
        fields |= {"within": self._within, "levels": self._levels}
        fields |= {name: self._compared_by(definition) for name, definition in kind.properties.items()}
        fields |= {field.name: self._end_filter(field) for field in self._ends[kind.name]}
        return dict(sorted(fields.items()))

    def _compared_by(self, definition: PropertyDefinition) -> GraphQLInputField:
        made = self._compared.get(definition.id)
        if made is None:
            made = self._compared[definition.id] = GraphQLInputField(
                self._words.filter_of(definition),
                description=descriptions.of_property(definition),
                deprecation_reason=descriptions.deprecation(definition.deprecation),
            )
        return made

    def _end_filter(self, field: EndField) -> GraphQLInputField:
        made = self._end_filters.get(field.name)
        if made is None:
            end, edge = GraphQLInputField(self.filter_of(field.target)), GraphQLInputField(self.edge_filter(field))
            quantified = GraphQLInputObjectType(
                f"{relationship_type(field.name)}Filter",
                {"all": end, "allEdges": edge, "noEdge": edge, "none": end, "some": end, "someEdge": edge},
                description=f"What holds of the assets at the other ends of {field.relationship.name}, or of the "
                "relationships themselves; `all` and `allEdges` hold where there are none.",
            )
            made = self._end_filters[field.name] = GraphQLInputField(
                quantified, deprecation_reason=descriptions.deprecation(field.relationship.deprecation)
            )
        return made

    def edge_filter(self, field: EndField) -> GraphQLInputObjectType:
        """Which relationships of a type, by their own properties and by their other ends."""
        made = self._edge_filters.get(field.name)
        if made is None:
            made = self._edge_filters[field.name] = GraphQLInputObjectType(
                f"{relationship_type(field.name)}EdgeFilter",
                lambda: self._edge_fields(field),
                description=f"Which relationships {field.relationship.name}; all that is given must hold.",
            )
        return made

    def _edge_fields(self, field: EndField) -> dict[str, GraphQLInputField]:
        own = self._edge_filters[field.name]
        both, end = GraphQLInputField(several(own)), GraphQLInputField(self.filter_of(field.target))
        fields = {"and": both, "or": both, "not": GraphQLInputField(own), "key": self._name, "node": end}
        fields |= {name: self._compared_by(each) for name, each in field.relationship.properties.items()}
        return dict(sorted(fields.items()))

    def order_of(self, kind: AssetType) -> GraphQLInputObjectType:
        """What a list is sorted by: one field with its direction."""
        made = self._orders.get(kind.name)
        if made is None:
            made = self._orders[kind.name] = self._order(kind)
        return made

    def end_order(self, field: EndField) -> GraphQLInputObjectType:
        """What relationships of a type are sorted by: one field of theirs or of their other ends."""
        made = self._end_orders.get(field.name)
        if made is None:
            target, types = field.target, self._words.types
            ends = types["AssetOrder"] if target is None else self.order_of(self._ontology.asset_types[target])
            fields = {"key": self._way, "node": GraphQLInputField(ends, description="By the asset at the other end")}
            fields |= {
                each.name: self._by(each, self._ordered, "SortDirection") for each in _sorted(field.relationship)
            }
            made = self._end_orders[field.name] = GraphQLInputObjectType(
                f"{relationship_type(field.name)}Order",
                dict(sorted(fields.items())),
                description="One field with its direction.",
                is_one_of=True,
            )
        return made

    def _order(self, kind: AssetType) -> GraphQLInputObjectType:
        def fields() -> dict[str, GraphQLInputField]:
            found = dict.fromkeys(("id", "name", "type"), self._way)
            found |= {each.name: self._by(each, self._ordered, "SortDirection") for each in _sorted(kind)}
            return dict(sorted(found.items()))

        return GraphQLInputObjectType(
            f"{kind.graphql}Order", fields, description="One field with its direction.", is_one_of=True
        )

    def group_of(self, kind: AssetType) -> GraphQLEnumType:
        """What assets are grouped by."""
        values = {
            each.name: GraphQLEnumValue(
                each.name,
                description=descriptions.of_property(each),
                deprecation_reason=descriptions.deprecation(each.deprecation),
            )
            for each in _sorted(kind)
        }
        parent = GraphQLEnumValue("parent", description="What contains it directly, by id")
        values |= {"type": GraphQLEnumValue("type", description="The exact type"), "parent": parent}
        return GraphQLEnumType(f"{kind.graphql}Group", dict(sorted(values.items())))

    def measure_of(self, kind: AssetType) -> GraphQLInputObjectType | None:
        """What is measured in a group: one property with its measure; None where there is nothing."""
        measured = {each.name: self._by(each, self._measured, "Measure") for each in _sorted(kind)}
        if not measured:
            return None
        return GraphQLInputObjectType(
            f"{kind.graphql}Measure",
            dict(sorted(measured.items())),
            description="One property with its measure; what is no number can be counted by DISTINCT alone.",
            is_one_of=True,
        )

    def _by(self, definition: PropertyDefinition, made: dict[str, GraphQLInputField], kind: str) -> GraphQLInputField:
        if definition.id not in made:
            made[definition.id] = GraphQLInputField(
                self._words.types[kind],
                description=descriptions.of_property(definition),
                deprecation_reason=descriptions.deprecation(definition.deprecation),
            )
        return made[definition.id]


def _sorted(kind: AssetType | RelationshipType) -> list[PropertyDefinition]:
    return [each for each in kind.properties.values() if each.datatype in _SORTED]
