"""A small world that is all right, in a database that a test may damage."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import pytest

from graph.access import operator
from graph.changes import ChangeService, ChangeSet, ExternalId, UpsertAsset, UpsertRelationship
from graph.clock import SystemClock
from graph.database import Database, connect
from graph.identity import parse_tenant
from migrations import Project, apply, make
from tests.servers import Server

ONTOLOGY: Final = """
format: twin-ontology/1
name: damaged
enums:
  Fuel: {values: [DIESEL, GAS]}
assetTypes:
  Space: {abstract: true}
  Site: {extends: [Space]}
  Room: {extends: [Space]}
  Thing:
    abstract: true
    properties:
      serial: {datatype: string, unique: true}
      weight: {datatype: float, unit: kg, minimum: 0, maximum: 100}
  Pump:
    extends: [Thing]
    properties:
      flow: {datatype: float, required: true}
      fuel: {datatype: enum, enum: Fuel}
      code: {datatype: string, pattern: "[A-Z]+"}
      built: {datatype: date}
      seen: {datatype: datetime}
      ride: {datatype: duration}
      tags: {datatype: list, items: {datatype: string}}
      notes: {datatype: map}
      cost: {datatype: decimal, scale: 2}
      secret: {datatype: int, maximum: 5, classification: sensitive}
    channels:
      heat: {datatype: float, unit: degC}
      mode: {datatype: enum, enum: Fuel}
  Well: {extends: [Thing], sourceOf: [PIPE]}
relationshipTypes:
  CONTAINS: {from: [Space], to: [Space, Thing], containment: true, multiplicity: {sources: 0..1, targets: 0..*}}
  PIPE: {from: [Thing], to: [Thing], impact: {direction: FORWARD, kind: FLOW}}
  NEEDS: {from: [Thing], to: [Thing], impact: {direction: REVERSE}, properties: {why: {datatype: string}}}
  TWINS: {from: [Pump], to: [Pump], symmetric: true, multiplicity: {sources: 0..1, targets: 0..1}}
"""
PUMP: Final = {
    "serial": "S1",
    "weight": 5,
    "flow": 12.5,
    "fuel": "GAS",
    "code": "ABC",
    "built": "2020-02-29",
    "seen": "2026-01-31T12:00:00.123Z",
    "ride": "P1DT2H",
    "tags": ["a", "b"],
    "notes": {"b": 1, "a": [True, None]},
    "cost": "12.50",
    "secret": 3,
}
WORLD: Final = (
    UpsertAsset(id="S", type="Site"),
    UpsertAsset(id="R", type="Room", parents=("S",)),
    UpsertAsset(id="R2", type="Room", parents=("R",)),
    UpsertAsset(id="P1", type="Pump", parents=("R",), properties=PUMP),
    UpsertAsset(id="P2", type="Pump", parents=("R2",), properties={"flow": 1, "serial": "S2"}),
    UpsertAsset(id="P3", type="Pump", properties={"flow": 2}, external_ids=(ExternalId(system="CMMS", id="7"),)),
    UpsertAsset(id="W", type="Well", source_of=("PIPE",)),
    UpsertRelationship(type="PIPE", source="W", target="P1", properties={"delay": "PT5M", "needs": 1}),
    UpsertRelationship(type="PIPE", source="W", target="P2"),
    UpsertRelationship(type="PIPE", source="P1", target="P2", key="second"),
    UpsertRelationship(type="NEEDS", source="P1", target="P2", properties={"group": "g", "why": "because"}),
    UpsertRelationship(type="NEEDS", source="P1", target="P3", properties={"group": "g"}),
    UpsertRelationship(type="TWINS", source="P2", target="P1"),
)


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project of the world."""
    folder = tmp_path_factory.mktemp("drift") / "project"
    (folder / "versions").mkdir(parents=True)
    (folder / "ontology.yaml").write_text(ONTOLOGY)
    make(Project.load(folder), "The ontology to damage", name="start")
    return Project.load(folder)


@pytest.fixture(scope="module")
def applied(own_server: Server, damaged: Project) -> Server:
    """The server with the project applied to it."""

    async def run() -> None:
        database = connect(own_server.uri, user=own_server.user, password=own_server.password)
        await apply(damaged, database, owner="a test", actor="tester")
        await database.close()

    asyncio.run(run())
    return own_server


@pytest.fixture
async def world(applied: Server, damaged: Project) -> AsyncIterator[Database]:
    """The database with the world in it, as writing leaves it, and with all its constraints."""
    database = connect(applied.uri, user=applied.user, password=applied.password)
    await database.execute_schema(("MATCH (n) WHERE NOT n:_Migration AND NOT n:_Ontology DETACH DELETE n",))
    service = ChangeService(database, lambda: damaged.desired, SystemClock())
    await service.apply(operator(parse_tenant("town")), ChangeSet(changes=WORLD))
    await service.close()
    yield database
    await database.close()
