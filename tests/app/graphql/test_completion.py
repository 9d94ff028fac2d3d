"""Compiled completion answers as graphql-core's own executor does: data, errors and paths, whatever the rows hold."""

from __future__ import annotations

import random
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    execute_sync,
    parse,
    validate,
)
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from app.graphql import TwinSchema, build_schema
from app.graphql.execution import CompiledExecutor, Completions, executor_of
from app.graphql.selection import own_key
from graph.ontology import Ontology
from migrations import Project
from tests.app.graphql.test_any_operation import Writer

CASES = 150
ABOUT = ("pumps", "equipment", "sites", "assets", "aggregate", "services", "search", "changes", "ontology")


class Rows:
    """Makes rows for any selection, as if read; spoils some of their values."""

    def __init__(self, schema: TwinSchema, seed: int, *, spoiled: float) -> None:
        self.schema = schema
        self.random = random.Random(seed)
        self.spoiled = spoiled

    def value(self, kind: Any, nodes: list[Any]) -> Any:
        if self.random.random() < self.spoiled:
            return self.random.choice([None, 7, "x", [], {}, 1.5, float("nan"), True, [None], 2**60])
        if isinstance(kind, GraphQLNonNull):
            return self.value(kind.of_type, nodes)
        if isinstance(kind, GraphQLList):
            return [self.value(kind.of_type, nodes) for _ in range(self.random.randint(0, 3))]
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
            return self.row(kind, nodes)
        if isinstance(kind, GraphQLEnumType):
            return self.random.choice(list(kind.values))
        plain = {"Int": 3, "Float": 2.5, "Boolean": True, "Long": 5, "JSON": {"a": 1}}
        return plain.get(kind.name, "text")

    def row(self, kind: Any, nodes: list[Any]) -> dict[str, Any]:
        possible = self.schema.core.get_possible_types(kind) if not isinstance(kind, GraphQLObjectType) else [kind]
        exact = self.random.choice(list(possible))
        row: dict[str, Any] = {"__typename": self.schema.selections.types.get(exact.name, exact.name)}
        for node in self.fields(exact, nodes):
            name = node.name.value
            if name != "__typename":
                made = self.value(exact.fields[name].type, [node])
                key = node.alias.value if node.alias else name
                row |= {key: made, name: made, own_key(key, id(node)): made}
        return row

    def fields(self, exact: GraphQLObjectType, nodes: list[Any]) -> list[Any]:
        found: list[Any] = []
        for node in nodes:
            for each in node.selection_set.selections:
                if each.kind == "field":
                    found.append(each)
                elif each.type_condition.name.value in {exact.name, *(above.name for above in exact.interfaces)}:
                    found += self.fields(exact, [each])
        return found


def answered(schema: GraphQLSchema, query: Any, rows: object, executor: type[Any]) -> tuple[Any, list[Any]]:
    """Data and errors of an operation whose one root field resolves to `rows`."""
    assert schema.query_type is not None
    field = query.definitions[0].selection_set.selections[0].name.value
    made = schema.query_type.fields[field]
    kept, made.resolve = made.resolve, lambda *_, **__: rows
    try:
        result = execute_sync(schema, query, executor_class=executor)
    finally:
        made.resolve = kept
    return result.data, [(each.message, each.path) for each in result.errors or ()]


@pytest.fixture(scope="module")
def schema() -> TwinSchema:
    return build_schema(Project.bundled().desired)


@pytest.mark.parametrize("spoiled", [0.0, 0.1])
def test_it_is_no_other_than_the_reference(schema: TwinSchema, spoiled: float) -> None:
    compiled, plain, errors = 0, 0, 0
    executor = counting(schema)
    for seed in range(CASES):
        writer = Writer(schema, seed)
        root = writer.random.choice(ABOUT)
        assert schema.core.query_type is not None
        field: GraphQLField = schema.core.query_type.fields[root]
        given = '(text: "x")' if root == "search" else ""
        query: Any = parse(f"{{ {root}{given} {writer.selection(named(field.type), 4)} }}")
        if validate(schema.core, query):
            continue
        rows = Rows(schema, seed, spoiled=spoiled).value(field.type, [query.definitions[0].selection_set.selections[0]])
        expected = answered(schema.core, query, deepcopy(rows), StrawberryGraphQLCoreExecutionContext)
        assert answered(schema.core, query, rows, executor) == expected, (seed, rows)
        compiled += 1
        plain += type(rows) not in (dict, list)
        errors += bool(expected[1])
    assert compiled > CASES / 3
    assert (errors > compiled / 4) == (spoiled > 0)
    plans = [complete for _, complete in executor.completions.compiled.values()]
    assert None not in plans
    assert len(plans) == compiled - plain


def named(kind: Any) -> Any:
    while hasattr(kind, "of_type"):
        kind = kind.of_type
    return kind


def counting(schema: TwinSchema) -> type[CompiledExecutor]:
    return executor_of(Completions(schema=schema.core, types=schema.selections.types, kept=CASES))


def test_conditions_are_part_of_what_is_compiled(schema: TwinSchema) -> None:
    executor = counting(schema)
    query = parse("query($a: Boolean!) { pumps { totalCount @include(if: $a) nodes @skip(if: $a) { id } } }")
    rows = {"totalCount": 1, "nodes": [{"id": "P", "__typename": "Pump"}]}
    assert schema.core.query_type is not None
    field = schema.core.query_type.fields["pumps"]
    kept, field.resolve = field.resolve, lambda *_, **__: rows
    try:
        shown = [
            execute_sync(schema.core, query, variable_values={"a": a}, executor_class=executor).data
            for a in (True, False, True)
        ]
    finally:
        field.resolve = kept
    assert shown == [{"pumps": {"totalCount": 1}}, {"pumps": {"nodes": [{"id": "P"}]}}, {"pumps": {"totalCount": 1}}]
    assert len(executor.completions.compiled) == 2
    assert [complete(rows) for _, complete in executor.completions.compiled.values() if complete] == [
        {"nodes": [{"id": "P"}]},
        {"totalCount": 1},
    ]


def test_few_are_kept(schema: TwinSchema) -> None:
    completions = Completions(schema=schema.core, types=schema.selections.types, kept=2)
    for number in range(4):
        query = parse(f"{{ pumps {{ a{number}: totalCount }} }}")
        answered(schema.core, query, {"totalCount": number}, executor_of(completions))
    assert len(completions.compiled) == 2


def test_types_are_named_as_the_ontology_has_them() -> None:
    desired: Ontology = Project.bundled().desired
    pump = replace(desired.asset_types["Pump"], graphql="WaterPump")
    schema = build_schema(replace(desired, asset_types={**desired.asset_types, "Pump": pump}))
    query = parse("{ equipment { nodes { __typename id } } }")
    rows = {"nodes": [{"__typename": "Pump", "id": "P"}]}
    found = answered(schema.core, query, rows, schema.executor)
    assert found == ({"equipment": {"nodes": [{"__typename": "WaterPump", "id": "P"}]}}, [])
