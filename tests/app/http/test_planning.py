"""`POST /v1/impact/compare` and `POST /v1/maintenance-check` on the real service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from app.answers import ComparisonAnswer, ComparisonBody, ComparisonLine, MaintenanceAnswer, MaintenanceBody
from app.http.openapi import openapi
from app.http.routes.planning import COMPARE, MAINTENANCE_CHECK
from app.main import build
from app.settings import Settings
from tests.app.http.clients import TestClient
from tests.app.http.feeding import feed_pump_through_boards

pytestmark = pytest.mark.neo4j

NDJSON = {"accept": "application/x-ndjson"}
BOTH_FAIL = {"before": {"failures": [{"asset": "B1"}]}, "after": {"failures": [{"asset": "B1"}], "maintenance": ["B2"]}}


@pytest.fixture(scope="module")
def service(standing: Settings) -> Iterator[TestClient]:
    """The service without tokens; its tenant has a grid feed G that powers a pump P through two boards."""
    with TestClient(build(standing), base_url="http://127.0.0.1") as client:
        feed_pump_through_boards(client, "P", flow=2)
        yield client


def work(name: str, *assets: str, **window: str) -> dict[str, Any]:
    return {"name": name, "assets": assets, "start": "2026-12-01T08:00:00Z", **(window or {"duration": "PT2H"})}


WORKS = [work("one", "B1"), work("two", "B2", end="2026-12-01T09:30:00Z")]


def test_a_comparison(service: TestClient) -> None:
    response = service.post("/v1/impact/compare?first=1", json=BOTH_FAIL)
    assert response.status_code == 200, response.text
    answer = ComparisonAnswer.model_validate(response.json())
    assert (answer.newly_impacted_count, answer.no_longer_at_risk_count) == (1, 0)
    (pump,) = answer.newly_impacted.nodes
    assert (pump.asset.id, pump.level_before, pump.level) == ("P", "OK", "DOWN")
    assert pump.because is not None
    assert pump.because_before is None
    assert response.headers["twin-revision"] == str(answer.revision)


def test_a_comparison_line_by_line(service: TestClient) -> None:
    response = service.post("/v1/impact/compare", json=BOTH_FAIL, headers=NDJSON)
    lines = [orjson.loads(each) for each in response.text.splitlines()]
    for each in lines:
        ComparisonLine.model_validate(each)
    whole = service.post("/v1/impact/compare", json=BOTH_FAIL).json()
    assert [each["kind"] for each in lines] == ["comparison", "newlyImpacted", "end"]
    assert {"kind": "newlyImpacted", **whole["newlyImpacted"]["nodes"][0]} == lines[1]
    assert lines[0]["after"] == whole["after"]


def test_a_maintenance_check(service: TestClient) -> None:
    response = service.post("/v1/maintenance-check", json={"works": WORKS, "weightBy": "ratedFlow"})
    assert response.status_code == 200, response.text
    answer = MaintenanceAnswer.model_validate(response.json())
    (both,) = answer.combinations
    assert (both.works, both.start, both.end) == (
        ["one", "two"],
        "2026-12-01T08:00:00.000Z",
        "2026-12-01T09:30:00.000Z",
    )
    assert (both.asset_count, both.weight, both.assets[0].asset.id) == (1, 2.0, "P")
    assert both.assets[0].because is not None
    assert [each.asset_count for each in answer.works] == [0, 0]


@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson"])
@pytest.mark.parametrize(
    ("body", "code", "place"),
    [
        ({"after": {"failures": [{"asset": "nobody"}]}}, "UNKNOWN_ASSET", "after.failures[0]"),
        ({"after": {"horizon": "P1M"}}, "VALUE_INVALID", None),
        ({"before": {}}, "BODY_REFUSED", "after"),
        ({"after": {"failures": [{"asset": "G", "operability": 2}]}}, "BODY_REFUSED", "after.failures[0].operability"),
    ],
)
def test_wrong_comparisons(
    service: TestClient, accept: str, body: dict[str, object], code: str, place: str | None
) -> None:
    response = service.post("/v1/impact/compare", json=body, headers={"accept": accept})
    told = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (told["code"], told.get("place") or (told.get("problems") or [{}])[0].get("place")) == (code, place)
    assert 400 <= response.status_code < 500


@pytest.mark.parametrize(
    ("body", "code", "place"),
    [
        ({"works": []}, "WORKS_INVALID", "works"),
        ({"works": [work("a", "nobody")]}, "UNKNOWN_ASSET", "works[0].assets[0]"),
        ({"works": [work("a", "P", duration="P1M")]}, "BODY_REFUSED", "works[0].duration"),
        ({"works": [WORKS[0], work("a", "P", end="soon")]}, "BODY_REFUSED", "works[1].end"),
        ({"works": [work("a", "P", end="2026-12-01T07:00:00Z")]}, "WORKS_INVALID", "works[0].end"),
        ({"works": WORKS, "level": "OK"}, "BODY_REFUSED", "level"),
        ({"works": WORKS, "maxOrder": 9}, "LIMIT_EXCEEDED", "maxOrder"),
    ],
)
def test_wrong_works(service: TestClient, body: dict[str, object], code: str, place: str) -> None:
    response = service.post("/v1/maintenance-check", json=body)
    told = response.json()
    assert (told["code"], told.get("place") or told["problems"][0]["place"]) == (code, place)
    assert response.status_code in (400, 404)


def test_pages_and_forms_are_checked(service: TestClient) -> None:
    assert service.post("/v1/maintenance-check?first=many", json={"works": WORKS}).json()["code"] == "REQUEST_INVALID"
    assert service.post("/v1/impact/compare?first=9999", json=BOTH_FAIL).json()["code"] == "LIMIT_EXCEEDED"
    refused = service.post("/v1/maintenance-check", json={"works": WORKS}, headers={"accept": "text/csv"})
    assert refused.json()["code"] == "NOT_ACCEPTABLE"


def test_they_are_described_with_examples_that_fit() -> None:
    paths = openapi((COMPARE, MAINTENANCE_CHECK))["paths"]
    for path, model in (("/v1/impact/compare", ComparisonBody), ("/v1/maintenance-check", MaintenanceBody)):
        content = paths[path]["post"]["requestBody"]["content"]["application/json"]
        assert content["examples"]
        for example in content["examples"].values():
            model.model_validate(example["value"])
