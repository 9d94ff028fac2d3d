"""Changing an ontology: small versions one by one; a plan, a property filled and one converted, over many assets.

Beside them the same by the bare driver: the schema commands alone, and batches that set the property with neither
checks nor a change log, of as many assets as a page of ours. Run it by `python -m benchmarks.migrations [--assets N]`.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path
from typing import Final, LiteralString

from neo4j import AsyncDriver, AsyncGraphDatabase

from benchmarks.servers import local_server
from graph.database import Database, connect
from graph.database.local import Endpoint
from migrations import Applied, Project, apply, complete, forecast, init, make
from migrations.making import Answers

VERSIONS: Final = 50
_PUMP: Final = "      ratedFlow: { id: type:Pump/ratedFlow,"
_PLANT: Final = """
UNWIND range($first, $first + $count - 1) AS number
CREATE (:Asset:Pump:Equipment {_tenant: 'bench', _id: 'P-' + toString(10000000 + number), _rev: 1,
  name: 'Pump ' + toString(number), ratedFlow: 1.0 + number % 1000 / 7.0})
"""
_BATCH: Final = 5_000
_FLOW: Final = "ratedFlow: { id: type:Pump/ratedFlow, datatype: float, unit: L/s,"
_HOURLY: Final = "flow: { datatype: float, unit: m^3/h,"
_SET: Final = """
MATCH (p:Pump) WHERE p._tenant = 'bench' AND p._id > $after
WITH p ORDER BY p._tenant, p._id LIMIT $batch
SET p.bare = 1
RETURN max(p._id) AS last
"""
_CONVERT: Final = """
MATCH (p:Pump) WHERE p._tenant = 'bench' AND p._id > $after
WITH p ORDER BY p._tenant, p._id LIMIT $batch
SET p.bareFlow = p.ratedFlow * 3.6
RETURN max(p._id) AS last
"""


def main(arguments: list[str] | None = None) -> None:
    """Measure, and print each beside its floor."""
    parser = argparse.ArgumentParser(prog="benchmarks.migrations")
    parser.add_argument("--part", choices=[*_PARTS], action="append", help="only this")
    parser.add_argument("--assets", type=int, default=1_000_000, help="assets to fill (default 1000000)")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as folder:
        for name, part in _PARTS.items():
            if chosen.part and name not in chosen.part:
                continue
            local = local_server(Path(folder) / name)
            try:
                asyncio.run(part(local.start(), Path(folder) / f"{name}-project", chosen.assets))
            finally:
                local.stop()


async def _versions(endpoint: Endpoint, folder: Path, _assets: int) -> None:
    project = init(folder)
    database = _connected(endpoint)
    try:
        await _applied(project, database)
        for number in range(VERSIONS):
            document = folder / "ontology.yaml"
            text = document.read_text(encoding="utf-8")
            document.write_text(
                text.replace(_PUMP, f"      added{number}: {{ datatype: string, indexed: true }}\n{_PUMP}"),
                encoding="utf-8",
            )
            make(Project.load(folder), f"Add {number}")
        project = Project.load(folder)
        began = time.perf_counter()
        done = await _applied(project, database)
        took = time.perf_counter() - began
        began = time.perf_counter()
        for number in range(done.commands):
            command = f"CREATE RANGE INDEX bare_{number} IF NOT EXISTS FOR (n:Bare) ON (n._tenant, n.bare{number})"
            await database.execute_schema((command,))
        bare = time.perf_counter() - began
        print(f"{VERSIONS} small versions, {done.commands} schema commands: {took:.1f} s (goal 5); bare {bare:.1f} s")
    finally:
        await database.close()


async def _filling(endpoint: Endpoint, folder: Path, assets: int) -> None:
    project = init(folder)
    database = _connected(endpoint)
    driver = AsyncGraphDatabase.driver(endpoint.uri, auth=(endpoint.user, endpoint.password))
    try:
        await _applied(project, database)
        await _plant(driver, project, assets)
        document = folder / "ontology.yaml"
        text = document.read_text(encoding="utf-8")
        document.write_text(
            text.replace(_PUMP, f"      stage: {{ datatype: int, required: true, default: 1 }}\n{_PUMP}"),
            encoding="utf-8",
        )
        make(Project.load(folder), "Stages")
        project = Project.load(folder)
        began = time.perf_counter()
        planned = await forecast(project, database)
        print(f"plan over {planned.efforts[0].objects:,} assets: {time.perf_counter() - began:.2f} s (goal 5)")
        await _compare("a property filled", project, database, driver, _SET)
        began = time.perf_counter()
        await complete(project, database, owner="bench", actor="bench")
        print(f"and required of all of them, writers waiting for the second half: {time.perf_counter() - began:.2f} s")
    finally:
        await driver.close()
        await database.close()


async def _converting(endpoint: Endpoint, folder: Path, assets: int) -> None:
    project = init(folder)
    database = _connected(endpoint)
    driver = AsyncGraphDatabase.driver(endpoint.uri, auth=(endpoint.user, endpoint.password))
    try:
        await _applied(project, database)
        await _plant(driver, project, assets)
        document = folder / "ontology.yaml"
        document.write_text(document.read_text(encoding="utf-8").replace(_FLOW, _HOURLY), encoding="utf-8")
        make(Project.load(folder), "Hourly", answers=Answers(successors={("Pump", "ratedFlow"): "flow"}))
        project = Project.load(folder)
        await _compare("a unit converted", project, database, driver, _CONVERT)
        began = time.perf_counter()
        await complete(project, database, owner="bench", actor="bench")
        print(f"and the old values taken away: {assets / (time.perf_counter() - began):,.0f} assets/s")
    finally:
        await driver.close()
        await database.close()


async def _compare(what: str, project: Project, database: Database, driver: AsyncDriver, bare: LiteralString) -> None:
    """Apply the project's head, then do the same to as many assets by a bare statement."""
    began = time.perf_counter()
    done = await _applied(project, database)
    ours = done.objects / (time.perf_counter() - began)
    theirs = done.objects / await _bare(driver, bare)
    print(f"{what}: {ours:,.0f} assets/s, bare {theirs:,.0f}, share {ours / theirs:.2f} (goal 0.35)")


async def _plant(driver: AsyncDriver, project: Project, assets: int) -> None:
    for first in range(0, assets, 10_000):
        await driver.execute_query(_PLANT, first=first, count=min(10_000, assets - first))
    await driver.execute_query(
        "CREATE (:_Tenant {_tenant: 'bench', revision: 1, ontology: $hash})", hash=project.desired.hash
    )


async def _bare(driver: AsyncDriver, statement: LiteralString) -> float:
    began = time.perf_counter()
    after: str | None = ""
    while after is not None:
        found = await driver.execute_query(statement, after=after, batch=_BATCH)
        after = found.records[0]["last"]
    return time.perf_counter() - began


async def _applied(project: Project, database: Database) -> Applied:
    return await apply(project, database, owner="bench", actor="bench")


def _connected(endpoint: Endpoint) -> Database:
    return connect(endpoint.uri, user=endpoint.user, password=endpoint.password)


_PARTS: Final = {"versions": _versions, "filling": _filling, "converting": _converting}


if __name__ == "__main__":
    main()
