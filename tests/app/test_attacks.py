"""What tools that look for weak GraphQL endpoints try (graphql-cop's list), at the composed service: none succeeds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
from graphql import get_introspection_query

from app.http.operations import operations
from app.main import build
from app.settings import Settings
from graph.identity import parse_tenant
from tests.app.http.clients import TestClient
from tests.servers import Server

pytestmark = pytest.mark.neo4j

CIRCLE: Final = "{ __schema { types { fields { type " + "{ fields { type " * 6 + "{ name }" + " } }" * 6 + " } } } }"
MANY: Final = "query { " + "revision " * 3_000 + "}"
ASKED: Final[dict[str, tuple[Any, str]]] = {
    "aliases": ("{ " + " ".join(f"a{number}: revision" for number in range(600)) + " }", "LIMIT_EXCEEDED"),
    "a field many times": (MANY, "LIMIT_EXCEEDED"),
    "directives": ("{ revision " + "@skip(if: false) " * 300 + "}", "LIMIT_EXCEEDED"),
    "unknown directives": ("{ revision " + "@aa " * 300 + "}", "LIMIT_EXCEEDED"),
    "depth": ('{ asset(id: "A") ' + "{ parents " * 40 + "{ id }" + " }" * 40 + " }", "LIMIT_EXCEEDED"),
    "fragments in a circle": ("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", "QUERY_INVALID"),
    "introspection": (get_introspection_query(), "INTROSPECTION_OFF"),
    "introspection in a circle": (CIRCLE, "INTROSPECTION_OFF"),
    "a type by name": ('{ __type(name: "Pump") { name } }', "INTROSPECTION_OFF"),
}
MISSPELLED: Final = (
    "{ revisio }",
    "{ pumps { nodes { ratedFlo } } }",
    "{ pump { totalCount } }",
    "{ pumps(orderB: []) { totalCount } }",
    '{ pumps(filter: {nam: {eq: "A"}}) { totalCount } }',
    "{ sensors(filter: {quantity: {eq: TEMPERATUR}}) { totalCount } }",
    "fragment A on Pum { id } { revision ...A }",
)
HEADERS: Final = {"accept": "application/graphql-response+json"}


@pytest.fixture(scope="module")
def client(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(
        neo4j_uri=server.uri,
        neo4j_user=server.user,
        neo4j_password=server.password,  # pyright: ignore[reportArgumentType] - pydantic hides it
        tenant=parse_tenant("attacked"),
        auth="none",  # pyright: ignore[reportArgumentType] - pydantic parses it
        data_dir=Path(tmp_path_factory.mktemp("attacked")),
        introspection=False,
    )
    with TestClient(build(settings), base_url="http://127.0.0.1") as opened:
        yield opened


@pytest.mark.parametrize("name", ASKED)
def test_what_asks_too_much_is_refused_unexecuted(name: str, client: TestClient) -> None:
    query, code = ASKED[name]
    answer = client.post("/graphql", json={"query": query}, headers=HEADERS)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, code), answer.text[:400]
    assert "data" not in answer.json()


@pytest.mark.parametrize("query", MISSPELLED)
def test_no_name_of_the_schema_is_suggested(query: str, client: TestClient) -> None:
    answer = client.post("/graphql", json={"query": query}, headers=HEADERS)
    assert answer.status_code == 400
    assert "Did you mean" not in answer.text
    by_variable = "query ($of: SensorFilter) { sensors(filter: $of) { totalCount } }"
    variables = {"of": {"nam": {"eq": "A"}, "quantity": {"eq": "TEMPERATUR"}}}
    answer = client.post("/graphql", json={"query": by_variable, "variables": variables}, headers=HEADERS)
    assert (answer.status_code, "Did you mean" in answer.text) == (400, False)


def test_what_a_page_of_another_site_can_send_is_refused(client: TestClient) -> None:
    write = "mutation { applyChanges(input: {changes: []}) { __typename } }"
    asked = client.get("/graphql", params={"query": "{ revision }"})
    assert (asked.status_code, asked.json()["code"]) == (403, "PREFLIGHT_NEEDED")
    written = client.get("/graphql", params={"query": write}, headers={"graphql-require-preflight": "1"})
    assert written.status_code == 405
    form = client.post("/graphql", data={"query": write})
    assert (form.status_code, form.json()["code"]) == (415, "MEDIA_TYPE_UNSUPPORTED")
    plain = client.post("/graphql", content=b'{"query": "{ revision }"}', headers={"content-type": "text/plain"})
    assert plain.status_code == 415


def test_batches_are_off_and_nothing_is_traced(client: TestClient) -> None:
    batch = client.post("/graphql", json=[{"query": "{ revision }"}] * 10)
    assert (batch.status_code, batch.json()["code"]) == (400, "REQUEST_INVALID")
    traced = client.post("/graphql", json={"query": "{ revision }"}, headers={"x-apollo-tracing": "1"})
    assert traced.json().keys() == {"data"}
    for method in ("PUT", "DELETE", "TRACE"):
        assert client.request(method, "/graphql").status_code == 405


WRITTEN: Final = (
    {"type": "Pum", "id": "A"},
    {"type": "Pump", "id": "A", "properties": {"ratedFlo": 1}},
    {"type": "Sensor", "id": "A", "properties": {"quantity": "TEMPERATUR"}},
)


@pytest.mark.parametrize("asset", WRITTEN)
def test_no_name_of_the_ontology_is_told_of_what_is_written(asset: dict[str, Any], client: TestClient) -> None:
    query = (
        "mutation ($input: ChangeSetInput!) { applyChanges(input: $input) "
        "{ ... on ChangesRejected { problems { code message expected actual hint } } } }"
    )
    variables = {"input": {"changes": [{"upsertAsset": asset}]}}
    answer = client.post("/graphql", json={"query": query, "variables": variables}, headers=HEADERS)
    named = {"UNKNOWN_TYPE", "UNKNOWN_PROPERTY", "VALUE_INVALID"}
    (problem,) = [each for each in answer.json()["data"]["applyChanges"]["problems"] if each["code"] in named]
    assert (problem["expected"], problem["hint"]) == (None, None), problem
    lines = orjson.dumps(asset)
    answer = client.post("/v1/bulk?dryRun=true", content=lines, headers={"content-type": "application/x-ndjson"})
    assert answer.json()["refused"] == 1
    assert not any(word in answer.text for word in ("Did you mean", "one of")), answer.text


def test_no_name_of_the_ontology_is_told_of_what_is_asked_for_or_said(client: TestClient) -> None:
    asked = client.post(
        "/graphql", json={"query": '{ assets(filter: {types: ["Pum"]}) { totalCount } }'}, headers=HEADERS
    )
    (error,) = asked.json()["errors"]
    assert (error["extensions"]["code"], error["extensions"].keys() & {"hint", "expected"}) == ("UNKNOWN_TYPE", set())
    made = {"query": 'mutation { createRoom(input: {id: "R"}) { __typename } }'}
    client.post("/graphql", json=made, headers=HEADERS)
    event = {
        "specversion": "1.0",
        "id": "e",
        "source": "s",
        "type": "t",
        "subject": "R",
        "time": "2026-06-03T12:00:00Z",
    }
    said = client.post(
        "/v1/events",
        content=orjson.dumps({**event, "time": "2026-06-03T12:00:00Z", "data": {"temperatur": 1}}),
        headers={"content-type": "application/cloudevents+json"},
    )
    (problem,) = said.json()["problems"]
    assert (problem["code"], problem.keys() & {"hint", "expected"}) == ("UNKNOWN_CHANNEL", set())


def test_every_route_refuses_parameters_that_it_doesnt_have(client: TestClient) -> None:
    for each in operations():
        answer = client.request(each.method, each.path.replace("{id:path}", "A").replace("{id}", "A") + "?firs=1")
        told = answer.json()
        assert (answer.status_code, told["code"], told["place"]) == (400, "REQUEST_INVALID", "firs"), each.path
        nearest = "Did you mean first?" if any(known.name == "first" for known in each.parameters) else None
        assert nearest is None or told["hint"] == nearest
