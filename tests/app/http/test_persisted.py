"""Documents by id: registered ones, and those that clients register on the way."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from app.http.persisted import PersistedDocuments
from tests.app.http.clients import TestClient
from tests.app.http.toy import toy_app

HELLO = "query Hello($n: String!) { hello(name: $n) }"
HASH = hashlib.sha256(HELLO.encode()).hexdigest()
NEW = {"accept": "application/graphql-response+json"}
APQ = {"persistedQuery": {"version": 1, "sha256Hash": HASH}}


class Registered:
    """Holds one document."""

    def __init__(self) -> None:
        self.asked = 0

    async def find(self, document_id: str) -> str | None:
        self.asked += 1
        await asyncio.sleep(0)
        return HELLO if document_id in ("hello", HASH) else None


Ask = Callable[..., Any]


def asking(documents: PersistedDocuments) -> Any:
    return TestClient(toy_app(documents=documents), base_url="http://127.0.0.1")


def by_id(**body: object) -> dict[str, object]:
    return {"variables": {"n": "you"}, **body}


@pytest.mark.parametrize("name", ["hello", HASH, f"sha256:{HASH}"])
def test_a_registered_document_is_executed_by_its_id_and_found_once(name: str) -> None:
    registered = Registered()
    with asking(PersistedDocuments(registered, trusted=True)) as client:
        for _ in range(2):
            answer = client.post("/graphql", json=by_id(documentId=name), headers=NEW)
            assert answer.json() == {"data": {"hello": "hello you"}}
        parameters = {"documentId": name, "variables": '{"n": "me"}'}
        got = client.get("/graphql", params=parameters, headers={**NEW, "graphql-require-preflight": "1"})
        assert got.json() == {"data": {"hello": "hello me"}}
    assert registered.asked == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"query": HELLO}, "DOCUMENT_UNTRUSTED"),
        ({"documentId": "nobody"}, "DOCUMENT_UNKNOWN"),
        ({"query": HELLO, "extensions": APQ}, "PERSISTED_QUERY_NOT_SUPPORTED"),
        ({"extensions": {"persistedQuery": {"sha256Hash": "00"}}}, "PERSISTED_QUERY_NOT_SUPPORTED"),
    ],
)
def test_where_documents_are_trusted_nothing_else_is_executed(body: dict[str, object], code: str) -> None:
    with asking(PersistedDocuments(Registered(), trusted=True)) as client:
        answer = client.post("/graphql", json=by_id(**body), headers=NEW)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["extensions"]["code"] == code
        assert set(answer.json()) == {"errors"}
        with client.websocket_connect("ws://127.0.0.1/graphql", subprotocols=["graphql-transport-ws"]) as socket:
            socket.send_json({"type": "connection_init"})
            socket.receive_json()
            socket.send_json({"id": "1", "type": "subscribe", "payload": by_id(**body)})
            assert socket.receive_json()["payload"][0]["extensions"]["code"] == code


def test_apq_learns_what_it_is_told_and_forgets_the_oldest() -> None:
    class Nothing:
        async def find(self, document_id: str) -> str | None:
            await asyncio.sleep(0)
            return None

    with asking(PersistedDocuments(Nothing(), most=1)) as client:
        first = client.post("/graphql", json=by_id(extensions=APQ))
        assert (first.status_code, first.json()["errors"][0]["message"]) == (200, "PersistedQueryNotFound")
        assert first.json()["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
        told = client.post("/graphql", json=by_id(query=HELLO, extensions=APQ))
        assert told.json() == {"data": {"hello": "hello you"}}
        assert client.post("/graphql", json=by_id(extensions=APQ)).json() == {"data": {"hello": "hello you"}}
        other = "{ hello }"
        hashed = hashlib.sha256(other.encode()).hexdigest()
        client.post("/graphql", json={"query": other, "extensions": {"persistedQuery": {"sha256Hash": hashed}}})
        assert "errors" in client.post("/graphql", json=by_id(extensions=APQ)).json()
        wrong = client.post("/graphql", json={"query": other, "extensions": APQ}, headers=NEW)
        assert wrong.json()["errors"][0]["extensions"]["code"] == "DOCUMENT_HASH_WRONG"


@pytest.mark.parametrize(
    "body",
    [{"documentId": 1}, {"extensions": {"persistedQuery": 1}}, {"extensions": {"persistedQuery": {}}}, {"query": ""}],
)
def test_malformed_ids(body: dict[str, object], client: TestClient) -> None:
    answer = client.post("/graphql", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "REQUEST_INVALID")
