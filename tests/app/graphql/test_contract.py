"""What we serve is the contract; what we don't serve yet is listed here, so that the list can only shrink."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    is_specified_scalar_type,
    print_type,
)
from graphql import build_schema as parsed_schema

from app.graphql import TwinSchema
from graph.ontology.names import graphql_types_of, graphql_types_of_field, mutations_of
from tests.pumping import pumping

CONTRACT = Path(__file__).parents[3] / "docs" / "contract.graphql"

NOT_YET: set[str] = set()


def contract() -> GraphQLSchema:
    return parsed_schema(CONTRACT.read_text(encoding="utf-8"))


def members(kind: GraphQLNamedType) -> dict[str, str]:
    """Everything a type promises, by name: types, arguments, defaults, nullability."""
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        return {name: spelled(name, field) for name, field in kind.fields.items()}
    if isinstance(kind, GraphQLInputObjectType):
        return {"@oneOf": str(kind.is_one_of)} | {name: spelled(name, field) for name, field in kind.fields.items()}
    if isinstance(kind, GraphQLEnumType):
        return dict.fromkeys(kind.values, "value")
    if isinstance(kind, GraphQLUnionType):
        return {member.name: "member" for member in kind.types}
    return {}


def spelled(name: str, field: GraphQLField | GraphQLInputField) -> str:
    """A field as SDL without descriptions, its arguments sorted."""
    arguments = {key: with_default(argument) for key, argument in getattr(field, "args", {}).items()}
    listed = ", ".join(f"{key}: {argument}" for key, argument in sorted(arguments.items()))
    own = with_default(field) if isinstance(field, GraphQLInputField) else str(field.type)
    return f"{name}({listed}): {own}"


def with_default(value: GraphQLArgument | GraphQLInputField) -> str:
    shell = GraphQLInputObjectType("Shell", {"it": GraphQLInputField(value.type, default_value=value.default_value)})
    if value.default is not None:
        shell = GraphQLInputObjectType("Shell", {"it": GraphQLInputField(value.type, default=value.default)})
    return print_type(shell).splitlines()[1].partition(": ")[2]


def served_types(schema: TwinSchema) -> Iterator[GraphQLNamedType]:
    """The types that are not made from the ontology."""
    ontology = pumping()
    fields = {
        each for kind in ontology.relationship_types.values() for each in (kind.field, kind.inverse_field) if each
    }
    made = {name for kind in ontology.asset_types.values() for name in graphql_types_of(kind.graphql)}
    made |= {name for field in fields for name in graphql_types_of_field(field)}
    for kind in schema.core.type_map.values():
        if not (kind.name in made or kind.name.startswith("__") or is_specified_scalar_type(kind)):
            yield kind


def made_fields() -> dict[str, set[str]]:
    """The root fields that are made from the ontology."""
    kinds = pumping().asset_types.values()
    written = {name for kind in kinds for name in mutations_of(kind.graphql)}
    return {"Query": {kind.plural for kind in kinds}, "Mutation": written}


def test_what_is_served_is_as_the_contract_has_it(schema: TwinSchema) -> None:
    promised = contract().type_map
    for kind in served_types(schema):
        assert kind.name in promised, f"{kind.name} is not of the contract"
        theirs = members(promised[kind.name])
        made = made_fields().get(kind.name, set())
        for name, ours in members(kind).items():
            if name in made:
                continue
            assert theirs.get(name) == ours, f"{kind.name}.{name}"


def test_mutations_of_our_own_take_no_name_that_a_type_might() -> None:
    promised = contract().mutation_type
    assert promised is not None
    assert [name for name in promised.fields if re.match(r"(create|update|delete)[A-Z]", name)] == []


def test_what_is_not_served_yet_is_listed(schema: TwinSchema) -> None:
    served = schema.core.type_map
    missing: set[str] = set()
    for name, promised in contract().type_map.items():
        if name.startswith("__") or is_specified_scalar_type(promised):
            continue
        if name not in served:
            missing.add(name)
        else:
            missing |= {f"{name}.{member}" for member in members(promised).keys() - members(served[name]).keys()}
    assert missing == NOT_YET


def test_every_asset_type_has_the_fields_of_asset(schema: TwinSchema) -> None:
    asset = schema.core.type_map["Asset"]
    assert isinstance(asset, GraphQLInterfaceType)
    for kind in schema.core.get_possible_types(asset):
        assert members(asset).items() <= members(kind).items()
