"""Names of the types that an ontology brings, each given once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from graph.errors import InvalidInput
from graph.ontology.model import AssetType, Ontology, RelationshipType
from graph.ontology.names import (
    GRAPHQL_TYPES_TAKEN,
    RELATIONSHIP_PROPERTY_NAMES_TAKEN,
    ROOT_FIELDS_TAKEN,
    graphql_types_of,
    graphql_types_of_enum,
    graphql_types_of_field,
)
from graph.ontology.objects import graphql_types_of_object, objects_of

_INTROSPECTION = "__"


class NameClash(InvalidInput):
    """Something of the ontology would have a name in GraphQL that is taken."""

    code = "GRAPHQL_NAME_CLASH"


def check_names(ontology: Ontology) -> None:
    """Raise NameClash where a name is one of the contract's or comes twice.

    The ontology's checks see to that, but an ontology may have been stored before the contract took the name.
    """
    types = dict.fromkeys(GRAPHQL_TYPES_TAKEN, "the GraphQL contract")
    for place, names in chain(_types(ontology), _objects(ontology)):
        _claim(place, names, types)
    roots = dict.fromkeys(ROOT_FIELDS_TAKEN, "the GraphQL contract")
    for kind in ontology.asset_types.values():
        _claim(f"assetTypes.{kind.name}", (kind.plural,), roots)
    for relationship in ontology.relationship_types.values():
        _check_properties(relationship)


def list_type(kind: AssetType) -> str:
    """Return the name of the type that lists and relationship ends of an asset type have."""
    return f"Any{kind.graphql}" if kind.subtypes and not kind.abstract else kind.graphql


def relationship_type(field: str) -> str:
    """Return what names of the types that a relationship type's field brings begin with."""
    return f"{field[:1].upper()}{field[1:]}Relationship"


def _types(ontology: Ontology) -> Iterator[tuple[str, Iterable[str]]]:
    for enum in ontology.enums:
        yield f"enums.{enum}", graphql_types_of_enum(enum)
    for kind in ontology.asset_types.values():
        yield f"assetTypes.{kind.name}", graphql_types_of(kind.graphql)
    for relationship in ontology.relationship_types.values():
        fields = filter(None, (relationship.field, relationship.inverse_field))
        yield (
            f"relationshipTypes.{relationship.name}",
            chain.from_iterable(graphql_types_of_field(field) for field in fields),
        )


def _objects(ontology: Ontology) -> Iterator[tuple[str, Iterable[str]]]:
    for section, owners in (
        ("assetTypes", ontology.asset_types.values()),
        ("relationshipTypes", ontology.relationship_types.values()),
    ):
        for owner in owners:
            for definition, name in objects_of(owner):
                yield f"{section}.{owner.name}.properties.{definition.name}", graphql_types_of_object(name)


def _check_properties(relationship: RelationshipType) -> None:
    for name in relationship.properties:
        if name in RELATIONSHIP_PROPERTY_NAMES_TAKEN:
            raise NameClash(
                f"{name} is a word of every relationship in GraphQL",
                place=f"relationshipTypes.{relationship.name}.properties.{name}",
                expected="a name of its own",
                actual=name,
                hint="Give the property another name in the ontology",
            )


def _claim(place: str, names: Iterable[str], taken: dict[str, str]) -> None:
    for name in names:
        if name in taken or name.startswith(_INTROSPECTION):
            raise NameClash(
                f"{place} can't bring {name} into GraphQL",
                place=place,
                expected="a name of its own",
                actual=f"{name}, which belongs to {taken.get(name, 'introspection')}",
                hint="Give it another name in the ontology with `graphql:` (a list with `plural:`)",
            )
        taken[name] = place
