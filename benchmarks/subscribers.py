"""What idle subscribers cost: memory of the service for each, and how soon all hear of a change.

Run it by `python -m benchmarks.subscribers [--subscribers N]`; client and service share the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import resource
import subprocess
import sys
import time
from urllib.parse import urlsplit

import httpx
import psutil

from benchmarks.servers import migrated_server

GOAL_KILOBYTES = 100  # ten thousand within a gigabyte
SERVE = "from app.serve import serve; from app.settings import load_settings; serve(load_settings())"
FOLLOW = "subscription { changes { revision } }"
WRITE = "mutation($input: ChangeSetInput!) { applyChanges(input: $input) { __typename } }"


def frame(text: str) -> bytes:
    """A text frame of a client, with a mask of zeros."""
    data = text.encode()
    assert 125 < len(data) < 65_536 or len(data) < 126
    length = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0x80 | 126]) + len(data).to_bytes(2, "big")
    return b"\x81" + length + bytes(4) + data


async def subscribed(address: str, port: int) -> asyncio.StreamReader:
    """Open a connection that follows changes."""
    reader, writer = await asyncio.open_connection(address, port, limit=4096)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET /graphql HTTP/1.1\r\nHost: {address}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    writer.write(frame('{"type":"connection_init"}'))
    await reader.readuntil(b'{"type":"connection_ack"}')
    writer.write(frame(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": FOLLOW}})))
    # The writer closes the connection when nobody holds it.
    reader.writer = writer  # pyright: ignore[reportAttributeAccessIssue] - so it lives as long
    return reader


async def heard(reader: asyncio.StreamReader) -> None:
    """Wait for the first change."""
    await reader.readuntil(b'"changes":{"revision":')


def subscriptions(text: str) -> float:
    """How many the service counts."""
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith("twin_subscriptions "))


def megabytes(process: psutil.Process) -> float:
    """Memory of the service."""
    return process.memory_info().rss / 1e6


async def measure(url: str, process: psutil.Process, count: int) -> None:
    """Open `count` subscriptions, then write once."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.port is not None
    first = await asyncio.gather(*(subscribed(parts.hostname, parts.port) for _ in range(50)))  # what is made once
    before, began = megabytes(process), time.perf_counter()
    readers: list[asyncio.StreamReader] = []
    for start in range(0, count, 200):
        some = min(200, count - start)
        readers += await asyncio.gather(*(subscribed(parts.hostname, parts.port) for _ in range(some)))
    opened = time.perf_counter() - began
    async with httpx.AsyncClient(timeout=60) as client:
        metrics = url.removesuffix("/graphql") + "/metrics"
        while subscriptions((await client.get(metrics)).text) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
        idle = megabytes(process)
        each = (idle - before) * 1000 / count
        print(f"{count} subscribers: {idle - before:.0f} MB, {each:.1f} kB each (goal: {GOAL_KILOBYTES}); ", end="")
        print(f"opened in {opened:.1f} s")
        busy = process.cpu_times().user
        await asyncio.sleep(5)
        print(f"idle: {(process.cpu_times().user - busy) / 5:.1%} of a core")
        changes = [{"upsertAsset": {"id": "bench", "type": "Room", "name": "bench"}}]
        began = time.perf_counter()
        body = {"query": WRITE, "variables": {"input": {"changes": changes}}}
        hearing = asyncio.gather(*(heard(reader) for reader in readers))
        answer = await client.post(url, json=body)
        assert answer.json()["data"]["applyChanges"]["__typename"] == "ChangesApplied", answer.text
        await asyncio.gather(hearing, *(heard(reader) for reader in first))
        print(f"all heard of a change after {time.perf_counter() - began:.2f} s")


def main(arguments: list[str] | None = None) -> None:
    """Measure."""
    parser = argparse.ArgumentParser(prog="benchmarks.subscribers")
    parser.add_argument("--subscribers", type=int, default=9_000, help="how many (default 9000)")
    chosen = parser.parse_args(arguments)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with migrated_server() as endpoint:
        environment = {
            **os.environ,
            "TWIN_NEO4J_URI": endpoint.uri,
            "TWIN_NEO4J_USER": endpoint.user,
            "TWIN_NEO4J_PASSWORD": endpoint.password,
            "TWIN_AUTH": "none",
            "TWIN_PORT": "0",
            "TWIN_SUBSCRIPTIONS": "100000",
            "TWIN_SUBSCRIPTIONS_PER_PRINCIPAL": "100000",
            "TWIN_PING_INTERVAL": "600",
        }
        with subprocess.Popen(
            [sys.executable, "-c", SERVE], env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as served:
            assert served.stdout is not None
            url = served.stdout.readline().strip().partition(" ")[2]
            asyncio.run(measure(url, psutil.Process(served.pid), chosen.subscribers))
            served.terminate()


if __name__ == "__main__":
    main()
