"""A Neo4j of a benchmark's own, holding the bundled ontology, in a folder that goes with it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from graph.database import connect
from graph.database.local import LocalServer, Memory
from graph.database.local.endpoint import Endpoint
from migrations import Project, apply

MEMORY = Memory(heap=2048, page_cache=1024)


def local_server(folder: Path) -> LocalServer:
    """Return a local server with its data in `folder`; jars are shared with all others of this machine."""
    cache = platformdirs.user_data_path("twin-topology", appauthor=False) / "cache"
    return LocalServer(data_dir=folder, cache_dir=cache, memory=MEMORY)


@contextmanager
def migrated_server() -> Generator[Endpoint]:
    """Run a server that holds the bundled ontology while the block lasts."""
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as folder:
        local = local_server(Path(folder))
        try:
            endpoint = local.start()
            asyncio.run(migrate(endpoint))
            yield endpoint
        finally:
            local.stop()


async def migrate(endpoint: Endpoint) -> None:
    """Give a server the bundled ontology."""
    database = connect(endpoint.uri, user=endpoint.user, password=endpoint.password)
    try:
        await apply(Project.bundled(), database, owner="benchmarks", actor="benchmarks")
    finally:
        await database.close()
