"""`POST /v1/root-cause` on the real service."""

from __future__ import annotations

import orjson
import pytest

from app.answers import RootCauseAnswer, RootCauseBody
from app.http.openapi import openapi
from app.http.routes.root_cause import ROOT_CAUSE
from tests.app.http.clients import TestClient
from tests.app.http.test_impact import service

pytestmark = pytest.mark.neo4j

__all__ = ["service"]

PUMPS_FELL = {"symptoms": [{"asset": "P0", "since": "2026-03-01T10:00:00Z"}, {"asset": "P1"}], "healthy": ["P2"]}


def test_a_document(service: TestClient) -> None:
    response = service.post("/v1/root-cause", json=PUMPS_FELL)
    assert response.status_code == 200
    answer = RootCauseAnswer.model_validate(response.json())
    assert response.headers["twin-revision"] == str(answer.revision)
    found = {tuple(cause.id for cause in each.causes): each for each in answer.candidates}
    grid = found["G",]
    assert [each.id for each in grid.contradicted_by] == ["P2"]
    assert grid.explains[0].evidence.path[0].from_.name == "Grid feed"
    assert found["P0", "P1"].score > grid.score


def test_it_comes_line_by_line(service: TestClient) -> None:
    response = service.post("/v1/root-cause", json=PUMPS_FELL, headers={"accept": "application/x-ndjson"})
    head, *items, end = (orjson.loads(each) for each in response.text.splitlines())
    document = service.post("/v1/root-cause", json=PUMPS_FELL).json()
    assert [{name: each[name] for name in each if name != "kind"} for each in items] == document["candidates"]
    assert (head["kind"], head["revision"], head["notes"]) == ("analysis", document["revision"], document["notes"])
    assert end == {"kind": "end", "lines": len(items) + 1, "complete": True}


def test_it_says_what_graphql_says(service: TestClient) -> None:
    query = "query Q($input: RootCauseInput!) { rootCause(input: $input) { candidates { causes { id } score } } }"
    asked = service.post("/graphql", json={"query": query, "variables": {"input": PUMPS_FELL}}).json()["data"]
    told = service.post("/v1/root-cause", json=PUMPS_FELL).json()["candidates"]
    same = [{"causes": [{"id": cause["id"]} for cause in each["causes"]], "score": each["score"]} for each in told]
    assert same == asked["rootCause"]["candidates"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "BODY_REFUSED"),
        ({"symptoms": []}, "SYMPTOMS_INVALID"),
        ({"symptoms": [{"asset": "nobody"}]}, "UNKNOWN_ASSET"),
        ({"symptoms": [{"asset": "P0", "since": "at ten"}]}, "VALUE_INVALID"),
        ({"symptoms": [{"asset": "P0"}], "maxCauses": 99}, "LIMIT_EXCEEDED"),
        ({"symptoms": [{"asset": "P0"}], "helthy": []}, "BODY_REFUSED"),
    ],
)
def test_wrong_questions(service: TestClient, body: dict[str, object], code: str) -> None:
    response = service.post("/v1/root-cause", json=body)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == code
    assert 400 <= response.status_code < 500


def test_it_is_described_with_examples_that_fit() -> None:
    described = openapi((ROOT_CAUSE,))["paths"]["/v1/root-cause"]["post"]
    assert set(described["responses"]["200"]["content"]) == {"application/json", "application/x-ndjson"}
    for example in described["requestBody"]["content"]["application/json"]["examples"].values():
        RootCauseBody.model_validate(example["value"])
