"""Subscriptions of the real service: nothing missed, nothing twice, whatever ends in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from app.settings import Settings
from tests.app.http.serving import served, write

pytestmark = [pytest.mark.anyio, pytest.mark.neo4j]

FOLLOW = "subscription($after: Long) { changes(after: $after) { revision entryCount entries { id } } }"


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
