"""Server-sent events: graphql-sse in its mode of distinct connections."""

from __future__ import annotations

import asyncio
import threading

import pytest

from app.http.subscribers import StreamLimits, Subscribers
from tests.app.http.clients import TestClient
from tests.app.http.toy import FakeDatabase, OneToken, toy_app

EVENTS = {"accept": "text/event-stream"}
END = "event: complete\ndata:\n\n"


def test_the_results_of_a_subscription(client: TestClient) -> None:
    answer = client.post("/graphql", json={"query": "subscription { count(to: 2) }"}, headers=EVENTS)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text == (
        'event: next\ndata: {"data":{"count":0}}\n\nevent: next\ndata: {"data":{"count":1}}\n\n' + END
    )


def test_a_query_and_what_never_began_are_one_result(client: TestClient) -> None:
    asked = client.get("/graphql", params={"query": "{ hello }"}, headers=EVENTS)
    assert asked.text == 'event: next\ndata: {"data":{"hello":"hello twin"}}\n\n' + END
    wrong = client.post("/graphql", json={"query": "{ nothing }"}, headers=EVENTS)
    assert wrong.status_code == 200
    assert '"errors":[{' in wrong.text
    assert '"data":{' not in wrong.text
    assert wrong.text.endswith(END)


def test_a_subscription_without_events_is_told_how(client: TestClient) -> None:
    answer = client.post("/graphql", json={"query": "subscription { count }"}).json()
    assert "text/event-stream" in answer["errors"][0]["message"]


def test_signs_of_life_come_between_results() -> None:
    subscribers = Subscribers(StreamLimits(ping=0.02))
    with TestClient(toy_app(subscribers=subscribers), base_url="http://127.0.0.1") as client:
        body = {"query": "subscription { count(to: 1, pause: 0.1) }"}
        text = client.post("/graphql", json=body, headers=EVENTS).text
    assert text.startswith(":\n\n")
    assert text.endswith(END)


def test_the_end_of_the_service_ends_a_stream_without_its_end() -> None:
    subscribers = Subscribers(StreamLimits())
    with TestClient(toy_app(subscribers=subscribers), base_url="http://127.0.0.1") as client:
        loops: list[asyncio.AbstractEventLoop] = []
        client.portal.call(lambda: loops.append(asyncio.get_running_loop()))  # pyright: ignore[reportOptionalMemberAccess]
        threading.Timer(0.2, lambda: loops[0].call_soon_threadsafe(subscribers.stop)).start()
        answer = client.post("/graphql", json={"query": "subscription { never }"}, headers=EVENTS)
    assert answer.text == ""
    assert subscribers.count == 0


@pytest.mark.parametrize("most", ["subscriptions", "of_principal"])
def test_too_many_are_refused(most: str) -> None:
    subscribers = Subscribers(StreamLimits(**{most: 0}))
    with TestClient(toy_app(subscribers=subscribers), base_url="http://127.0.0.1") as client:
        answer = client.post("/graphql", json={"query": "subscription { count }"}, headers=EVENTS)
    assert (answer.status_code, answer.json()["code"]) == (400, "LIMIT_EXCEEDED")


def test_a_token_that_counts_no_longer_ends_a_stream_that_is_never_silent() -> None:
    token = OneToken()
    subscribers = Subscribers(StreamLimits(ping=0.1))
    app = toy_app(authenticator=token, subscribers=subscribers)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        threading.Timer(0.05, lambda: setattr(token, "revoked", True)).start()
        body = {"query": "subscription { count(to: 100, pause: 0.02) }"}
        text = client.post("/graphql", json=body, headers={**EVENTS, "authorization": "Bearer good"}).text
        metrics = client.get("/metrics").text
    assert "TOKEN_REFUSED" in text
    assert text.endswith(END)
    assert text.count("event: next") < 50
    assert 'twin_errors_total{code="TOKEN_REFUSED"} 1.0' in metrics
    assert subscribers.count == 0


def test_streams_are_no_requests_and_their_errors_are_counted(client: TestClient) -> None:
    for query in ("{ crash }", "{ nothing }", "{ hello }"):
        client.post("/graphql", json={"query": query}, headers=EVENTS)
    metrics = client.get("/metrics").text
    assert "twin_requests_running 1.0" in metrics  # the one that asks
    assert 'route="/graphql"' not in metrics
    assert 'twin_errors_total{code="QUERY_INVALID"} 2.0' in metrics


def test_after_a_mutation_the_revision_is_that_of_its_write(client: TestClient, fake: FakeDatabase) -> None:
    client.get("/graphql?query={hello}")
    fake.revisions["site"] = 9
    answer = client.post("/graphql", json={"query": "mutation { write }"}, headers=EVENTS)
    assert '{"data":{"write":1}}' in answer.text
    assert answer.headers["twin-revision"] == "9"
