"""Single-asset change sets from 16 connections: group commit beside single commits, in the same run.

The server is the one named by TWIN_NEO4J_URI, TWIN_NEO4J_USER and TWIN_NEO4J_PASSWORD; it must hold the bundled
ontology. Run it by `python -m benchmarks.change_sets [seconds]`.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import secrets
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from graph.access.principal import operator
from graph.changes import ChangeService, ChangeSet, UpsertAsset
from graph.clock import SystemClock
from graph.database import Database, connect
from graph.identity import parse_tenant
from graph.ontology import Ontology, load_ontology

CONNECTIONS = 16
ONTOLOGY = Path(__file__).parents[1] / "migrations" / "ontology.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How many change sets committed in how many seconds, and how long each took (seconds)."""

    sets: int
    seconds: float
    latencies: list[float]

    @property
    def rate(self) -> float:
        """Change sets a second."""
        return self.sets / self.seconds

    def __str__(self) -> str:
        ordered = sorted(self.latencies)
        median, slow = statistics.median(ordered), ordered[int(len(ordered) * 0.99)]
        return f"{self.rate:8.0f} /s   median {median * 1000:6.1f} ms   99 % within {slow * 1000:6.1f} ms"


async def measure(database: Database, ontology: Ontology, *, grouped: bool, seconds: float) -> Measured:
    """Write single-asset change sets from 16 tasks for `seconds`, into a tenant of its own."""
    service = ChangeService(database, lambda: ontology, SystemClock(), grouped=grouped)
    principal = operator(parse_tenant(f"b{secrets.token_hex(8)}"))
    latencies: list[float] = []
    numbers = itertools.count()
    await service.apply(principal, _change_set(-1))
    started = time.perf_counter()

    async def writer() -> None:
        while (begun := time.perf_counter()) - started < seconds:
            await service.apply(principal, _change_set(next(numbers)))
            latencies.append(time.perf_counter() - begun)

    await asyncio.gather(*(writer() for _ in range(CONNECTIONS)))
    elapsed = time.perf_counter() - started
    await service.close()
    return Measured(sets=len(latencies), seconds=elapsed, latencies=latencies)


async def main(seconds: float) -> None:
    """Measure both, three times in turn, and print them side by side."""
    database = connect(
        os.environ["TWIN_NEO4J_URI"],
        user=os.environ.get("TWIN_NEO4J_USER", "neo4j"),
        password=os.environ["TWIN_NEO4J_PASSWORD"],
    )
    ontology = load_ontology(ONTOLOGY)
    try:
        for grouped in (False, True):
            await measure(database, ontology, grouped=grouped, seconds=min(seconds, 2))  # warms the server's plans
        for _ in range(3):
            single = await measure(database, ontology, grouped=False, seconds=seconds)
            group = await measure(database, ontology, grouped=True, seconds=seconds)
            print(f"single commits  {single}")
            print(f"group commit    {group}   {group.rate / single.rate:.1f} times (goal: 3)")
    finally:
        await database.close()


def _change_set(number: int) -> ChangeSet:
    server = UpsertAsset(
        id=f"SRV-{number}",
        type="Server",
        name=f"Server {number}",
        properties={"serialNumber": f"SN{number}", "cores": 32, "memory": 256},
    )
    return ChangeSet(changes=(server,))


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0))
