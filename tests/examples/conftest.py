"""Networks of the world, loaded each into a tenant of a database that holds their ontology."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph import bulk
from graph.access import Principal, operator
from graph.analysis import ImpactService
from graph.clock import SystemClock
from graph.database import Database, connect
from graph.identity import Tenant, parse_tenant
from graph.impact import DOWN, Failure, Question
from graph.kernel import ArrayEvaluator
from graph.ontology import Ontology
from graph.snapshot import SnapshotService
from migrations import Project, apply
from tests.servers import Server

EXAMPLES = Path(__file__).parents[2] / "examples"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A network: the package's own model of it, its tenant, and an evaluator of what the database holds."""

    model: Any
    tenant: Tenant
    evaluator: ArrayEvaluator
    loaded: bulk.LoadReport

    @property
    def principal(self) -> Principal:
        return operator(self.tenant)

    def lost(self, *assets: str) -> set[str]:
        """What goes DOWN when the assets fail."""
        answer = self.evaluator.evaluate(Question(failures=tuple(Failure(asset=asset) for asset in assets)))
        return {each.asset for each in answer.impacted if each.after.upper == DOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A server, the ontology in force there, and the networks loaded."""

    server: Server
    ontology: Ontology
    networks: Mapping[str, Network]

    def connect(self) -> Database:
        return connect(self.server.uri, user=self.server.user, password=self.server.password)

    def service(self, database: Database) -> ImpactService:
        return ImpactService(SnapshotService(database, self.ontology), lambda: (self.ontology.hash, self.ontology))


def world_of(
    server: Server, folder: Path, project: str, models: Mapping[str, tuple[Any, Iterable[dict[str, Any]]]]
) -> World:
    """Migrate the server to a project of `examples`, and load each network as a user would."""
    found = Project.load(EXAMPLES / project)

    async def prepare() -> dict[str, Network]:
        database = connect(server.uri, user=server.user, password=server.password)
        try:
            await apply(found, database, owner="tests", actor="tests")
            return {
                name: await _loaded(database, found.desired, folder, name, model, lines)
                for name, (model, lines) in models.items()
            }
        finally:
            await database.close()

    return World(server=server, ontology=found.desired, networks=asyncio.run(prepare()))


async def _loaded(
    database: Database, ontology: Ontology, folder: Path, name: str, model: Any, lines: Iterable[dict[str, Any]]
) -> Network:
    file = folder / f"{name}.ndjson"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    tenant = parse_tenant(re.sub("[^a-z0-9]", "", name.lower()))
    loader = bulk.Loader(database, _always(ontology), SystemClock(), folder=folder / "loads")
    with bulk.opened(file) as source:
        report = await loader.load(operator(tenant), source, refusals=bulk.Refusals(None), strict=True)
    snapshot = await SnapshotService(database, ontology).current(tenant)
    return Network(model=model, tenant=tenant, evaluator=ArrayEvaluator(snapshot.supplies), loaded=report)


def _always(ontology: Ontology) -> Callable[[], Ontology]:
    return lambda: ontology
