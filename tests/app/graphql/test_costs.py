"""What operations cost, and that those over a limit are told which one and where."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from graphql import OperationDefinitionNode, parse

from app.graphql import OperationLimits, TwinSchema
from app.graphql.execution import Documents, Prepared, cost_of
from graph.ontology import Ontology
from tests.app.door import Door

pytestmark = pytest.mark.anyio


def cost(schema: TwinSchema, query: str, **variables: object) -> int:
    document = parse(query)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return cost_of(Prepared(document=document, errors=[]).parts(schema.core, operation), variables)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ revision }", 0),
        ('{ asset(id: "A") { id name } }', 1),
        ("{ assets { totalCount pageInfo { endCursor } } }", 2),
        ("{ assets { nodes { id } } }", 51),
        ("{ assets(first: 7) { nodes { id } edges { node { id } } } }", 1 + 7 + 7 * 2),
        ("{ assets(first: 7) { nodes { children(first: 3) { nodes { id } } } } }", 1 + 7 * (1 + 1 + 3)),
        ('{ asset(id: "A") { parents { id } } }', 1 + 10),
        ('{ search(text: "x", first: 4) { asset { id } } }', 4 * 2),
        ('{ subgraph(roots: ["A"], direction: OUT, limit: 9) { assets { id } relationships { key } } }', 1 + 9 + 9),
        ("query($n: Int) { assets(first: $n) { nodes { id } } }", 51),
        ("query($n: Int = 4) { assets(first: $n) { nodes { id } } }", 5),
        (
            "{ assets(first: 2) { nodes { ...F ... on Pump { parents { id } } } } } fragment F on Asset { id }",
            1 + 2 * 11,
        ),
        ("{ __schema { types { fields { name } } } }", 0),
        ("{ pumps { nodes { id } } }", 51),
        (
            '{ cutSets(asset: "A", first: 4) { cutSets { id } importance(first: 2) { asset { id } } } }',
            1 + 4 * 10 + 2 * 2,
        ),
        ("{ rootCause(input: {symptoms: [], first: 7}) { candidates { score } } }", 1 + 7),
        ("{ rootCause(input: {symptoms: []}) { candidates { score } } }", 1 + 10),
        (
            "query($in: RootCauseInput = {symptoms: [], first: 3}) { rootCause(input: $in) { candidates { score } } }",
            1 + 3,
        ),
    ],
)
def test_the_cost_of(query: str, expected: int, schema: TwinSchema) -> None:
    assert cost(schema, query) == expected


@pytest.mark.parametrize(
    ("given", "counted"),
    [(900, 900), (900.0, 900), (0.0, 0), (None, 50), ("900", 1_000), (1.5, 1_000), ([], 1_000)],
)
def test_variables_count_as_graphql_reads_them(given: object, counted: int, schema: TwinSchema) -> None:
    assert cost(schema, "query($n: Int = 3) { assets(first: $n) { nodes { id } } }", n=given) == 1 + counted


@pytest.mark.parametrize(("given", "counted"), [({"first": 40.0}, 40), ({}, 10), ({"first": None}, 10), ("?", 1_000)])
def test_a_size_in_an_input_counts(given: object, counted: int, schema: TwinSchema) -> None:
    query = "query($in: RootCauseInput!) { rootCause(input: $in) { candidates { score } } }"
    assert cost(schema, query, **{"in": given}) == 1 + counted
    inside = "query($n: Int) { rootCause(input: {symptoms: [], first: $n}) { candidates { score } } }"
    assert cost(schema, inside, n=40.0) == 41


async def test_an_operation_that_costs_too_much_asks_no_database(door: Door, ontology: Ontology) -> None:
    door.schema = TwinSchema(ontology, limits=OperationLimits(cost=100))
    refused = await door.refused("query Wide { assets(first: 100) { nodes { id } } }")
    assert refused["code"] == "LIMIT_EXCEEDED"
    assert (refused["limit"], refused["place"], refused["actual"]) == ("cost", "Wide", "101")
    assert not door.statements
    door.context = replace(door.context, show_cost=True)
    query = "{ assets(first: 10) { nodes { id } } }"
    result = await door.schema.execute(query, context_value=door.context)
    assert result.extensions == {"cost": {"value": 11, "limit": 100}}


DEEP = '{ asset(id: "A") ' + "{ parents " * 40 + "{ id }" + " }" * 40 + " }"
OVER = {
    "depth": DEEP,
    "aliases": '{ asset(id: "A") { ' + " ".join(f"a{n}: id" for n in range(600)) + " } }",
    "directives": '{ asset(id: "A") { ' + "id @include(if: true) " * 190 + "name @skip(if: false) " * 20 + "} }",
    "tokens": "{ " + "a " * 20_000 + "}",
    "characters": "{ revision }" + " " * 1_000_000,
}


@pytest.mark.parametrize("limit", OVER)
async def test_what_is_over_a_limit_names_it_at_once(limit: str, schema: TwinSchema) -> None:
    began = time.process_time()
    (error,) = (await Documents(schema.core).prepare(OVER[limit])).errors
    assert getattr(error.original_error, "limit", None) == limit
    assert time.process_time() - began < 2.0


async def test_the_place_of_what_is_too_deep_is_its_path(schema: TwinSchema) -> None:
    (error,) = (await Documents(schema.core).prepare(DEEP)).errors
    assert getattr(error.original_error, "place", "").startswith("query.asset.parents.parents")


async def test_introspection_can_be_off(schema: TwinSchema) -> None:
    documents = Documents(schema.core, limits=OperationLimits(introspection=False))
    (error,) = (await documents.prepare("{ revision __schema { types { name } } }")).errors
    assert getattr(error.original_error, "code", None) == "INTROSPECTION_OFF"
    assert not (await documents.prepare("{ revision __typename }")).errors
