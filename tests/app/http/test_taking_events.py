"""`/v1/events` on the real service: acknowledged when durable, each event taken or refused alone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest

from app.main import build
from app.settings import Settings
from tests.app.http.clients import TestClient
from tests.app.http.serving import served, write

BATCH = {"content-type": "application/cloudevents-batch+json"}
ROOM = {"kind": "asset", "id": "R", "type": "Room"}


def told(data: dict[str, Any], *, id: str = "1", subject: str = "R", ahead: float = 0.0) -> dict[str, Any]:  # noqa: A002
    time = datetime.now(UTC) + timedelta(seconds=ahead)
    known = {"specversion": "1.0", "source": "tests", "type": "reading", "time": time.isoformat()}
    return {**known, "id": id, "subject": subject, "data": data}


@pytest.fixture
def service(settings: Settings) -> Iterator[TestClient]:
    with TestClient(build(settings.changed(body_limit=100_000)), base_url="http://127.0.0.1") as client:
        load_room(client)
        yield client


def load_room(client: TestClient) -> None:
    loaded = client.post(
        "/v1/bulk", content=orjson.dumps(ROOM) + b"\n", headers={"content-type": "application/x-ndjson"}
    )
    assert loaded.status_code == 200


def test_events_are_taken_in_every_form_and_good_neighbours_go_through(service: TestClient) -> None:
    events = [told({"temperature": 21}), told({"temperature": 22}, subject="X"), told({"temperature": "hot"}), 7]
    answer = service.post("/v1/events", content=orjson.dumps(events), headers=BATCH)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["accepted"], body["late"], body["refused"], body["stateRevision"]) == (1, 0, 3, 1)
    assert [(each["index"], each["code"]) for each in body["problems"]] == [
        (1, "UNKNOWN_ASSET"),
        (2, "VALUE_INVALID"),
        (3, "EVENT_INVALID"),
    ]
    assert body["problems"][1]["place"] == "events[2].temperature"
    single = {"content-type": "application/cloudevents+json"}
    assert service.post("/v1/events", json=told({"humidity": 40}), headers=single).json()["accepted"] == 1
    lines = b"\n".join(orjson.dumps(told({"humidity": 41}, id=str(n))) for n in range(3))
    ndjson = service.post("/v1/events", content=lines, headers={"content-type": "application/x-ndjson"}).json()
    assert ndjson["accepted"] == 3
    attributes = {f"ce-{name}": value for name, value in told({}).items() if name != "data"}
    binary = service.post("/v1/events", json={"temperature": 23}, headers=attributes)
    assert binary.json()["accepted"] == 1
    metrics = service.get("/metrics").text
    assert 'twin_events_total{outcome="CURRENT"' in metrics
    assert 'since="receipt"' in metrics


def test_ten_megabytes_are_refused_and_good_neighbours_go_through(settings: Settings) -> None:
    with TestClient(build(settings), base_url="http://127.0.0.1") as client:
        load_room(client)
        vast = told({"temperature": "x" * 9_900_000}, id="vast")
        good = told({"temperature": 21.5}, id="good")
        for content, headers in (
            (orjson.dumps([vast, good]), BATCH),
            (b"\n".join([orjson.dumps(vast), orjson.dumps(good)]), {"content-type": "application/x-ndjson"}),
        ):
            answer = client.post("/v1/events", content=content, headers=headers)
            assert (answer.json()["accepted"], answer.json()["refused"]) == (1, 1)
            assert answer.json()["problems"][0]["code"] in ("EVENT_TOO_LARGE", "VALUE_INVALID")
            assert len(answer.content) < 2_000
        whole = client.post("/v1/events", content=b"[" + b" " * 10_000_000 + b"]", headers=BATCH)
        assert (whole.status_code, whole.json()["code"]) == (413, "BODY_TOO_LARGE")


def test_the_same_again_changes_nothing(service: TestClient) -> None:
    body = orjson.dumps([told({"temperature": 21})])
    first, again = (service.post("/v1/events", content=body, headers=BATCH).json() for _ in range(2))
    assert (first["accepted"], first["late"], first["stateRevision"]) == (1, 0, 1)
    assert (again["accepted"], again["late"], again["stateRevision"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"\x00\x01\xfe", BATCH["content-type"], 422, "EVENT_INVALID"),
        (b"[" * 50_000, BATCH["content-type"], 422, "EVENT_INVALID"),
        (b"{}", "text/plain", 415, "MEDIA_TYPE_UNSUPPORTED"),
        (b"{}", "application/json", 415, "MEDIA_TYPE_UNSUPPORTED"),
        (b"[" + b" " * 200_000 + b"]", BATCH["content-type"], 413, "BODY_TOO_LARGE"),
        (b"[7, {}]", BATCH["content-type"], 422, "EVENTS_REFUSED"),
        (orjson.dumps([told({"temperature": 1}, ahead=3_600)]), BATCH["content-type"], 422, "EVENTS_REFUSED"),
    ],
)
def test_what_is_no_event_is_refused_cleanly(
    service: TestClient, content: bytes, kind: str, status: int, code: str
) -> None:
    answer = service.post("/v1/events", content=content, headers={"content-type": kind})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_answers_that_events_change_have_no_tag(service: TestClient) -> None:
    def asked(query: str, variables: str = "{}", **headers: str) -> httpx.Response:
        given = {"query": query, "variables": variables}
        return service.get("/graphql", params=given, headers={"graphql-require-preflight": "1", **headers})

    live = orjson.dumps({"input": {"failures": [], "baseline": "LIVE"}}).decode()
    impact = "query ($input: ImpactInput!) { impact(input: $input) { impactedCount } }"
    for query, variables in (
        ("{ alarms { totalCount } }", "{}"),
        (impact, live),
        ("{ service { sourceCount } }", "{}"),
    ):
        answer = asked(query, variables)
        assert (answer.status_code, answer.headers.get("etag")) == (200, None), answer.text
    lasting = asked("{ assets { totalCount } }")
    again = asked("{ assets { totalCount } }", **{"if-none-match": lasting.headers["etag"]})
    assert again.status_code == 304


def test_nothing_is_no_refusal(service: TestClient) -> None:
    assert service.post("/v1/events", content=b"[]", headers=BATCH).json()["accepted"] == 0


async def test_many_senders_share_transactions(settings: Settings) -> None:
    async with served(settings) as address, httpx.AsyncClient(timeout=30) as client:
        await write(address, "R")
        url = f"http://{address}/v1/events"
        answers = await asyncio.gather(
            *(client.post(url, json=[told({"temperature": n}, id=str(n))], headers=BATCH) for n in range(40))
        )
        assert [each.json()["accepted"] for each in answers] == [1] * 40
        assert max(each.json()["stateRevision"] for each in answers) < 40
