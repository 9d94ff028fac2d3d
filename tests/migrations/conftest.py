"""Projects to migrate, and a database that a test may turn upside down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph.database import Database, connect
from migrations import Project, init
from queries import named
from tests.servers import Server


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A small project as `init` makes it."""
    return init(tmp_path / "pumping")


@pytest.fixture
async def empty(own_server: Server) -> AsyncIterator[Database]:
    """A database with nothing in it, not even a constraint."""
    database = connect(own_server.uri, user=own_server.user, password=own_server.password)
    await wipe(database)
    yield database
    await database.close()


async def wipe(database: Database) -> None:
    """Take everything out of `database`."""
    await database.execute_schema(("MATCH (n) DETACH DELETE n",))
    constraints = await database.rows(None, named("migrations/list_constraints"))
    indexes = await database.rows(None, named("migrations/list_indexes"))
    drops = [f"DROP CONSTRAINT `{row[0]}`" for row in constraints] + [f"DROP INDEX `{row[0]}`" for row in indexes]
    await database.execute_schema_together(drops)
