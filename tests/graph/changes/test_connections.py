"""Connections that break: a set is done whole or not at all, and the next one works."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import pytest

from graph.access.principal import operator
from graph.changes import ChangeService, ChangeSet, Receipt, UpsertAsset
from graph.clock import SystemClock
from graph.database import Database, connect
from graph.errors import DatabaseUnavailable
from graph.identity import Tenant
from graph.ontology import Ontology
from tests.graph.changes.conftest import stored
from tests.servers import Server

pytestmark = pytest.mark.neo4j


class Wire:
    """A relay to the database that can be cut."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(*self._target)
        self._open |= {writer, far_writer}
        for source, target in ((reader, far_writer), (far_reader, writer)):
            task = asyncio.ensure_future(self._relay(source, target))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def cut(self) -> None:
        """Break all connections at once."""
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()

    async def end(self) -> None:
        self.cut()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _relay(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                target.write(data)
                await target.drain()
        target.close()


@asynccontextmanager
async def wired(server: Server) -> AsyncIterator[tuple[Wire, Database]]:
    target = urlsplit(server.uri)
    wire = Wire(target.hostname or "127.0.0.1", target.port or 7687)
    relay = await asyncio.start_server(wire.accept, "127.0.0.1", 0)
    port = relay.sockets[0].getsockname()[1]
    database = connect(f"bolt://127.0.0.1:{port}", user=server.user, password=server.password)
    try:
        yield wire, database
    finally:
        await database.close()
        relay.close()
        await wire.end()


async def test_cut_connections_leave_whole_sets(
    server: Server, database: Database, tenant: Tenant, campus: Ontology
) -> None:
    async with wired(server) as (wire, through):
        service = ChangeService(through, lambda: campus, SystemClock())
        outcomes: dict[int, Receipt | BaseException] = {}

        async def write(number: int) -> None:
            rooms = tuple(UpsertAsset(id=f"r{number}-{part}", type="Room") for part in range(3))
            try:
                change_set = ChangeSet(changes=rooms, idempotency_key=str(number))
                outcomes[number] = await service.apply(operator(tenant), change_set)
            except DatabaseUnavailable as error:
                outcomes[number] = error

        async def writer(first: int) -> None:
            for number in range(first, first + 12):
                await write(number)

        async def cutter() -> None:
            for _ in range(6):
                await asyncio.sleep(0.15)
                wire.cut()

        await asyncio.gather(*(writer(first * 100) for first in range(4)), cutter())
        for number in [number for number, outcome in outcomes.items() if not isinstance(outcome, Receipt)]:
            await write(number)
        await service.close()

    assert all(isinstance(outcome, Receipt) for outcome in outcomes.values())
    found = await stored(database, tenant)
    assert len(outcomes) == 48
    assert set(found.assets) == {f"r{number}-{part}" for number in outcomes for part in range(3)}
    assert found.revision == 48
    assert [change["revision"] for change in found.changes] == list(range(1, 49))


async def test_who_gives_up_leaves_a_whole_set_or_none(database: Database, tenant: Tenant, campus: Ontology) -> None:
    service = ChangeService(database, lambda: campus, SystemClock())

    async def write(number: int) -> Receipt:
        rooms = tuple(UpsertAsset(id=f"r{number}-{part}", type="Room") for part in range(3))
        return await service.apply(operator(tenant), ChangeSet(changes=rooms))

    tasks = [asyncio.ensure_future(write(number)) for number in range(30)]
    for number, task in enumerate(tasks):
        if number % 3 == 0:
            await asyncio.sleep(0.005)
            task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    await service.close()
    found = await stored(database, tenant)
    written = {asset.split("-")[0] for asset in found.assets}
    assert len(found.assets) == 3 * len(written)
    assert {f"r{number}" for number, result in enumerate(results) if isinstance(result, Receipt)} <= written
    assert found.revision == len(written)
