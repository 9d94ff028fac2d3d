"""Applying a project to a real database: once, twice, at once, killed half-way, and where it must not."""

from __future__ import annotations

import asyncio
import signal

import pytest

from graph.database import Database, connect
from migrations import Project, apply, current_ontology, make, plan, records, status
from migrations.errors import (
    ForeignDatabase,
    LeaseHeld,
    LeaseLost,
    MigrationEdited,
    MigrationInvalid,
    MigrationRefused,
    SchemaCommandFailed,
)
from migrations.lease import Lease, LeaseTiming, leased
from migrations.ledger import MigrationStatus, read_facts
from migrations.progress import Progress, Step
from migrations.running import Applied
from tests.migrations.running import QUICK, ask, kill_at
from tests.servers import Server

pytestmark = pytest.mark.neo4j

CALM = LeaseTiming(lasts=60.0, renewed_every=1.0, wait=60.0, poll=0.02)


async def run(project: Project, database: Database, owner: str = "a test", timing: LeaseTiming = QUICK) -> Applied:
    return await apply(project, database, owner=owner, actor="tester", timing=timing)


def add_valve(project: Project, *, unique: bool = False) -> Project:
    """Return the project with a second version: a type, and a property of one that was there."""
    document = project.path / "ontology.yaml"
    text = document.read_text()
    before = "  Room:\n    id: type:Room\n    extends: [Space]\n"
    assert before in text
    added = f"properties: {{code: {{datatype: string, unique: {str(unique).lower()}}}}}"
    text = text.replace(before, f"{before}    {added}\n  Valve:\n    extends: [Equipment]\n")
    document.write_text(text)
    changed = Project.load(project.path)
    assert make(changed, "Add valves") is not None
    return Project.load(project.path)


async def test_an_empty_database_is_brought_to_the_head(project: Project, empty: Database) -> None:
    await empty.execute_schema(("CREATE (:_Token {hash: 'made before the first migration'})",))
    planned = await plan(project, empty)

    done = await run(project, empty)

    assert planned.pending == done.migrations == ("0001_start",)
    assert done.commands > 0
    assert (done.revision, done.hash) == ("0001_start", project.desired.hash)
    now = await status(project, empty)
    assert now.current
    assert (now.missing, now.extra, now.unready, now.pending) == ((), (), (), ())
    (record,) = await records(empty)
    assert (record.revision, record.status, record.phase) == ("0001_start", MigrationStatus.APPLIED, None)
    assert (record.applied_by, record.after, record.before) == ("tester", project.desired.hash, None)
    assert record.checksum == project.history["0001_start"].checksum
    assert record.applied_at is not None
    assert record.applied_at >= record.started_at
    assert await current_ontology(empty) == ("0001_start", project.desired)


async def test_a_second_run_does_nothing(project: Project, started: Database) -> None:
    before = await ask(started, "MATCH (n) RETURN labels(n), properties(n) ORDER BY labels(n)")

    done = await run(project, started)

    assert not done.changed
    assert (await plan(project, started)).empty
    assert await ask(started, "MATCH (n) RETURN labels(n), properties(n) ORDER BY labels(n)") == before


async def test_of_two_runners_at_once_one_migrates(project: Project, empty: Database, own_server: Server) -> None:
    other = connect(own_server.uri, user=own_server.user, password=own_server.password)
    try:
        done = await asyncio.gather(run(project, empty, "one", CALM), run(project, other, "two", CALM))
    finally:
        await other.close()

    assert sorted(each.migrations for each in done) == [(), ("0001_start",)]
    assert len(await records(empty)) == 1
    assert (await status(project, empty)).current


async def test_what_is_missing_is_made_again(project: Project, started: Database) -> None:
    await started.execute_schema(("DROP CONSTRAINT twin_asset_id", "DROP INDEX asset_text"))
    await started.execute_schema(("CREATE RANGE INDEX twin_index_old FOR (n:Old) ON (n.old)",))
    before = await status(project, started)

    done = await run(project, started)

    assert {each.name for each in before.missing} == {"twin_asset_id", "asset_text"}
    assert {each.name for each in before.extra} == {"twin_index_old"}
    assert not before.current
    assert (done.migrations, done.commands) == ((), 3)
    after = await status(project, started)
    assert (after.missing, after.extra) == ((), ())


async def test_an_addition_reaches_data_ledger_and_every_tenant(project: Project, started: Database) -> None:
    await started.execute_schema(("CREATE (:_Tenant {_tenant: 'a', revision: 1, ontology: 'sha256:old'})",))
    later = add_valve(project)

    done = await run(later, started)

    assert done.migrations == ("0002_add_valves",)
    assert done.hash == later.desired.hash != project.desired.hash
    assert await ask(started, "MATCH (t:_Tenant) RETURN t.ontology") == [[later.desired.hash]]
    assert [record.revision for record in await records(started)] == ["0002_add_valves", "0001_start"]
    assert (await status(later, started)).current


async def test_two_pending_versions_are_applied_in_order(project: Project, empty: Database) -> None:
    later = add_valve(project)

    done = await run(later, empty)

    assert done.migrations == ("0001_start", "0002_add_valves")
    assert [record.revision for record in await records(empty)] == ["0002_add_valves", "0001_start"]


@pytest.mark.parametrize(
    ("step", "done"),
    [
        (Step.COMMAND, 7),
        pytest.param(Step.ONLINE, 0, marks=pytest.mark.long),
        pytest.param(Step.LEASED, 0, marks=pytest.mark.long),
        pytest.param(Step.BEGUN, 0, marks=pytest.mark.long),
        pytest.param(Step.APPLIED, 0, marks=pytest.mark.long),
    ],
)
async def test_a_killed_run_is_finished_by_the_next(
    project: Project, empty: Database, own_server: Server, step: Step, done: int
) -> None:
    returned = await asyncio.to_thread(kill_at, project, own_server, "apply", step, done)
    assert returned == -signal.SIGKILL
    left = await status(project, empty)

    finished = await run(project, empty)

    assert left.pending == (("0001_start",) if step is not Step.APPLIED else ())
    assert left.begun == (("0001_start",) if step in (Step.BEGUN, Step.COMMAND, Step.ONLINE) else ())
    assert finished.revision == "0001_start"
    (record,) = await records(empty)
    assert record.status is MigrationStatus.APPLIED
    assert (await status(project, empty)).current


async def test_an_edited_file_is_refused(project: Project, started: Database) -> None:
    file = project.versions / "0001_start.yaml"
    file.write_text(file.read_text().replace("to start from", "to begin with"))
    edited = Project.load(project.path)

    with pytest.raises(MigrationEdited) as caught:
        await run(edited, started)

    assert caught.value.place == f"{file}:6"
    now = await status(edited, started)
    assert now.edited == ("0001_start",)
    assert now.problem is not None
    assert now.problem.code == "MIGRATION_EDITED"


async def test_a_pending_file_that_contradicts_itself_is_refused(project: Project, empty: Database) -> None:
    file = project.versions / "0001_start.yaml"
    file.write_text(file.read_text().replace("kW", "MW"))

    with pytest.raises(MigrationInvalid) as caught:
        await run(Project.load(project.path), empty)

    assert [problem.code for problem in caught.value.problems] == ["HASH_WRONG"]
    assert await ask(empty, "MATCH (n) RETURN count(n)") == [[0]]


async def test_a_database_of_another_ontology_is_refused(started: Database) -> None:
    before = await read_facts(started)

    with pytest.raises(ForeignDatabase) as caught:
        await run(Project.bundled(), started)

    assert caught.value.hint is not None
    assert "One ontology per database" in caught.value.hint
    assert await read_facts(started) == before


async def test_data_that_no_twin_wrote_is_refused(project: Project, empty: Database) -> None:
    await empty.execute_schema(("CREATE (:Asset {name: 'of somebody else'}), (:Person)",))

    with pytest.raises(ForeignDatabase) as caught:
        await run(project, empty)

    assert caught.value.actual is not None
    assert "2 nodes" in caught.value.actual
    assert "Person" in caught.value.actual
    assert (await read_facts(empty)).schema == ()


async def test_a_project_that_lacks_an_applied_version_is_refused(project: Project, started: Database) -> None:
    later = add_valve(project)
    await run(later, started)
    (later.versions / "0002_add_valves.yaml").unlink()

    with pytest.raises(MigrationRefused) as caught:
        await run(Project.load(project.path), started)

    assert not isinstance(caught.value, ForeignDatabase)
    assert caught.value.actual == "0002_add_valves"


async def test_a_constraint_that_data_breaks_is_named_and_tried_again(project: Project, started: Database) -> None:
    double = "CREATE (:Asset:Room {_tenant: 'a', _id: '%s', code: 'same'})"
    await started.execute_schema((double % "1", double % "2"))
    later = add_valve(project, unique=True)

    with pytest.raises(SchemaCommandFailed) as caught:
        await run(later, started)
    await started.execute_schema(("MATCH (n:Room {_id: '2'}) DELETE n",))
    done = await run(later, started)

    assert "twin_unique_Room_code" in caught.value.message
    assert done.migrations == ("0002_add_valves",)


def unheard(_holder: str) -> None:
    """Nobody waits here."""


async def test_a_lease_that_is_held_names_its_holder(project: Project, started: Database) -> None:
    impatient = LeaseTiming(lasts=5.0, renewed_every=1.0, wait=0.1, poll=0.02)
    heard: list[Progress] = []
    await started.execute_schema(("DROP INDEX asset_text",))

    async with leased(started, owner="somebody on another host", timing=impatient, waiting=unheard):
        with pytest.raises(LeaseHeld) as caught:
            await apply(project, started, owner="me", actor="me", timing=impatient, tell=heard.append)

    assert caught.value.actual is not None
    assert "somebody on another host" in caught.value.actual
    assert [(each.step, each.detail) for each in heard] == [(Step.WAITING, "somebody on another host")]


async def test_a_lease_is_kept_by_its_holder_however_long_it_takes(project: Project, started: Database) -> None:
    short = LeaseTiming(lasts=2.0, renewed_every=0.05, wait=0.0, poll=0.02)

    async with leased(started, owner="slow", timing=short, waiting=unheard) as lease:
        await asyncio.sleep(2.2)
        with pytest.raises(LeaseHeld):
            async with leased(started, owner="other", timing=short, waiting=unheard):
                pass
        await started.write(None, lease.hold)


async def test_a_runner_whose_lease_went_to_another_writes_nothing(project: Project, started: Database) -> None:
    no_heart = LeaseTiming(lasts=0.05, renewed_every=60.0, wait=1.0, poll=0.02)

    async with leased(started, owner="stale", timing=no_heart, waiting=unheard) as stale:
        await asyncio.sleep(0.1)
        async with leased(started, owner="new", timing=QUICK, waiting=unheard) as new:
            with pytest.raises(LeaseLost):
                await started.write(None, stale.hold)
            assert new.fence == stale.fence + 1
    assert isinstance(stale, Lease)
