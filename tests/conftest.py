"""One Neo4j per test run, one tenant per test.

Which server: one named in the environment (TWIN_NEO4J_URI), else the official image by testcontainers where a Docker
engine answers, else the local server of our own. The tests don't know.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import settings

from graph.database import Database, connect
from graph.identity import Tenant, parse_tenant
from tests.servers import Server, emptied, empty_server, server_of_this_run, stop_server

_COUNTER = itertools.count()
_LONG = (
    "tests/docs/test_console.py",
    "tests/journeys",
    "tests/examples",
    "tests/migrations/test_runner.py",
    "tests/migrations/test_evolution.py",
    "tests/migrations/drift",
    "tests/graph/database/local/test_server.py",
    "tests/graph/kernel/test_single_points.py",
    "tests/graph/kernel/test_updating.py",
    "tests/graph/kernel/test_equivalence.py",
)

# How long an example takes says how busy the machine is.
settings.register_profile("untimed", deadline=None)
if "CI" not in os.environ:
    settings.load_profile("untimed")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The Neo4j of this run, shared by all workers, holding the bundled ontology."""
    with server_of_this_run(tmp_path_factory) as running:
        yield running


@pytest.fixture(scope="session")
def _server_of_this_worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with empty_server(tmp_path_factory.mktemp("own_server")) as running:
        yield running


@pytest.fixture(scope="module")
def own_server(_server_of_this_worker: Server) -> Server:
    """An empty Neo4j of this module's own, for tests that change ontology or schema; few and quick, please.

    One server for all such modules of a worker, emptied for each: to start one takes ten seconds of processor.
    """
    asyncio.run(emptied(_server_of_this_worker))
    return _server_of_this_worker


@pytest.fixture
async def database(server: Server) -> AsyncIterator[Database]:
    """A driver of this test's own to the Neo4j of the run."""
    opened = connect(server.uri, user=server.user, password=server.password)
    yield opened
    await opened.close()


@pytest.fixture
def tenant() -> Tenant:
    """A tenant that nobody else uses."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    return parse_tenant(f"t{worker}n{next(_COUNTER)}x{secrets.token_hex(4)}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a Neo4j, told from its fixtures, and what coverage is not measured of; put the long files first.

    Property tests run the same lines hundreds of times, and counting them takes as long as running them. A file that
    takes long ends last where it doesn't begin first.
    """
    for item in items:
        if {"server", "own_server"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.neo4j)
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.no_cover)
    items.sort(key=lambda item: not item.nodeid.startswith(_LONG))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop the Neo4j of the run when all workers are done."""
    if not hasattr(session.config, "workerinput"):
        stop_server(session.config)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end what was left out, and what the machine lacks for it: a run without it proves that much less."""
    skipped: list[pytest.TestReport] = terminalreporter.stats.get("skipped", [])
    reasons = Counter(
        str(each.longrepr[2]).removeprefix("Skipped: ") for each in skipped if isinstance(each.longrepr, tuple)
    )
    if not reasons:
        return
    terminalreporter.section("LEFT OUT", sep="!", yellow=True, bold=True)
    for reason, number in reasons.most_common():
        terminalreporter.line(f"{number} test{'s' if number > 1 else ''}: {reason}", yellow=True)
