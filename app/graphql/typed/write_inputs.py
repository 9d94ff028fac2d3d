"""Inputs of a type's mutations: an asset to create, what is to change of one, and relationships with either."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from graphql import GraphQLInputField, GraphQLInputObjectType, GraphQLString

from app.graphql.typed import descriptions
from app.graphql.typed.ends import EndField
from app.graphql.typed.names import relationship_type
from app.graphql.typed.words import Words
from app.graphql.typed.wrapping import needed, several
from graph.ontology.model import AssetType, PropertyDefinition


class WriteInputs:
    """Makes the inputs that assets are written by; fields are shared between the types that have them."""

    def __init__(self, ends: Mapping[str, tuple[EndField, ...]], words: Words) -> None:
        self._ends = ends
        self._words = words
        self._properties: dict[tuple[str, bool], GraphQLInputField] = {}
        self._relationships: dict[str, GraphQLInputObjectType] = {}
        self._created: dict[str, GraphQLInputField] = {}
        self._updated: dict[str, GraphQLInputField] = {}
        kinds = words.types
        identity, texts = kinds["ID"], several(kinds["String"])
        self._id = GraphQLInputField(needed(identity), description="Its own id, unique in the tenant")
        self._own = {
            "externalIds": GraphQLInputField(
                several(kinds["ExternalIdInput"]), description="Its ids in other systems; null keeps, a list replaces"
            ),
            "parents": GraphQLInputField(
                several(identity), description="What contains it; null keeps, a list replaces"
            ),
            "sourceOf": GraphQLInputField(
                texts, description="FLOW relationship types it is itself a source of; null keeps, a list replaces"
            ),
        }

    def create_of(self, kind: AssetType) -> GraphQLInputObjectType:
        """An asset of the type that is to be."""

        def fields() -> dict[str, GraphQLInputField]:
            name = GraphQLInputField(self._words.types["String"], description="Its id where nothing is given")
            found = {**self._own, "id": self._id, "name": name}
            led = {each.follows.property for each in kind.properties.values() if each.follows is not None}
            for each in _writable(kind.properties.values()):
                found[each.name] = self._property(each, new=True, led=each.name in led)
            found |= {field.name: self._created_with(field) for field in self._ends[kind.name]}
            return dict(sorted(found.items()))

        return GraphQLInputObjectType(
            f"{kind.graphql}Create",
            fields,
            description=f"An asset of the type {kind.name} to create. A property that is left out has its default; "
            "one that is null has no value.",
        )

    def update_of(self, kind: AssetType) -> GraphQLInputObjectType:
        """What is to change of an asset of the type."""

        def fields() -> dict[str, GraphQLInputField]:
            name = GraphQLInputField(self._words.types["String"], description="null keeps it")
            found = {**self._own, "name": name}
            found |= {each.name: self._property(each, new=False) for each in _writable(kind.properties.values())}
            found |= {field.name: self._updated_with(field) for field in self._ends[kind.name]}
            return dict(sorted(found.items()))

        return GraphQLInputObjectType(
            f"{kind.graphql}Update",
            fields,
            description=f"What is to change of an asset of the type {kind.name}. A property that is left out stays as "
            "it is; one that is null is removed.",
        )

    def _property(self, definition: PropertyDefinition, *, new: bool, led: bool = False) -> GraphQLInputField:
        # What another property is taking the place of may be said by that one alone.
        must = new and definition.required and definition.default is None and not led
        key = (definition.id, must)
        made = self._properties.get(key)
        if made is None:
            kind = self._words.input(definition)
            # A field that must be given can't be deprecated: nobody could do without it.
            made = self._properties[key] = GraphQLInputField(
                needed(kind) if must else kind,
                description=descriptions.of_property(definition),
                deprecation_reason=None if must else descriptions.deprecation(definition.deprecation),
            )
        return made

    def _created_with(self, field: EndField) -> GraphQLInputField:
        made = self._created.get(field.name)
        if made is None:
            made = self._created[field.name] = self._of_end(field, several(self._relationship(field)))
        return made

    def _updated_with(self, field: EndField) -> GraphQLInputField:
        made = self._updated.get(field.name)
        if made is None:
            name = field.relationship.name
            remove = GraphQLInputField(
                several(self._words.types["RelationshipEndInput"]), description="Deleted, before anything is put"
            )
            put = GraphQLInputField(
                several(self._relationship(field)), description="Created, or changed where it is there"
            )
            changed = GraphQLInputObjectType(
                f"{relationship_type(field.name)}Update",
                {"put": put, "remove": remove},
                description=f"What is to change of the relationships {name} of an asset; all others stay.",
            )
            made = self._updated[field.name] = self._of_end(field, changed)
        return made

    def _of_end(self, field: EndField, kind: Any) -> GraphQLInputField:
        return GraphQLInputField(
            kind,
            description=descriptions.of_relationship(field.relationship, inverse=field.inverse),
            deprecation_reason=descriptions.deprecation(field.relationship.deprecation),
        )

    def _relationship(self, field: EndField) -> GraphQLInputObjectType:
        made = self._relationships.get(field.name)
        if made is None:
            node = GraphQLInputField(needed(self._words.types["ID"]), description="The asset at the other end")
            key = GraphQLInputField(GraphQLString, description="Tells parallel ones apart")
            properties = _writable(field.relationship.properties.values())
            fields = {each.name: self._property(each, new=False) for each in properties}
            made = self._relationships[field.name] = GraphQLInputObjectType(
                f"{relationship_type(field.name)}Input",
                dict(sorted({**fields, "key": key, "node": node}.items())),
                description=f"A relationship {field.relationship.name} as it shall be. A property that is left out "
                "stays as it is, or has its default; one that is null has no value.",
            )
        return made


def _writable(definitions: Iterable[PropertyDefinition]) -> list[PropertyDefinition]:
    return [each for each in definitions if each.writable]
