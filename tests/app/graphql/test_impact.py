"""Questions about impact through the schema."""

from __future__ import annotations

import pytest

from tests.app.door import Door
from tests.pumping import cypher

pytestmark = pytest.mark.neo4j

GRID_FAILS = {"failures": [{"asset": "G"}]}


async def write_something(door: Door, statement: str = "") -> None:
    raised = cypher(f"MATCH (t:_Tenant {{_tenant: $tenant}}) SET t.revision = t.revision + 1 {statement}")
    await door.database.write(door.context.principal.tenant, lambda unit: unit.write(raised))


async def test_counts(door: Door) -> None:
    query = """
    query Q($input: ImpactInput!) { impact(input: $input) {
        revision ontologyRevision failed { id name }
        impactedCount atRiskCount loweredByMaintenanceCount improvedCount unsuppliedCount alreadyDownCount
        byLevel { level count } byType { type count }
        rooms: byContainer(type: "Room") { asset { id name } count }
        most: byContainer(type: "Room", first: 1) { count }
        assumptions truncated { reason } } }"""
    impact = (await door.ask(query, input=GRID_FAILS))["impact"]
    assumptions = impact.pop("assumptions")
    assert impact == {
        "revision": 7,
        "ontologyRevision": "0001_start",
        "failed": [{"id": "G", "name": "Grid feed"}],
        "impactedCount": 3,
        "atRiskCount": 0,
        "loweredByMaintenanceCount": 0,
        "improvedCount": 0,
        "unsuppliedCount": 0,
        "alreadyDownCount": 0,
        "byLevel": [{"level": "DOWN", "count": 3}],
        "byType": [{"type": "Pump", "count": 2}, {"type": "Service", "count": 1}],
        "rooms": [
            {"asset": {"id": "R1", "name": "Room 1"}, "count": 2},
            {"asset": {"id": "R2", "name": "Room 2"}, "count": 1},
        ],
        "most": [{"count": 2}],
        "truncated": None,
    }
    assert any("NOMINAL" in each for each in assumptions)


async def test_impacted_assets_with_proofs(door: Door) -> None:
    query = """
    query Q($input: ImpactInput!) { impact(input: $input) {
        impacted { totalCount pageInfo { hasNextPage } nodes {
            asset { __typename id ... on Pump { parents { id } } }
            level levelBefore operability operabilityBefore operabilityBounds operabilityBoundsBefore hops timeToImpact
            because {
                group relationshipType needs combine loss value memberCount lostCount pathLength
                members(first: 1) { asset { name } operability operabilityBefore capacity open }
                path { from { id } to { id } relationshipType group removed }
            } } } } }"""
    impacted = (await door.ask(query, input=GRID_FAILS))["impact"]["impacted"]
    assert impacted["totalCount"] == 3
    assert impacted["pageInfo"] == {"hasNextPage": False}
    pump, _, service = impacted["nodes"]
    assert pump["asset"] == {"__typename": "Pump", "id": "P1", "parents": [{"id": "R1"}]}
    assert pump["timeToImpact"] == "PT15M"
    assert (pump["because"]["group"], pump["because"]["relationshipType"]) == ("POWERS", "POWERS")
    assert service["asset"] == {"__typename": "Service", "id": "S"}
    assert (service["level"], service["levelBefore"]) == ("DOWN", "OK")
    assert (service["operability"], service["operabilityBounds"]) == (0.0, [0.0, 0.0])
    assert (service["operabilityBefore"], service["operabilityBoundsBefore"]) == (1.0, [1.0, 1.0])
    assert service["hops"] == 2
    because = service["because"]
    assert (because["group"], because["needs"], because["combine"]) == ("pumps", 1.0, "QUORUM")
    assert (because["memberCount"], because["lostCount"], because["pathLength"]) == (2, 2, 2)
    assert len(because["members"]) == 1
    assert because["members"][0]["operabilityBefore"] == 1.0
    assert [(step["from"]["id"], step["to"]["id"]) for step in because["path"]][-1][1] == "S"


async def test_pages_are_of_one_analysis(door: Door) -> None:
    query = """
    query Q($input: ImpactInput!, $after: String) { impact(input: $input) {
        revision
        impacted(first: 2, after: $after) { edges { cursor node { asset { id } } }
                                            pageInfo { hasNextPage hasPreviousPage endCursor } } } }"""
    first = (await door.ask(query, input=GRID_FAILS))["impact"]
    assert [edge["node"]["asset"]["id"] for edge in first["impacted"]["edges"]] == ["P1", "P2"]
    await write_something(door)
    after = first["impacted"]["pageInfo"]["endCursor"]
    second = (await door.ask(query, input=GRID_FAILS, after=after))["impact"]
    assert second["revision"] == first["revision"] == 7
    assert [edge["node"]["asset"]["id"] for edge in second["impacted"]["edges"]] == ["S"]
    assert second["impacted"]["pageInfo"]["hasNextPage"] is False
    assert second["impacted"]["pageInfo"]["hasPreviousPage"] is True
    assert (await door.ask(query, input=GRID_FAILS))["impact"]["revision"] == 8


async def test_assets_at_risk(door: Door) -> None:
    query = """
    { impact(input: {failures: [{asset: "P1", operability: 0.25}]}) {
        impactedCount atRiskCount
        atRisk { totalCount a: nodes { id } b: nodes { id: name } edges { cursor node { type } } } } }"""
    impact = (await door.ask(query))["impact"]
    assert (impact["impactedCount"], impact["atRiskCount"]) == (0, 1)
    assert impact["atRisk"]["a"] == [{"id": "S"}]
    assert impact["atRisk"]["b"] == [{"id": "Cooling service"}]
    assert impact["atRisk"]["edges"][0]["node"] == {"type": "Service"}
    assert impact["atRisk"]["totalCount"] == 1


async def test_what_if_and_maintenance(door: Door) -> None:
    query = """
    query Q($input: ImpactInput!) { impact(input: $input) {
        impacted { nodes { asset { id } because { path { removed from { id } } } } }
        loweredByMaintenance { nodes { id } } improved { nodes { id } } } }"""
    removed = {"removedRelationships": [{"type": "POWERS", "from": "G", "to": "P2"}], "maintenance": ["P1"]}
    impact = (await door.ask(query, input=removed))["impact"]
    nodes = {each["asset"]["id"]: each["because"]["path"] for each in impact["impacted"]["nodes"]}
    assert nodes["P2"] == [{"removed": True, "from": {"id": "G"}}]
    assert set(nodes) == {"P2", "S"}
    added = {
        "failures": [{"asset": "G"}],
        "addedRelationships": [{"type": "POWERS", "from": "C", "to": "P1", "properties": {"delay": "PT1H"}}],
    }
    impact = (await door.ask(query, input=added))["impact"]
    assert [each["asset"]["id"] for each in impact["impacted"]["nodes"]] == ["P2"]


@pytest.mark.parametrize(
    ("given", "code", "place"),
    [
        ('{failures: [{asset: "nobody"}]}', "UNKNOWN_ASSET", "failures[0]"),
        ('{failures: [{asset: "G", operability: 2}]}', "VALUE_INVALID", "failures[0].operability"),
        ('{failures: [{asset: "G", at: "PT1H"}, {asset: "G", at: "PT60M"}]}', "QUESTION_INVALID", "failures[1]"),
        ('{horizon: "P999999999D"}', "QUESTION_INVALID", "horizon"),
        ('{failures: [{asset: "G", at: "P50000000D"}]}', "QUESTION_INVALID", "failures[0].at"),
        (
            '{addedRelationships: [{type: "POWERS", from: "C", to: "P1", properties: {delay: "P999999999D"}}]}',
            "VALUE_INVALID",
            "addedRelationships[0].properties.delay",
        ),
        (
            f'{{addedRelationships: [{{type: "POWERS", from: "C", to: "P1", properties: {{needs: {10**30}}}}}]}}',
            "PROPERTIES_INVALID",
            "addedRelationships[0]",
        ),
        ('{maintenance: ["nobody"]}', "UNKNOWN_ASSET", "maintenance[0]"),
        (
            '{removedRelationships: [{type: "POWERS", from: "S", to: "G"}]}',
            "UNKNOWN_RELATIONSHIP",
            "removedRelationships[0]",
        ),
        (
            '{addedRelationships: [{type: "POWERS", from: "C", to: "P1", properties: 7}]}',
            "VALUE_INVALID",
            "addedRelationships[0].properties",
        ),
    ],
)
async def test_wrong_questions_are_told_with_their_place(door: Door, given: str, code: str, place: str) -> None:
    refusal = await door.refused(f"{{ impact(input: {given}) {{ impactedCount }} }}")
    assert (refusal["code"], refusal["place"]) == (code, place)


@pytest.mark.parametrize("duration", ["P1M", "soon", "15"])
async def test_a_wrong_duration_is_told(door: Door, duration: str) -> None:
    literal = f'{{ impact(input: {{horizon: "{duration}"}}) {{ impactedCount }} }}'
    refusal = await door.refused(literal)
    assert refusal["code"] == "VALUE_INVALID"
    assert "PT15M" in refusal["expected"]
    variable = "query Q($horizon: Duration) { impact(input: {horizon: $horizon}) { impactedCount } }"
    assert (await door.refused(variable, horizon=duration))["code"] == "VALUE_INVALID"


async def test_cursors_of_other_answers_are_refused(door: Door) -> None:
    query = """query Q($input: ImpactInput!, $a: String, $b: String) { impact(input: $input) {
        impacted(first: 1, after: $a) { pageInfo { endCursor } }
        atRisk(first: 1, after: $b) { pageInfo { endCursor } } } }"""
    one = (await door.ask(query, input=GRID_FAILS))["impact"]["impacted"]["pageInfo"]["endCursor"]
    assert (await door.refused(query, input=GRID_FAILS, b=one))["code"] == "CURSOR_INVALID"
    assert (await door.refused(query, input={"maintenance": ["P1"]}, a=one))["code"] == "CURSOR_EXPIRED"
    other = (await door.ask(query, input={"failures": [{"asset": "P1"}]}))["impact"]["atRisk"]["pageInfo"]["endCursor"]
    assert (await door.refused(query, input=GRID_FAILS, a=one, b=other))["code"] == "CURSOR_INVALID"
    assert (await door.refused(query, input=GRID_FAILS, a="nonsense"))["code"] == "CURSOR_INVALID"


async def test_an_asset_that_is_gone_since_is_told(door: Door) -> None:
    query = """query Q($input: ImpactInput!, $after: String) { impact(input: $input) {
        impacted(first: 2, after: $after) { nodes { asset { id } } pageInfo { endCursor } } } }"""
    after = (await door.ask(query, input=GRID_FAILS))["impact"]["impacted"]["pageInfo"]["endCursor"]
    await write_something(door, "WITH t MATCH (a:Asset {_tenant: $tenant, _id: 'S'}) DETACH DELETE a")
    refusal = await door.refused(query, input=GRID_FAILS, after=after)
    assert refusal["code"] == "UNKNOWN_ASSET"
    assert "S was deleted" in refusal["message"]


async def test_statements_do_not_grow_with_what_is_impacted(door: Door) -> None:
    query = """
    query Q($input: ImpactInput!) { impact(input: $input) {
        impacted(first: 1000) { nodes {
            asset { id name } because { members { asset { id } } path { from { id } to { id } } } } }
        atRisk { nodes { id } } byContainer(type: "Room") { asset { id } } } }"""
    few = len((await door.ask(query, input=GRID_FAILS))["impact"]["impacted"]["nodes"])
    sent = [name for name in door.statements if not name.startswith("snapshot/")]
    await write_something(
        door,
        "WITH t MATCH (g:Asset {_tenant: $tenant, _id: 'G'}) UNWIND range(1, 100) AS n "
        "CREATE (g)-[:POWERS {_key: $tenant + n, _rev: 1}]->"
        "(:Asset:Pump:Equipment {_tenant: $tenant, _id: 'X' + n, name: 'Pump X', _rev: 1})",
    )
    door.statements.clear()
    assert len((await door.ask(query, input=GRID_FAILS))["impact"]["impacted"]["nodes"]) == few + 100
    assert [name for name in door.statements if not name.startswith("snapshot/")] == sent
