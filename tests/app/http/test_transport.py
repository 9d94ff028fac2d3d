"""What stands around `/graphql`: preflights, other origins, compression, batches, and the cost of an operation."""

from __future__ import annotations

import gzip

import brotli
import pytest
import strawberry
import zstandard

from app.http.compression import SMALLEST, chosen
from app.http.persisted import PersistedDocuments
from app.http.service import Limits
from graph.errors import DatabaseUnavailable
from tests.app.http.clients import TestClient
from tests.app.http.toy import FakeDatabase, Query, ToySchema, toy_app

LONG = {"query": "{ " + " ".join(f"a{number}: hello" for number in range(100)) + " }"}


def asking(**options: object) -> TestClient:
    return TestClient(toy_app(**options), base_url="http://127.0.0.1")  # pyright: ignore[reportArgumentType] - passed on


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"content-type": "text/plain"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"graphql-require-preflight": "1"}, 200),
        ({"apollo-require-preflight": "true"}, 200),
        ({"content-type": "application/json"}, 200),
        ({"authorization": "Bearer x"}, 200),
    ],
)
def test_a_get_that_any_page_could_have_sent_is_refused(headers: dict[str, str], status: int) -> None:
    with asking() as client:
        answer = client.get("/graphql", params={"query": "{ hello }"}, headers=headers)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["code"] == "PREFLIGHT_NEEDED"


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_form_of_another_page_is_refused(media_type: str, client: TestClient) -> None:
    answer = client.post("/graphql", content='{"query": "{ hello }"}', headers={"content-type": media_type})
    assert answer.status_code == 415


def test_pages_of_named_origins_may_read_and_no_others() -> None:
    ours, theirs = "https://ui.example.org", "https://evil.example"
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type"}
    with asking(origins=(ours,)) as client:
        allowed = client.options("/graphql", headers={"origin": ours, **asked})
        assert allowed.status_code == 200
        assert allowed.headers["access-control-allow-origin"] == ours
        assert "access-control-allow-credentials" not in allowed.headers
        refused = client.options("/graphql", headers={"origin": theirs, **asked})
        assert "access-control-allow-origin" not in refused.headers
    with asking() as client:
        assert "access-control-allow-origin" not in client.get("/health/live", headers={"origin": ours}).headers


@pytest.mark.parametrize("form", ["gzip", "br", "zstd"])
def test_long_answers_are_compressed_as_the_caller_takes_them(form: str, client: TestClient) -> None:
    plain = client.post("/graphql", json=LONG, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    with client.stream("POST", "/graphql", json=LONG, headers={"accept-encoding": form}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == form
    assert "Accept-Encoding" in answer.headers["vary"]
    assert int(answer.headers["content-length"]) == len(raw) < len(plain.content) / 4
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": zstandard.ZstdDecompressor().decompress}
    assert unpack[form](raw) == plain.content


def test_short_answers_are_not_compressed(client: TestClient) -> None:
    answer = client.post("/graphql", json={"query": "{ hello }"}, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers
    assert len(answer.content) < SMALLEST


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", None),
        ("identity", None),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, br;q=0.9", "gzip"),
        ("zstd;q=0, br", "br"),
        ("*", "zstd"),
        ("*, zstd;q=0, br;q=0.5", "gzip"),
        ("gzip;q=x", None),
    ],
)
def test_the_form_that_is_liked_best(accept: str, form: str | None) -> None:
    assert chosen(accept) == form


def test_batches_within_their_limit() -> None:
    limits = Limits(body=2000, seconds=5, batch=2)
    with asking(limits=limits) as client:
        two = [{"query": "{ hello }"}, {"query": "mutation { write }"}]
        assert client.post("/graphql", json=two).json() == [{"data": {"hello": "hello twin"}}, {"data": {"write": 1}}]
        mixed = client.post("/graphql", json=[{"query": "{ nothing }"}, {"query": "{ hello }"}])
        assert mixed.status_code == 200
        assert [set(each) for each in mixed.json()] == [{"errors"}, {"data"}]
        three = client.post("/graphql", json=[*two, *two])
        assert (three.status_code, three.json()["code"]) == (400, "LIMIT_EXCEEDED")
        for wrong in ([], [1], [[]], [{"query": 1}]):
            answer = client.post("/graphql", json=wrong)
            assert (answer.status_code, answer.json()["code"]) == (400, "REQUEST_INVALID")


class Flaky:
    """Finds no document, and sometimes not even that out."""

    async def find(self, document_id: str) -> str | None:
        error = DatabaseUnavailable("Neo4j does not answer")
        error.retry_seconds = int(document_id)
        raise error


def test_what_fails_in_a_batch_is_the_result_of_its_operation_alone() -> None:
    limits = Limits(body=2000, seconds=5, batch=5)
    with asking(limits=limits, documents=PersistedDocuments(Flaky())) as client:
        batch = [{"query": "mutation { write }"}, {"documentId": "9"}, {"documentId": "3"}, {"query": "{ hello }"}]
        answer = client.post("/graphql", json=batch)
    written, failed, _, read = answer.json()
    assert (answer.status_code, answer.headers["retry-after"]) == (200, "9")
    assert (written, read) == ({"data": {"write": 1}}, {"data": {"hello": "hello twin"}})
    assert failed["errors"][0]["extensions"]["code"] == "DATABASE_UNAVAILABLE"


def test_a_write_is_told_though_its_revision_cannot_be_looked_up() -> None:
    fake = FakeDatabase()

    @strawberry.type
    class Mutation:
        @strawberry.mutation
        def write(self) -> int:
            fake.down = True
            return 1

    with asking(database=fake, schema=ToySchema(Query, Mutation)) as client:
        answer = client.post("/graphql", json={"query": "mutation { write }"})
    assert (answer.json(), answer.headers.get("twin-revision")) == ({"data": {"write": 1}}, None)


def test_a_batch_has_the_time_of_one_operation() -> None:
    with asking(limits=Limits(body=2000, seconds=1, batch=5)) as client:
        slow = {"query": "{ slow(seconds: 5) }"}
        written, *late = client.post("/graphql", json=[{"query": "mutation { write }"}, slow, slow, slow]).json()
    assert written == {"data": {"write": 1}}
    assert [each["errors"][0]["extensions"]["code"] for each in late] == ["REQUEST_TIMEOUT"] * 3


def test_a_batch_costs_what_its_operations_do_together() -> None:
    with asking(limits=Limits(body=2000, seconds=5, batch=10)) as client:
        for count, status in ((5, 200), (6, 400)):
            answer = client.post("/graphql", json=[{"query": "{ hello }"}] * count)
            assert answer.status_code == status
    assert (answer.json()["code"], answer.json()["place"]) == ("LIMIT_EXCEEDED", "batch")
