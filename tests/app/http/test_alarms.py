"""`/v1/alarms` on the real service: looked at by page and filter, acknowledged, shelved and brought back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from app.answers import AlarmAnswer, AlarmOf, AlarmsAnswer, AlarmsDone
from app.main import build
from app.settings import Settings
from graph.alarms import Priority, Seen, Sighting, open_alarms
from graph.clock import SystemClock, epoch_micros
from graph.identity import parse_tenant
from graph.impact import Level
from tests.app.http.clients import TestClient

pytestmark = pytest.mark.neo4j

NOON = epoch_micros(datetime(2026, 6, 3, 12, tzinfo=UTC))
ASSETS = (
    {"kind": "asset", "id": "S", "type": "Site", "name": "Site"},
    {"kind": "asset", "id": "R/1", "type": "Room", "name": "Room", "parents": ["S"]},
    {"kind": "asset", "id": "P", "type": "Pump", "name": "Pump", "parents": ["R/1"], "properties": {"ratedFlow": 1}},
)


async def raise_alarms(settings: Settings) -> None:
    """The pump vibrates, the room has too little, and the air in it is not as it should be."""
    alarms = open_alarms(None, folder=settings.data_dir, clock=SystemClock(), days=9)
    tenant = parse_tenant(settings.tenant)
    assert await alarms.hold(tenant, "tests", seconds=600)
    warm = Seen(level=Level.DEGRADED, time=NOON + 2, value=31.5, priority=Priority.LOW)
    sightings = (
        Sighting(asset="P", kind="Pump", points={"vibration": Seen(level=Level.DOWN, time=NOON, value=9.5)}),
        Sighting(asset="R/1", kind="Room", points={"": Seen(level=Level.DOWN, time=NOON + 1), "temperature": warm}),
    )
    assert await alarms.settle(tenant, "tests", sightings) is not None
    await alarms.close()


@pytest.fixture
def service(settings: Settings) -> Iterator[TestClient]:
    asyncio.run(raise_alarms(settings))
    with TestClient(build(settings), base_url="http://127.0.0.1") as client:
        body = b"".join(orjson.dumps(line) + b"\n" for line in ASSETS)
        loaded = client.post("/v1/bulk", content=body, headers={"content-type": "application/x-ndjson"})
        assert loaded.json()["refused"] == 0, loaded.text
        yield client


def listed(service: TestClient, query: str = "") -> list[tuple[str, str | None]]:
    response = service.get(f"/v1/alarms{query}")
    assert response.status_code == 200, response.text
    answer = AlarmsAnswer.model_validate(response.json())
    return [(each.asset_id, each.channel) for each in answer.nodes]


def test_alarms_are_listed_by_what_is_asked_for(service: TestClient) -> None:
    everything = [("R/1", "temperature"), ("R/1", None), ("P", "vibration")]
    assert listed(service) == everything
    assert listed(service, "?priority=low") == everything[:1]
    assert listed(service, "?priority=HIGH&priority=MEDIUM") == everything[1:]
    assert listed(service, "?state=UNACK&level=DOWN&type=Equipment") == everything[2:]
    assert listed(service, "?asset=R%2F1&asset=X") == everything[:2]
    assert listed(service, "?within=S") == everything
    assert listed(service, "?within=P&flood=f") == []
    first = service.get("/v1/alarms?first=1").json()
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (3, True)
    assert listed(service, f"?first=1&after={first['pageInfo']['endCursor']}") == everything[1:2]
    for query, code in (
        ("?state=LOUD", "REQUEST_INVALID"),
        ("?type=Nothing", "UNKNOWN_TYPE"),
        ("?after=x", "CURSOR_INVALID"),
        ("?all=1", "REQUEST_INVALID"),
    ):
        refused = service.get(f"/v1/alarms{query}")
        assert (refused.status_code, refused.json()["code"]) == (400, code), refused.text


def test_alarms_are_acknowledged_shelved_and_brought_back(service: TestClient) -> None:
    (pump,) = service.get("/v1/alarms?asset=P").json()["nodes"]
    address = f"/v1/alarms/{pump['id']}"
    done = service.post("/v1/alarms/acknowledge", json={"ids": [pump["id"]], "comment": "on my way"})
    assert done.status_code == 200, done.text
    (seen,) = AlarmsDone.model_validate(done.json()).alarms
    assert (seen.state, seen.value, seen.priority) == ("ACKED", 9.5, "HIGH")
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=8)
    shelved = service.post(f"{address}/shelve", json={"until": until.isoformat(), "reason": "sensor is replaced"})
    put = AlarmOf.model_validate(shelved.json())
    assert (put.state, put.shelved_until) == ("SHELVED", until)
    back = service.post(f"{address}/unshelve", json={})
    assert AlarmOf.model_validate(back.json()).state == "UNACK"
    whole = AlarmAnswer.model_validate(service.get(address).json())
    assert [(each.action, each.by, each.comment) for each in whole.transitions] == [
        ("RAISED", "twin", ""),
        ("ACKNOWLEDGED", "operator", "on my way"),
        ("SHELVED", "operator", "sensor is replaced"),
        ("UNSHELVED", "operator", ""),
    ]


def test_what_cant_be_done_is_refused(service: TestClient) -> None:
    (pump,) = service.get("/v1/alarms?asset=P").json()["nodes"]
    address = f"/v1/alarms/{pump['id']}"
    shelved = service.get("/v1/alarms?priority=LOW").json()["nodes"][0]["id"]
    soon, later = ((datetime.now(UTC) + timedelta(days=days)).isoformat() for days in (1, 31))
    assert service.post(f"/v1/alarms/{shelved}/shelve", json={"until": soon, "reason": "r"}).status_code == 200
    for response, told in (
        (service.get("/v1/alarms/nothing"), (404, "UNKNOWN_ALARM")),
        (service.post("/v1/alarms/acknowledge", json={"ids": ["nothing"]}), (404, "UNKNOWN_ALARM")),
        (service.post("/v1/alarms/acknowledge", json={"ids": []}), (400, "BODY_REFUSED")),
        (service.post(f"{address}/shelve", json={"until": later, "reason": "r"}), (400, "SHELF_INVALID")),
        (service.post(f"{address}/shelve", json={"until": "soon", "reason": "r"}), (400, "BODY_REFUSED")),
        (service.post(f"{address}/unshelve", json={}), (409, "ALARM_STATE_CONFLICT")),
        (service.post("/v1/alarms/acknowledge", json={"ids": [shelved]}), (409, "ALARM_STATE_CONFLICT")),
        (service.get("/v1/alarms", headers={"accept": "text/csv"}), (406, "NOT_ACCEPTABLE")),
    ):
        assert (response.status_code, response.json()["code"]) == told, response.text
