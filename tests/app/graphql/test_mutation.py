"""Change sets through the schema: what was done, or everything that is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest

from graph.access import Scope
from tests.app.door import Door

pytestmark = pytest.mark.neo4j

REVISION = 1

APPLY = """
mutation Apply($input: ChangeSetInput!) { applyChanges(input: $input) {
    __typename
    ... on ChangesApplied {
        revision assetsCreated assetsUpdated assetsDeleted
        relationshipsCreated relationshipsUpdated relationshipsDeleted replayed
    }
    ... on ChangesRejected { problems { code message change asset property expected actual hint } }
    ... on RevisionConflict { expected actual }
} }"""


async def apply(door: Door, *changes: dict[str, Any], **options: object) -> dict[str, Any]:
    return (await door.ask(APPLY, input={"changes": list(changes), **options}))["applyChanges"]


def pump(asset: str = "P3", **more: object) -> dict[str, Any]:
    return {
        "upsertAsset": {"id": asset, "type": "Pump", "name": f"Pump {asset}", "properties": {"ratedFlow": 1}, **more}
    }


async def test_changes_are_written(campus: Door) -> None:
    outcome = await apply(
        campus,
        pump(properties={"ratedFlow": {"value": 3.6, "unit": "m**3/h"}}, parents=["R2"]),
        {"upsertRelationship": {"type": "POWERS", "from": "G", "to": "P3", "properties": {"delay": "PT5M"}}},
        {"upsertAsset": {"id": "P1", "type": "Pump", "externalIds": [{"system": "CMMS", "id": "88-1"}]}},
        {"deleteRelationship": {"type": "POWERS", "from": "G", "to": "P1"}},
    )
    assert outcome == {
        "__typename": "ChangesApplied",
        "revision": REVISION + 1,
        "assetsCreated": 1,
        "assetsUpdated": 1,
        "assetsDeleted": 0,
        "relationshipsCreated": 2,
        "relationshipsUpdated": 0,
        "relationshipsDeleted": 1,
        "replayed": False,
    }
    query = """
    { asset(id: "P3") { properties parents { id } revision
                        history { nodes { revision actor entryCount entries(first: 1) { kind id before } } } }
      assetByExternalId(system: "CMMS", id: "88-1") { id name externalIds { system id } }
      changes { nodes { revision time operation entries { kind } } pageInfo { endCursor } }
      none: changes(after: 2) { nodes { revision } }
      impact(input: {failures: [{asset: "G"}]}) { revision impactedCount } }"""
    data = await campus.ask(query)
    assert data["asset"]["parents"] == [{"id": "R2"}]
    assert data["asset"]["properties"]["ratedFlow"] == pytest.approx(1.0)
    assert data["asset"]["revision"] == REVISION + 1
    _, record = data["changes"]["nodes"]
    assert record["operation"] == "applyChanges"
    assert record["time"].endswith("Z")
    assert data["changes"]["pageInfo"]["endCursor"] == str(REVISION + 1)
    assert data["none"] == {"nodes": []}
    assert data["assetByExternalId"] == {
        "id": "P1",
        "name": "Pump P1",
        "externalIds": [{"system": "CMMS", "id": "88-1"}],
    }
    assert data["impact"] == {"revision": REVISION + 1, "impactedCount": 1}, "the snapshot followed"


async def test_all_problems_come_at_once_and_nothing_is_written(campus: Door) -> None:
    outcome = await apply(
        campus,
        pump(properties={"ratedFlow": "much", "colour": "red"}),
        {"upsertAsset": {"id": "X", "type": "Submarine"}},
        {"upsertRelationship": {"type": "POWERS", "from": "nobody", "to": "P1"}},
    )
    assert outcome["__typename"] == "ChangesRejected"
    codes = {(problem["change"], problem["code"]) for problem in outcome["problems"]}
    assert {(0, "VALUE_INVALID"), (0, "UNKNOWN_PROPERTY"), (1, "UNKNOWN_TYPE"), (2, "UNKNOWN_ASSET")} <= codes
    assert all(problem["message"] for problem in outcome["problems"])
    assert await campus.ask('{ revision asset(id: "P3") { id } }') == {"revision": REVISION, "asset": None}


async def test_a_dry_run_writes_nothing(campus: Door) -> None:
    outcome = await apply(campus, pump(), dryRun=True)
    assert (outcome["assetsCreated"], outcome["revision"]) == (1, REVISION)
    assert await campus.ask('{ asset(id: "P3") { id } }') == {"asset": None}


async def test_an_idempotency_key_replays(campus: Door) -> None:
    first = await apply(campus, pump(), idempotencyKey="k")
    again = await apply(campus, pump(), idempotencyKey="k")
    assert again == {**first, "replayed": True}
    refusal = await campus.refused(APPLY, input={"changes": [pump("P4")], "idempotencyKey": "k"})
    assert refusal["code"] == "IDEMPOTENCY_MISMATCH"


async def test_a_conflict_is_told(campus: Door) -> None:
    first = await apply(campus, pump())
    outcome = await apply(campus, pump(name="other"), expectedRevision=REVISION)
    assert outcome == {"__typename": "RevisionConflict", "expected": REVISION, "actual": first["revision"]}


async def test_exactly_one_change_is_given(campus: Door) -> None:
    two = {**pump(), "deleteAsset": {"id": "P1"}}
    for wrong in (two, {}, {"upsertAsset": None}):
        refusal = await campus.refused(APPLY, input={"changes": [wrong]})
        assert refusal["code"] == "QUERY_INVALID"
    literal = (
        'mutation { applyChanges(input: {changes: [{deleteAsset: {id: "R1"}, upsertAsset: null}]}) { __typename } }'
    )
    response = await campus.send(literal)
    assert response["errors"]


async def test_properties_that_are_no_object_are_refused(campus: Door) -> None:
    refusal = await campus.refused(APPLY, input={"changes": [pump(properties=[1])]})
    assert (refusal["code"], refusal["place"]) == ("VALUE_INVALID", "changes[0].upsertAsset.properties")


async def test_it_takes_the_scope_write(campus: Door) -> None:
    principal = campus.context.principal
    reader = type(principal)(name="reader", tenant=principal.tenant, scopes=frozenset({Scope.READ}))
    object.__setattr__(campus.context, "principal", reader)
    assert (await campus.refused(APPLY, input={"changes": [pump()]}))["code"] == "FORBIDDEN"
