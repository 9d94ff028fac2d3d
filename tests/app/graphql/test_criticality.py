"""Criticality through the schema."""

from __future__ import annotations

import pytest

from tests.app.door import Door

pytestmark = pytest.mark.neo4j

QUERY = """
query Q($types: [String!], $weightBy: String, $first: Int, $after: String) {
  criticality(types: $types, weightBy: $weightBy, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
    edges { cursor node { asset { id name } } }
    nodes { asset { id name } impactedCount downCount weight }
  }
}
"""


async def test_the_most_critical_come_first(door: Door) -> None:
    found = (await door.ask(QUERY, first=2, weightBy="ratedFlow"))["criticality"]
    assert found["totalCount"] == 8
    assert found["nodes"] == [
        {"asset": {"id": "G", "name": "Grid feed"}, "impactedCount": 3, "downCount": 3, "weight": 19.5},
        {"asset": {"id": "B", "name": "Building B"}, "impactedCount": 0, "downCount": 0, "weight": 0.0},
    ]
    assert [each["node"]["asset"]["id"] for each in found["edges"]] == ["G", "B"]
    assert found["pageInfo"]["hasNextPage"] is True
    rest = (await door.ask(QUERY, after=found["pageInfo"]["endCursor"], weightBy="ratedFlow"))["criticality"]
    assert [each["asset"]["id"] for each in rest["nodes"]] == ["C", "P1", "P2", "R1", "R2", "S"]
    assert rest["pageInfo"] == {
        "hasNextPage": False,
        "hasPreviousPage": True,
        "endCursor": rest["edges"][-1]["cursor"],
    }


async def test_types_and_refusals(door: Door) -> None:
    found = (await door.ask(QUERY, types=["Pump"]))["criticality"]
    assert [each["asset"]["id"] for each in found["nodes"]] == ["C", "P1", "P2"]
    assert (await door.refused(QUERY, types=["Submarine"]))["code"] == "UNKNOWN_TYPE"
    assert (await door.refused(QUERY, weightBy="serialNumber"))["code"] == "VALUE_INVALID"
    assert (await door.refused(QUERY, first=2, after="x"))["code"] == "CURSOR_INVALID"
