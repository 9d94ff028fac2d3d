"""What a failure does, over HTTP: counts and the first 100 with proofs, beside reachability by Cypher there.

Run it by `python -m benchmarks.impact_http [--assets N] [--rounds N] [--minutes N]`: assets with five needs each are
planted without any check, for at most so many minutes (10), after which it goes on with those there are; 200,000 by
default. The database has 2 GB of heap and 1 GB for pages. Wall time, the median of the rounds. Each question is a new
one: the same again at the same revision would be answered by what is kept.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import orjson
from neo4j import Driver, GraphDatabase

from benchmarks.reads import served
from benchmarks.servers import migrated_server
from benchmarks.snapshots import query
from graph.database import WriteUnit, connect
from graph.database.local.endpoint import Endpoint
from graph.identity import parse_tenant, relationship_key
from migrations import Project
from queries import Query

SUPPLIES = 5
CHUNK = 5_000
JOIN = """
UNWIND $rows AS row MATCH (a:Asset {_tenant: $tenant, _id: row[0]}) MATCH (b:Asset {_tenant: $tenant, _id: row[1]})
CREATE (a)-[:DEPENDS_ON {_key: row[2], group: row[3], needs: row[4]}]->(b)
"""
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


def needs(assets: int) -> Iterator[tuple[list[str], list[list[str | float | None]]]]:
    """Functions that each depend on five earlier ones; three in ten need three of the five, the others each.

    CHUNK of them at a time, with their relationships: both ends, key, group, and how many the group needs.
    """
    chance = random.Random(3)
    tenant = parse_tenant("default")
    for begin in range(0, assets, CHUNK):
        numbers = range(begin, min(begin + CHUNK, assets))
        rows: list[list[str | float | None]] = []
        for number in numbers:
            grouped = number >= SUPPLIES and chance.random() < 0.3
            earlier = chance.sample(range(number), min(SUPPLIES, number))
            for each in earlier:
                ends = name(number), name(each)
                key = relationship_key(tenant, *ends)
                rows.append([*ends, key, "pool" if grouped else None, 3.0 if grouped else None])
        yield [name(number) for number in numbers], rows


async def fill(endpoint: Endpoint, assets: int, *, seconds: float) -> int:
    """Put them into the default tenant without any check, for at most so many seconds; how many there are then."""
    database = connect(endpoint.uri, user=endpoint.user, password=endpoint.password)
    tenant = parse_tenant("default")
    labels = ":".join(("Asset", *Project.bundled().desired.asset_type("BusinessFunction").labels))
    create = query(
        f"UNWIND $ids AS id CREATE (:{labels} {{_tenant: $tenant, _id: id, name: id, tier: 'IMPORTANT'}})",
        "tenant STRING, ids LIST<STRING>",
    )
    join = query(JOIN, "tenant STRING, rows LIST<LIST<ANY>>")
    begun, planted = time.monotonic(), 0

    async def write(statement: Query, parameters: dict[str, object]) -> None:
        async def work(unit: WriteUnit) -> None:
            await unit.write(statement, parameters)

        await database.write(tenant, work)

    await write(query("MERGE (t:_Tenant {_tenant: $tenant}) SET t.revision = 1", "tenant STRING"), {})
    for ids, rows in needs(assets):
        await write(create, {"ids": ids})
        await write(join, {"rows": rows})
        planted += len(ids)
        taken = time.monotonic() - begun
        if planted % (10 * CHUNK) == 0 or taken > seconds:
            print(f"  {planted:,} of {assets:,} assets planted in {taken:.0f} s", flush=True)
        if taken > seconds:
            break
    await database.close()
    return planted


class Client:
    """Asks the service; the standard library's client, for a larger one would add milliseconds of its own."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=600)

    def close(self) -> None:
        """Begin anew with the next question, for the service ends connections that rest for some seconds."""
        self._connection.close()

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
    print(f"  first question, snapshot and baseline with it: {time.perf_counter() - begun:.1f} s", flush=True)
    driver = GraphDatabase.driver(endpoint.uri, auth=(endpoint.user, endpoint.password))
    hubs = [name(number) for number in range(3)]
    with driver:
        for title, ours, theirs, times, goal in (
            # Besides the hubs one that falls anyway, another one each time, so that the question is new.
            ("nearly everything falls", lambda n: client.impacted([*hubs, name(10 + n)]), hubs[0], rounds, 400),
            ("a leaf", lambda n: client.impacted([name(assets - 1 - n)]), name(assets - 1), 10 * rounds, 8),
        ):
            client.close()
            at, least, fell = median(ours, times)
            bare, bare_least, many = median(lambda _, asset=theirs: reached(driver, asset), min(rounds, 5))
            print(
                f"{title:26} HTTP {at:8.1f} ms (least {least:.1f}, {fell:,} fall; goal {goal} ms at a million)   "
                f"Cypher {bare:8.1f} ms (least {bare_least:.1f}, {many:,} reached)",
                flush=True,
            )


def main(arguments: list[str] | None = None) -> None:
    """Measure on a server of its own."""
    parser = argparse.ArgumentParser(prog="benchmarks.impact_http")
    parser.add_argument("--assets", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--minutes", type=float, default=10.0, help="for planting, at most")
    chosen = parser.parse_args(arguments)
    print("starting a server", flush=True)
    with migrated_server() as endpoint:
        planted = asyncio.run(fill(endpoint, chosen.assets, seconds=60 * chosen.minutes))
        os.environ["TWIN_REQUEST_TIMEOUT"] = "600"  # the first question waits for all that is to be compiled
        print("starting the service", flush=True)
        with served(endpoint) as url:
            measure(endpoint, url, planted, chosen.rounds)


if __name__ == "__main__":
    main()
