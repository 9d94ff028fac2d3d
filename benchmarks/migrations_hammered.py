"""How quick reads stay while an ontology changes under them: 16 connections, four of which write, and a conversion.

A property of every asset is converted to another unit under another name, another is filled and then required, by the
command line in a process of its own. Beside it the same reads and writes while nothing changes. Run it by
`python -m benchmarks.migrations_hammered [--assets N]`. Goals: no failed request, nothing read that is valid in neither
version, the 95th percentile of reads at most twice the quiet one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Final
from unittest.mock import patch

from benchmarks.hammer import Era, Hammer, Tally
from benchmarks.reads import served
from benchmarks.servers import local_server
from graph.database.local.endpoint import Endpoint
from migrations import Answers, Project, init, make

QUIET: Final = 15.0
GOAL: Final = 2.0
FLOW: Final = "      ratedFlow: { id: type:Pump/ratedFlow, datatype: float, unit: L/s, required: true,"
NEW: Final = """\
      stage: { datatype: int, required: true, default: 1 }
      flow: { datatype: float, unit: m**3/h, required: true,"""


def main(arguments: list[str] | None = None) -> None:
    """Measure on a server of its own."""
    parser = argparse.ArgumentParser(prog="benchmarks.migrations_hammered")
    parser.add_argument("--assets", type=int, default=100_000, help="assets to convert (default 100000)")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as name:
        local = local_server(Path(name) / "neo4j")
        try:
            measure(local.start(), Path(name), chosen.assets)
        finally:
            local.stop()


def measure(endpoint: Endpoint, folder: Path, assets: int) -> None:
    """Load, serve, hammer, and print what came of it."""
    project = init(folder / "project").path
    settings = {
        "TWIN_ONTOLOGY": str(project),
        "TWIN_DATA_DIR": str(folder / "data"),
        "TWIN_NEO4J_URI": endpoint.uri,
        "TWIN_NEO4J_USER": endpoint.user,
        "TWIN_NEO4J_PASSWORD": endpoint.password,
    }
    with patch.dict(os.environ, settings):  # other benchmarks of this process have settings of their own
        asyncio.run(twin("ontology", "apply"))
        asyncio.run(twin("load", str(write_pumps(folder / "pumps.ndjson", assets))))
        with served(endpoint) as url:
            quiet, applying, completing = asyncio.run(hammered(url.removesuffix("/graphql"), project, assets, QUIET))
    print(f"quiet: {_shown(quiet)}")
    for name, tally in (("expand and backfill", applying), ("complete", completing)):
        share = tally.read_p95 / quiet.read_p95
        print(f"{name}: {_shown(tally)}: {share:.2f} of the quiet p95 (goal {GOAL})")


async def hammered(address: str, project: Path, assets: int, quiet: float) -> tuple[Tally, Tally, Tally]:
    """Hammer a service while nothing changes, while a version is applied, and while it is completed."""
    async with Hammer(address, assets) as hammer:
        await asyncio.sleep(1.0)  # what is compiled once is not what reads cost
        hammer.turn()
        await asyncio.sleep(quiet)
        before = hammer.turn()
        convert(project)
        await twin("ontology", "apply")
        applying = hammer.turn()
        hammer.era = Era.EITHER
        await asyncio.sleep(0.5)  # what was asked of the version before is answered
        hammer.turn()
        # Consumers have moved on, but the gate has seen them ask for what goes.
        await twin("ontology", "complete", "--force", "--reason", "the hammer asks for the other")
        completing = hammer.turn()
        hammer.era = Era.AFTER
        await asyncio.sleep(1.0)
        after = hammer.turn()
    completing.failures += after.failures
    completing.invalid += after.invalid
    return before, applying, completing


def convert(folder: Path) -> None:
    """Let another property take the place of one, and a third be required."""
    document = folder / "ontology.yaml"
    text = document.read_text(encoding="utf-8")
    assert text.count(FLOW) == 1, "the starter's pumps have a rated flow"
    document.write_text(text.replace(FLOW, NEW), encoding="utf-8")
    make(Project.load(folder), "Flows per hour", answers=Answers(successors={("Pump", "ratedFlow"): "flow"}))


def write_pumps(file: Path, assets: int) -> Path:
    """Write a file of pumps."""
    with file.open("w", encoding="utf-8") as out:
        for number in range(assets):
            line = {
                "kind": "asset",
                "id": f"P-{number:07}",
                "type": "Pump",
                "properties": {"ratedFlow": number % 97 + 0.5},
            }
            out.write(json.dumps({**line, "name": f"Pump {number}"}) + "\n")
    return file


async def twin(*arguments: str) -> None:
    """Run the command line in a process of its own."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "app.cli", *arguments)
    assert await process.wait() == 0, arguments
    print(f"twin {' '.join(arguments[:2])}: {time.perf_counter() - began:.1f} s")


def _shown(tally: Tally) -> str:
    failed = f", FAILED {dict(tally.failures)}" if tally.failures else ", none failed"
    invalid = f", INVALID {tally.invalid[:3]}" if tally.invalid else f", {tally.objects:,} objects valid"
    return f"{len(tally.reads):,} reads, p95 {tally.read_p95:.0f} ms, {len(tally.writes):,} writes{failed}{invalid}"


if __name__ == "__main__":
    main()
