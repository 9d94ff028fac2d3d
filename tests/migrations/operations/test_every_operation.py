"""Every operation on ontologies and data of all sorts: what was planned is done, and taken back nothing is left of it.

One table drives this: an operation that has no case here fails.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final, cast

import pytest
from hypothesis import HealthCheck, Phase, assume, given, note, seed, settings
from hypothesis import strategies as st

from graph.database import Database, connect
from migrations import Project
from migrations.operations import OPERATIONS
from tests.migrations.operations.case import Case
from tests.migrations.operations.cases import CASES
from tests.migrations.operations.pages import small_pages
from tests.migrations.operations.proving import DATA, begun, changed, there_and_back, written
from tests.migrations.operations.worlds import Definition, data, documents, fixed_document, parsed
from tests.migrations.starting import bring_to_head
from tests.servers import Server

FIXED: Final = fixed_document()
EVERY: Final = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture)
_TRIED: Final = 3
"""Versions that are tried on one ontology: to begin with another takes longer than to try one."""


@pytest.fixture(scope="module")
async def shared(own_server: Server, anyio_backend: str) -> AsyncIterator[Database]:
    """A database that all of this module share: what is taken back leaves it as it was."""
    database = connect(own_server.uri, user=own_server.user, password=own_server.password)
    yield database
    await database.close()


@pytest.fixture(autouse=True)
def _pages() -> Iterator[None]:
    with small_pages():
        yield


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


def skip_the_smallest(drawn: st.DataObject) -> None:
    """Go on with the next example: the first is the smallest of all, and shows least."""
    assume(drawn.draw(st.integers(0, 1_000_000)))


@pytest.mark.long
@pytest.mark.neo4j
@pytest.mark.parametrize("name", OPERATIONS)
@seed(7)
@given(drawn=st.data())
@settings(max_examples=1, phases=[Phase.generate], suppress_health_check=EVERY, database=None)
async def test_an_operation(shared: Database, tmp_path: Path, name: str, drawn: st.DataObject) -> None:
    skip_the_smallest(drawn)
    project = begun(tmp_path, parsed(FIXED))
    await bring_to_head(project, shared)

    await tried(shared, project, case_of(name, FIXED, drawn), drawn)


@pytest.mark.long
@pytest.mark.neo4j
@pytest.mark.timeout(1800)
@given(drawn=st.data())
@settings(max_examples=2, phases=[Phase.generate], suppress_health_check=EVERY)
async def test_operations_on_any_ontology(shared: Database, tmp_path: Path, drawn: st.DataObject) -> None:
    skip_the_smallest(drawn)
    document = drawn.draw(documents())
    project = begun(tmp_path, parsed(document))
    await bring_to_head(project, shared)

    for name in drawn.draw(st.permutations(sorted(CASES)))[:_TRIED]:
        await tried(shared, project, case_of(name, document, drawn), drawn)
