from __future__ import annotations

import pytest

from app.http.service import Limits
from tests.app.http.clients import TestClient
from tests.app.http.conftest import ASKING
from tests.app.http.toy import FakeDatabase, toy_app

NEW = "application/graphql-response+json"
OLD = "application/json"


def test_a_query_by_post(client: TestClient) -> None:
    response = client.post("/graphql", json={"query": "{ hello }"})
    assert response.status_code == 200
    assert response.json() == {"data": {"hello": "hello twin"}}
    assert response.headers["content-type"] == f"{OLD}; charset=utf-8"


def test_variables_and_operation_name(client: TestClient) -> None:
    query = "query A($n: String!) { hello(name: $n) } query B { hello }"
    body = {"query": query, "variables": {"n": "you"}, "operationName": "A", "extensions": {}}
    assert client.post("/graphql", json=body).json() == {"data": {"hello": "hello you"}}


def test_a_query_by_get(client: TestClient) -> None:
    parameters = {"query": "query($n: String!) { hello(name: $n) }", "variables": '{"n": "you"}'}
    response = client.get("/graphql", params=parameters, headers={"accept": NEW})
    assert response.json() == {"data": {"hello": "hello you"}}


def test_a_mutation_by_get_is_refused(client: TestClient) -> None:
    response = client.get("/graphql", params={"query": "mutation { write }"})
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert response.json()["code"] == "METHOD_NOT_ALLOWED"


def test_a_mutation_by_post(client: TestClient) -> None:
    assert client.post("/graphql", json={"query": "mutation { write }"}).json() == {"data": {"write": 1}}


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("", OLD),
        ("*/*", OLD),
        (f"{NEW}, {OLD};q=0.9", NEW),
        (OLD, OLD),
        ("application/*", OLD),
        (f"{NEW};q=0, {OLD}", OLD),
    ],
)
def test_the_answer_has_the_form_asked_for(accept: str, answered: str, client: TestClient) -> None:
    response = client.post("/graphql", json={"query": "{ hello }"}, headers={"accept": accept})
    assert response.headers["content-type"] == f"{answered}; charset=utf-8"


def test_an_unknown_form_is_not_acceptable(client: TestClient) -> None:
    response = client.post("/graphql", json={"query": "{ hello }"}, headers={"accept": "text/csv"})
    assert (response.status_code, response.json()["code"]) == (406, "NOT_ACCEPTABLE")


@pytest.mark.parametrize(
    "body",
    [
        {"query": "{ hello"},
        {"query": "{ nothing }"},
        {"query": "query($n: Int!) { hello }"},
        {"query": "query A { hello }", "operationName": "C"},
        {"query": "query($s: Float!) { slow(seconds: $s) }", "variables": {"s": "x"}},
    ],
)
def test_what_never_began_is_400_without_data_and_200_for_the_older_form(
    body: dict[str, object], client: TestClient
) -> None:
    newer = client.post("/graphql", json=body, headers={"accept": NEW})
    assert newer.status_code == 400
    assert set(newer.json()) == {"errors"}
    older = client.post("/graphql", json=body, headers={"accept": OLD})
    assert older.status_code == 200
    assert older.json()["errors"]


def test_a_field_that_failed_is_200_with_its_path(client: TestClient) -> None:
    response = client.post("/graphql", json={"query": "{ crash }"})
    assert response.status_code == 200
    assert response.json()["data"] is None
    assert response.json()["errors"][0]["path"] == ["crash"]


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"{bad", OLD, 400, "REQUEST_INVALID"),
        (b"[]", OLD, 400, "REQUEST_INVALID"),
        (b"\xff\xfe", OLD, 400, "REQUEST_INVALID"),
        (b'{"query": NaN}', OLD, 400, "REQUEST_INVALID"),
        (b"{}", OLD, 400, "REQUEST_INVALID"),
        (b'{"query": 1}', OLD, 400, "REQUEST_INVALID"),
        (b'{"query": " "}', OLD, 400, "REQUEST_INVALID"),
        (b'{"query": "{ hello }", "variables": []}', OLD, 400, "REQUEST_INVALID"),
        (b'{"query": "{ hello }", "operationName": 1}', OLD, 400, "REQUEST_INVALID"),
        (b'{"query": "{ hello }", "extensions": 1}', OLD, 400, "REQUEST_INVALID"),
        (b"{ hello }", "application/graphql", 415, "MEDIA_TYPE_UNSUPPORTED"),
        (b'{"query": "{ hello }"}', "text/plain", 415, "MEDIA_TYPE_UNSUPPORTED"),
        (b'{"query": "' + b" " * 3000 + b'"}', OLD, 413, "BODY_TOO_LARGE"),
    ],
)
def test_a_body_that_is_no_request(content: bytes, media_type: str, status: int, code: str, client: TestClient) -> None:
    response = client.post("/graphql", content=content, headers={"content-type": media_type})
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response.headers["content-type"] == "application/problem+json"


def test_a_body_that_hides_its_length_is_cut_at_the_limit(client: TestClient) -> None:
    read: list[int] = []

    def parts() -> object:
        for number in range(100):
            read.append(number)
            yield b" " * 1000

    response = client.post("/graphql", content=parts(), headers={"content-type": OLD})
    assert (response.status_code, response.json()["code"]) == (413, "BODY_TOO_LARGE")


def test_an_operation_over_its_time_is_503() -> None:
    with TestClient(toy_app(limits=Limits(body=2000, seconds=0.05)), base_url="http://localhost") as client:
        response = client.post("/graphql", json={"query": "{ slow(seconds: 5) }"})
    assert (response.status_code, response.json()["code"]) == (503, "REQUEST_TIMEOUT")
    assert response.headers["retry-after"] == "1"


def test_a_browser_gets_graphiql_and_no_foreign_host(client: TestClient) -> None:
    response = client.get("/graphql", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert response.headers["content-type"].startswith("text/html")
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert "//" not in response.text.replace("<!doctype html>", "")


def test_graphiql_can_be_turned_off(fake: FakeDatabase) -> None:
    with TestClient(toy_app(fake, graphiql=False), base_url="http://127.0.0.1") as client:
        response = client.get("/graphql", headers={"accept": "text/html", **ASKING})
    assert response.status_code == 406


def test_without_its_script_the_page_says_how_to_build_it(tmp_path: object) -> None:
    from pathlib import Path

    from app.http.graphiql_page import graphiql_page

    assert isinstance(tmp_path, Path)
    assert b"make graphiql" in graphiql_page(tmp_path).body


def test_a_batch_is_refused_with_what_to_do(client: TestClient) -> None:
    response = client.post("/graphql", json=[{"query": "{ hello }"}])
    assert (response.status_code, response.json()["code"]) == (400, "REQUEST_INVALID")
    assert "batches" in response.json()["hint"]


def test_a_slash_too_many_is_no_page_and_names_no_host(client: TestClient) -> None:
    response = client.get("/graphql/", headers={"host": "evil.example"}, follow_redirects=False)
    assert response.status_code == 404
    assert "location" not in response.headers
