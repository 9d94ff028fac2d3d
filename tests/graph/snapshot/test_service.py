"""Snapshots are exact, reused while nothing is written, and read once whoever asks."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import numpy as np
import pytest

from graph.database import Database, WriteUnit, connect
from graph.identity import Revision, Tenant
from graph.impact import Combine, Failure, Question, RelationshipId, evaluate
from graph.kernel import count_within, decode
from graph.snapshot import Snapshot, SnapshotService, source
from graph.snapshot.reading import Material, Run, read
from graph.snapshot.rules import Rules
from tests.pumping import ASSETS, RELATIONSHIPS, REVISION, cypher, pumping, seed
from tests.servers import Server

pytestmark = pytest.mark.neo4j


class Counted:
    """A database that tells which statements ran."""

    def __init__(self, server: Server) -> None:
        self.statements: list[str] = []
        self.database = connect(server.uri, user=server.user, password=server.password, observe=self._ran)

    def _ran(self, name: str, seconds: float) -> None:
        self.statements.append(name)


async def raise_revision(database: Database, tenant: Tenant, statement: str = "") -> None:
    raise_it = "MATCH (t:_Tenant {_tenant: $tenant}) SET t.revision = t.revision + 1"
    await database.write(tenant, lambda unit: unit.write(cypher(f"{raise_it} {statement}")))


async def test_a_snapshot_holds_what_the_tenant_has(database: Database, tenant: Tenant) -> None:
    await seed(database, tenant)
    snapshot = await SnapshotService(database, pumping()).current(tenant)
    assert snapshot.revision == REVISION
    assert {asset: snapshot.kind_of(asset) for asset in snapshot.ids} == {
        asset: kind for asset, (kind, _) in ASSETS.items()
    }
    topology = decode(snapshot.supplies)
    assert topology.assets["G"] == {"POWERS"}, "by its type"
    assert topology.assets["C"] == {"POWERS"}, "by its own"
    assert topology.assets["P1"] == frozenset()
    supplying = [each for each in RELATIONSHIPS if each[0] != "CONTAINS"]
    assert {(each.type, each.source, each.target) for each in topology.relationships} == {
        (kind, source, target) for kind, source, target, _ in supplying
    }


async def test_terms_are_those_stored(database: Database, tenant: Tenant) -> None:
    await seed(database, tenant)
    topology = decode((await SnapshotService(database, pumping()).current(tenant)).supplies)
    (power,) = topology.relationships[RelationshipId(type="POWERS", source="G", target="P1")]
    assert power.terms.delay == timedelta(minutes=15)
    assert (power.provider, power.dependant) == ("G", "P1")
    (need,) = topology.relationships[RelationshipId(type="DEPENDS_ON", source="S", target="P1")]
    assert (need.provider, need.dependant) == ("P1", "S"), "impact travels against the relationship"
    assert (need.terms.group, need.terms.needs, need.terms.combine) == ("pumps", 1000, Combine.QUORUM)


async def test_every_term_comes_through(database: Database, tenant: Tenant) -> None:
    await seed(database, tenant)
    await raise_revision(
        database,
        tenant,
        "WITH t MATCH (:Asset {_tenant: $tenant, _id: 'S'})-[r:DEPENDS_ON]->() "
        "SET r.group = 'g', r.needs = 1.5, r.combine = 'CAPACITY', r.capacity = 0.75, r.loss = 0.25, r.open = true, "
        "r.delay = duration('P1DT0.000001S')",
    )
    topology = decode((await SnapshotService(database, pumping()).current(tenant)).supplies)
    (need,) = topology.relationships[RelationshipId(type="DEPENDS_ON", source="S", target="P1")]
    terms = need.terms
    assert (terms.group, terms.needs, terms.combine, terms.capacity) == ("g", 1500, Combine.CAPACITY, 750)
    assert (terms.loss, terms.open, terms.delay) == (250_000, True, timedelta(days=1, microseconds=1))


async def test_the_longest_delay_comes_through(database: Database, tenant: Tenant) -> None:
    """What can be written can be asked about: in microseconds it would be more than 64 bits hold."""
    await seed(database, tenant)
    longest = "P999999999DT86399.999999S"
    await raise_revision(
        database,
        tenant,
        f"WITH t MATCH (:Asset {{_tenant: $tenant, _id: 'G'}})-[r:POWERS]->() SET r.delay = duration('{longest}')",
    )
    topology = decode((await SnapshotService(database, pumping()).current(tenant)).supplies)
    (power,) = topology.relationships[RelationshipId(type="POWERS", source="G", target="P1")]
    assert power.terms.delay == timedelta.max
    answer = evaluate(topology, Question(failures=(Failure(asset="G", at=timedelta(seconds=1)),)))
    assert {each.asset: each.time_to_impact for each in answer.impacted}["P1"] == timedelta.max


async def test_containers_are_found_at_any_depth(database: Database, tenant: Tenant) -> None:
    await seed(database, tenant)
    snapshot = await SnapshotService(database, pumping()).current(tenant)
    assert containers(snapshot, "P1", "Building") == {"B"}
    assert containers(snapshot, "P1", "Building", "Room") == {"B", "R1"}
    assert containers(snapshot, "B", "Building") == set()


def containers(snapshot: Snapshot, asset: str, *kinds: str) -> set[str]:
    at = np.array([snapshot.ids.find(asset)], np.int32)
    counts = count_within(snapshot.containment, at, snapshot.of_kinds(kinds))
    return {snapshot.ids[place] for place in np.flatnonzero(counts).tolist()}


async def test_it_is_read_once_a_revision(server: Server, tenant: Tenant) -> None:
    counted = Counted(server)
    await seed(counted.database, tenant)
    counted.statements.clear()
    snapshots = SnapshotService(counted.database, pumping())
    first: list[Snapshot] = await asyncio.gather(*(snapshots.current(tenant) for _ in range(5)))
    assert all(each is first[0] for each in first)
    assert sum(name.startswith("snapshot/list_relationships") for name in counted.statements) == 1
    await raise_revision(counted.database, tenant)
    second = await snapshots.current(tenant)
    assert second is not first[0]
    assert second.revision == REVISION + 1
    await counted.database.close()


async def test_statements_do_not_grow_with_assets(server: Server, tenant: Tenant) -> None:
    counted = Counted(server)
    await seed(counted.database, tenant)
    room = "(:Asset:Room:Space {_tenant: $tenant, _id: 'X' + n, name: '', _rev: 8})"
    many = f"WITH t UNWIND range(1, 500) AS n CREATE {room}"
    await raise_revision(counted.database, tenant, many)
    counted.statements.clear()
    snapshot = await SnapshotService(counted.database, pumping()).current(tenant)
    assert snapshot.size == len(ASSETS) + 500
    assert len(counted.statements) == 4
    await counted.database.close()


async def test_a_tenant_that_never_wrote_is_empty(database: Database, tenant: Tenant) -> None:
    snapshot = await SnapshotService(database, pumping()).current(tenant)
    assert snapshot.revision == 0
    assert snapshot.size == 0


async def test_writers_that_never_pause_are_made_to_wait(
    database: Database, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write between the statements makes the reading begin anew, and in the end hold the tenant."""
    held: list[bool] = []

    async def disturbed(run: Run, rules: Rules, revision: Revision, *, at_once: int = 1) -> Material:
        held.append(at_once == 1)
        if not held[-1]:
            await raise_revision(database, tenant)
        return await read(run, rules, revision, at_once=at_once)

    monkeypatch.setattr(source, "read", disturbed)
    await seed(database, tenant)
    snapshot = await SnapshotService(database, pumping()).current(tenant)
    assert held == [False, False, True]
    assert snapshot.revision == REVISION + 2
    assert snapshot.size == len(ASSETS)


async def test_only_the_last_tenants_are_kept(database: Database, tenant: Tenant) -> None:
    await seed(database, tenant)
    snapshots = SnapshotService(database, pumping(), kept=1)
    first = await snapshots.current(tenant)
    await snapshots.current(Tenant(f"{tenant}b"[:32]))
    assert await snapshots.current(tenant) is not first


async def test_a_commit_under_way_is_waited_for(database: Database, tenant: Tenant) -> None:
    """A commit comes into sight piece by piece; its lock is the only sign that it is through."""
    await seed(database, tenant)
    writing, done = asyncio.Event(), asyncio.Event()

    async def write_slowly(unit: WriteUnit) -> None:
        await unit.write(cypher("MATCH (t:_Tenant {_tenant: $tenant}) SET t.revision = t.revision + 1"))
        writing.set()
        await done.wait()

    writer = asyncio.create_task(database.write(tenant, write_slowly))
    await writing.wait()
    asking = asyncio.create_task(SnapshotService(database, pumping()).current(tenant))
    await asyncio.wait([asking], timeout=0.5)
    assert not asking.done()
    done.set()
    await writer
    assert (await asking).revision == REVISION + 1


@pytest.mark.long
async def test_no_commit_is_seen_in_part(database: Database, tenant: Tenant) -> None:
    """Thousands of assets a commit, read all the while: each reading has all of a revision or nothing of it."""
    size, last = 5_000, REVISION + 10
    await seed(database, tenant)
    room = "(:Asset:Room:Space {_tenant: $tenant, _id: t.revision + '-' + n, name: '', _rev: t.revision})"

    async def write() -> None:
        for _ in range(REVISION, last):
            await raise_revision(database, tenant, f"WITH t UNWIND range(1, {size}) AS n CREATE {room}")

    async def look() -> None:
        revision = 0
        while revision < last:
            snapshot = await SnapshotService(database, pumping()).current(tenant)
            revision = snapshot.revision
            assert snapshot.size == len(ASSETS) + size * (revision - REVISION)

    await asyncio.gather(write(), *(look() for _ in range(4)))
