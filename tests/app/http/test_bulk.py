"""`/v1/bulk` on the real service."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import orjson
import pytest

from app.main import build
from app.settings import Settings
from tests.app.http.clients import TestClient

LINES = (
    {"kind": "asset", "id": "G", "type": "GridFeed", "name": "Feed"},
    {
        "kind": "asset",
        "id": "P",
        "type": "Pump",
        "name": "Pump",
        "properties": {"ratedFlow": 3.0, "variableSpeed": True},
    },
    {"kind": "relationship", "type": "POWERS", "from": "G", "to": "P"},
)
NDJSON = {"content-type": "application/x-ndjson"}
BODY = b"".join(orjson.dumps(line) + b"\n" for line in LINES)


@pytest.fixture
def service(settings: Settings) -> Iterator[TestClient]:
    with TestClient(build(settings.changed(body_limit=1_000)), base_url="http://127.0.0.1", headers=NDJSON) as client:
        yield client


def test_what_is_loaded_is_exported_and_loading_it_again_changes_nothing(service: TestClient) -> None:
    loaded = service.post("/v1/bulk", content=gzip.compress(BODY))
    assert loaded.status_code == 200, loaded.text
    told = loaded.json()
    assert (told["assetsCreated"], told["relationshipsCreated"], told["refused"]) == (2, 1, 0)
    assert loaded.headers["twin-revision"] == str(told["revision"])
    exported = service.get("/v1/bulk")
    assert exported.headers["content-type"].startswith("application/x-ndjson")
    assert {line["id"] for line in map(orjson.loads, exported.content.splitlines()) if line["kind"] == "asset"} == {
        "G",
        "P",
    }
    again = service.post("/v1/bulk", content=exported.content).json()
    assert (again["assetsCreated"], again["assetsUpdated"], again["relationshipsCreated"]) == (0, 0, 0)
    assert service.get("/v1/bulk").content == exported.content


def test_a_body_over_the_limit_of_other_requests_is_loaded(service: TestClient) -> None:
    body = b"".join(orjson.dumps({"kind": "asset", "id": f"R{n}", "type": "Room"}) + b"\n" for n in range(100))
    assert service.post("/v1/bulk", content=body).json()["assetsCreated"] == 100


def test_refused_lines_are_told_and_strict_loads_nothing(service: TestClient) -> None:
    body = BODY + b'{"kind": "asset", "id": "X", "type": "Pmp"}\n'
    refused = service.post("/v1/bulk?strict=true", content=body)
    assert refused.status_code == 422
    assert refused.json()["code"] == "BULK_REFUSED"
    assert service.get("/v1/bulk").content == b""
    told = service.post("/v1/bulk?dryRun=true", content=body).json()
    assert (told["refused"], told["assetsCreated"]) == (1, 0)
    told = service.post("/v1/bulk", content=body).json()
    assert told["assetsCreated"] == 2
    assert [(problem["line"], problem["code"]) for problem in told["problems"]] == [(4, "UNKNOWN_TYPE")]


def test_a_body_that_ends_early_writes_nothing(service: TestClient) -> None:
    broken = service.post("/v1/bulk", content=gzip.compress(BODY)[:-20])
    assert broken.status_code == 400
    assert broken.json()["code"] == "BULK_INPUT_BROKEN"
    assert service.get("/v1/bulk").content == b""


def test_a_flag_is_true_or_false(service: TestClient) -> None:
    answer = service.post("/v1/bulk?strict=maybe", content=BODY)
    assert answer.status_code == 400
    assert "true or false" in answer.text


@pytest.mark.parametrize("media_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_a_page_of_a_foreign_site_could_send_unasked_is_refused(media_type: str, service: TestClient) -> None:
    answer = service.post("/v1/bulk", content=BODY, headers={"content-type": media_type})
    assert (answer.status_code, answer.json()["code"]) == (415, "MEDIA_TYPE_UNSUPPORTED")
    assert service.get("/v1/bulk").content == b""
