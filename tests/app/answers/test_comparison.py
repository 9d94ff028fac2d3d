"""Comparisons line by line say what GraphQL says, and are of one revision."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from app.answers import ComparisonBody, ComparisonLine, comparison_document, comparison_lines
from graph.errors import NotFound
from tests.app.door import Door
from tests.pumping import cypher

pytestmark = pytest.mark.neo4j

GRID_FAILS = ComparisonBody.model_validate({"after": {"failures": [{"asset": "G"}]}})


async def lines_of(door: Door, body: ComparisonBody) -> list[dict[str, Any]]:
    return [orjson.loads(line) async for line in comparison_lines(door.schema, door.context, body)]


async def test_lines_hold_the_whole_answer(door: Door) -> None:
    body = ComparisonBody.model_validate(
        {"before": {"failures": [{"asset": "P1"}]}, "after": {"failures": [{"asset": "P2"}], "maintenance": ["P1"]}}
    )
    document: Any = await comparison_document(door.schema, door.context, body)
    lines = await lines_of(door, body)
    for line in lines:
        ComparisonLine.model_validate(line)
    assert [line["kind"] for line in lines] == ["comparison", "newlyImpacted", "end"]
    assert lines[1] == {"kind": "newlyImpacted", **document["newlyImpacted"]["nodes"][0]}
    assert lines[-1]["lines"] == 2


async def test_lines_are_of_one_comparison(door: Door) -> None:
    """What is written while lines are read changes none of them."""
    tenant = door.context.principal.tenant
    raised = cypher("MATCH (t:_Tenant {_tenant: $tenant}) SET t.revision = t.revision + 1")
    healed = cypher("MATCH (:Asset {_tenant: $tenant, _id: 'G'})-[r:POWERS]->() DELETE r")
    kinds: list[str] = []
    async for line in comparison_lines(door.schema, door.context, GRID_FAILS):
        kinds.append(orjson.loads(line)["kind"])
        if kinds == ["comparison"]:
            await door.database.write(tenant, lambda unit: unit.write(healed))
            await door.database.write(tenant, lambda unit: unit.write(raised))
    assert kinds == ["comparison", *["newlyImpacted"] * 3, "end"]


async def test_reading_that_fails_on_the_way_is_the_last_line(door: Door) -> None:
    tenant = door.context.principal.tenant
    deleted = cypher("MATCH (a:Asset {_tenant: $tenant, _id: 'S'}) DETACH DELETE a")
    last: dict[str, Any] = {}
    async for line in comparison_lines(door.schema, door.context, GRID_FAILS):
        if not last:
            await door.database.write(tenant, lambda unit: unit.write(deleted))
        last = orjson.loads(line)
    assert (last["kind"], last["code"]) == ("error", "UNKNOWN_ASSET")


async def test_wrong_questions_are_raised(door: Door) -> None:
    with pytest.raises(NotFound):
        await lines_of(door, ComparisonBody.model_validate({"after": {"maintenance": ["nobody"]}}))
