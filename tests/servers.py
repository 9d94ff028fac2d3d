"""Finds or starts the Neo4j of a test run, and brings it to the bundled ontology.

One server per run: the first worker that needs it starts it under a file lock and writes down where it answers; the
process that began the run stops it at the very end (`stop_server`), so no worker takes it away from another.
TWIN_TEST_NEO4J_LINE chooses the line of Neo4j (5.26 or 2026) for what the run starts itself.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs
import pytest
from filelock import FileLock

from graph.database import Database, connect
from graph.database.local import NEWEST_LINE, LocalServer, Memory
from graph.database.local.release import release
from migrations import Project, apply
from queries import named

_MEMORY = Memory(heap=768, page_cache=256)
_JAVA_OPTIONS = ("-XX:TieredStopAtLevel=1",)  # a run is over before Java's better compiler has paid for itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the Neo4j of the run answers; `container` where it runs in Docker."""

    uri: str
    user: str
    password: str
    container: str | None = None


@contextmanager
def server_of_this_run(factory: pytest.TempPathFactory) -> Generator[Server]:
    """Yield the server of the run, started and brought to the bundled ontology by whoever comes first."""
    folder = _folder(factory)
    with FileLock(folder / "neo4j.lock"):
        if not _state(folder).exists():
            found = _named() or _in_docker() or _local(folder)
            asyncio.run(_migrated(found))
            _state(folder).write_text(json.dumps(asdict(found)))
    yield Server(**json.loads(_state(folder).read_text()))


def stop_server(config: pytest.Config) -> None:
    """Stop what the run started; called once, by the process that began the run, when all workers are done."""
    factory: pytest.TempPathFactory | None = getattr(config, "_tmp_path_factory", None)
    if factory is None:
        return
    folder = _folder(factory)
    state = _state(folder)
    if not state.exists():
        return
    server = Server(**json.loads(state.read_text()))
    if server.container is not None:
        _remove_container(server.container)
    local_server(folder / "neo4j").stop()
    state.unlink()


def local_server(folder: Path) -> LocalServer:
    """Return a local server with its data in `folder`; jars are shared with all others of this machine."""
    data = os.environ.get("TWIN_DATA_DIR")
    home = Path(data) if data else platformdirs.user_data_path("twin-topology", appauthor=False)
    jars = os.environ.get("TWIN_NEO4J_JARS")
    return LocalServer(
        data_dir=folder,
        line=_line(),
        jars=Path(jars) if jars else None,
        cache_dir=home / "cache",
        memory=_MEMORY,
        java_options=_JAVA_OPTIONS,
    )


@contextmanager
def empty_server(folder: Path) -> Generator[Server]:
    """Run a server of one's own, with nothing in it, while the block lasts."""
    local = local_server(folder)
    try:
        endpoint = local.start()
        yield Server(uri=endpoint.uri, user=endpoint.user, password=endpoint.password)
    finally:
        local.stop()


async def emptied(server: Server) -> None:
    """Take everything out of a server of one's own."""
    database = connect(server.uri, user=server.user, password=server.password)
    try:
        await empty_of_everything(database)
    finally:
        await database.close()


async def empty_of_everything(database: Database) -> None:
    """Take out of `database` all data, constraints and indexes."""
    await database.execute_schema(("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS",))
    constraints = await database.rows(None, named("migrations/list_constraints"))
    indexes = await database.rows(None, named("migrations/list_indexes"))
    drops = [f"DROP CONSTRAINT `{row[0]}`" for row in constraints] + [f"DROP INDEX `{row[0]}`" for row in indexes]
    await database.execute_schema_together(drops)


def _folder(factory: pytest.TempPathFactory) -> Path:
    base = factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


def _state(folder: Path) -> Path:
    return folder / "neo4j.json"


def _line() -> str:
    return os.environ.get("TWIN_TEST_NEO4J_LINE", NEWEST_LINE)


def _named() -> Server | None:
    uri = os.environ.get("TWIN_NEO4J_URI")
    if not uri:
        return None
    return Server(
        uri=uri,
        user=os.environ.get("TWIN_NEO4J_USER", "neo4j"),
        password=os.environ.get("TWIN_NEO4J_PASSWORD", ""),
    )


def _local(folder: Path) -> Server:
    endpoint = local_server(folder / "neo4j").start()
    return Server(uri=endpoint.uri, user=endpoint.user, password=endpoint.password)


def _in_docker() -> Server | None:
    if not _docker_answers():
        return None
    # Its reaper would end the server with the worker that started it; `stop_server` removes it instead.
    os.environ["TESTCONTAINERS_RYUK_DISABLED"] = "true"
    from testcontainers.community.neo4j import Neo4jContainer

    password = secrets.token_hex(16)
    container = Neo4jContainer(f"neo4j:{release(_line()).version}-community", password=password).start()
    return Server(
        uri=container.get_connection_url(),
        user="neo4j",
        password=password,
        container=container.get_wrapped_container().id,
    )


def _docker_answers() -> bool:
    if not os.environ.get("DOCKER_HOST") and not Path("/var/run/docker.sock").exists():
        return False
    from docker.errors import DockerException

    import docker

    try:
        client = docker.from_env(timeout=2)
    except DockerException:
        return False
    try:
        return bool(client.ping())
    except DockerException:
        return False
    finally:
        client.close()


def _remove_container(container: str) -> None:
    import docker

    client = docker.from_env()
    try:
        client.containers.get(container).remove(force=True, v=True)
    finally:
        client.close()


async def _migrated(server: Server) -> None:
    database = connect(server.uri, user=server.user, password=server.password)
    try:
        await apply(Project.bundled(), database, owner=f"tests {secrets.token_hex(8)}", actor="tests")
    finally:
        await database.close()
