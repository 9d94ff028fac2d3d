"""Reads over HTTP beside the same Cypher over Bolt: one asset, 1,000 assets with 8 fields, and 1,000 typed with 9.

Run it by `python -m benchmarks.reads [--rounds N]`. Goals: a point read at most 1.5 ms above Bolt, a typed
list at most 1.5 times it.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import orjson
from neo4j import AsyncGraphDatabase

from benchmarks.bulk_load import load, write_file
from benchmarks.servers import migrated_server
from graph.database import connect
from graph.database.local.endpoint import Endpoint
from graph.identity import parse_tenant
from migrations import Project

GOAL = 1.5
ASSETS = 5_000
POINT = "query ($id: ID!) { asset(id: $id) { id name } }"
PAGE = '{ assets(filter: {types: ["Server"]}, first: 1000) { nodes { id name type revision properties } } }'
TYPED = "{ servers(first: 1000) { nodes { id name type revision serialNumber manufacturer cores memory hostname } } }"
TYPED_CYPHER = """
MATCH (a:Server) WHERE a._tenant = 'default' WITH a ORDER BY a._id LIMIT 1000
RETURN a._id, a.name, labels(a), a._rev, a.serialNumber, a.manufacturer, a.cores, a.memory, a.hostname
"""
POINT_CYPHER = "MATCH (a:Asset {_tenant: 'default', _id: $id}) RETURN a._id, a.name"
PAGE_CYPHER = """
MATCH (a:Server) WHERE a._tenant = 'default' WITH a ORDER BY a._id LIMIT 1000
RETURN a._id, a.name, labels(a), a._rev, a.serialNumber, a.manufacturer, a.cores, a.memory
"""


@contextmanager
def served(endpoint: Endpoint) -> Generator[str]:
    """Run the service on the server; its address."""
    names = {"TWIN_NEO4J_URI": endpoint.uri, "TWIN_NEO4J_USER": endpoint.user, "TWIN_NEO4J_PASSWORD": endpoint.password}
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "0"]
    child = subprocess.Popen(
        command, env={**os.environ, **names, "TWIN_AUTH": "none"}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        assert child.stdout is not None
        for line in child.stdout:
            if line.startswith(b"ready "):
                break
        else:
            raise RuntimeError("the service ended before it was ready")
        yield line.split()[1].decode()
    finally:
        child.terminate()
        child.wait(30)


async def milliseconds(work: Callable[[int], Awaitable[object]], rounds: int) -> float:
    """Median of `rounds` calls, after some that warm up."""
    for number in range(max(5, rounds // 10)):
        await work(number)
    taken: list[float] = []
    for number in range(rounds):
        begun = time.perf_counter()
        await work(number)
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


async def measure(endpoint: Endpoint, url: str, rounds: int) -> None:
    """Measure each way three times in turn, and print the best of each."""
    driver = AsyncGraphDatabase.driver(endpoint.uri, auth=(endpoint.user, endpoint.password))
    # The standard library's client: a larger one would add milliseconds of its own to every request.
    client = http.client.HTTPConnection(urlsplit(url).netloc)
    async with driver, driver.session() as session:

        async def graphql(query: str, variables: dict[str, str]) -> None:
            body = orjson.dumps({"query": query, "variables": variables})
            client.request("POST", "/graphql", body, {"content-type": "application/json"})
            answer = orjson.loads(client.getresponse().read())
            assert "errors" not in answer, answer

        async def bolt(cypher: str, parameters: dict[str, str]) -> None:
            assert await (await session.run(cypher, parameters)).values()  # pyright: ignore[reportArgumentType]

        for title, query, cypher, times in (
            ("point read", POINT, POINT_CYPHER, rounds),
            ("1,000 assets, 8 fields", PAGE, PAGE_CYPHER, max(10, rounds // 20)),
            ("1,000 typed, 9 fields", TYPED, TYPED_CYPHER, max(10, rounds // 20)),
        ):
            over_http: list[float] = []
            over_bolt: list[float] = []
            for _ in range(3):
                over_bolt.append(await milliseconds(lambda n, c=cypher: bolt(c, {"id": f"SRV-{n % ASSETS}"}), times))
                client.close()  # the service ends what was idle meanwhile
                over_http.append(
                    await milliseconds(
                        lambda n, q=query: graphql(q, {"id": f"SRV-{n % ASSETS}"} if q == POINT else {}), times
                    )
                )
            above = min(over_http) - min(over_bolt)
            goals = {
                POINT: f" (goal: {GOAL} ms above)",
                TYPED: f", {min(over_http) / min(over_bolt):.2f} times (goal: 1.5)",
            }
            goal = goals.get(query, "")
            print(f"{title:24} HTTP {min(over_http):7.2f} ms   Bolt {min(over_bolt):7.2f} ms   {above:+.2f} ms{goal}")


async def fill(endpoint: Endpoint) -> None:
    """Load servers into the default tenant."""
    database = connect(endpoint.uri, user=endpoint.user, password=endpoint.password)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "load.ndjson"
        write_file(path, ASSETS)
        await load(database, Project.bundled().desired, parse_tenant("default"), path)
    await database.close()


def main(arguments: list[str] | None = None) -> None:
    """Measure on a server of its own."""
    parser = argparse.ArgumentParser(prog="benchmarks.reads")
    parser.add_argument("--rounds", type=int, default=500)
    chosen = parser.parse_args(arguments)
    with migrated_server() as endpoint:
        asyncio.run(fill(endpoint))
        with served(endpoint) as url:
            asyncio.run(measure(endpoint, url, chosen.rounds))


if __name__ == "__main__":
    main()
