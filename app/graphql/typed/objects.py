"""Object types and interfaces of an ontology: its asset types, their pages, and pages of relationships."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from graphql import (
    GraphQLArgument,
    GraphQLDefaultInput,
    GraphQLField,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLString,
    GraphQLTypeResolver,
)

from app.graphql.meanings import NeighboursMeaning, PropertyMeaning, meant
from app.graphql.rows import pick_by_key, pick_by_name, pick_by_own_key
from app.graphql.typed import descriptions
from app.graphql.typed.ends import EndField
from app.graphql.typed.filters import FilterReader
from app.graphql.typed.inputs import Inputs
from app.graphql.typed.names import list_type, relationship_type
from app.graphql.typed.words import Words
from app.graphql.typed.wrapping import after_argument, first_argument, needed, several
from graph.ontology.model import AssetType, Ontology, PropertyDefinition


class Objects:
    """Makes the types of an ontology; fields are shared between the types that have them."""

    def __init__(
        self,
        ontology: Ontology,
        ends: Mapping[str, tuple[EndField, ...]],
        words: Words,
        inputs: Inputs,
        filters: FilterReader,
    ) -> None:
        self._ontology = ontology
        self._ends = ends
        self._words = words
        self._inputs = inputs
        self._filters = filters
        self.made: dict[str, GraphQLObjectType | GraphQLInterfaceType] = {}
        self.asset = cast("GraphQLInterfaceType", words.types["Asset"])
        self._resolve_type: GraphQLTypeResolver | None = self.asset.resolve_type
        self._of_asset = {name: _picked(field) for name, field in self.asset.fields.items()}
        self._properties: dict[tuple[str, str], GraphQLField] = {}
        self._neighbours: dict[str, GraphQLField] = {}
        self._page = {
            "pageInfo": _by_name(needed(words.types["PageInfo"])),
            "totalCount": _by_name(needed(GraphQLInt), "Counted only when asked for"),
        }
        for kind in sorted(ontology.asset_types.values(), key=lambda kind: kind.name):
            self._add(kind)

    def connection(self, kind: AssetType) -> GraphQLObjectType:
        """The page of a type's list."""
        node = self.end_type(kind.name)
        cursor = _by_name(needed(GraphQLString))
        name = kind.graphql
        edge = GraphQLObjectType(f"{name}Edge", {"cursor": cursor, "node": _by_name(needed(node))})
        return GraphQLObjectType(
            f"{name}Connection",
            lambda: {"aggregate": self._aggregate(kind), **self._edges_and_nodes(edge, node), **self._page},
            description=f"A page of assets of the type {kind.name}.",
        )

    def end_type(self, target: str | None) -> GraphQLObjectType | GraphQLInterfaceType:
        """The type of assets in lists and at ends of relationships; that of mixed ones is Asset."""
        if target is None:
            return self.asset
        return self.made[list_type(self._ontology.asset_types[target])]

    def _add(self, kind: AssetType) -> None:
        def interfaces(*, own: bool) -> list[GraphQLInterfaceType]:
            above = [self._ontology.asset_types[name] for name in kind.supertypes]
            names = {each.graphql if each.abstract else f"Any{each.graphql}" for each in above}
            names |= {f"Any{kind.graphql}"} if own and kind.subtypes else set[str]()
            return [self.asset, *(cast("GraphQLInterfaceType", self.made[name]) for name in sorted(names))]

        if kind.abstract or kind.subtypes:
            name = list_type(kind)
            self.made[name] = GraphQLInterfaceType(
                name,
                lambda: self._fields(kind),
                lambda: interfaces(own=False),
                resolve_type=self._resolve_type,
                description=descriptions.of_type(kind) if kind.abstract else f"{kind.graphql} and everything below it.",
            )
        if not kind.abstract:
            self.made[kind.graphql] = GraphQLObjectType(
                kind.graphql,
                lambda: self._fields(kind),
                lambda: interfaces(own=True),
                description=descriptions.of_type(kind),
            )

    def _fields(self, kind: AssetType) -> dict[str, GraphQLField]:
        fields = dict(self._of_asset)
        fields |= {name: self._property(definition) for name, definition in kind.properties.items()}
        fields |= {field.name: self._neighbours_of(field) for field in self._ends[kind.name]}
        return dict(sorted(fields.items()))

    def _property(self, definition: PropertyDefinition) -> GraphQLField:
        key = (definition.declared_by, definition.name)
        made = self._properties.get(key)
        if made is None:
            made = self._properties[key] = GraphQLField(
                self._words.output(definition),
                resolve=pick_by_key,
                description=descriptions.of_property(definition),
                deprecation_reason=descriptions.deprecation(definition.deprecation),
                extensions=meant(PropertyMeaning(property=definition.name)),
            )
        return made

    def _neighbours_of(self, field: EndField) -> GraphQLField:
        made = self._neighbours.get(field.name)
        if made is None:
            kind = field.relationship
            made = self._neighbours[field.name] = GraphQLField(
                needed(self._neighbour_connection(field)),
                {
                    "after": after_argument(),
                    "edgeFilter": GraphQLArgument(self._inputs.edge_filter(field)),
                    "filter": GraphQLArgument(self._inputs.filter_of(field.target)),
                    "first": first_argument(),
                    "orderBy": GraphQLArgument(several(self._inputs.end_order(field))),
                },
                resolve=pick_by_key,
                description=descriptions.of_relationship(kind, inverse=field.inverse),
                deprecation_reason=descriptions.deprecation(kind.deprecation),
                extensions=meant(
                    NeighboursMeaning(
                        relationship=kind.name,
                        direction=field.direction,
                        read=self._filters.choice(field),
                    )
                ),
            )
        return made

    def _neighbour_connection(self, field: EndField) -> GraphQLObjectType:
        name, node = relationship_type(field.name), self.end_type(field.target)
        edge = GraphQLObjectType(
            f"{name}Edge",
            lambda: self._edge_fields(field, node),
            description=f"A relationship {field.relationship.name} with the asset at its other end.",
        )
        return GraphQLObjectType(
            f"{name}Connection",
            lambda: {**self._edges_and_nodes(edge, node), **self._page},
            description=f"A page of relationships {field.relationship.name}, by the id of the other end and key.",
        )

    def _edge_fields(self, field: EndField, node: Any) -> dict[str, GraphQLField]:
        text = needed(GraphQLString)
        fields = {
            "cursor": _by_name(text),
            "key": _by_name(text, 'Tells parallel ones of a type apart; "" where there is one'),
            "node": _by_name(needed(node)),
            "properties": _by_name(needed(self._words.types["JSON"])),
            "revision": _by_name(needed(self._words.types["Long"])),
        }
        for name, definition in field.relationship.properties.items():
            fields[name] = GraphQLField(
                self._words.output(definition),
                resolve=pick_by_name,
                description=descriptions.of_property(definition),
                deprecation_reason=descriptions.deprecation(definition.deprecation),
            )
        return dict(sorted(fields.items()))

    def _edges_and_nodes(self, edge: GraphQLObjectType, node: Any) -> dict[str, GraphQLField]:
        return {"edges": _by_name(needed(several(edge))), "nodes": _by_name(needed(several(node)))}

    def _aggregate(self, kind: AssetType) -> GraphQLField:
        group = self._inputs.group_of(kind)
        arguments = {"groupBy": _listed(group)}
        measure = self._inputs.measure_of(kind)
        if measure is not None:
            arguments["measures"] = _listed(measure)
        return GraphQLField(
            needed(several(self._words.types["AggregateRow"])),
            arguments,
            resolve=pick_by_own_key,
            description="Counts and measures of all that fit the filter, by group, largest first.",
        )


def _by_name(kind: Any, description: str | None = None) -> GraphQLField:
    return GraphQLField(kind, resolve=pick_by_name, description=description)


def _listed(kind: Any) -> GraphQLArgument:
    return GraphQLArgument(several(kind), default=GraphQLDefaultInput([]))


def _picked(field: GraphQLField) -> GraphQLField:
    return GraphQLField(
        cast("Any", field.type),
        field.args,
        resolve=pick_by_key,
        description=field.description,
        deprecation_reason=field.deprecation_reason,
    )
