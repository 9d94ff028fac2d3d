"""Requests that are wrong in every way, at the composed service: a code, a status, and no word of our insides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.main import build
from app.settings import Settings
from graph.identity import parse_tenant
from tests.app.http.clients import TestClient
from tests.servers import Server

pytestmark = pytest.mark.neo4j

NEW, OLD = "application/graphql-response+json", "application/json"
DEEP = "{ a " * 5_000 + "}" * 5_000
FRAGMENTS = "".join(f" fragment F{n} on Asset {{ parents {{ ...F{n + 1} }} }}" for n in range(60))
BODIES: dict[str, tuple[bytes | str | dict[str, object], int, str]] = {
    "no JSON": (b"{", 400, "REQUEST_INVALID"),
    "no UTF-8": (b'{"query": "\xff"}', 400, "REQUEST_INVALID"),
    "nothing": (b"", 400, "REQUEST_INVALID"),
    "a number": (b"1", 400, "REQUEST_INVALID"),
    "a list": (b"[]", 400, "REQUEST_INVALID"),
    "nested beyond measure": (b"[" * 100_000, 400, "REQUEST_INVALID"),
    "no query": ({}, 400, "REQUEST_INVALID"),
    "a query that is a number": ({"query": 1}, 400, "REQUEST_INVALID"),
    "variables in a list": ({"query": "{ revision }", "variables": []}, 400, "REQUEST_INVALID"),
    "extensions in a list": ({"query": "{ revision }", "extensions": []}, 400, "REQUEST_INVALID"),
    "a megabyte of query": ({"query": "{ revision }" + " " * 1_000_000}, 400, "LIMIT_EXCEEDED"),
    "ten thousand aliases": (
        {"query": "{ " + " ".join(f"a{n}: revision" for n in range(10_000)) + " }"},
        400,
        "LIMIT_EXCEEDED",
    ),
    "too deep to parse": ({"query": DEEP}, 400, "LIMIT_EXCEEDED"),
    "deep by fragments": (
        {"query": '{ asset(id: "A") { ...F0 } }' + FRAGMENTS + " fragment F60 on Asset { id }"},
        400,
        "LIMIT_EXCEEDED",
    ),
    "a circle of fragments": (
        {"query": "{ revision ...A } fragment A on Query { ...B } fragment B on Query { ...A }"},
        400,
        "QUERY_INVALID",
    ),
    "too dear": (
        {"query": "{ assets(first: 1000) { nodes { children(first: 1000) { nodes { parents { id } } } } } }"},
        400,
        "LIMIT_EXCEEDED",
    ),
    "a variable of the wrong kind": (
        {"query": "query($n: Int!) { assets(first: $n) { nodes { id } } }", "variables": {"n": "x"}},
        400,
        "QUERY_INVALID",
    ),
    "a variable that is missing": ({"query": "query($n: ID!) { asset(id: $n) { id } }"}, 400, "QUERY_INVALID"),
    "a Long out of range": (
        {"query": "query($n: Long) { changes(after: $n) { nodes { time } } }", "variables": {"n": 2**60}},
        400,
        "VALUE_INVALID",
    ),
    "a cursor from nowhere": ({"query": '{ assets(after: "x") { nodes { id } } }'}, 200, "CURSOR_INVALID"),
    "a page beyond measure": ({"query": "{ assets(first: 5000) { totalCount } }"}, 200, "LIMIT_EXCEEDED"),
    "a page below nothing": ({"query": "{ assets(first: -1) { totalCount } }"}, 200, "VALUE_INVALID"),
    "an unknown document": ({"documentId": "nobody"}, 400, "DOCUMENT_UNKNOWN"),
    "an unknown hash": (
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}},
        400,
        "PERSISTED_QUERY_NOT_FOUND",
    ),
    "an unknown operation": ({"query": "query A { revision }", "operationName": "B"}, 400, "QUERY_INVALID"),
    "a subscription by POST": ({"query": "subscription { changes { revision } }"}, 400, "QUERY_INVALID"),
}


@pytest.fixture(scope="module")
def client(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(
        neo4j_uri=server.uri,
        neo4j_user=server.user,
        neo4j_password=server.password,  # pyright: ignore[reportArgumentType] - pydantic hides it
        tenant=parse_tenant("malformed"),
        auth="none",  # pyright: ignore[reportArgumentType] - pydantic parses it
        data_dir=Path(tmp_path_factory.mktemp("malformed")),
    )
    with TestClient(build(settings), base_url="http://127.0.0.1") as opened:
        yield opened


@pytest.mark.parametrize("name", BODIES)
def test_a_malformed_request(name: str, client: TestClient) -> None:
    body, status, code = BODIES[name]
    sent = {"content": body} if isinstance(body, bytes | str) else {"json": body}
    headers = {"accept": NEW, "content-type": OLD}
    answer = client.post("/graphql", headers=headers, **sent)
    shown = answer.json()
    found = shown["code"] if "code" in shown else shown["errors"][0]["extensions"]["code"]
    assert (answer.status_code, found) == (status, code), answer.text[:400]
    assert "Traceback" not in answer.text
    assert "site-packages" not in answer.text
    assert len(answer.content) < 5_000


def test_a_cursor_of_another_question_and_a_mutation_by_get(client: TestClient) -> None:
    cursor = "eyJhIjoxfQ"
    other = client.post("/graphql", json={"query": f'{{ assets(after: "{cursor}") {{ nodes {{ id }} }} }}'}).json()
    assert other["errors"][0]["extensions"]["code"] == "CURSOR_INVALID"
    headers = {"graphql-require-preflight": "1"}
    mutation = "mutation { applyChanges(input: {changes: []}) { __typename } }"
    for accept in (NEW, "text/event-stream"):
        answer = client.get("/graphql", params={"query": mutation}, headers={**headers, "accept": accept})
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_the_cost_is_shown_to_who_asks(client: TestClient) -> None:
    answer = client.post(
        "/graphql", json={"query": "{ assets(first: 4) { nodes { id } } }"}, headers={"twin-show-cost": "1"}
    )
    assert answer.json()["extensions"] == {"cost": {"value": 5, "limit": 1_000_000}}
