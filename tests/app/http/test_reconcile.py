"""`/v1/reconcile` on the real service."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import orjson
import pytest

from app.main import build
from app.settings import Settings
from graph.identity import parse_tenant
from tests.app.http.clients import TestClient

NDJSON = {"content-type": "application/x-ndjson"}
PUMP = {"kind": "asset", "id": "P", "type": "Pump", "properties": {"ratedFlow": 3.0, "variableSpeed": True}}
FEED = {"kind": "asset", "id": "G", "type": "GridFeed"}


@pytest.fixture
def service(settings: Settings) -> Iterator[TestClient]:
    with TestClient(build(settings), base_url="http://127.0.0.1", headers=NDJSON) as client:
        yield client


def body(*lines: object) -> bytes:
    return b"".join(orjson.dumps(line) + b"\n" for line in lines)


def test_comparing_and_repairing(service: TestClient) -> None:
    source = body(PUMP, FEED)
    told = service.post("/v1/reconcile", content=source).json()
    assert (told["missing"], told["same"], told["differs"], told["revision"]) == (2, False, True, 0)
    assert [each["asset"] for each in told["kinds"][0]["samples"]] == ["G", "P"]
    judged = service.post("/v1/reconcile/repair?apply=missing", content=source)
    assert judged.json()["repair"]["written"] is False
    assert service.post("/v1/reconcile", content=source).json()["missing"] == 2
    done = service.post("/v1/reconcile/repair?apply=missing&write=true", content=source)
    assert (done.json()["repair"]["assetsCreated"], done.json()["differs"]) == (2, False)
    assert done.headers["twin-revision"] == str(done.json()["repair"]["revision"])
    assert service.post("/v1/reconcile?exact=true", content=source).json()["same"] is True
    other = body({**PUMP, "properties": {"ratedFlow": 3.1}})
    near = service.post("/v1/reconcile?tolerance=ratedFlow=0.2&types=Pump", content=other).json()
    assert near["same"] is True


def test_what_is_refused(service: TestClient) -> None:
    for path, code in (
        ("/v1/reconcile?samples=many", "BODY_REFUSED"),
        ("/v1/reconcile?tolerance=much", "VALUE_INVALID"),
        ("/v1/reconcile?within=nobody", "UNKNOWN_ASSET"),
        ("/v1/reconcile/repair", "BODY_REFUSED"),
    ):
        refused = service.post(path, content=body(FEED))
        assert refused.status_code >= 400
        assert refused.json()["code"] in (code, "REQUEST_INVALID"), path
    assert service.post("/v1/reconcile", content=b"{}", headers={"content-type": "text/plain"}).status_code == 415


def test_how_much_is_taken(settings: Settings) -> None:
    with TestClient(build(settings.changed(reconcile_limit=1_000)), base_url="http://127.0.0.1", headers=NDJSON) as few:
        long = b" " * 980 + body(FEED)
        for content in (long, gzip.compress(b"\n" * 1_001), gzip.compress(long)):
            refused = few.post("/v1/reconcile", content=content)
            assert (refused.status_code, refused.json()["code"]) == (400, "LIMIT_EXCEEDED")
            assert "TWIN_RECONCILE_LIMIT" in refused.text
        reconciler = few.app_state["service"].edition().services.reconciler
        with reconciler.turn(parse_tenant(settings.tenant)):
            busy = few.post("/v1/reconcile", content=body(FEED))
            assert (busy.status_code, busy.json()["code"]) == (503, "TOO_BUSY")
        assert few.post("/v1/reconcile", content=body(FEED)).status_code == 200
        assert list(reconciler.folder.iterdir()) == []
