"""`GET /v1/spof/{id}` and `GET /v1/cut-sets/{id}` on the real service."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import orjson
import pytest

from app.answers import CriticalityAnswer, CutSetsAnswer, SinglePointsAnswer
from app.http.openapi import openapi
from app.http.routes.criticality import CRITICALITY
from app.http.routes.reliability import CUT_SETS, SINGLE_POINTS
from app.main import build
from app.settings import Settings
from tests.app.http.clients import TestClient
from tests.app.http.feeding import feed_pump_through_boards

pytestmark = pytest.mark.neo4j

PUMP = "P/1 €"
NDJSON = {"accept": "application/x-ndjson"}


@pytest.fixture(scope="module")
def service(standing: Settings) -> Iterator[TestClient]:
    """The service without tokens; its tenant has a grid feed G that powers a pump through two boards."""
    with TestClient(build(standing), base_url="http://127.0.0.1") as client:
        feed_pump_through_boards(client, PUMP, flow=1)
        yield client


def test_what_brings_a_pump_down(service: TestClient) -> None:
    address = quote(PUMP, safe="")
    response = service.get(f"/v1/spof/{address}")
    assert response.status_code == 200, response.text
    alone = SinglePointsAnswer.model_validate(response.json())
    assert ([each.id for each in alone.nodes], alone.total_count) == (["G"], 1)
    lines = service.get(f"/v1/spof/{address}?level=degraded", headers=NDJSON)
    assert [orjson.loads(each) for each in lines.text.splitlines()] == [
        {"kind": "analysis", "revision": 1, "target": PUMP, "level": "DEGRADED", "totalCount": 1},
        {"kind": "asset", "id": "G", "type": "GridFeed", "name": "Grid feed"},
        {"kind": "end", "lines": 2, "complete": True},
    ]
    tag = response.headers["etag"]
    assert service.get(f"/v1/spof/{address}", headers={"if-none-match": tag}).status_code == 304
    together = service.get(f"/v1/cut-sets/{address}?maxOrder=2")
    answer = CutSetsAnswer.model_validate(together.json())
    assert [[each.id for each in cut_set] for cut_set in answer.cut_sets] == [["G"], ["B1", "B2"]]
    assert (answer.count, answer.truncated, answer.importance) == ("2", None, [])
    among = quote('{"types": ["Switchgear"]}')
    boards = service.get(f"/v1/cut-sets/{address}?among={among}&first=1").json()
    assert (boards["count"], [each["id"] for each in boards["cutSets"][0]]) == ("1", ["B1", "B2"])


def test_cut_sets_come_whole_line_by_line(service: TestClient) -> None:
    address = f"/v1/cut-sets/{quote(PUMP, safe='')}?maxOrder=2"
    head, *items, end = (orjson.loads(each) for each in service.get(address, headers=NDJSON).text.splitlines())
    assert head == {
        "kind": "analysis",
        "revision": 1,
        "count": "2",
        "completeToOrder": None,
        "probability": None,
        "probabilityBounds": None,
        "truncated": None,
        "target": PUMP,
        "listedCount": 2,
    }
    document = service.get(address).json()
    assert [each["assets"] for each in items] == document["cutSets"]
    assert {each["kind"] for each in items} == {"cutSet"}
    assert end == {"kind": "end", "lines": 3, "complete": True}


def test_criticality_comes_whole_line_by_line(service: TestClient) -> None:
    lines = service.get("/v1/criticality?type=Equipment", headers=NDJSON).text.splitlines()
    head, *items, end = (orjson.loads(each) for each in lines)
    assert head == {"kind": "analysis", "revision": 1, "totalCount": 4, "types": ["Equipment"], "weightBy": None}
    document = service.get("/v1/criticality?type=Equipment").json()
    assert [{name: each[name] for name in each if name != "kind"} for each in items] == document["nodes"]
    assert end == {"kind": "end", "lines": 5, "complete": True}
    progress = service.get("/v1/criticality/progress").json()
    assert (progress["done"], progress["total"], progress["complete"]) == (4, 4, True)


def test_whose_failure_does_most(service: TestClient) -> None:
    response = service.get("/v1/criticality?type=Equipment&first=2")
    ranked = CriticalityAnswer.model_validate(response.json())
    assert [(each.asset.id, each.impacted_count, each.down_count) for each in ranked.nodes] == [
        ("G", 3, 3),
        ("B1", 0, 0),
    ]
    after = ranked.page_info.end_cursor
    rest = service.get(f"/v1/criticality?type=Switchgear&type=Pump&after={after}")
    assert rest.json()["code"] == "CURSOR_INVALID", "a cursor of another list"
    weighed = service.get("/v1/criticality?weightBy=ratedFlow").json()["nodes"]
    assert (weighed[0]["asset"]["id"], weighed[0]["weight"]) == ("G", 1.0)
    tag = response.headers["etag"]
    assert service.get("/v1/criticality?type=Equipment&first=2", headers={"if-none-match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v1/spof/nobody", "UNKNOWN_ASSET"),
        ("/v1/spof/G?level=OK", "REQUEST_INVALID"),
        ("/v1/spof/G?first=many", "REQUEST_INVALID"),
        ("/v1/spof/G?first=100000", "LIMIT_EXCEEDED"),
        ("/v1/cut-sets/nobody", "UNKNOWN_ASSET"),
        ("/v1/criticality?type=Submarine", "UNKNOWN_TYPE"),
        ("/v1/criticality?weightBy=chance", "UNKNOWN_PROPERTY"),
        ("/v1/criticality?after=x", "CURSOR_INVALID"),
        ("/v1/criticality?first=many", "REQUEST_INVALID"),
        ("/v1/cut-sets/G?maxOrder=0", "VALUE_INVALID"),
        ("/v1/cut-sets/G?maxOrder=999999999999", "REQUEST_INVALID"),
        ("/v1/cut-sets/G?among=[]", "REQUEST_INVALID"),
        ('/v1/cut-sets/G?among={"kinds":["Pump"]}', "REQUEST_INVALID"),
        ('/v1/cut-sets/G?among={"types":["Submarine"]}', "UNKNOWN_TYPE"),
        ("/v1/cut-sets/G?probabilityBy=ratedFlow", "VALUE_INVALID"),
        ("/v1/cut-sets/G?probabilityBy=chance", "UNKNOWN_PROPERTY"),
    ],
)
def test_wrong_questions(service: TestClient, path: str, code: str) -> None:
    response = service.get(path)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == code
    assert 400 <= response.status_code < 500


@pytest.mark.parametrize("path", ["/v1/spof/G", "/v1/cut-sets/G", "/v1/criticality"])
def test_other_forms_are_not_given(service: TestClient, path: str) -> None:
    assert service.get(path, headers={"accept": "text/html"}).status_code == 406


def test_a_wrong_question_is_no_line(service: TestClient) -> None:
    response = service.get("/v1/spof/nobody", headers=NDJSON)
    assert (response.status_code, response.json()["code"]) == (404, "UNKNOWN_ASSET")


@pytest.mark.parametrize("headers", [{}, NDJSON], ids=["document", "lines"])
def test_a_mission_time_is_heard_in_every_form(service: TestClient, headers: dict[str, str]) -> None:
    response = service.get("/v1/cut-sets/G?missionTime=P30D", headers=headers)
    assert (response.status_code, response.json()["code"]) == (400, "VALUE_INVALID")
    assert response.json()["place"] == "missionTime"


def test_they_are_described_with_examples() -> None:
    described = openapi((SINGLE_POINTS, CUT_SETS, CRITICALITY))["paths"]
    for path in ("/v1/spof/{id}", "/v1/cut-sets/{id}", "/v1/criticality"):
        assert all("example" in each for each in described[path]["get"]["parameters"] if each["name"] != "after")
