"""A small world: its ontology, and how it gets into the database without any service of ours.

B (Building) contains R1 and R2 (Room); R1 contains P1, P2; R2 contains S
G (GridFeed) powers P1 (after 15 minutes) and P2; C (CentrifugalPump) gets no power from anywhere but W
S (Service) depends on one of P1 and P2
"""

from __future__ import annotations

from typing import Final

from graph.database import Database, WriteUnit
from graph.identity import Tenant, relationship_key
from graph.ontology import Ontology, parse_ontology
from queries import Mode, Query

REVISION: Final = 7

_DOCUMENT = """
format: twin-ontology/1
name: pumping
assetTypes:
  Space: {abstract: true}
  Building: {extends: [Space]}
  Room: {extends: [Space], description: A room of a building}
  Equipment:
    abstract: true
    properties:
      serialNumber: {datatype: string, unique: true}
      ratedPower: {datatype: float, unit: kW, minimum: 0}
      unavailability: {datatype: float}
      failureRate: {datatype: float, unit: 1/year, minimum: 0}
  GridFeed: {extends: [Equipment], sourceOf: [POWERS]}
  Pump:
    extends: [Equipment]
    displayName: {en: Pump, de: Pumpe}
    properties:
      ratedFlow: {datatype: float, unit: L/s, indexed: true}
    channels:
      vibration: {datatype: float, unit: mm/s, staleAfter: PT5M}
  CentrifugalPump: {extends: [Pump]}
  Service: {extends: [Equipment]}
relationshipTypes:
  CONTAINS: {inverse: CONTAINED_IN, from: [Space], to: [Space, Equipment], containment: true}
  POWERS: {inverse: POWERED_BY, from: [Equipment], to: [Equipment], impact: {direction: FORWARD, kind: FLOW}}
  DEPENDS_ON: {from: [Equipment], to: [Equipment], impact: {direction: REVERSE}}
"""

ASSETS: Final = {
    "B": ("Building", {"name": "Building B"}),
    "R1": ("Room", {"name": "Room 1"}),
    "R2": ("Room", {"name": "Room 2"}),
    "G": ("GridFeed", {"name": "Grid feed"}),
    "P1": ("Pump", {"name": "Pump 1", "ratedFlow": 12.5}),
    "P2": ("Pump", {"name": "Pump 2", "ratedFlow": 7.0}),
    "C": ("CentrifugalPump", {"name": "Centrifugal pump", "_sourceOf": ["POWERS"]}),
    "S": ("Service", {"name": "Cooling service"}),
}

RELATIONSHIPS: Final = (
    ("CONTAINS", "B", "R1", ""),
    ("CONTAINS", "B", "R2", ""),
    ("CONTAINS", "R1", "P1", ""),
    ("CONTAINS", "R1", "P2", ""),
    ("CONTAINS", "R2", "S", ""),
    ("POWERS", "G", "P1", "delay: duration('PT15M')"),
    ("POWERS", "G", "P2", ""),
    ("DEPENDS_ON", "S", "P1", "group: 'pumps', needs: 1.0"),
    ("DEPENDS_ON", "S", "P2", "group: 'pumps'"),
)


def pumping() -> Ontology:
    """The world's ontology."""
    return parse_ontology(_DOCUMENT)


async def seed(database: Database, tenant: Tenant) -> None:
    """Write the world for a tenant, as if by `REVISION` change sets."""

    ontology = pumping()

    async def write(unit: WriteUnit) -> None:
        counter = f"CREATE (:_Tenant {{_tenant: $tenant, revision: {REVISION}, ontology: $ontology}})"
        await unit.write(cypher(counter, "ontology"), {"ontology": ontology.hash})
        for asset, (kind, properties) in ASSETS.items():
            labels = ":".join(("Asset", *ontology.asset_types[kind].labels))
            await unit.write(
                cypher(
                    f"CREATE (a:{labels} {{_tenant: $tenant, _id: $id, _rev: 1}}) SET a += $properties",
                    "id",
                    "properties",
                ),
                {"id": asset, "properties": properties},
            )
        for kind, source, target, terms in RELATIONSHIPS:
            await unit.write(
                cypher(
                    "MATCH (a:Asset {_tenant: $tenant, _id: $source}), (b:Asset {_tenant: $tenant, _id: $target}) "
                    f"CREATE (a)-[r:{kind} {{_key: $key, _rev: 1}}]->(b) " + (f"SET r += {{{terms}}}" if terms else ""),
                    "source",
                    "target",
                    "key",
                ),
                {"source": source, "target": target, "key": relationship_key(tenant, source, target)},
            )

    await database.write(tenant, write)


def cypher(text: str, *parameters: str) -> Query:
    """A writing statement of a test."""
    return Query(
        name="tests/seed_world",
        purpose="Seeds a world.",
        mode=Mode.WRITE,
        parameters=dict.fromkeys(("tenant", *parameters), "ANY"),
        columns=(),
        plan=(),
        text=text,
    )
