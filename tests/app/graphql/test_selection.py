"""What is read of an operation is what graphql-core will ask rows for."""

from __future__ import annotations

from typing import Any

from graphql import FieldNode, FragmentDefinitionNode, OperationDefinitionNode, get_named_type, parse, validate

from app.graphql import TwinSchema
from app.graphql.selection import Asked, Operation, SelectionReader, merged


def read(schema: TwinSchema, query: str, **variables: object) -> tuple[Asked, ...]:
    """What is asked for below the first root field."""
    return SelectionReader().below(*located(schema, query, **variables))


def located(schema: TwinSchema, query: str, **variables: object) -> tuple[Operation, list[FieldNode], Any]:
    document = parse(query)
    assert not validate(schema.core, document)
    operation, *fragments = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    (root,) = operation.selection_set.selections
    assert isinstance(root, FieldNode)
    named = {each.name.value: each for each in fragments if isinstance(each, FragmentDefinitionNode)}
    assert schema.core.query_type is not None
    returned = get_named_type(schema.core.query_type.fields[root.name.value].type)
    return Operation(schema=schema.core, fragments=named, variables=variables), [root], returned


def shape(fields: tuple[Asked, ...]) -> list[Any]:
    return [
        (asked.key, asked.name, sorted(asked.when) if asked.when else None, shape(asked.fields)) for asked in fields
    ]


def test_aliases_and_arguments(schema: TwinSchema) -> None:
    (asked,) = read(schema, '{ asset(id: "a") { few: children(first: 3, types: ["Pump"]) { totalCount } } }')
    assert (asked.key, asked.name) == ("few", "children")
    assert asked.arguments == {"first": 3, "types": ["Pump"]}
    assert shape(asked.fields) == [("totalCount", "totalCount", None, [])]


def test_variables_and_defaults(schema: TwinSchema) -> None:
    query = 'query Q($n: Int) { asset(id: "a") { dependencies(first: $n) { totalCount } } }'
    (given,) = read(schema, query, n=7)
    assert given.arguments == {"first": 7, "maxDepth": 1}
    (left_out,) = read(schema, query)
    assert left_out.arguments == {"first": 50, "maxDepth": 1}


def test_conditions(schema: TwinSchema) -> None:
    query = """query Q($yes: Boolean!) { asset(id: "a") {
        id @include(if: $yes) name @skip(if: $yes) ... on Asset @skip(if: $yes) { type } ...F @include(if: $yes) } }
    fragment F on Asset { revision }"""
    assert [asked.key for asked in read(schema, query, yes=True)] == ["id", "revision"]
    assert [asked.key for asked in read(schema, query, yes=False)] == ["name", "type"]


def test_the_same_field_twice_is_one(schema: TwinSchema) -> None:
    query = '{ asset(id: "a") { parents { id } ... on Asset { parents { name } } __typename } }'
    assert shape(read(schema, query)) == [
        ("parents", "parents", None, [("id", "id", None, []), ("name", "name", None, [])])
    ]


def test_types_that_ask_for_the_same_share_a_field(schema: TwinSchema) -> None:
    query = '{ asset(id: "a") { id ... on AnyPump { y: name } ... on Pump { x: name } ... on Room { x: type } } }'
    assert shape(read(schema, query)) == [
        ("id", "id", None, []),
        ("y", "name", ["CentrifugalPump", "Pump"], []),
        ("x", "name", ["Pump"], []),
        ("x", "type", ["Room"], []),
    ]


def test_a_fragment_of_a_type_that_can_not_be_is_nothing(schema: TwinSchema) -> None:
    query = '{ asset(id: "a") { ... on Equipment { ... on Asset { ... on Room { name } } id } } }'
    (asked,) = read(schema, query)
    assert asked.key == "id"
    assert asked.when == {"CentrifugalPump", "GridFeed", "Pump", "Service"}


def test_what_clashes_in_one_row_gets_keys_of_its_own(schema: TwinSchema) -> None:
    query = "{ assets { a: nodes { x: id same: type } b: nodes { x: name same: type } } }"
    first, second = read(schema, query)
    fields = merged((first, second))
    assert [asked.name for asked in fields] == ["id", "name", "type"]
    keys = [asked.key for asked in fields]
    assert len(set(keys)) == 3
    assert keys[2] == "same"


def test_an_operation_that_comes_again_is_read_once(schema: TwinSchema) -> None:
    reader = SelectionReader()
    query = 'query Q($n: Int) { asset(id: "a") { children(first: $n) { totalCount } } }'
    operation, nodes, returned = located(schema, query, n=1)
    first = reader.below(operation, nodes, returned)
    assert reader.below(operation, nodes, returned) is first
    other = Operation(schema=operation.schema, fragments=operation.fragments, variables={"n": 2})
    assert reader.below(other, nodes, returned)[0].arguments["first"] == 2
