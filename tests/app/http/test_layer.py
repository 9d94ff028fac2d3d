from __future__ import annotations

import asyncio
import re
import time

import httpx
import pytest
import structlog

from tests.app.http.clients import TestClient
from tests.app.http.toy import FakeDatabase, toy_app

TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
PATHS = ["/graphql?query={hello}", "/health/live", "/health/ready", "/metrics", "/openapi.json", "/docs", "/nothing"]


@pytest.mark.parametrize("path", PATHS)
def test_every_response_has_a_trace_and_a_request_id(path: str, client: TestClient) -> None:
    response = client.get(path)
    assert TRACEPARENT.fullmatch(response.headers["traceparent"])
    assert response.headers["x-request-id"]


def test_the_callers_trace_goes_on(client: TestClient) -> None:
    sent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    came = client.get("/health/live", headers={"traceparent": sent}).headers["traceparent"]
    assert came[:36] == sent[:36]
    assert came[36:52] != sent[36:52]
    assert came[-2:] == "01"


@pytest.mark.parametrize(
    "sent", ["nonsense", "00-" + "0" * 32 + "-b7ad6b7169203331-01", "ff-" + "1" * 32 + "-" + "1" * 16 + "-01"]
)
def test_a_broken_trace_is_replaced(sent: str, client: TestClient) -> None:
    came = client.get("/health/live", headers={"traceparent": sent}).headers["traceparent"]
    assert TRACEPARENT.fullmatch(came)
    assert sent[3:35] not in came


def test_a_request_id_of_the_caller_is_kept_if_harmless(client: TestClient) -> None:
    assert client.get("/health/live", headers={"x-request-id": "abc-1"}).headers["x-request-id"] == "abc-1"
    assert client.get("/health/live", headers={"x-request-id": 'a"b'}).headers["x-request-id"] != 'a"b'


def test_unknown_page_and_wrong_method_are_problems(client: TestClient) -> None:
    missing = client.get("/nothing")
    assert (missing.status_code, missing.json()["code"]) == (404, "NO_SUCH_PAGE")
    wrong = client.put("/graphql")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert set(wrong.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}
    for response in (missing, wrong):
        assert response.headers["content-type"] == "application/problem+json"


def test_a_fault_of_ours_is_logged_and_tells_the_caller_nothing(client: TestClient) -> None:
    with structlog.testing.capture_logs() as logs:
        response = client.get("/v1/crash")
    assert response.status_code == 500
    problem = response.json()
    assert problem["code"] == "INTERNAL"
    assert problem["requestId"] == response.headers["x-request-id"]
    assert "hunter2" not in response.text
    assert [log["exc_info"] for log in logs if log["event"] == "unexpected error"] == [True]


def test_each_request_is_logged_once_with_who_and_what(client: TestClient) -> None:
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        response = client.post("/graphql", json={"query": "query Hello { hello }", "operationName": "Hello"})
    (line,) = [log for log in logs if log["event"] == "request"]
    assert (line["status"], line["tenant"], line["operation"]) == (200, "site", "Hello")
    assert line["request_id"] == response.headers["x-request-id"]
    assert line["trace_id"] in response.headers["traceparent"]


def test_responses_name_a_revision(client: TestClient, fake: FakeDatabase) -> None:
    assert client.post("/graphql", json={"query": "{ hello }"}).headers["twin-revision"] == "7"
    fake.revisions["site"] = 8
    assert client.post("/graphql", json={"query": "mutation { write }"}).headers["twin-revision"] == "8"
    assert client.post("/v1/things", json={"name": "a"}).headers["twin-revision"] == "8"


def test_queries_take_no_statement_for_the_revision(client: TestClient, fake: FakeDatabase) -> None:
    client.post("/graphql", json={"query": "{ hello }"})
    asked = fake.asked
    for _ in range(10):
        client.post("/graphql", json={"query": "{ hello }"})
    assert fake.asked == asked


def test_a_revision_asked_for_is_waited_for(client: TestClient, fake: FakeDatabase) -> None:
    fake.revisions["site"] = 9
    response = client.post("/graphql", json={"query": "{ hello }"}, headers={"twin-min-revision": "9"})
    assert (response.status_code, response.headers["twin-revision"]) == (200, "9")


def test_a_revision_that_does_not_come_is_503(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.http.revisions.WAIT_SECONDS", 0.1)
    response = client.post("/graphql", json={"query": "{ hello }"}, headers={"twin-min-revision": "99"})
    assert (response.status_code, response.json()["code"]) == (503, "REVISION_NOT_REACHED")
    assert int(response.headers["retry-after"]) > 0


@pytest.mark.parametrize("text", ["x", "-1", "1.5", "9" * 30, "¹"])
def test_a_revision_that_is_none_is_400(text: str, client: TestClient) -> None:
    headers = {"twin-min-revision": text.encode()}
    response = client.post("/graphql", json={"query": "{ hello }"}, headers=headers)
    assert (response.status_code, response.json()["code"]) == (400, "REQUEST_INVALID")


def test_rest_bodies_are_refused_with_every_fault(client: TestClient) -> None:
    response = client.post("/v1/things", json={"size": "big"})
    assert (response.status_code, response.json()["code"]) == (400, "BODY_REFUSED")
    assert {problem["place"] for problem in response.json()["problems"]} == {"name", "size"}


def test_metrics_count_requests_errors_and_revisions(client: TestClient) -> None:
    client.post("/graphql", json={"query": "{ hello }"})
    client.get("/nothing/1")
    client.get("/nothing/2")
    text = client.get("/metrics").text
    assert 'twin_request_seconds_count{method="POST",route="/graphql",status="200"} 1.0' in text
    assert 'twin_request_seconds_count{method="GET",route="unknown",status="404"} 2.0' in text
    assert 'twin_errors_total{code="NO_SUCH_PAGE"} 2.0' in text
    assert 'twin_revision{tenant="site"} 7.0' in text


def test_resources_close_when_serving_ends() -> None:
    closed: list[bool] = []
    with TestClient(toy_app(on_close=lambda: closed.append(True))):
        assert not closed
    assert closed


@pytest.mark.anyio
async def test_a_slow_request_holds_up_no_other() -> None:
    app = toy_app()
    async with app.router.lifespan_context(app) as state:

        async def with_state(scope: dict[str, object], receive: object, send: object) -> None:
            scope["state"] = dict(state or {})
            await app(scope, receive, send)  # pyright: ignore[reportArgumentType]

        transport = httpx.ASGITransport(app=with_state)  # pyright: ignore[reportArgumentType]
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            slow = asyncio.create_task(client.post("/graphql", json={"query": "{ slow(seconds: 0.5) }"}))
            await asyncio.sleep(0.05)
            began = time.perf_counter()
            await client.post("/graphql", json={"query": "{ hello }"})
            assert time.perf_counter() - began < 0.25
            assert not slow.done()
            assert (await slow).json() == {"data": {"slow": "done"}}
