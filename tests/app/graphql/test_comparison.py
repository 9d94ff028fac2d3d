"""Comparisons of two questions about impact through the schema."""

from __future__ import annotations

import pytest

from tests.app.door import Door
from tests.pumping import cypher

pytestmark = pytest.mark.neo4j

GRID_FAILS = {"failures": [{"asset": "G"}]}
FED_TWICE = {
    "failures": [{"asset": "G"}],
    "addedRelationships": [{"type": "POWERS", "from": "C", "to": "P1", "properties": {"delay": "PT1H"}}],
}
ROWS = """
    asset { id name } level levelBefore operability operabilityBefore operabilityBounds operabilityBoundsBefore
    timeToImpact timeToImpactBefore"""


async def write_something(door: Door) -> None:
    raised = cypher("MATCH (t:_Tenant {_tenant: $tenant}) SET t.revision = t.revision + 1")
    await door.database.write(door.context.principal.tenant, lambda unit: unit.write(raised))


async def test_what_a_second_feed_saves(door: Door) -> None:
    query = f"""
    query Q($before: ImpactInput!, $after: ImpactInput!) {{ compareImpact(before: $before, after: $after) {{
        revision ontologyRevision
        before {{ failed {{ id }} impactedCount atRiskCount loweredByMaintenanceCount improvedCount assumptions }}
        after {{ impactedCount atRiskCount }}
        newlyImpactedCount noLongerImpactedCount worseCount betterCount soonerCount laterCount
        newlyAtRiskCount noLongerAtRiskCount newlyImprovedCount
        byLevel {{ level before after }} byType {{ type before after }}
        noLongerImpacted {{ totalCount nodes {{ {ROWS}
            because {{ group }} becauseBefore {{ group path {{ from {{ id }} to {{ id }} }} }} }} }}
        newlyAtRisk {{ totalCount nodes {{ id }} }} }} }}"""
    found = (await door.ask(query, before=GRID_FAILS, after=FED_TWICE))["compareImpact"]
    assert (found["revision"], found["ontologyRevision"]) == (7, "0001_start")
    assert found["before"]["failed"] == [{"id": "G"}]
    assert (found["before"]["impactedCount"], found["after"]) == (3, {"impactedCount": 1, "atRiskCount": 1})
    assert (found["newlyImpactedCount"], found["noLongerImpactedCount"], found["worseCount"]) == (0, 2, 0)
    assert found["byLevel"] == [{"level": "DOWN", "before": 3, "after": 1}]
    assert found["byType"] == [
        {"type": "Pump", "before": 2, "after": 1},
        {"type": "Service", "before": 1, "after": 0},
    ]
    assert found["newlyAtRisk"] == {"totalCount": 1, "nodes": [{"id": "S"}]}
    pump, service = found["noLongerImpacted"]["nodes"]
    assert pump == {
        "asset": {"id": "P1", "name": "Pump 1"},
        "level": "OK",
        "levelBefore": "DOWN",
        "operability": 1.0,
        "operabilityBefore": 0.0,
        "operabilityBounds": [1.0, 1.0],
        "operabilityBoundsBefore": [0.0, 0.0],
        "timeToImpact": None,
        "timeToImpactBefore": "PT15M",
        "because": None,
        "becauseBefore": {"group": "POWERS", "path": [{"from": {"id": "G"}, "to": {"id": "P1"}}]},
    }
    assert service["becauseBefore"]["group"] == "pumps"


async def test_what_maintenance_brings_down_is_proven_too(door: Door) -> None:
    query = """
    query Q($after: ImpactInput!) { compareImpact(before: {}, after: $after) {
        newlyLoweredByMaintenanceCount newlyLoweredByMaintenance { nodes { id } } noLongerImprovedCount
        newlyImpacted { edges { node { asset { id } timeToImpact because { group path { from { id } to { id } } }
                                       becauseBefore { group } } } } } }"""
    found = (await door.ask(query, after={"maintenance": ["P1", "P2"]}))["compareImpact"]
    assert found["newlyLoweredByMaintenanceCount"] == 1
    assert found["newlyLoweredByMaintenance"] == {"nodes": [{"id": "S"}]}
    (edge,) = found["newlyImpacted"]["edges"]
    assert edge["node"] == {
        "asset": {"id": "S"},
        "timeToImpact": None,
        "because": {"group": "pumps", "path": [{"from": {"id": "P1"}, "to": {"id": "S"}}]},
        "becauseBefore": None,
    }


async def test_lists_are_narrowed(door: Door) -> None:
    query = """
    query Q($after: ImpactInput!) { compareImpact(before: {}, after: $after) {
        pumps: newlyImpacted(types: ["Pump"]) { totalCount }
        equipment: newlyImpacted(types: ["Equipment"], levels: [DOWN], levelsBefore: [OK]) { totalCount }
        none: newlyImpacted(levelsBefore: [DEGRADED]) { totalCount nodes { level } } } }"""
    found = (await door.ask(query, after=GRID_FAILS))["compareImpact"]
    assert [found[each]["totalCount"] for each in ("pumps", "equipment", "none")] == [2, 3, 0]


async def test_the_same_fall_at_another_time(door: Door) -> None:
    query = """
    query Q($before: ImpactInput!, $after: ImpactInput!) { compareImpact(before: $before, after: $after) {
        worseCount laterCount later { nodes { asset { id } timeToImpact timeToImpactBefore } } soonerCount } }"""
    later = {"failures": [{"asset": "G", "at": "PT1H"}]}
    found = (await door.ask(query, before=GRID_FAILS, after=later))["compareImpact"]
    assert (found["worseCount"], found["laterCount"], found["soonerCount"]) == (0, 3, 0)
    assert found["later"]["nodes"][0] == {
        "asset": {"id": "P2"},
        "timeToImpact": "PT1H",
        "timeToImpactBefore": "PT0S",
    }


async def test_pages_are_of_one_comparison(door: Door) -> None:
    query = """
    query Q($after: ImpactInput!, $cursor: String, $other: String) { compareImpact(before: {}, after: $after) {
        revision
        newlyImpacted(first: 2, after: $cursor) { nodes { asset { id } } pageInfo { hasNextPage endCursor } }
        newlyAtRisk(after: $other) { pageInfo { endCursor } } } }"""
    first = (await door.ask(query, after=GRID_FAILS))["compareImpact"]
    assert [node["asset"]["id"] for node in first["newlyImpacted"]["nodes"]] == ["P1", "P2"]
    await write_something(door)
    cursor = first["newlyImpacted"]["pageInfo"]["endCursor"]
    second = (await door.ask(query, after=GRID_FAILS, cursor=cursor))["compareImpact"]
    assert second["revision"] == first["revision"]
    assert [node["asset"]["id"] for node in second["newlyImpacted"]["nodes"]] == ["S"]
    assert second["newlyImpacted"]["pageInfo"]["hasNextPage"] is False
    assert (await door.ask(query, after=GRID_FAILS))["compareImpact"]["revision"] == first["revision"] + 1
    assert (await door.refused(query, after={"maintenance": ["P1"]}, cursor=cursor))["code"] == "CURSOR_EXPIRED"
    assert (await door.refused(query, after=GRID_FAILS, other=cursor))["code"] == "CURSOR_INVALID"


@pytest.mark.parametrize(
    ("before", "after", "code", "place"),
    [
        ({}, {"failures": [{"asset": "nobody"}]}, "UNKNOWN_ASSET", "after.failures[0]"),
        ({"maintenance": ["nobody"]}, {}, "UNKNOWN_ASSET", "before.maintenance[0]"),
        ({"failures": [{"asset": "G", "operability": 2}]}, {}, "VALUE_INVALID", "before.failures[0].operability"),
        ({}, {"maintenance": ["G"] * 501}, "LIMIT_EXCEEDED", "after"),
    ],
)
async def test_wrong_questions_are_told_with_their_place(
    door: Door, before: dict[str, object], after: dict[str, object], code: str, place: str
) -> None:
    query = """query Q($before: ImpactInput!, $after: ImpactInput!) {
        compareImpact(before: $before, after: $after) { worseCount } }"""
    refusal = await door.refused(query, before=before, after=after)
    assert (refusal["code"], refusal["place"]) == (code, place)
