"""graphql-transport-ws as its protocol has it: who may come, what is answered, and what closes a connection."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Generator
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect

from app.http.subscribers import StreamLimits, Subscribers
from tests.app.http.clients import TestClient
from tests.app.http.toy import OneToken, toy_app

SPOKEN = "graphql-transport-ws"
COUNT = "subscription { count(to: 2) }"


@contextlib.contextmanager
def connected(client: TestClient, *, init: dict[str, Any] | None = None) -> Generator[Any]:
    with client.websocket_connect("ws://127.0.0.1/graphql", subprotocols=[SPOKEN]) as socket:
        if init is not None:
            socket.send_json(init)
            assert socket.receive_json() == {"type": "connection_ack"}
        yield socket


INIT = {"type": "connection_init"}


def closing(socket: Any) -> WebSocketDisconnect:
    """How the service closes the connection, after whatever it still says."""
    try:
        while True:
            socket.receive_json()
    except WebSocketDisconnect as closed:
        return closed


def chatting(socket: Any) -> WebSocketDisconnect:
    """How the service closes the connection of a client that never stops talking."""
    until = time.monotonic() + 5
    try:
        while time.monotonic() < until:
            socket.send_json({"type": "ping"})
            socket.receive_json()
    except WebSocketDisconnect as closed:
        return closed
    raise AssertionError("it was never closed")


def subscribe(query: str, operation: str = "1", **payload: object) -> dict[str, object]:
    return {"id": operation, "type": "subscribe", "payload": {"query": query, **payload}}


def test_a_subscription_from_its_first_result_to_its_end(client: TestClient) -> None:
    with connected(client, init=INIT) as socket:
        socket.send_json(subscribe("subscription($n: Int!) { count(to: $n) }", variables={"n": 2}))
        heard = [socket.receive_json() for _ in range(3)]
    assert heard == [
        {"id": "1", "type": "next", "payload": {"data": {"count": 0}}},
        {"id": "1", "type": "next", "payload": {"data": {"count": 1}}},
        {"id": "1", "type": "complete"},
    ]


def test_queries_and_mutations_are_answered_once(client: TestClient) -> None:
    with connected(client, init=INIT) as socket:
        socket.send_json(subscribe("{ hello }"))
        assert socket.receive_json()["payload"] == {"data": {"hello": "hello twin"}}
        assert socket.receive_json() == {"id": "1", "type": "complete"}
        socket.send_json(subscribe("mutation { write }"))  # the id is free again
        assert socket.receive_json()["payload"] == {"data": {"write": 1}}


@pytest.mark.parametrize("query", ["{ nothing }", "{ hello"])
def test_what_never_began_is_an_error_that_ends_the_operation_alone(query: str, client: TestClient) -> None:
    with connected(client, init=INIT) as socket:
        socket.send_json(subscribe(query))
        answer = socket.receive_json()
        assert (answer["type"], answer["id"]) == ("error", "1")
        assert answer["payload"][0]["message"]
        socket.send_json({"type": "ping"})
        assert socket.receive_json() == {"type": "pong"}


def test_the_client_ends_an_operation(client: TestClient) -> None:
    with connected(client, init=INIT) as socket:
        socket.send_json(subscribe("subscription { never }"))
        socket.send_json({"id": "1", "type": "complete"})
        socket.send_json(subscribe(COUNT))
        assert socket.receive_json()["payload"] == {"data": {"count": 0}}


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        (["{bad"], 4400),
        (["[]"], 4400),
        (['{"id": "1"}'], 4400),
        (['{"type": "shout"}'], 4400),
        (['{"type": "connection_init", "payload": []}'], 4400),
        (['{"type": "connection_init"}', '{"type": "subscribe", "payload": {}}'], 4400),
        (['{"type": "connection_init"}', '{"type": "subscribe", "id": "1"}'], 4400),
        (['{"type": "connection_init"}', '{"type": "subscribe", "id": "1", "payload": {"query": 1}}'], 4400),
        (['{"type": "subscribe", "id": "1", "payload": {"query": "{ hello }"}}'], 4401),
        (['{"type": "connection_init", "payload": {"Twin-Tenant": "other"}}'], 4403),
        (['{"type": "connection_init"}', '{"type": "connection_init"}'], 4429),
        (['{"type": "connection_init", "payload": {"x": "' + "y" * 3000 + '"}}'], 1009),
    ],
)
def test_what_closes_a_connection(messages: list[str], code: int, client: TestClient) -> None:
    with connected(client) as socket:
        for message in messages:
            socket.send_text(message)
        closed = closing(socket)
    assert closed.code == code
    assert closed.reason


def test_a_second_subscriber_of_one_id_closes(client: TestClient) -> None:
    with connected(client, init=INIT) as socket:
        for _ in range(2):
            socket.send_json(subscribe("subscription { never }"))
        assert closing(socket).code == 4409


def test_binary_messages_and_other_protocols_close(client: TestClient) -> None:
    with connected(client) as socket:
        socket.send_bytes(b"{}")
        assert closing(socket).code == 4400
    with client.websocket_connect("ws://127.0.0.1/graphql", subprotocols=["graphql-ws"]) as socket:
        assert closing(socket).code == 4406


def test_who_says_nothing_is_closed() -> None:
    app = toy_app(subscribers=Subscribers(StreamLimits(init=0.05)))
    with TestClient(app, base_url="http://127.0.0.1") as client, connected(client) as socket:
        assert closing(socket).code == 4408


def test_who_is_silent_is_pinged_and_then_closed() -> None:
    app = toy_app(subscribers=Subscribers(StreamLimits(ping=0.05)))
    with TestClient(app, base_url="http://127.0.0.1") as client, connected(client, init=INIT) as socket:
        assert socket.receive_json() == {"type": "ping"}
        socket.send_json({"type": "pong"})
        assert socket.receive_json() == {"type": "ping"}
        assert closing(socket).code == 1001


def test_too_many_subscriptions_are_refused_and_counted_down_again() -> None:
    subscribers = Subscribers(StreamLimits(of_principal=1))
    app = toy_app(subscribers=subscribers)
    with TestClient(app, base_url="http://127.0.0.1") as client, connected(client, init=INIT) as socket:
        socket.send_json(subscribe("subscription { never }", "a"))
        socket.send_json(subscribe("subscription { never }", "b"))
        refused = socket.receive_json()
        assert (refused["id"], refused["type"]) == ("b", "error")
        assert refused["payload"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"
        assert "TWIN_SUBSCRIPTIONS_PER_PRINCIPAL" in refused["payload"][0]["extensions"]["hint"]
        socket.send_json({"id": "a", "type": "complete"})
        socket.send_json(subscribe(COUNT, "c"))
        assert socket.receive_json()["type"] == "next"
    assert subscribers.count == 0


def test_the_token_comes_with_the_init_and_is_asked_for_again() -> None:
    token = OneToken()
    subscribers = Subscribers(StreamLimits(ping=0.05))
    app = toy_app(authenticator=token, subscribers=subscribers)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        with connected(client) as socket:
            socket.send_json(INIT)
            assert closing(socket).code == 4403
        init = {**INIT, "payload": {"Authorization": "Bearer good"}}
        with connected(client, init=init) as socket:
            token.revoked = True
            assert closing(socket).code == 4403


GOOD = {**INIT, "payload": {"Authorization": "Bearer good"}}


def test_who_goes_on_talking_is_looked_at_as_well() -> None:
    token = OneToken()
    app = toy_app(authenticator=token, subscribers=Subscribers(StreamLimits(ping=0.05)))
    with TestClient(app, base_url="http://127.0.0.1") as client, connected(client, init=GOOD) as socket:
        token.revoked = True
        assert chatting(socket).code == 4403


def test_a_token_is_looked_at_before_each_operation() -> None:
    token = OneToken()
    with TestClient(toy_app(authenticator=token), base_url="http://127.0.0.1") as client:
        with connected(client, init=GOOD) as socket:
            token.revoked = True
            socket.send_json(subscribe("{ hello }"))
            assert closing(socket).code == 4403
        assert 'twin_errors_total{code="TOKEN_REFUSED"} 1.0' in client.get("/metrics").text


def test_errors_are_counted(client: TestClient) -> None:
    with connected(client, init=INIT) as socket:
        for number, query in enumerate(("{ crash }", "{ nothing }")):
            socket.send_json(subscribe(query, str(number)))
            while socket.receive_json()["type"] not in ("complete", "error"):
                pass
    assert 'twin_errors_total{code="QUERY_INVALID"} 2.0' in client.get("/metrics").text


def test_a_page_of_another_site_is_refused(client: TestClient) -> None:
    headers = {"origin": "https://evil.example"}
    with client.websocket_connect("ws://127.0.0.1/graphql", subprotocols=[SPOKEN], headers=headers) as socket:
        socket.send_json(INIT)
        assert closing(socket).code == 4403
