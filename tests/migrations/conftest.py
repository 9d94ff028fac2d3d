"""Projects to migrate, and a database that a test may turn upside down."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph.database import Database, connect
from migrations import Project, init
from migrations.steps import revaluing
from tests.migrations.starting import bring_to_head
from tests.servers import Server, empty_of_everything


@pytest.fixture(autouse=True)
def pages_of_a_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let steps take no more assets at once the short way than the long one, so that few make several pages."""
    monkeypatch.setattr(revaluing, "SHORT_PAGE", 1000)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A small project as `init` makes it."""
    return init(tmp_path / "pumping")


@pytest.fixture
async def started(project: Project, own_server: Server) -> AsyncIterator[Database]:
    """A database at the head of `project` with nothing in it."""
    database = connect(own_server.uri, user=own_server.user, password=own_server.password)
    await bring_to_head(project, database)
    yield database
    await database.close()


@pytest.fixture
async def empty(own_server: Server) -> AsyncIterator[Database]:
    """A database with nothing in it, not even a constraint."""
    database = connect(own_server.uri, user=own_server.user, password=own_server.password)
    await empty_of_everything(database)
    yield database
    await database.close()
