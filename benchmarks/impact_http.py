"""What a failure does, over HTTP: counts and the first 100 with proofs, beside reachability by Cypher there.

Run it by `python -m benchmarks.impact_http [--assets N] [--rounds N]`: assets with five needs each are loaded as
`twin load` does, so a million takes a quarter of an hour; 200,000 are the default. Wall time, the median of the rounds.
Each question is a new one: the same again at the same revision would be answered by what is kept.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import orjson
from neo4j import Driver, GraphDatabase

from benchmarks.bulk_load import load
from benchmarks.reads import served
from benchmarks.servers import migrated_server
from graph.database import connect
from graph.database.local.endpoint import Endpoint
from graph.identity import parse_tenant
from migrations import Project

SUPPLIES = 5
QUERY = """
query ($input: ImpactInput!) { impact(input: $input) {
  impactedCount loweredByMaintenanceCount improvedCount unsuppliedCount alreadyDownCount
  byLevel { level count } byType { type count } byContainer(type: "Space") { asset { id } count }
  impacted(first: 100) { nodes {
    asset { id name } level operability hops timeToImpact
    because { group needs value memberCount lostCount pathLength
      members { asset { id } operability operabilityBefore } path { from { id } to { id } group } } } } } }
"""
REACHED = """
MATCH (a:Asset {_tenant: 'default', _id: $id})<-[:DEPENDS_ON*1..]-(reached) RETURN count(DISTINCT reached)
"""


def name(number: int) -> str:
    """The id of an asset."""
    return f"F-{number:07d}"


def write_needs(path: Path, assets: int) -> None:
    """Write functions that each depend on five earlier ones; three in ten need three of the five, the others each."""
    chance = random.Random(3)
    with path.open("wb") as file:
        for number in range(assets):
            line = {"kind": "asset", "id": name(number), "type": "BusinessFunction", "name": f"Function {number}"}
            file.write(orjson.dumps({**line, "properties": {"tier": "IMPORTANT"}}) + b"\n")
        for number in range(1, assets):
            group = {"group": "pool", "needs": 3} if number >= SUPPLIES and chance.random() < 0.3 else {}
            for earlier in {chance.randrange(number) for _ in range(SUPPLIES)} if not group else _some(chance, number):
                ends = {"from": name(number), "to": name(earlier)}
                line = {"kind": "relationship", "type": "DEPENDS_ON", **ends, "properties": group}
                file.write(orjson.dumps(line) + b"\n")


def _some(chance: random.Random, below: int) -> list[int]:
    return chance.sample(range(below), SUPPLIES)


async def fill(endpoint: Endpoint, assets: int) -> float:
    """Load them into the default tenant; seconds."""
    database = connect(endpoint.uri, user=endpoint.user, password=endpoint.password)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "needs.ndjson"
        write_needs(path, assets)
        taken = await load(database, Project.bundled().desired, parse_tenant("default"), path)
    await database.close()
    return taken["all"]


class Client:
    """Asks the service; the standard library's client, for a larger one would add milliseconds of its own."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=600)

    def impacted(self, failures: list[str]) -> int:
        """Ask what the failure of some assets does; how many fall."""
        variables = {"input": {"failures": [{"asset": each} for each in failures]}}
        body = orjson.dumps({"query": QUERY, "variables": variables})
        self._connection.request("POST", "/graphql", body, {"content-type": "application/json"})
        answer = orjson.loads(self._connection.getresponse().read())
        assert answer.keys() == {"data"}, answer
        return answer["data"]["impact"]["impactedCount"]


def reached(driver: Driver, asset: str) -> int:
    """How many assets Cypher reaches against the dependencies of one, whatever they need."""
    with driver.session() as session:
        record = session.run(REACHED, {"id": asset}).single(strict=True)
    return int(record[0])


def median(work: Callable[[int], int], rounds: int) -> tuple[float, float, int]:
    """Milliseconds of some runs after two that warm up: the median and the least; and what the last one found."""
    found = [work(number) for number in range(2)]
    taken: list[float] = []
    for number in range(2, rounds + 2):
        begun = time.perf_counter()
        found.append(work(number))
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken), min(taken), found[-1]


def measure(endpoint: Endpoint, url: str, assets: int, rounds: int) -> None:
    """Measure both, and print them side by side."""
    client = Client(url)
    begun = time.perf_counter()
    client.impacted([name(0)])
    print(f"first question, snapshot and baseline with it: {time.perf_counter() - begun:.1f} s")
    driver = GraphDatabase.driver(endpoint.uri, auth=(endpoint.user, endpoint.password))
    hubs = [name(number) for number in range(3)]
    with driver:
        for title, ours, theirs, times, goal in (
            # Besides the hubs one that falls anyway, another one each time, so that the question is new.
            ("nearly everything falls", lambda n: client.impacted([*hubs, name(10 + n)]), hubs[0], rounds, 400),
            ("a leaf", lambda n: client.impacted([name(assets - 1 - n)]), name(assets - 1), 10 * rounds, 8),
        ):
            at, least, fell = median(ours, times)
            bare, bare_least, many = median(lambda _, asset=theirs: reached(driver, asset), min(rounds, 5))
            print(
                f"{title:26} HTTP {at:8.1f} ms (least {least:.1f}, {fell:,} fall; goal {goal} ms at a million)   "
                f"Cypher {bare:8.1f} ms (least {bare_least:.1f}, {many:,} reached)"
            )


def main(arguments: list[str] | None = None) -> None:
    """Measure on a server of its own."""
    parser = argparse.ArgumentParser(prog="benchmarks.impact_http")
    parser.add_argument("--assets", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=15)
    chosen = parser.parse_args(arguments)
    with migrated_server() as endpoint:
        seconds = asyncio.run(fill(endpoint, chosen.assets))
        print(f"{chosen.assets:,} assets loaded in {seconds:.0f} s")
        os.environ["TWIN_REQUEST_TIMEOUT"] = "600"  # the first question waits for all that is to be compiled
        with served(endpoint) as url:
            measure(endpoint, url, chosen.assets, chosen.rounds)


if __name__ == "__main__":
    main()
