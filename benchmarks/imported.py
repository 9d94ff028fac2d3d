"""A Neo4j that holds a large network from the beginning, imported offline: seconds where planting takes minutes.

Nothing is checked, and there is no change log.
"""

from __future__ import annotations

import asyncio
import csv
import tempfile
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.servers import local_server, migrate
from graph.database.local import LocalServer
from graph.database.local.endpoint import Endpoint
from graph.identity import Tenant

PATIENCE: Final = 1_800.0
"""Seconds that the import may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Assets 0 to n - 1 of one type and their relationships of one type.

    `labels` and `properties` are those of the assets, `assets` their values in that order, beginning with the id;
    `terms` are the properties of relationships, `relationships` both ends by number and their values, beginning with
    the key. Properties are named as in the headers of an import (`needs:double`).
    """

    tenant: Tenant
    labels: Sequence[str]
    properties: Sequence[str]
    assets: Iterable[Sequence[object]]
    type: str
    terms: Sequence[str]
    relationships: Iterable[Sequence[object]]


@contextmanager
def imported_server(network: Network, *, folder: Path | None = None) -> Generator[Endpoint]:
    """Run a server that holds a network and the bundled ontology while the block lasts.

    In a folder that is given it is found again by the next run, which then must ask for the same network.
    """
    with nullcontext(str(folder)) if folder else tempfile.TemporaryDirectory(prefix="twin-bench-") as home:
        local = local_server(Path(home))
        done = Path(home) / "imported"
        try:
            if not done.exists():
                _import(local, network, Path(home))
                asyncio.run(migrate(local.start()))
                done.touch()
            yield local.start()
        finally:
            local.stop()


def _import(local: LocalServer, network: Network, home: Path) -> None:
    """Fill the database of a server that is stopped."""
    begun = time.perf_counter()
    local.start()  # makes the password, the settings and an empty database
    local.stop()
    tenant, assets, relationships = (home / f"{name}.csv" for name in ("tenant", "assets", "relationships"))
    count = _write(
        assets,
        [":ID", "_tenant:string", "_id:string", *network.properties],
        ([number, network.tenant, *values] for number, values in enumerate(network.assets)),
    )
    _write(tenant, [":ID", "_tenant:string", "revision:long"], [[count, network.tenant, 1]])
    many = _write(relationships, [":START_ID", ":END_ID", "_key:string", *network.terms], network.relationships)
    print(f"  {count:,} assets and {many:,} relationships written in {time.perf_counter() - begun:.0f} s", flush=True)
    begun = time.perf_counter()
    said = local.java.run(
        [
            f"@{local.folders.java_arguments}",
            "org.neo4j.cli.AdminTool",
            *("database", "import", "full", "neo4j", "--overwrite-destination", "--id-type=integer"),
            f"--nodes={':'.join(network.labels)}={assets}",
            f"--nodes=_Tenant={tenant}",
            f"--relationships={network.type}={relationships}",
        ],
        home=local.folders.home,
        timeout=PATIENCE,
    )
    if said.returncode != 0:
        raise RuntimeError(f"the import failed: {said.stdout[-2000:]} {said.stderr[-2000:]}")
    for each in (tenant, assets, relationships):
        each.unlink()
    print(f"  imported in {time.perf_counter() - begun:.0f} s", flush=True)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write a file; None is an empty field, which stands for no value. Returns the number of rows."""
    count = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for count, row in enumerate(rows, 1):  # noqa: B007  how many is what is wanted
            writer.writerow(row)
    return count
