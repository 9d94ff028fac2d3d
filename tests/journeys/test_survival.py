"""A subscriber across a service that is killed and a Neo4j that is started anew: nothing missed, nothing twice."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import orjson
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from graph.database import connect as connected
from graph.database.local.ports import free_port
from migrations import Project, apply
from tests.servers import local_server

pytestmark = [pytest.mark.anyio, pytest.mark.long]

FOLLOW: Final = "subscription($after: Long) { changes(after: $after) { revision entries { id } } }"
WRITE: Final = "mutation($input: ChangeSetInput!) { applyChanges(input: $input) { __typename } }"
EACH: Final = 12
"""Changes before, between and after what ends."""


@contextmanager
def process(environment: dict[str, str], folder: Path) -> Iterator[None]:
    """Run the service, and kill it."""
    with (folder / "log").open("a") as log:
        command = [sys.executable, "-m", "app.cli", "serve"]
        with subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=log) as running:
            try:
                assert running.stdout is not None
                assert running.stdout.readline().startswith("ready "), (folder / "log").read_text()[-3_000:]
                yield
            finally:
                running.kill()


async def write(address: str, name: str) -> None:
    """Write an asset, once, however often it takes."""
    given = {"changes": [{"upsertAsset": {"id": name, "type": "Room", "name": name}}], "idempotencyKey": name}
    async with httpx.AsyncClient() as client:
        while True:
            try:
                body = {"query": WRITE, "variables": {"input": given}}
                answer = await client.post(f"http://{address}/graphql", json=body, timeout=30)
                if answer.json().get("data") == {"applyChanges": {"__typename": "ChangesApplied"}}:
                    return
            except (httpx.HTTPError, ValueError):
                pass  # it is down, or went down meanwhile
            await asyncio.sleep(0.1)


async def follow(address: str, seen: list[tuple[int, str]], until: int) -> None:
    """Hear of every change, from the last one on after each end."""
    while len(seen) < until:
        try:
            async with connect(f"ws://{address}/graphql", subprotocols=[Subprotocol("graphql-transport-ws")]) as client:
                await client.send('{"type":"connection_init"}')
                after = seen[-1][0] if seen else 0
                payload = {"query": FOLLOW, "variables": {"after": after}}
                await client.recv()
                await client.send(orjson.dumps({"id": "1", "type": "subscribe", "payload": payload}).decode())
                async for text in client:
                    message: dict[str, Any] = orjson.loads(text)
                    if message["type"] in ("error", "complete"):
                        break
                    if message["type"] == "next":
                        change = message["payload"]["data"]["changes"]
                        seen.append((change["revision"], change["entries"][0]["id"]))
                        if len(seen) == until:
                            return
        except (OSError, WebSocketException):
            pass
        await asyncio.sleep(0.1)


async def test_each_change_once_whatever_ends(tmp_path: Path) -> None:
    local = local_server(tmp_path / "neo4j")
    endpoint = await asyncio.to_thread(local.start)
    try:
        database = connected(endpoint.uri, user=endpoint.user, password=endpoint.password)
        await apply(Project.bundled(), database, owner="tests", actor="tests")
        await database.close()
        address = f"127.0.0.1:{free_port()}"
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TWIN_")},
            "TWIN_NEO4J_URI": endpoint.uri,
            "TWIN_NEO4J_USER": endpoint.user,
            "TWIN_NEO4J_PASSWORD": endpoint.password,
            "TWIN_TENANT": "site",
            "TWIN_AUTH": "none",
            "TWIN_DATA_DIR": str(tmp_path / "data"),
            "TWIN_PORT": address.partition(":")[2],
        }
        seen: list[tuple[int, str]] = []
        names = [f"R{number}" for number in range(3 * EACH)]
        following = asyncio.create_task(follow(address, seen, len(names)))

        async def some(number: int) -> None:
            for name in names[number * EACH : (number + 1) * EACH]:
                await write(address, name)

        with process(environment, tmp_path):
            await some(0)
            between = asyncio.create_task(some(1))
            await asyncio.sleep(0.2)  # and killed while it writes
        with process(environment, tmp_path):
            await between
            after = asyncio.create_task(some(2))
            await asyncio.to_thread(local.stop)
            again = await asyncio.to_thread(local.start)
            assert again.uri == endpoint.uri, "the local server keeps its port"
            await after
            await asyncio.wait_for(following, 60)
        assert [revision for revision, _ in seen] == list(range(1, len(names) + 1))
        assert [name for _, name in seen] == names
    finally:
        await asyncio.to_thread(local.stop)
