"""A Neo4j that holds a large network from the beginning, imported offline: seconds where planting takes minutes.

Nothing is checked, and what the change log says of it is nothing.
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
from typing import Any, Final, LiteralString, NamedTuple, cast

from neo4j import Driver, GraphDatabase

from benchmarks.servers import local_server, migrate
from graph.database.local import LocalServer
from graph.database.local.endpoint import Endpoint
from graph.identity import Tenant

PATIENCE: Final = 1_800.0
"""Seconds that the import may take."""

_CHANGE: Final = """
CREATE (:_Change {_tenant: $tenant, revision: 1, time: 0, actor: 'benchmarks', operation: 'IMPORT', touched: [],
                  entries: [], entryCount: 0})
"""
"""The record of the only revision, which says nothing: by it a snapshot that is kept knows the database again."""


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
                done.touch()
            yield local.start()
        finally:
            local.stop()


def _import(local: LocalServer, network: Network, home: Path) -> None:
    """Fill a server: an ontology goes into an empty database alone, and an import into none but an empty one.

    So what the ontology makes there is taken out again, and put beside what was imported.
    """
    begun = time.perf_counter()
    endpoint = local.start()
    asyncio.run(migrate(endpoint))
    with _driver(endpoint) as driver:
        made = _Made.read(driver)
    local.stop()
    files = _files(network, home)
    print(f"  files written in {time.perf_counter() - begun:.0f} s", flush=True)
    begun = time.perf_counter()
    said = local.java.run(
        [
            f"@{local.folders.java_arguments}",
            "org.neo4j.cli.AdminTool",
            *("database", "import", "full", "neo4j", "--overwrite-destination", "--id-type=integer"),
            f"--nodes={':'.join(network.labels)}={files.assets}",
            f"--nodes=_Tenant={files.tenant}",
            f"--relationships={network.type}={files.relationships}",
        ],
        home=local.folders.home,
        timeout=PATIENCE,
    )
    if said.returncode != 0:
        raise RuntimeError(f"the import failed: {said.stdout[-2000:]} {said.stderr[-2000:]}")
    for each in files:
        each.unlink()
    print(f"  imported in {time.perf_counter() - begun:.0f} s", flush=True)
    begun = time.perf_counter()
    with _driver(local.start()) as driver:
        made.write(driver)
        driver.execute_query(_CHANGE, {"tenant": network.tenant})
    print(f"  indexed in {time.perf_counter() - begun:.0f} s", flush=True)


def _driver(endpoint: Endpoint) -> Driver:
    return GraphDatabase.driver(endpoint.uri, auth=(endpoint.user, endpoint.password))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What applying an ontology made: nodes by label and properties, relationships by place, and what is indexed."""

    nodes: list[list[Any]]
    relationships: list[list[Any]]
    statements: list[str]

    @classmethod
    def read(cls, driver: Driver) -> _Made:
        """All that there is."""

        def values(text: LiteralString) -> list[list[Any]]:
            return [record.values() for record in driver.execute_query(text).records]

        nodes = values("MATCH (n) RETURN elementId(n), labels(n), properties(n)")
        place = {node: at for at, (node, *_) in enumerate(nodes)}
        ends = values("MATCH (a)-[r]->(b) RETURN elementId(a), elementId(b), type(r), properties(r)")
        statements = values("SHOW CONSTRAINTS YIELD createStatement RETURN createStatement") + values(
            "SHOW INDEXES YIELD createStatement, owningConstraint, type WHERE owningConstraint IS NULL "
            "AND type <> 'LOOKUP' RETURN createStatement"
        )
        return cls(
            nodes=[rest for _, *rest in nodes],
            relationships=[[place[a], place[b], *rest] for a, b, *rest in ends],
            statements=[text for (text,) in statements],
        )

    def write(self, driver: Driver) -> None:
        """Make the same again, and wait until everything is indexed."""
        for text in self.statements:
            driver.execute_query(cast("LiteralString", text))
        driver.execute_query(
            "UNWIND $nodes AS node CREATE (n:$(node[0])) SET n = node[1] WITH collect(n) AS made "
            "UNWIND $relationships AS r WITH made[r[0]] AS a, made[r[1]] AS b, r "
            "CREATE (a)-[new:$(r[2])]->(b) SET new = r[3]",
            {"nodes": self.nodes, "relationships": self.relationships},
        )
        driver.execute_query("CALL db.awaitIndexes(3600)")


class _Files(NamedTuple):
    tenant: Path
    assets: Path
    relationships: Path


def _files(network: Network, home: Path) -> _Files:
    files = _Files(*(home / f"{name}.csv" for name in _Files._fields))
    count = _write(
        files.assets,
        [":ID", "_tenant:string", "_id:string", *network.properties],
        ([number, network.tenant, *values] for number, values in enumerate(network.assets)),
    )
    _write(files.tenant, [":ID", "_tenant:string", "revision:long"], [[count, network.tenant, 1]])
    _write(files.relationships, [":START_ID", ":END_ID", "_key:string", *network.terms], network.relationships)
    return files


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write a file; None is an empty field, which stands for no value. Returns the number of rows."""
    count = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for count, row in enumerate(rows, 1):  # noqa: B007  how many is what is wanted
            writer.writerow(row)
    return count
