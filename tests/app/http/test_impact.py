"""`POST /v1/impact` on the real service."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pytest

from app.answers import ImpactAnswer, ImpactBody
from app.http.openapi import openapi
from app.http.routes.impact import IMPACT
from app.main import build
from app.settings import Settings
from tests.app.http.clients import TestClient
from tests.app.http.feeding import feed

pytestmark = pytest.mark.neo4j

PUMPS = 3
GRID_FAILS = {"failures": [{"asset": "G"}]}


@pytest.fixture(scope="module")
def service(standing: Settings) -> Iterator[TestClient]:
    """The service without tokens; its tenant has a grid feed G that powers three pumps."""
    with TestClient(build(standing), base_url="http://127.0.0.1") as client:
        pumps = [
            {"id": f"P{number}", "type": "Pump", "name": f"Pump {number}", "properties": {"ratedFlow": 1}}
            for number in range(PUMPS)
        ]
        feed(client, pumps, [("G", f"P{number}") for number in range(PUMPS)])
        yield client


def test_a_document(service: TestClient) -> None:
    response = service.post("/v1/impact?first=2", json=GRID_FAILS)
    assert response.status_code == 200
    answer = ImpactAnswer.model_validate(response.json())
    assert answer.impacted_count == PUMPS
    assert len(answer.impacted.nodes) == 2
    assert response.headers["twin-revision"] == str(answer.revision)


def test_it_says_what_graphql_says(service: TestClient) -> None:
    query = "query Q($input: ImpactInput!) { impact(input: $input) { impacted { nodes { asset { id } level hops } } } }"
    told = service.post("/graphql", json={"query": query, "variables": {"input": GRID_FAILS}}).json()["data"]["impact"]
    nodes = service.post("/v1/impact", json=GRID_FAILS).json()["impacted"]["nodes"]
    same = [{"asset": {"id": each["asset"]["id"]}, "level": each["level"], "hops": each["hops"]} for each in nodes]
    assert same == told["impacted"]["nodes"]


def test_lines(service: TestClient) -> None:
    response = service.post("/v1/impact", json=GRID_FAILS, headers={"accept": "application/x-ndjson"})
    assert response.headers["content-type"].startswith("application/x-ndjson")
    kinds = [orjson.loads(line)["kind"] for line in response.text.splitlines()]
    assert kinds == ["analysis", *["impacted"] * PUMPS, "end"]


@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson"])
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"failures": [{"asset": "nobody"}]}, "UNKNOWN_ASSET"),
        ({"failures": [{"asset": "G", "operability": 2}]}, "BODY_REFUSED"),
        ({"horizon": "P1M"}, "VALUE_INVALID"),
        ({"failuers": []}, "BODY_REFUSED"),
    ],
)
def test_wrong_questions(service: TestClient, accept: str, body: dict[str, object], code: str) -> None:
    response = service.post("/v1/impact", json=body, headers={"accept": accept})
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == code
    assert 400 <= response.status_code < 500


@pytest.mark.parametrize(
    ("first", "code"), [("many", "REQUEST_INVALID"), ("1000000", "LIMIT_EXCEEDED"), ("9" * 30, "REQUEST_INVALID")]
)
def test_wrong_pages(service: TestClient, first: str, code: str) -> None:
    assert service.post(f"/v1/impact?first={first}", json=GRID_FAILS).json()["code"] == code


def test_a_form_that_is_not_given(service: TestClient) -> None:
    response = service.post("/v1/impact", json=GRID_FAILS, headers={"accept": "text/csv"})
    assert response.json()["code"] == "NOT_ACCEPTABLE"


def test_it_is_described_with_examples_that_fit() -> None:
    described = openapi((IMPACT,))["paths"]["/v1/impact"]["post"]
    assert set(described["responses"]["200"]["content"]) == {"application/json", "application/x-ndjson"}
    for example in described["requestBody"]["content"]["application/json"]["examples"].values():
        ImpactBody.model_validate(example["value"])
