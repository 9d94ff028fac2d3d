"""Writes assets and relationships straight into Neo4j as docs/storage.md says, for tests of reading alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graph.database import Database, WriteUnit, quoted
from graph.identity import Tenant, relationship_key
from graph.ontology import Ontology
from queries.catalogue import Query, parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """An asset as it is stored: `properties` in their stored form."""

    id: str
    type: str
    name: str = ""
    properties: Mapping[str, object] = field(default_factory=dict[str, object])
    revision: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A relationship as it is stored."""

    type: str
    source: str
    target: str
    key: str = ""
    properties: Mapping[str, object] = field(default_factory=dict[str, object])


def _query(text: str, parameters: str) -> Query:
    head = f"// purpose: Test data.\n// mode: WRITE\n// parameters: {parameters}\n// columns: -\n"
    return parse("tests/plant_data", head + text)


async def plant(
    database: Database,
    tenant: Tenant,
    ontology: Ontology,
    assets: Sequence[Planted],
    relationships: Sequence[Joined] = (),
) -> None:
    """Create assets and then relationships."""

    async def work(unit: WriteUnit) -> None:
        for kind in sorted({asset.type for asset in assets}):
            labels = ":".join(quoted(label) for label in ("Asset", *ontology.asset_type(kind).labels))
            rows = [
                {"_id": each.id, "_rev": each.revision, "name": each.name or each.id, **each.properties}
                for each in assets
                if each.type == kind
            ]
            text = f"UNWIND $rows AS row CREATE (n:{labels} {{_tenant: $tenant}}) SET n += row"
            await unit.write(_query(text, "tenant STRING, rows LIST<MAP>"), {"rows": rows})
        for kind in sorted({each.type for each in relationships}):
            symmetric = ontology.relationship_type(kind).symmetric
            rows = [
                [
                    each.source,
                    each.target,
                    {
                        "_key": relationship_key(
                            tenant, each.source, each.target, public=each.key, symmetric=symmetric
                        ),
                        "_rev": 1,
                        **({"key": each.key} if each.key else {}),
                        **each.properties,
                    },
                ]
                for each in relationships
                if each.type == kind
            ]
            text = (
                "UNWIND $rows AS row MATCH (a:Asset {_tenant: $tenant, _id: row[0]}) "
                "MATCH (b:Asset {_tenant: $tenant, _id: row[1]}) "
                f"CREATE (a)-[r:{quoted(kind)}]->(b) SET r += row[2]"
            )
            await unit.write(_query(text, "tenant STRING, rows LIST<LIST<ANY>>"), {"rows": rows})

    await database.write(tenant, work)


async def plant_external_id(database: Database, tenant: Tenant, system: str, name: str, asset: str) -> None:
    """Create an id in another system."""
    text = (
        "MATCH (a:Asset {_tenant: $tenant, _id: $asset}) "
        "CREATE (:_ExternalId {_tenant: $tenant, system: $system, id: $id})-[:_IDENTIFIES]->(a)"
    )
    query = _query(text, "tenant STRING, asset STRING, system STRING, id STRING")

    async def work(unit: WriteUnit) -> None:
        await unit.write(query, {"asset": asset, "system": system, "id": name})

    await database.write(tenant, work)


async def plant_changes(database: Database, tenant: Tenant, touched: Sequence[Sequence[str]]) -> None:
    """Create change records 1, 2, ... that touched these assets, and the counter."""
    rows = [
        {
            "revision": number,
            "time": 1_700_000_000_000 + number,
            "actor": "tests",
            "operation": "applyChanges",
            "entryCount": len(ids),
            "entries": [
                json.dumps({"kind": "asset", "id": name, "type": "Room", "before": None, "after": {}}) for name in ids
            ],
            "touched": list(ids),
        }
        for number, ids in enumerate(touched, 1)
    ]
    text = (
        "MERGE (t:_Tenant {_tenant: $tenant}) SET t.revision = size($rows) "
        "WITH t UNWIND $rows AS row CREATE (c:_Change {_tenant: $tenant}) SET c += row"
    )
    query = _query(text, "tenant STRING, rows LIST<MAP>")

    async def work(unit: WriteUnit) -> None:
        await unit.write(query, {"rows": rows})

    await database.write(tenant, work)
