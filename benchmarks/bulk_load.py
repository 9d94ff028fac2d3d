"""Bulk load beside a bare UNWIND loader that writes the same labels, indexes and change records, and checks nothing.

Run it by `python -m benchmarks.bulk_load [--assets N]`; five relationships come with each asset. Goal: 0.6 of the bare
rate, and at most 600 MB for the client.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice
from pathlib import Path

import orjson

from benchmarks.servers import migrated_server
from graph import bulk
from graph.access import operator
from graph.bulk.batches import BATCH_LINES
from graph.clock import SystemClock
from graph.database import Database, WriteUnit, connect
from graph.database.local.endpoint import Endpoint
from graph.identity import Tenant, parse_tenant, relationship_key
from graph.ontology import Ontology
from migrations import Project
from queries import named

RELATIONSHIPS = 5
WARM = 10_000
"""Assets loaded by each before, so that neither is measured on a server that still compiles its statements."""

GOAL = 0.6


def write_file(path: Path, assets: int) -> int:
    """Write servers that link to the next five, and return how many lines."""
    with path.open("wb") as file:
        for number in range(assets):
            properties = {"serialNumber": f"SN{number}", "cores": 32, "memory": 256, "manufacturer": "Brightline"}
            line = {"kind": "asset", "id": f"SRV-{number}", "type": "Server", "name": f"Server {number}"}
            file.write(orjson.dumps({**line, "properties": properties}) + b"\n")
        for number in range(assets):
            for step in range(1, RELATIONSHIPS + 1):
                ends = {"from": f"SRV-{number}", "to": f"SRV-{(number + step) % assets}"}
                line = {"kind": "relationship", "type": "LINKS", **ends, "properties": {"bandwidth": 10}}
                file.write(orjson.dumps(line) + b"\n")
    return assets * (RELATIONSHIPS + 1)


async def load(database: Database, ontology: Ontology, tenant: Tenant, path: Path) -> dict[str, float]:
    """Load the file as `twin load` does; seconds for each step and for all."""
    begun = time.perf_counter()
    steps: dict[str, float] = {}

    def watch(progress: bulk.Progress) -> None:
        steps.setdefault(progress.step, time.perf_counter() - begun)

    with tempfile.TemporaryDirectory() as folder, bulk.opened(path) as source:
        loader = bulk.Loader(database, lambda: ontology, SystemClock(), folder=Path(folder))
        refusals = bulk.Refusals(None)
        report = await loader.load(operator(tenant), source, refusals=refusals, progress=watch)
    assert report.refused == 0, refusals.first
    return {**steps, "all": time.perf_counter() - begun}


async def load_bare(database: Database, ontology: Ontology, tenant: Tenant, path: Path) -> float:
    """Load the file by UNWIND alone; seconds."""
    begun = time.perf_counter()
    labels = ontology.asset_types["Server"].labels
    with path.open("rb") as file:
        lines = (orjson.loads(line) for line in file)
        for revision, batch in enumerate(_batches(lines), 1):
            await database.write(tenant, _writing(batch, tenant, labels, revision))
    return time.perf_counter() - begun


def _batches(lines: Iterator[dict]) -> Iterator[list[dict]]:
    while batch := list(islice(lines, BATCH_LINES)):
        yield batch


def _writing(
    batch: list[dict], tenant: Tenant, labels: tuple[str, ...], revision: int
) -> Callable[[WriteUnit], Awaitable[None]]:
    assets = [_asset_row(line, tenant, labels, revision) for line in batch if line["kind"] == "asset"]
    links = [_link_row(line, tenant, revision) for line in batch if line["kind"] == "relationship"]
    change = {"revision": revision, "time": 0, "actor": "bench", "operation": "load", "entryCount": len(batch)}
    row = {**change, "entries": _entries(batch, links), "touched": _touched(batch)}

    async def work(unit: WriteUnit) -> None:
        await unit.write(named("changes/lock_counter"), {"ontology": "bare"})
        if assets:
            await unit.write(named("changes/create_assets"), {"rows": assets})
        if links:
            await unit.write(named("changes/create_relationships"), {"rows": links})
        await unit.write(named("changes/create_changes"), {"rows": [row], "revision": revision, "counts": []})

    return work


def _asset_row(line: dict, tenant: Tenant, labels: tuple[str, ...], revision: int) -> dict:
    fixed = {"_tenant": tenant, "_id": line["id"], "_rev": revision, "name": line["name"]}
    return {"labels": labels, "values": {**fixed, **line["properties"]}}


def _link_row(line: dict, tenant: Tenant, revision: int) -> dict:
    source, target = sorted((line["from"], line["to"]))
    fixed = {"_key": relationship_key(tenant, source, target), "_rev": revision}
    return {"type": "LINKS", "source": source, "target": target, "values": {**fixed, **line["properties"]}}


def _entries(batch: list[dict], links: list[dict]) -> list[str]:
    """Return the images that a change record holds, as long as those of `twin load`."""
    keys = (link["values"]["_key"] for link in links)
    return [
        orjson.dumps(_asset_entry(line) if line["kind"] == "asset" else _link_entry(line, next(keys))).decode()
        for line in batch
    ]


def _asset_entry(line: dict) -> dict:
    fixed = {"type": line["type"], "name": line["name"], "externalIds": [], "sourceOf": []}
    after = {**fixed, "properties": line["properties"]}
    return {"kind": "asset", "id": line["id"], "type": line["type"], "before": None, "after": after}


def _link_entry(line: dict, key: str) -> dict:
    after = {"from": line["from"], "to": line["to"], "key": "", "properties": line["properties"]}
    return {"kind": "relationship", "id": key, "type": line["type"], "before": None, "after": after}


def _touched(batch: list[dict]) -> list[str]:
    assets = {line["id"] for line in batch if line["kind"] == "asset"}
    ends = {line[end] for line in batch if line["kind"] == "relationship" for end in ("from", "to")}
    return sorted(assets | ends)


async def measure(endpoint: Endpoint, assets: int) -> None:
    """Load once by ours and once bare, and print both."""
    database = connect(endpoint.uri, user=endpoint.user, password=endpoint.password)
    ontology = Project.bundled().desired
    with tempfile.TemporaryDirectory() as folder:
        path, warm = Path(folder) / "load.ndjson", Path(folder) / "warm.ndjson"
        write_file(warm, WARM)
        await load(database, ontology, parse_tenant("warmours"), warm)
        await load_bare(database, ontology, parse_tenant("warmbare"), warm)
        lines = write_file(path, assets)
        ours = await load(database, ontology, parse_tenant("ours"), path)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        bare = await load_bare(database, ontology, parse_tenant("bare"), path)
    await database.close()
    share = bare / ours["all"]
    print(f"bulk load    {lines / ours['all']:8.0f} lines/s   {ours['all']:6.1f} s, client {peak:4.0f} MB (goal: 600)")
    print(f"  of that    reading {ours['checking']:.1f} s, checking {ours['writing'] - ours['checking']:.1f} s")
    print(f"bare UNWIND  {lines / bare:8.0f} lines/s   {bare:6.1f} s   ours is {share:.2f} of it (goal: {GOAL})")


def main(arguments: list[str] | None = None) -> None:
    """Measure on a server of its own."""
    parser = argparse.ArgumentParser(prog="benchmarks.bulk_load")
    parser.add_argument("--assets", type=int, default=200_000)
    chosen = parser.parse_args(arguments)
    with migrated_server() as endpoint:
        asyncio.run(measure(endpoint, chosen.assets))


if __name__ == "__main__":
    main()
