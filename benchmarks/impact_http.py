"""What a failure does, over HTTP: counts and the first 100 with proofs, beside reachability by Cypher there.

Run it by `python -m benchmarks.impact_http [--assets N] [--rounds N] [--folder DIR]`: a million assets with five needs
each are imported offline; in a folder that is given they are found again by the next run, and so is the service's
snapshot. The database has 2 GB of heap and 1 GB for pages. Time on the clock, the median of the rounds, and processor
time of the service for each question. Each question is a new one: the same again at the same revision would be answered
by what is kept.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import orjson
import psutil
from neo4j import Driver, GraphDatabase

from benchmarks.imported import Network, imported_server
from benchmarks.reads import served
from graph.database.local.endpoint import Endpoint
from graph.identity import Tenant, parse_tenant, relationship_key
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


def network(assets: int) -> Network:
    """Functions that each depend on five earlier ones; three in ten need three of the five, the others each."""
    tenant = parse_tenant("default")
    return Network(
        tenant=tenant,
        labels=("Asset", *Project.bundled().desired.asset_type("BusinessFunction").labels),
        properties=("name:string", "tier:string"),
        assets=((name(number), name(number), "IMPORTANT") for number in range(assets)),
        type="DEPENDS_ON",
        terms=("group:string", "needs:double"),
        relationships=needs(tenant, assets),
    )


def needs(tenant: Tenant, assets: int) -> Iterator[tuple[object, ...]]:
    """The relationships: both ends by number, key, group, and how many the group needs."""
    chance = random.Random(3)
    for number in range(assets):
        terms = ("pool", 3.0) if number >= SUPPLIES and chance.random() < 0.3 else (None, None)
        for each in sorted({int(chance.random() * number) for _ in range(SUPPLIES)}) if number else ():
            yield number, each, relationship_key(tenant, name(number), name(each)), *terms


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


class Taken(NamedTuple):
    """Milliseconds of some runs: on the clock the median and the least, of a processor the mean; what one found."""

    clock: float
    least: float
    processor: float
    found: int


def median(work: Callable[[int], int], rounds: int, process: psutil.Process, *, warm: int = 2) -> Taken:
    """What some runs take after some that warm up, and what they take of another process."""
    found = [work(number) for number in range(warm)]
    clock: list[float] = []
    processor: list[float] = []
    for number in range(warm, rounds + warm):
        before, begun = process.cpu_times(), time.perf_counter()
        found.append(work(number))
        clock.append((time.perf_counter() - begun) * 1000)
        after = process.cpu_times()
        processor.append((after.user + after.system - before.user - before.system) * 1000)
    return Taken(statistics.median(clock), min(clock), statistics.fmean(processor), found[-1])


def service() -> psutil.Process:
    """The service that this process has started."""
    return next(each for each in psutil.Process().children() if "app.cli" in each.cmdline())


def measure(endpoint: Endpoint, url: str, assets: int, rounds: int) -> None:
    """Measure both, and print them side by side."""
    client = Client(url)
    begun = time.perf_counter()
    client.impacted([name(0)])
    print(f"  first question, snapshot and baseline with it: {time.perf_counter() - begun:.1f} s", flush=True)
    if not rounds:
        return
    driver = GraphDatabase.driver(endpoint.uri, auth=(endpoint.user, endpoint.password))
    hubs, process = [name(number) for number in range(3)], service()
    with driver:
        for title, ours, theirs, times, warm, goal in (
            # Besides the hubs one that falls anyway, another one each time, so that the question is new.
            ("nearly everything falls", lambda n: client.impacted([*hubs, name(10 + n)]), hubs[0], rounds, 2, 400),
            # Java compiles what a service and a database are asked first: short questions need more to warm up.
            ("a leaf", lambda n: client.impacted([name(assets - 1 - n)]), name(assets - 1), 10 * rounds, 500, 8),
        ):
            client.close()
            http_ = median(ours, times, process, warm=warm)
            bare = median(
                lambda _, asset=theirs: reached(driver, asset), 5 if warm == 2 else 50, process, warm=min(warm, 50)
            )
            print(
                f"{title:26} HTTP {http_.clock:8.1f} ms (least {http_.least:.1f}, processor {http_.processor:.1f}, "
                f"{http_.found:,} fall; goal {goal} ms at a million)   "
                f"Cypher {bare.clock:8.1f} ms (least {bare.least:.1f}, {bare.found:,} reached)",
                flush=True,
            )


def main(arguments: list[str] | None = None) -> None:
    """Measure on a server of its own."""
    parser = argparse.ArgumentParser(prog="benchmarks.impact_http")
    parser.add_argument("--assets", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15, help="of questions; 0 makes the folder and no more")
    parser.add_argument("--folder", type=Path, help="of the database, kept for the next run with as many assets")
    chosen = parser.parse_args(arguments)
    print("starting a server", flush=True)
    with imported_server(network(chosen.assets), folder=chosen.folder) as endpoint:
        if chosen.folder:
            os.environ["TWIN_DATA_DIR"] = str(chosen.folder / "service")
        os.environ["TWIN_REQUEST_TIMEOUT"] = "600"  # the first question waits for all that is to be compiled
        print("starting the service", flush=True)
        with served(endpoint) as url:
            measure(endpoint, url, chosen.assets, chosen.rounds)


if __name__ == "__main__":
    main()
