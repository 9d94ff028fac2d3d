"""Two tenants hold the same ids: no query, write, load, export, search or page of one shows or touches the other's."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import GraphQLObjectType, get_named_type

from app.graphql import build_schema
from app.ingest import LetterDesk
from graph.access import Principal, operator
from graph.alarms import AlarmBoard, Alarms, AlarmService, Seen, Sighting, open_alarms
from graph.bulk import Exporter, Loader, Refusals, opened
from graph.clock import SystemClock, epoch_micros
from graph.database import Database, connect
from graph.deadletters import DeadLetter, DeadLetters, open_dead_letters
from graph.identity import Tenant, parse_tenant
from graph.impact import Level
from graph.ontology.model import Ontology
from graph.snapshot import SnapshotService
from migrations import Project
from migrations.ledger import current_ontology
from tests.app.door import Door, context_of, no_letters
from tests.servers import Server

MINE, THEIRS = "MINE", "THEIRS"


def campus_lines(mark: str) -> list[dict[str, Any]]:
    """Return a small campus in which every text but the ids carries `mark`."""
    assets = [
        {"kind": "asset", "id": "S", "type": "Site", "name": f"{mark} site"},
        {"kind": "asset", "id": "R", "type": "Room", "name": f"{mark} room", "parents": ["S"]},
        {"kind": "asset", "id": "G", "type": "GridFeed", "name": f"{mark} feed"},
        {"kind": "asset", "id": "U", "type": "Ups", "name": f"{mark} ups", "properties": {"apparentPower": 10}},
        {"kind": "asset", "id": "P", "type": "Pump", "name": f"{mark} pump", "properties": {"ratedFlow": 3}},
        {
            "kind": "asset",
            "id": "F",
            "type": "ClinicalFunction",
            "name": f"{mark} care",
            "properties": {"tier": "CRITICAL"},
        },
    ]
    for asset in assets:
        asset["externalIds"] = [{"system": "CMMS", "id": f"ext-{asset['id']}"}]
    for asset in assets[2:5]:
        asset.setdefault("properties", {}).update(serialNumber=f"SN-{asset['id']}", manufacturer=f"{mark} works")
        asset["parents"] = ["R"]
    ends = [("POWERS", "G", "U"), ("POWERS", "U", "P"), ("DEPENDS_ON", "F", "P")]
    properties = {"POWERS": {"breaker": f"{mark} breaker"}}
    relationships = [
        {"kind": "relationship", "type": kind, "from": a, "to": b, "properties": properties.get(kind, {})}
        for kind, a, b in ends
    ]
    return [*assets, *relationships]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One tenant with its doors."""

    principal: Principal
    door: Door
    loader: Loader
    exporter: Exporter

    async def load(self, path: Path, lines: list[dict[str, Any]]) -> None:
        path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
        with opened(path) as source, Refusals(None) as refusals:
            report = await self.loader.load(self.principal, source, refusals=refusals)
        assert report.refused == 0, refusals.first

    async def export(self) -> bytes:
        pieces: list[bytes] = []
        await self.exporter.export(self.principal, pieces.append)
        return b"".join(pieces)

    async def ask(self, document: str, **variables: object) -> str:
        return orjson.dumps(await self.door.ask(document, **variables)).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What both tenants share beside the graph."""

    alarms: Alarms
    letters: DeadLetters

    async def fill(self, tenant: Tenant, mark: str) -> None:
        """The pump has an alarm, and something came in that could not be taken."""
        assert await self.alarms.hold(tenant, tenant, seconds=600)
        seen = Seen(level=Level.DOWN, time=1)
        changes = await self.alarms.settle(tenant, tenant, [Sighting(asset="P", kind="Pump", points={"flow": seen})])
        assert changes
        await self.alarms.acknowledge(tenant, [changes[0].alarm.id], by="ann", comment=f"{mark} comment")
        now = epoch_micros(SystemClock().now())
        letter = DeadLetter(
            code="EVENT_INVALID", message=mark, transport="http", source="s", received=now, payload=mark.encode()
        )
        await self.letters.park(tenant, [letter])


def side(database: Database, ontology: Ontology, tenant: Tenant, folder: Path, kept: Kept) -> Side:
    principal = operator(tenant, name=f"operator of {tenant}")
    alarms = AlarmService(AlarmBoard(lambda: kept.alarms), SnapshotService(database, ontology), ontology)
    letters = LetterDesk(lambda: kept.letters, no_letters)
    return Side(
        principal=principal,
        door=Door(
            schema=build_schema(ontology),
            context=replace(context_of(database, principal, ontology), alarms=alarms, letters=letters),
            database=database,
            statements=[],
        ),
        loader=Loader(database, lambda: ontology, SystemClock(), folder=folder),
        exporter=Exporter(database, lambda: ontology),
    )


@asynccontextmanager
async def two_tenants(database: Database, tenant: Tenant, folder: Path) -> AsyncGenerator[tuple[Side, Side]]:
    """Two tenants with the same ids, loaded one after the other."""
    in_force = await current_ontology(database)
    assert in_force is not None
    other = parse_tenant(f"{tenant}b"[-32:] if len(tenant) < 32 else f"{tenant[:31]}b")
    kept = Kept(
        alarms=open_alarms(None, folder=folder, clock=SystemClock(), days=9),
        letters=open_dead_letters(None, folder=folder, clock=SystemClock(), most=9, days=9_000),
    )
    mine = side(database, in_force[1], tenant, folder, kept)
    theirs = side(database, in_force[1], other, folder, kept)
    await mine.load(folder / "mine.ndjson", campus_lines(MINE))
    await theirs.load(folder / "theirs.ndjson", campus_lines(THEIRS))
    await kept.fill(tenant, MINE)
    await kept.fill(other, THEIRS)
    yield mine, theirs
    await kept.alarms.close()
    await kept.letters.close()
    for each in (mine, theirs):
        await each.door.context.changes.close()


@pytest.fixture
async def sides(database: Database, tenant: Tenant, tmp_path: Path) -> AsyncIterator[tuple[Side, Side]]:
    """Two tenants for a test that writes."""
    async with two_tenants(database, tenant, tmp_path) as both:
        yield both


@pytest.fixture(scope="module")
async def readers(server: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Side, Side]]:
    """Two tenants for all tests that only read: to make them takes longer than to ask."""
    database = connect(server.uri, user=server.user, password=server.password)
    tenant = parse_tenant(f"readers{secrets.token_hex(6)}")
    async with two_tenants(database, tenant, tmp_path_factory.mktemp("readers")) as both:
        yield both
    await database.close()


# A document for every root field of Query; each must show something of the tenant's own where it shows texts at all.
READS: dict[str, tuple[str, dict[str, object], bool]] = {
    "asset": (
        """query($id: ID!) { asset(id: $id) { name properties externalIds { system id } ancestors { name }
        parents { name } children { totalCount nodes { name } } descendants { totalCount nodes { name } }
        health { level because { name } within { count } } state { channels { source } }
        dependencies(maxDepth: 5) { totalCount nodes { name } } dependents(maxDepth: 5) { totalCount nodes { name } }
        relationships { totalCount nodes { type properties from { name } to { name } } }
        history { nodes { actor entries { before after } } } } }""",
        {"id": "U"},
        True,
    ),
    "assetByExternalId": ('query { assetByExternalId(system: "CMMS", id: "ext-P") { name } }', {}, True),
    "assets": (
        """query { assets(orderBy: [{field: "name"}], filter: {within: "S"}) {
        totalCount nodes { name relationships { nodes { to { name } } } } } }""",
        {},
        True,
    ),
    "aggregate": ('query { aggregate(groupBy: ["parent", "manufacturer"]) { group count } }', {}, True),
    "search": (
        'query { search(text: "pump") { asset { name } } a: search(text: "works") { asset { name } } }',
        {},
        True,
    ),
    "subgraph": (
        'query { subgraph(roots: ["F"], direction: BOTH) { assets { name } relationships { properties } } }',
        {},
        True,
    ),
    "paths": ('query { paths(from: "G", to: "F", first: 3) { assets { name } } }', {}, True),
    "impact": (
        """query { impact(input: {failures: [{asset: "G"}]}) { impactedCount failed { name } byContainer(type: "Site") {
        asset { name } count } impacted { nodes { asset { name } because { members { asset { name } } path { to { name }
        } } } } } }""",
        {},
        True,
    ),
    "compareImpact": (
        """query { compareImpact(before: {}, after: {failures: [{asset: "G"}]}) { after { failed { name } }
        newlyImpacted { nodes { asset { name } because { members { asset { name } } path { to { name } } } } } } }""",
        {},
        True,
    ),
    "maintenanceCheck": (
        """query { maintenanceCheck(input: {works: [{name: "w", assets: ["G"], start: "2026-12-01T08:00Z",
        duration: "PT1H"}], weightBy: "ratedFlow"}) { count works { weight assets { asset { name }
        because { members { asset { name } } } } } } }""",
        {},
        True,
    ),
    "singlePointsOfFailure": (
        'query { singlePointsOfFailure(asset: "P", level: DEGRADED) { totalCount nodes { name } } }',
        {},
        True,
    ),
    "cutSets": ('query { cutSets(asset: "P") { count cutSets { name } } }', {}, True),
    "criticality": (
        'query { criticality(weightBy: "ratedFlow") { totalCount nodes { asset { name } weight } } }',
        {},
        True,
    ),
    "criticalityProgress": ("query { criticalityProgress { done total complete } }", {}, False),
    "rootCause": (
        """query { rootCause(input: {symptoms: [{asset: "P"}]}) { candidates { causes { name }
        explains { symptom { name } evidence { members { asset { name } } } } } } }""",
        {},
        True,
    ),
    "ontology": ("query { ontology { assetTypes { name count } relationshipTypes { name count } } }", {}, False),
    "migrations": ("query { migrations { revision } }", {}, False),
    "migrationPlan": ("query { migrationPlan { pending steps { objects } broken { operation } } }", {}, False),
    "changes": ("query { changes { nodes { actor entries { id before after } } } }", {}, True),
    "revision": ("query { revision }", {}, False),
    "alarms": ("query { alarms { nodes { asset { name } transitions { comment } } } }", {}, True),
    "alarm": ('query { alarm(id: "none") { asset { name } } }', {}, False),
    "service": ("query { service { objective { state } sources { source } } }", {}, False),
    "deadLetters": ("query { deadLetters { nodes { message payload } } }", {}, True),
}


async def test_there_is_a_read_for_every_root_field(readers: tuple[Side, Side]) -> None:
    query = readers[0].door.schema.core.query_type
    assert isinstance(query, GraphQLObjectType)
    assert set(READS) == set(query.fields) - set(typed_lists())
    assert {name: get_named_type(field.type) for name, field in query.fields.items()}


def typed_lists() -> list[str]:
    """The lists of the bundled ontology's types: one test reads them all."""
    return [kind.plural for kind in Project.bundled().desired.asset_types.values()]


async def test_no_typed_list_shows_the_other_tenant(readers: tuple[Side, Side]) -> None:
    below = "totalCount nodes { name properties } aggregate(groupBy: [parent]) { group count }"
    lists = " ".join(f"{name} {{ {below} }}" for name in typed_lists())
    fed = """fed: equipment(filter: {poweredBy: {some: {}}}) { nodes { name manufacturer
        poweredBy { totalCount edges { breaker properties node { name manufacturer } } }
        containedIn { nodes { name } } } }"""
    for own, side, other in ((MINE, readers[0], THEIRS), (THEIRS, readers[1], MINE)):
        answer = await side.door.ask(f"{{ {lists} {fed} }}")
        shown = orjson.dumps(answer).decode()
        assert other not in shown
        assert own in shown
        assert (answer["equipment"]["totalCount"], answer["pumps"]["totalCount"]) == (3, 1)
        assert [each["poweredBy"]["totalCount"] for each in answer["fed"]["nodes"]] == [1, 1]


@pytest.mark.parametrize("name", READS)
async def test_no_read_shows_the_other_tenant(readers: tuple[Side, Side], name: str) -> None:
    document, variables, shows_texts = READS[name]
    for own, side, other in ((MINE, readers[0], THEIRS), (THEIRS, readers[1], MINE)):
        answer = await side.ask(document, **variables)
        assert other not in answer
        assert (own in answer) is shows_texts, answer


async def test_counts_and_pages_hold_the_tenant_s_own(readers: tuple[Side, Side]) -> None:
    mine, _ = readers
    seen: list[str] = []
    after = None
    while True:
        page = await mine.door.ask(
            "query($after: String) { assets(first: 2, after: $after) { totalCount nodes { id name } "
            "pageInfo { hasNextPage endCursor } } }",
            after=after,
        )
        assert page["assets"]["totalCount"] == 6
        seen += [node["id"] for node in page["assets"]["nodes"]]
        assert all(node["name"].startswith(MINE) for node in page["assets"]["nodes"])
        if not page["assets"]["pageInfo"]["hasNextPage"]:
            break
        after = page["assets"]["pageInfo"]["endCursor"]
    assert seen == ["F", "G", "P", "R", "S", "U"]
    counts = await mine.door.ask('query { ontology { assetType(name: "Equipment") { count } } }')
    assert counts["ontology"]["assetType"]["count"] == 3


async def test_no_write_touches_the_other_tenant(sides: tuple[Side, Side], tmp_path: Path) -> None:
    mine, theirs = sides
    before = await theirs.export()
    revision = await theirs.ask("query { revision }")
    apply = """mutation($i: ChangeSetInput!) { applyChanges(input: $i) {
        __typename ... on ChangesRejected { problems { message } } } }"""
    changes: list[dict[str, object]] = [
        {"upsertAsset": {"id": "P", "type": "Pump", "name": "MINE renamed", "properties": {"serialNumber": "SN-NEW"}}},
        {"upsertAsset": {"id": "NEW", "type": "Pump", "name": "MINE new", "properties": {"ratedFlow": 1}}},
        {"upsertRelationship": {"type": "POWERS", "from": "U", "to": "NEW"}},
        {"deleteRelationship": {"type": "POWERS", "from": "G", "to": "U"}},
    ]
    done = await mine.door.ask(apply, i={"changes": changes, "idempotencyKey": "once"})
    assert done["applyChanges"]["__typename"] == "ChangesApplied", done
    done = await mine.door.ask(apply, i={"changes": [{"deleteAsset": {"id": "S", "cascade": True}}]})
    assert done["applyChanges"]["__typename"] == "ChangesApplied", done
    await mine.load(tmp_path / "again.ndjson", campus_lines(MINE))
    assert await theirs.export() == before
    assert await theirs.ask("query { revision }") == revision
    # The same idempotency key is another one here, and unique values and external ids are unique by tenant.
    same = await theirs.door.ask(apply, i={"changes": changes, "idempotencyKey": "once"})
    assert same["applyChanges"]["__typename"] == "ChangesApplied", same


async def test_no_typed_write_touches_or_shows_the_other_tenant(sides: tuple[Side, Side]) -> None:
    mine, theirs = sides
    before = await theirs.export()
    write = """mutation {
      createPump(input: {id: "NEW", name: "MINE new", ratedFlow: 1, parents: ["R"], poweredBy: [{node: "U"}]}) {
        ...shown }
      updatePump(id: "P", input: {name: "MINE renamed", poweredBy: {remove: [{node: "U"}], put: [{node: "G"}]}}) {
        ...shown }
      deleteClinicalFunction(id: "F") { __typename } }
    fragment shown on PumpResult { __typename ... on PumpWritten { asset { name externalIds { id } ancestors { name }
      poweredBy { edges { breaker node { name } } } } } }"""
    done = await mine.door.ask(write)
    assert [each["__typename"] for each in done.values()] == ["PumpWritten", "PumpWritten", "ChangesApplied"]
    assert [each["asset"]["name"] for each in list(done.values())[:2]] == ["MINE new", "MINE renamed"]
    assert THEIRS not in orjson.dumps(done).decode()
    assert await theirs.export() == before
    same = await theirs.door.ask(write.replace("MINE", "THEIRS"))
    assert [each["__typename"] for each in same.values()] == ["PumpWritten", "PumpWritten", "ChangesApplied"]


async def test_an_end_that_only_the_other_tenant_has_is_unknown(sides: tuple[Side, Side], tmp_path: Path) -> None:
    mine, theirs = sides
    await theirs.load(
        tmp_path / "more.ndjson", [{"kind": "asset", "id": "ONLY", "type": "Ups", "properties": {"apparentPower": 5}}]
    )
    path = tmp_path / "cross.ndjson"
    path.write_bytes(orjson.dumps({"kind": "relationship", "type": "POWERS", "from": "G", "to": "ONLY"}) + b"\n")
    with opened(path) as source, Refusals(None) as refusals:
        report = await mine.loader.load(mine.principal, source, refusals=refusals)
    assert report.refused == 1
    assert refusals.first[0][1].code == "UNKNOWN_ASSET"
    apply = "mutation($i: ChangeSetInput!) { applyChanges(input: $i) { ... on ChangesRejected { problems { code } } } }"
    refused = await mine.door.ask(
        apply, i={"changes": [{"upsertRelationship": {"type": "POWERS", "from": "G", "to": "ONLY"}}]}
    )
    assert refused["applyChanges"]["problems"] == [{"code": "UNKNOWN_ASSET"}]
    assert await mine.door.ask('query { asset(id: "ONLY") { id } }') == {"asset": None}
