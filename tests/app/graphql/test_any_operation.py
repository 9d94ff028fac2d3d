"""Whatever valid operation comes, it is answered as graphql-core would have it, and nothing breaks."""

from __future__ import annotations

import random
from typing import Any

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    is_composite_type,
    parse,
    validate,
)

from app.graphql import TwinSchema
from tests.app.door import Door

pytestmark = pytest.mark.neo4j

ROOTS = (
    'singlePointsOfFailure(asset: "S")',
    'cutSets(asset: "S")',
    'asset(id: "B")',
    'asset(id: "P1")',
    "assets(first: 5)",
    "pumps",
    "equipment(first: 3)",
    "buildings",
    'search(text: "pump")',
    'subgraph(roots: ["G"], direction: OUT)',
    'paths(from: "G", to: "S")',
    'impact(input: {failures: [{asset: "G"}]})',
    'impact(input: {failures: [{asset: "P1"}], maintenance: ["C"]})',
    'compareImpact(before: {failures: [{asset: "G"}]}, after: {failures: [{asset: "P1"}], maintenance: ["P2"]})',
    'maintenanceCheck(input: {works: [{name: "a", assets: ["G"], start: "2026-12-01T08:00Z", duration: "PT1H"}]})',
    'rootCause(input: {symptoms: [{asset: "S"}, {asset: "P1"}], healthy: ["P2"]})',
    "changes",
    "ontology",
    'aggregate(groupBy: ["type"])',
)
ARGUMENTS = {"byContainer": '(type: "Room")', "assetType": '(name: "Pump")'}
OF_EDGES = ("(first: 1, orderBy: [{key: DESC}])", '(edgeFilter: {not: {key: {eq: "x"}}})')
SEEDS = 150


class Writer:
    """Writes random operations from few aliases, so that they often clash."""

    def __init__(self, schema: TwinSchema, seed: int) -> None:
        self.schema = schema.core
        self.random = random.Random(seed)

    def operation(self) -> str:
        root = self.random.choice(ROOTS)
        assert self.schema.query_type is not None
        kind = get_named_type(self.schema.query_type.fields[root.partition("(")[0]].type)
        return f"{{ {root} {self.selection(kind, 4)} }}"

    def selection(self, kind: GraphQLNamedType, depth: int) -> str:
        if isinstance(kind, GraphQLInterfaceType) and self.random.random() < 0.4:
            narrower = self.random.choice(self.schema.get_possible_types(kind))
            return f"{{ {self.fields(kind, depth)} ... on {narrower.name} {{ {self.fields(narrower, depth)} }} }}"
        return f"{{ {self.fields(kind, depth)} }}"

    def fields(self, kind: GraphQLNamedType, depth: int) -> str:
        assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
        possible = [
            name
            for name, field in kind.fields.items()
            if depth > 1 or not is_composite_type(get_named_type(field.type))
        ]
        chosen = self.random.choices(["__typename", *possible], k=self.random.randint(1, 4))
        return " ".join(self.field(kind, name, depth) for name in chosen)

    def field(self, kind: GraphQLObjectType | GraphQLInterfaceType, name: str, depth: int) -> str:
        alias = self.random.choice(["", "", "a: ", "b: ", "c: "])
        if name == "__typename":
            return f"{alias}{name}"
        field = kind.fields[name]
        arguments = ARGUMENTS.get(name, "")
        if "first" in field.args and not arguments:
            arguments = self.random.choice(["", "(first: 1)", "(first: 2)"])
        if "edgeFilter" in field.args:
            arguments = self.random.choice([arguments, *OF_EDGES])
        returned = get_named_type(field.type)
        below = self.selection(returned, depth - 1) if is_composite_type(returned) else ""
        return f"{alias}{name}{arguments} {below}"


async def test_any_operation_is_answered(door: Door) -> None:
    answered = 0
    for seed in range(SEEDS):
        query = Writer(door.schema, seed).operation()
        if validate(door.schema.core, parse(query)):
            continue
        response: dict[str, Any] = await door.send(query)
        assert response["errors"] is None, (query, response["errors"])
        answered += 1
    assert answered > SEEDS / 3
