"""The composed service on a port of its own, within the test's loop."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn

from app.main import build
from app.settings import Settings

WRITE = "mutation($input: ChangeSetInput!) { applyChanges(input: $input) { __typename } }"


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
