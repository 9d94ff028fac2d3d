"""Types of properties that are objects: as they are shown, as they are given, and what they are filtered by."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLField, GraphQLInputField, GraphQLInputObjectType, GraphQLObjectType

from app.graphql.rows import pick_if_there
from app.graphql.typed import descriptions
from app.graphql.typed.names import NameClash
from app.graphql.typed.words import Words
from app.graphql.typed.wrapping import needed
from graph.ontology.model import Datatype, Ontology, PropertyDefinition
from graph.ontology.objects import is_flat, objects_of


def add_objects(ontology: Ontology, words: Words) -> None:
    """Make the types of all objects of an ontology known to `words`. Raises NameClash where two have one id."""
    for owner in (*ontology.asset_types.values(), *ontology.relationship_types.values()):
        for definition, name in objects_of(owner):
            if definition.id in words.objects:
                raise NameClash(
                    f"{name} has the id of {words.objects[definition.id]}",
                    place=definition.id,
                    expected="an id of its own",
                    hint="Give one of the two another `id` in the ontology",
                )
            words.objects[definition.id] = name
            words.types[name] = _shown(definition, name, words)
            words.types[f"{name}Input"] = _given(definition, name, words)
            words.types[f"{name}Filter"] = _filter(definition, name, words)


def _shown(definition: PropertyDefinition, name: str, words: Words) -> GraphQLObjectType:
    return GraphQLObjectType(
        name,
        lambda: {
            each.name: GraphQLField(
                words.output(each),
                resolve=pick_if_there,
                description=descriptions.of_property(each),
                deprecation_reason=descriptions.deprecation(each.deprecation),
            )
            for each in definition.fields
        },
        description=definition.description,
    )


def _given(definition: PropertyDefinition, name: str, words: Words) -> GraphQLInputObjectType:
    def field(each: PropertyDefinition) -> GraphQLInputField:
        must = each.required and each.default is None
        kind: Any = words.input(each)
        return GraphQLInputField(needed(kind) if must else kind, description=descriptions.of_property(each))

    return GraphQLInputObjectType(
        f"{name}Input",
        lambda: {each.name: field(each) for each in definition.fields},
        description=_joined(definition.description, "It replaces the one before as a whole."),
    )


def _filter(definition: PropertyDefinition, name: str, words: Words) -> GraphQLInputObjectType:
    fields = {"isNull": GraphQLInputField(words.types["Boolean"])}
    compared = [each for each in definition.fields if each.datatype is not Datatype.LIST]
    if is_flat(definition) and compared:
        match = words.types[f"{name}Match"] = GraphQLInputObjectType(
            f"{name}Match",
            lambda: {
                each.name: GraphQLInputField(words.input(each), description=descriptions.of_property(each))
                for each in compared
            },
            description="What fields must be, all that are given; null is one without a value.",
        )
        fields["has"] = GraphQLInputField(match)
    return GraphQLInputObjectType(f"{name}Filter", dict(sorted(fields.items())), description=definition.description)


def _joined(*parts: str | None) -> str:
    return " ".join(part.strip() for part in parts if part)
