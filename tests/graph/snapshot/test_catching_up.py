"""Snapshots of a database: what is written is in the next answer, nothing is read twice, files are used with care."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from graph.access import operator
from graph.changes import ChangeService, ChangeSet, UpsertAsset, UpsertRelationship
from graph.clock import SystemClock
from graph.database import Database, connect
from graph.errors import ChangesRefused, DatabaseUnavailable, RevisionNotReached
from graph.identity import Revision, Tenant
from graph.kernel import decode
from graph.ontology import Ontology
from graph.snapshot import Snapshot, SnapshotService, reading, source
from graph.snapshot.reading import Material
from graph.snapshot.rules import Rules
from tests.graph.bulk.conftest import Loading, asset
from tests.graph.bulk.conftest import link as relation
from tests.graph.changes.test_sequences import Author
from tests.pumping import cypher
from tests.servers import Server

pytestmark = pytest.mark.neo4j

WHOLE = "snapshot/list_relationships"


class Watched:
    """A database that tells which statements ran."""

    def __init__(self, server: Server) -> None:
        self.statements: list[str] = []
        self.database = connect(server.uri, user=server.user, password=server.password, observe=self._ran)

    def _ran(self, name: str, seconds: float) -> None:
        self.statements.append(name)

    @property
    def whole(self) -> int:
        """How often everything was read."""
        return sum(name.startswith(WHOLE) for name in self.statements)


@pytest.fixture
async def watched(server: Server) -> AsyncIterator[Watched]:
    made = Watched(server)
    yield made
    await made.database.close()


@pytest.fixture
def changes(database: Database, campus: Ontology) -> ChangeService:
    return ChangeService(database, lambda: campus, SystemClock())


async def write(changes: ChangeService, tenant: Tenant, *wanted: UpsertAsset | UpsertRelationship) -> Revision:
    receipt = await changes.apply(operator(tenant), ChangeSet(changes=wanted))
    return Revision(receipt.revision)


def server_asset(name: str) -> UpsertAsset:
    return UpsertAsset(id=name, type="Server")


def link(source_: str, target: str) -> UpsertRelationship:
    return UpsertRelationship(type="LINKS", source=source_, target=target)


def said(snapshot: Snapshot) -> tuple[object, ...]:
    """All that a snapshot says, whatever its positions."""
    there = np.flatnonzero(snapshot.there).astype(np.int32)
    topology = decode(snapshot.supplies, there.tolist())
    contained = {
        snapshot.ids[at]: sorted(snapshot.ids[parent] for parent in snapshot.containment.of(at))
        for at in there.tolist()
    }
    kinds = {snapshot.ids[at]: snapshot.kind_of(snapshot.ids[at]) for at in there.tolist()}
    return snapshot.revision, dict(topology.assets), sorted(topology.supplies, key=repr), contained, kinds


@pytest.mark.parametrize("seed", [4, 5])
async def test_change_sets_are_followed(
    watched: Watched, database: Database, campus: Ontology, changes: ChangeService, tenant: Tenant, seed: int
) -> None:
    author, chance = Author(seed), random.Random(seed)
    snapshots = SnapshotService(watched.database, campus)
    await snapshots.current(tenant)
    for _ in range(60):
        try:
            await changes.apply(operator(tenant), ChangeSet(changes=author.change_set()))
        except ChangesRefused:
            continue
        if chance.random() < 0.3:
            assert said(await snapshots.current(tenant)) == said(
                await SnapshotService(database, campus).current(tenant)
            )
    assert watched.whole == 0


async def test_a_load_is_followed(
    watched: Watched, database: Database, campus: Ontology, changes: ChangeService, tenant: Tenant, tmp_path: Path
) -> None:
    await write(changes, tenant, server_asset("s0"))
    snapshots = SnapshotService(watched.database, campus)
    await snapshots.current(tenant)
    loading = Loading(database, campus, tenant, tmp_path)
    await loading.load(
        *(asset(f"n{number}", "Server") for number in range(300)),
        *(relation("LINKS", f"n{number}", f"n{number // 3}") for number in range(1, 300)),
    )
    after = await snapshots.current(tenant)
    assert after.there.sum() == 301
    assert said(after) == said(await SnapshotService(database, campus).current(tenant))
    assert watched.whole == 1


async def test_a_log_with_a_gap_is_not_followed(
    watched: Watched, database: Database, changes: ChangeService, campus: Ontology, tenant: Tenant
) -> None:
    await write(changes, tenant, server_asset("s0"))
    snapshots = SnapshotService(watched.database, campus)
    await snapshots.current(tenant)
    for name in ("s1", "s2", "s3"):
        await write(changes, tenant, server_asset(name))
    cut = cypher("MATCH (c:_Change {_tenant: $tenant, revision: 3}) DELETE c")
    await database.write(tenant, lambda unit: unit.write(cut))
    assert said(await snapshots.current(tenant)) == said(await SnapshotService(database, campus).current(tenant))
    assert watched.whole == 2


async def test_what_fails_on_the_way_is_gone_on_with(
    watched: Watched,
    database: Database,
    campus: Ontology,
    changes: ChangeService,
    tenant: Tenant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """New assets have the positions that they got first, though the next statement failed."""
    await write(changes, tenant, server_asset("s0"))
    snapshots = SnapshotService(watched.database, campus)
    await snapshots.current(tenant)
    for name in ("s1", "s2", "s3"):
        await write(changes, tenant, server_asset(name))
    since, turns = source.Source.since, iter(range(10))

    async def one_by_one(self: source.Source, of: Tenant, revision: Revision, *, most: int = 1) -> source.Log:
        if next(turns) == 1:
            raise DatabaseUnavailable("The database is away for a moment")
        return await since(self, of, revision, most=most)

    monkeypatch.setattr(source.Source, "since", one_by_one)
    with pytest.raises(DatabaseUnavailable):
        await snapshots.current(tenant)
    assert said(await snapshots.current(tenant)) == said(await SnapshotService(database, campus).current(tenant))
    assert watched.whole == 1


async def test_ranges_leave_nothing_out(
    watched: Watched, campus: Ontology, changes: ChangeService, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever order ids have in the database: code points and UTF-16 differ beyond the first 55,296 characters."""
    names = ["a", "b", "c", "z", "é", "中", "\ufa11x", "Ａ", "\U0001f3ed", "\U0001f3ed1", "\U0010ffffx"]
    await write(changes, tenant, *(server_asset(name) for name in names))
    await write(changes, tenant, *(link(one, other) for one, other in pairwise(names)))
    whole = said(await SnapshotService(watched.database, campus).current(tenant))
    monkeypatch.setattr(reading, "RANGE", 2)
    assert said(await SnapshotService(watched.database, campus).current(tenant)) == whole
    assert len(decode((await SnapshotService(watched.database, campus).current(tenant)).supplies).relationships) == 10
    assert watched.whole > 3


async def test_who_hangs_up_ends_nothing(
    watched: Watched, campus: Ontology, changes: ChangeService, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first reading is one for all, and goes on without whoever began it."""
    await write(changes, tenant, server_asset("s0"))
    begun, go_on = asyncio.Event(), asyncio.Event()
    whole = source.Source.whole

    async def slowly(self: source.Source, of: Tenant) -> Material:
        begun.set()
        await go_on.wait()
        return await whole(self, of)

    monkeypatch.setattr(source.Source, "whole", slowly)
    snapshots = SnapshotService(watched.database, campus)
    first = asyncio.create_task(snapshots.current(tenant))
    await begun.wait()
    first.cancel()
    others = [asyncio.create_task(snapshots.current(tenant)) for _ in range(3)]
    await asyncio.sleep(0)
    go_on.set()
    found = await asyncio.gather(*others)
    assert first.cancelled()
    assert all(each is found[0] for each in found)
    assert watched.whole == 1


async def test_questions_on_older_versions_go_on(
    watched: Watched, campus: Ontology, changes: ChangeService, tenant: Tenant
) -> None:
    """Many write and many ask at once: each answer has what was written before it was asked for."""
    await write(changes, tenant, *(server_asset(f"s{number}") for number in range(12)))
    snapshots = SnapshotService(watched.database, campus)
    await snapshots.current(tenant)

    async def writer(number: int) -> None:
        for other in range(3, 12):
            await write(changes, tenant, link(f"s{number}", f"s{other}"))

    async def reader() -> None:
        seen = Revision(0)
        while seen < 1 + 27:
            seen = await changes_seen()
            snapshot = await snapshots.current(tenant)
            assert snapshot.revision >= seen
            evaluator = await asyncio.to_thread(snapshots.evaluators.of, snapshot)
            assert evaluator.supplies is snapshot.supplies

    async def changes_seen() -> Revision:
        return (await source_of(watched, campus).since(tenant, Revision(0), most=1)).revision

    await asyncio.gather(*(writer(number) for number in range(3)), *(reader() for _ in range(3)))
    last = await snapshots.current(tenant)
    assert last.revision == 1 + 27
    assert len(decode(last.supplies).relationships) == 27
    assert watched.whole == 1


def source_of(watched: Watched, campus: Ontology) -> source.Source:
    return source.Source(watched.database, Rules.of(campus))


async def test_a_revision_is_waited_for(
    database: Database, campus: Ontology, changes: ChangeService, tenant: Tenant
) -> None:
    revision = await write(changes, tenant, server_asset("s0"))
    snapshots = SnapshotService(database, campus)
    asking = asyncio.create_task(snapshots.current(tenant, Revision(revision + 1)))
    await asyncio.sleep(0.1)
    assert not asking.done()
    await write(changes, tenant, server_asset("s1"))
    assert (await asking).revision == revision + 1


async def test_a_revision_that_does_not_come_is_an_error(database: Database, campus: Ontology, tenant: Tenant) -> None:
    seconds = iter(range(1000))
    snapshots = SnapshotService(database, campus, seconds=lambda: float(next(seconds)))
    with pytest.raises(RevisionNotReached) as refused:
        await snapshots.current(tenant, Revision(9))
    assert (refused.value.expected, refused.value.actual) == ("revision 9", "revision 0")
    snapshots.expect(tenant, Revision(5))
    with pytest.raises(RevisionNotReached):
        await snapshots.current(tenant)


# ---- files -----------------------------------------------------------------------------------------------------------


async def kept(database: Database, campus: Ontology, tenant: Tenant, folder: Path) -> Snapshot:
    """A snapshot that a service leaves behind."""
    service = SnapshotService(database, campus, folder=folder)
    snapshot = await service.current(tenant)
    await service.close()
    return snapshot


async def test_the_next_process_begins_where_the_last_one_ended(
    watched: Watched, database: Database, campus: Ontology, changes: ChangeService, tenant: Tenant, tmp_path: Path
) -> None:
    await write(changes, tenant, server_asset("s0"), server_asset("s1"))
    await kept(database, campus, tenant, tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == [f"{tenant}.{Rules.of(campus).digest[:12]}.snapshot"]
    await write(changes, tenant, link("s0", "s1"))
    snapshots = SnapshotService(watched.database, campus, folder=tmp_path)
    found = await snapshots.current(tenant)
    assert said(found) == said(await SnapshotService(database, campus).current(tenant))
    assert watched.whole == 0
    assert watched.statements == ["snapshot/read_change", "snapshot/list_changes"]
    await snapshots.close()
    again = SnapshotService(watched.database, campus, folder=tmp_path)
    watched.statements.clear()
    assert (await again.current(tenant)).revision == 2
    assert watched.statements == ["snapshot/read_change", "snapshot/list_changes"]


@pytest.mark.parametrize("how", ["SET c.actor = 'somebody else'", "DELETE c"])
async def test_a_file_of_another_past_is_left_aside(
    watched: Watched,
    database: Database,
    campus: Ontology,
    changes: ChangeService,
    tenant: Tenant,
    tmp_path: Path,
    how: str,
) -> None:
    """A database that was put back to an older day has no such record, or another one."""
    await write(changes, tenant, server_asset("s0"))
    await kept(database, campus, tenant, tmp_path)
    await database.write(tenant, lambda unit: unit.write(cypher(f"MATCH (c:_Change {{_tenant: $tenant}}) {how}")))
    found = await SnapshotService(watched.database, campus, folder=tmp_path).current(tenant)
    assert found.revision == 1
    assert watched.whole == 1


async def test_a_damaged_file_is_left_aside_and_replaced(
    watched: Watched, database: Database, campus: Ontology, changes: ChangeService, tenant: Tenant, tmp_path: Path
) -> None:
    await write(changes, tenant, server_asset("s0"))
    await kept(database, campus, tenant, tmp_path)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    snapshots = SnapshotService(watched.database, campus, folder=tmp_path)
    await snapshots.current(tenant)
    assert watched.whole == 1
    await snapshots.close()
    assert len(file.read_bytes()) == len(whole)
