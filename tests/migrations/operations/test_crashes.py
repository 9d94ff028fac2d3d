"""One migration with every operation, killed at each of its commits, there and back: what goes on ends where it should.

Processes are killed, and Neo4j. What is stored, exported and indexed in the end is compared with a run that nobody
killed.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from graph.database import Database, connect
from graph.database.local import LocalServer
from graph.errors import DatabaseUnavailable
from migrations import Project, apply, complete, resume, rollback, status
from migrations.ledger import read_facts
from migrations.operations import OPERATIONS
from tests.migrations.operations.everything import STEPS, data_of_everything, project_of_everything
from tests.migrations.operations.proving import FIRST, SECOND, Standing, standing, written
from tests.migrations.running import Victims, victims
from tests.migrations.victim import COMMITTING, TIMING
from tests.servers import Server, local_server

pytestmark = [pytest.mark.neo4j, pytest.mark.timeout(7200)]

VERBS: Final = {"apply": apply, "complete": complete, "rollback": rollback}
SAMPLED: Final = {"apply": 12, "complete": 17, "rollback": 15}
"""Commits of which the sample is killed at: within pages over data."""


def test_the_migration_uses_every_operation() -> None:
    assert {each.kind for steps in STEPS.values() for each in steps} == set(OPERATIONS)


async def begin(folder: Path, database: Database) -> Project:
    """A database with data of the first version."""
    project = project_of_everything(folder)
    first = Project(
        path=folder, desired=project.desired, history=type(project.history)({FIRST: project.history[FIRST]}, (FIRST,))
    )
    await apply(first, database, owner="a test", actor="tester", timing=TIMING)
    await do_write(project, database)
    return project


async def do_write(project: Project, database: Database) -> None:
    from migrations.effects import replay_to

    ontology = replay_to(project.history, FIRST)
    await written(database, ontology, data_of_everything(ontology))


async def run(verb: str, project: Project, database: Database) -> None:
    await VERBS[verb](project, database, owner="a test", actor="tester", timing=TIMING)


async def uninterrupted(project: Project, database: Database) -> Mapping[str, Standing]:
    """How the database stands after each verb where nobody kills anybody; the last leads back to the beginning."""
    before = await standing(database)
    found: dict[str, Standing] = {}
    for verb in VERBS:
        await run(verb, project, database)
        found[verb] = await standing(database)
    assert found["rollback"] == before
    return found


async def is_reached(verb: str, project: Project, database: Database) -> bool:
    now = await status(project, database)
    ended = {
        "apply": now.waiting == (SECOND,),
        "complete": now.current,
        "rollback": now.applied == (FIRST,) and not now.begun,
    }
    return ended[verb] and not any(record.under_way for record in (await read_facts(database)).records)


async def go_on(verb: str, project: Project, database: Database) -> None:
    """What a person would type: `resume` where something is under way, and else the verb once more."""
    if any(record.under_way for record in (await read_facts(database)).records):
        await resume(project, database, owner="another", actor="tester", timing=TIMING)
    if not await is_reached(verb, project, database):
        await run(verb, project, database)
    assert await is_reached(verb, project, database)


async def test_killed_in_the_midst_of_each_verb(empty: Database, own_server: Server, tmp_path: Path) -> None:
    project = await begin(tmp_path / "p", empty)
    expected = await uninterrupted(project, empty)

    with victims(own_server) as killer:
        for verb, commits in SAMPLED.items():
            assert await killed(killer, project, verb, commits=commits, amid=False)
            await go_on(verb, project, empty)
            assert await standing(empty) == expected[verb], verb


async def killed(killer: Victims, project: Project, verb: str, *, commits: int, amid: bool) -> bool:
    """Whether a run was killed; it ends by itself where it has fewer commits."""
    ended = await asyncio.to_thread(killer.run, project, verb, commits=commits, amid=amid)
    assert ended in (0, -signal.SIGKILL)
    return ended != 0


@pytest.mark.long
@pytest.mark.parametrize("amid", [False, True], ids=["after", "amid"])
async def test_killed_at_every_commit(empty: Database, own_server: Server, tmp_path: Path, amid: bool) -> None:
    """Commits are counted from the first of each verb on, until no verb has so many."""
    project = await begin(tmp_path / "p", empty)
    expected = await uninterrupted(project, empty)
    kills = dict.fromkeys(VERBS, 0)

    with victims(own_server) as killer:
        for commits in range(1, 1000):
            died = [
                verb
                for verb in VERBS
                if await _there(killer, project, empty, verb, commits=commits, amid=amid, expected=expected[verb])
            ]
            kills.update({verb: kills[verb] + 1 for verb in died})
            if not died:
                break

    print(f"killed at {kills} commits")
    assert all(number >= SAMPLED[verb] for verb, number in kills.items())


async def _there(
    killer: Victims,
    project: Project,
    database: Database,
    verb: str,
    *,
    commits: int,
    amid: bool,
    expected: Standing,
) -> bool:
    died = await killed(killer, project, verb, commits=commits, amid=amid)
    await go_on(verb, project, database)
    assert await standing(database) == expected, f"{verb}, killed at commit {commits}"
    return died


@pytest.mark.long
@pytest.mark.parametrize("commits", [5, 13, 21])
async def test_neo4j_killed(tmp_path: Path, commits: int) -> None:
    """Neo4j dies under a run: what it had committed is there again, and the rest is done by the next."""
    local = local_server(tmp_path / "neo4j")
    try:
        database = opened(await asyncio.to_thread(local.start))
        project = await begin(tmp_path / "p", database)
        expected = await uninterrupted(project, database)
        for verb in VERBS:
            doomed = opened(local.endpoint())
            on_commit(doomed, commits, lambda: kill(local))
            with pytest.raises(DatabaseUnavailable):
                await run(verb, project, doomed)
            await doomed.close()
            await database.close()
            database = opened(await asyncio.to_thread(local.start))
            await go_on(verb, project, database)
            assert await standing(database) == expected[verb]
        await database.close()
    finally:
        await asyncio.to_thread(local.stop)


def opened(endpoint: object) -> Database:
    return connect(endpoint.uri, user=endpoint.user, password=endpoint.password)  # type: ignore[attr-defined]


def kill(local: LocalServer) -> None:
    pid = local.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def on_commit(database: Database, commits: int, do: Callable[[], None]) -> None:
    """Let something be done after the n-th commit through a database."""
    left = commits

    def counted(name: str) -> None:
        commit = getattr(database, name)

        async def run(*arguments: object) -> object:
            nonlocal left
            done = await commit(*arguments)
            left -= 1
            if left == 0:
                do()
            return done

        setattr(database, name, run)

    for name in COMMITTING:
        counted(name)
