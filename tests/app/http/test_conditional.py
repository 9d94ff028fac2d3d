"""Who has an answer already gets 304 for as long as nothing was written."""

from __future__ import annotations

import pytest

from tests.app.http.clients import TestClient
from tests.app.http.toy import FakeDatabase

QUERY = "/graphql?query={hello}"
PATHS = [QUERY, "/v1/things"]


@pytest.mark.parametrize("path", PATHS)
def test_what_was_not_written_since_is_not_sent_again(path: str, client: TestClient, fake: FakeDatabase) -> None:
    first = client.get(path)
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    assert first.headers["cache-control"] == "private, no-cache"
    for sent in (tag, f'"x", {tag}', tag.removeprefix("W/")):
        again = client.get(path, headers={"if-none-match": sent})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["twin-revision"] == "7"
    fake.revisions["site"] = 8
    newer = client.get(path, headers={"if-none-match": tag})
    assert (newer.status_code, newer.headers["twin-revision"]) == (200, "8")
    assert newer.headers["etag"] != tag


def test_each_question_has_a_tag_of_its_own(client: TestClient) -> None:
    newer = {"accept": "application/graphql-response+json"}
    tags = {
        client.get(path, headers=headers).headers["etag"]
        for path in (*PATHS, "/graphql?query={a:hello}")
        for headers in ({}, newer)
    }
    assert len(tags) == 6


@pytest.mark.parametrize("query", ["{crash}", "{nothing}", "{passing:hello}"])
def test_errors_and_what_no_revision_tells_have_no_tag(query: str, client: TestClient) -> None:
    response = client.get("/graphql", params={"query": query})
    assert "etag" not in response.headers
    assert response.headers["cache-control"] == "no-store"


def test_answers_to_post_have_no_tag(client: TestClient) -> None:
    assert "etag" not in client.post("/graphql", json={"query": "{ hello }"}).headers


def test_a_stream_has_no_tag(client: TestClient) -> None:
    response = client.get("/v1/things", headers={"accept": "application/x-ndjson"})
    assert (response.text, response.headers.get("etag"), response.headers["cache-control"]) == (
        "{}\n",
        None,
        "no-store",
    )
