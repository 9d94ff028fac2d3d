"""Which answers last until something is written: the others change by events, by operators or by the time."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import ObjectTypeDefinitionNode, parse

from app.graphql import TwinSchema
from app.graphql.execution import PASSING_FIELDS
from tests.pumping import pumping

CONTRACT = Path(__file__).parents[3] / "docs" / "contract.graphql"
LASTING = {
    "aggregate",
    "asset",
    "assetByExternalId",
    "assets",
    "changes",
    "compareImpact",
    "criticality",
    "impact",
    "ontology",
    "paths",
    "revision",
    "search",
    "singlePointsOfFailure",
    "subgraph",
}
LIVE = {"input": {"failures": [{"asset": "P1"}], "baseline": "LIVE"}}


@pytest.fixture(scope="module")
def schema() -> TwinSchema:
    return TwinSchema(pumping())


def test_of_every_question_of_the_contract_it_is_known() -> None:
    (query,) = (
        each
        for each in parse(CONTRACT.read_text()).definitions
        if isinstance(each, ObjectTypeDefinitionNode) and each.name.value == "Query"
    )
    assert {each.name.value for each in query.fields or ()} == LASTING | PASSING_FIELDS - {"health", "state"}


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ revision }", {}),
        ('{ pumps { nodes { id name } } search(text: "levels") { asset { id } } }', {}),
        (
            "query ($input: ImpactInput!) { impact(input: $input) { impactedCount } }",
            {"input": {"baseline": "NOMINAL"}},
        ),
        ('{ impact(input: {failures: [{asset: "P1"}]}) { byLevel { level count } } }', {}),
        ('{ singlePointsOfFailure(asset: "P1", level: DOWN) { totalCount } }', {}),
    ],
)
async def test_what_a_revision_tells_lasts(schema: TwinSchema, query: str, variables: dict[str, object]) -> None:
    assert await schema.lasting(query, variables)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ alarms { totalCount } }", {}),
        ("{ renamed: service { ready } }", {}),
        ('query { asset(id: "P1") { ...Live } } fragment Live on Asset { health { level } }', {}),
        ("{ assets(filter: {levels: [DOWN]}) { totalCount } }", {}),
        ("query ($f: AssetFilter) { assets(filter: $f) { totalCount } }", {"f": {"not": {"levels": ["DOWN"]}}}),
        ("query ($l: [Level!]) { pumps(filter: {levels: $l}) { totalCount } }", {"l": ["DOWN"]}),
        ('{ aggregate(groupBy: ["level"]) { count } }', {}),
        ("query ($by: [String!]) { aggregate(groupBy: $by) { count } }", {"by": ["lev" + "el"]}),
        ('{ aggregate(groupBy: ["lev\\u0065l"]) { count } }', {}),
        ("query ($input: ImpactInput!) { impact(input: $input) { impactedCount } }", LIVE),
        ("query ($i: ImpactInput = {baseline: LIVE}) { compareImpact(before: $i, after: $i) { worseCount } }", {}),
        ("{ no such field }", {}),
    ],
)
async def test_what_passes_does_not(schema: TwinSchema, query: str, variables: dict[str, object]) -> None:
    assert not await schema.lasting(query, variables)
