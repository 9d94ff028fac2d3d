"""One migration with every operation, killed after each of its commits: what goes on ends where it should.

A process that goes on is killed as well, one commit farther, until none is left: so every commit is once the last one.
What is stored, exported and indexed in the end is compared with a run that nobody killed.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from graph.database import Database
from migrations import Project, apply, status
from migrations.effects import replay_to
from migrations.files import History
from migrations.ledger import read_facts
from migrations.operations import OPERATIONS
from tests.migrations.operations.everything import STEPS, data_of_everything, project_of_everything
from tests.migrations.operations.pages import small_pages
from tests.migrations.operations.proving import FIRST, SECOND, Standing, standing, written
from tests.migrations.running import Victims, victims
from tests.migrations.victim import RUNS, TIMING
from tests.servers import Server

LEAST: Final = {"apply": 50, "complete": 80, "rollback": 100}
"""Commits of each verb: fewer, and the migration is none of every operation with several pages."""


def test_the_migration_uses_every_operation() -> None:
    assert {each.kind for steps in STEPS.values() for each in steps} == set(OPERATIONS)


@pytest.fixture
def pages() -> Iterator[None]:
    with small_pages():
        yield


async def begin(folder: Path, database: Database) -> Project:
    """A database with data of the first version."""
    project = project_of_everything(folder)
    first = Project(path=folder, desired=project.desired, history=History({FIRST: project.history[FIRST]}, (FIRST,)))
    await apply(first, database, owner="a test", actor="tester", timing=TIMING)
    ontology = replay_to(project.history, FIRST)
    await written(database, ontology, data_of_everything(ontology))
    return project


async def uninterrupted(project: Project, database: Database) -> Mapping[str, Standing]:
    """How the database stands after each verb where nobody kills anybody; the last leads back to the beginning."""
    before = await standing(database)
    found: dict[str, Standing] = {}
    for verb, run in RUNS.items():
        await run(project, database, owner="a test", actor="tester", timing=TIMING)
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
    return ended[verb] and not any(record.left for record in (await read_facts(database)).records)


async def killed_on_and_on(killer: Victims, verb: str, project: Project, database: Database) -> int:
    """Let a verb be run by one process after another, until one survives; return how many did not.

    `resume` may end with nothing but labels taken away: those of a way back that had not yet begun otherwise.
    """
    ended: list[int] = []
    while ended[-2:] != [0, 0]:
        ended.append(await asyncio.to_thread(killer.run, project, verb))
        assert ended[-1] in (0, -signal.SIGKILL), verb
        if ended[-1] == 0 and await is_reached(verb, project, database):
            return len(ended) - ended.count(0)
    raise AssertionError(f"{verb} comes to no end")


@pytest.mark.long
@pytest.mark.neo4j
@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("pages")
async def test_killed_after_every_commit(empty: Database, own_server: Server, tmp_path: Path) -> None:
    project = await begin(tmp_path / "p", empty)
    expected = await uninterrupted(project, empty)
    deaths: dict[str, int] = {}

    with victims(own_server) as killer:
        for verb in RUNS:
            deaths[verb] = await killed_on_and_on(killer, verb, project, empty)
            reached = await standing(empty)
            assert set(reached.schema) ^ set(expected[verb].schema) == set(), verb
            assert reached == expected[verb], verb

    print(f"killed after {deaths} commits")
    assert all(deaths[verb] >= LEAST[verb] for verb in RUNS), deaths
