"""Answers about impact as documents and lines say what GraphQL says."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from pydantic import ValidationError

from app.answers import ImpactAnswer, ImpactBody, ImpactLine, impact_document, impact_lines
from graph.errors import LimitExceeded, NotFound, UnknownType
from tests.app.door import Door
from tests.pumping import cypher

pytestmark = pytest.mark.neo4j

GRID_FAILS = ImpactBody.model_validate({"failures": [{"asset": "G"}]})


async def lines_of(door: Door, body: ImpactBody) -> list[dict[str, Any]]:
    return [orjson.loads(line) async for line in impact_lines(door.schema, door.context, body)]


async def test_a_document_is_as_described(door: Door) -> None:
    document = await impact_document(door.schema, door.context, GRID_FAILS, first=2, container="Room")
    answer = ImpactAnswer.model_validate(document)
    assert answer.impacted_count == answer.impacted.total_count == 3
    assert [each.asset.id for each in answer.impacted.nodes] == ["P1", "P2"]
    assert answer.impacted.page_info.has_next_page
    assert answer.impacted.nodes[0].time_to_impact == "PT15M"
    assert answer.impacted.nodes[0].because.members[0].asset.name == "Grid feed"
    assert {each.asset.id: each.count for each in answer.by_container} == {"R1": 2, "R2": 1}


async def test_lines_hold_the_whole_answer(door: Door) -> None:
    body = ImpactBody.model_validate({"failures": [{"asset": "P1"}]})
    document = await impact_document(door.schema, door.context, body)
    lines = await lines_of(door, body)
    for line in lines:
        ImpactLine.model_validate(line)
    assert [line["kind"] for line in lines] == ["analysis", "atRisk", "end"]
    assert lines[0]["atRiskCount"] == document["atRiskCount"] == 1
    assert lines[1] == {"kind": "atRisk", "id": "S", "type": "Service", "name": "Cooling service"}
    assert lines[-1] == {"kind": "end", "lines": 2, "complete": True}


async def test_lines_are_of_one_analysis(door: Door) -> None:
    """What is written while lines are read changes none of them."""
    tenant = door.context.principal.tenant
    raised = cypher("MATCH (t:_Tenant {_tenant: $tenant}) SET t.revision = t.revision + 1")
    healed = cypher("MATCH (:Asset {_tenant: $tenant, _id: 'G'})-[r:POWERS]->() DELETE r")
    kinds: list[str] = []
    async for line in impact_lines(door.schema, door.context, GRID_FAILS):
        kinds.append(orjson.loads(line)["kind"])
        if kinds == ["analysis"]:
            await door.database.write(tenant, lambda unit: unit.write(healed))
            await door.database.write(tenant, lambda unit: unit.write(raised))
    assert kinds == ["analysis", "impacted", "impacted", "impacted", "end"]


async def test_reading_that_fails_on_the_way_is_the_last_line(door: Door) -> None:
    tenant = door.context.principal.tenant
    deleted = cypher("MATCH (a:Asset {_tenant: $tenant, _id: 'S'}) DETACH DELETE a")
    last: dict[str, Any] = {}
    async for line in impact_lines(door.schema, door.context, GRID_FAILS):
        if not last:
            await door.database.write(tenant, lambda unit: unit.write(deleted))
        last = orjson.loads(line)
    assert (last["kind"], last["code"]) == ("error", "UNKNOWN_ASSET")


async def test_wrong_questions_are_raised(door: Door) -> None:
    nobody = ImpactBody.model_validate({"failures": [{"asset": "nobody"}]})
    with pytest.raises(NotFound):
        await impact_document(door.schema, door.context, nobody)
    with pytest.raises(NotFound):
        await lines_of(door, nobody)
    with pytest.raises(LimitExceeded):
        await impact_document(door.schema, door.context, GRID_FAILS, first=1_000_000)
    with pytest.raises(UnknownType):
        await impact_document(door.schema, door.context, GRID_FAILS, container="Submarine")


@pytest.mark.parametrize(
    "body",
    [{"failures": [{"asset": "G", "operability": 2}]}, {"failure": []}, {"failures": [{}]}, {"baseline": "DREAM"}],
)
def test_wrong_bodies_are_refused(body: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ImpactBody.model_validate(body)
