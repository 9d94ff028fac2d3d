"""Subscriptions of the real service: nothing missed, nothing twice, whatever ends in between."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from app.main import build
from app.settings import Settings
from graph.identity import Tenant
from tests.servers import Server

pytestmark = [pytest.mark.anyio, pytest.mark.neo4j]

WRITE = "mutation($input: ChangeSetInput!) { applyChanges(input: $input) { __typename } }"
FOLLOW = "subscription($after: Long) { changes(after: $after) { revision entryCount entries { id } } }"


@pytest.fixture
def settings(server: Server, tenant: Tenant, tmp_path: Path) -> Settings:
    return Settings(
        neo4j_uri=server.uri,
        neo4j_user=server.user,
        neo4j_password=server.password,  # pyright: ignore[reportArgumentType] - pydantic hides it
        tenant=tenant,
        auth="none",  # pyright: ignore[reportArgumentType] - pydantic parses it
        data_dir=tmp_path,
    )


class Quiet(uvicorn.Server):
    """A server within the test's loop."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @property
    def port(self) -> int:
        return self.servers[0].sockets[0].getsockname()[1]


@asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[str]:
    config = uvicorn.Config(
        build(settings), port=0, lifespan="on", log_config=None, ws="websockets-sansio", timeout_graceful_shutdown=5
    )
    server = Quiet(config)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    serving = asyncio.create_task(server.serve())
    await server.ready.wait()
    try:
        yield f"127.0.0.1:{server.port}"
    finally:
        server.should_exit = True
        await serving
        for number, handler in before.items():
            signal.signal(number, handler)


async def write(address: str, *assets: str) -> None:
    changes = [{"upsertAsset": {"id": each, "type": "Room", "name": each}} for each in assets]
    async with httpx.AsyncClient() as client:
        body = {"query": WRITE, "variables": {"input": {"changes": changes}}}
        answer = await client.post(f"http://{address}/graphql", json=body, timeout=30)
    assert answer.json() == {"data": {"applyChanges": {"__typename": "ChangesApplied"}}}


@asynccontextmanager
async def following(address: str, after: int | None) -> AsyncIterator[ClientConnection]:
    async with connect(f"ws://{address}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")]) as client:
        await client.send('{"type":"connection_init"}')
        assert orjson.loads(await client.recv()) == {"type": "connection_ack"}
        payload = {"query": FOLLOW, "variables": {"after": after}}
        await client.send(orjson.dumps({"id": "1", "type": "subscribe", "payload": payload}).decode())
        yield client


async def heard(client: ClientConnection) -> dict[str, Any]:
    message = orjson.loads(await asyncio.wait_for(client.recv(), 20))
    assert message["type"] == "next", message
    return message["payload"]["data"]["changes"]


async def test_each_change_once_across_reconnects_while_others_write(settings: Settings) -> None:
    seen: list[int] = []
    async with served(settings) as address:
        await write(address, "A")

        async def writer() -> None:
            for number in range(30):
                await write(address, f"B{number}")

        async def reader() -> None:
            after = 0
            while after < 31:
                async with following(address, after) as client:
                    for _ in range(min(7, 31 - after)):
                        change = await heard(client)
                        assert change["entryCount"] == len(change["entries"]) == 1
                        after = change["revision"]
                        seen.append(after)

        await asyncio.gather(writer(), reader())
    assert seen == list(range(1, 32))


async def test_what_another_process_writes_is_heard_of_by_the_watch(settings: Settings) -> None:
    async with served(settings) as other, served(settings) as address, following(address, None) as client:
        await asyncio.sleep(0.3)
        await write(other, "X")
        assert (await heard(client))["revision"] == 1
