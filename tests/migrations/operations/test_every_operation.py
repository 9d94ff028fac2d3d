"""Every operation on ontologies and data of all sorts: what was planned is done, and taken back nothing is left of it.

One table drives this: an operation that has no case here fails.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final, cast

import pytest
from hypothesis import HealthCheck, Phase, assume, given, note, seed, settings
from hypothesis import strategies as st

from graph.database import Database, connect
from migrations import Project, status
from migrations.operations import OPERATIONS
from tests.migrations.operations.case import Case
from tests.migrations.operations.cases import CASES
from tests.migrations.operations.proving import DATA, FIRST, begun, changed, there_and_back, written
from tests.migrations.operations.worlds import Definition, data, documents, fixed_document, parsed
from tests.migrations.test_succession import run
from tests.servers import Server, empty_of_everything

pytestmark = pytest.mark.neo4j

FIXED: Final = fixed_document()
EVERY: Final = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture)
_TRIED: Final = 3
"""Versions that are tried on one ontology: to begin with another takes longer than to try one."""


@pytest.fixture(scope="module")
async def shared(own_server: Server, anyio_backend: str) -> AsyncIterator[Database]:
    """A database that all of this module share: what is taken back leaves it as it was."""
    database = connect(own_server.uri, user=own_server.user, password=own_server.password)
    await empty_of_everything(database)
    yield database
    await database.close()


def test_there_is_a_case_for_each_operation() -> None:
    assert set(CASES) == set(OPERATIONS)


async def tried(database: Database, project: Project, case: Case, drawn: st.DataObject) -> None:
    """Write data that the case can be used on, and use it."""
    await written(database, project.desired, drawn.draw(data(project.desired, case.bounds)))
    await there_and_back(changed(project, case.steps), database)
    await database.execute_schema((DATA,))


def case_of(name: str, document: Definition, drawn: st.DataObject) -> Case:
    """A version that uses an operation."""
    case = CASES[name](cast("st.DrawFn", drawn.draw), document)
    note(f"{name}: {case.steps}")
    assert name in {each.kind for steps in case.steps.values() for each in steps}, f"that is no case of {name}"
    return case


@pytest.mark.parametrize("name", OPERATIONS)
@seed(7)
@given(drawn=st.data())
@settings(max_examples=1, phases=[Phase.generate], suppress_health_check=EVERY, database=None)
async def test_an_operation(shared: Database, tmp_path: Path, name: str, drawn: st.DataObject) -> None:
    assume(drawn.draw(st.integers(0, 1_000_000)))  # the first example is the smallest of all, and shows least
    project = begun(tmp_path, parsed(FIXED))
    if (await status(project, shared)).applied != (FIRST,):
        await empty_of_everything(shared)
        await run(project, shared)

    await tried(shared, project, case_of(name, FIXED, drawn), drawn)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", OPERATIONS)
@given(drawn=st.data())
@settings(max_examples=8, suppress_health_check=EVERY)
async def test_an_operation_on_any_ontology(shared: Database, tmp_path: Path, name: str, drawn: st.DataObject) -> None:
    document = drawn.draw(documents())
    project = begun(tmp_path, parsed(document))
    await empty_of_everything(shared)
    await run(project, shared)

    for _ in range(_TRIED):
        await tried(shared, project, case_of(name, document, drawn), drawn)
