"""A small ontology that shows every rule, and worlds made in memory to judge change sets in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from graph.changes import ChangeService
from graph.changes.images import AssetImage
from graph.changes.judging import Tally, judge, tally
from graph.changes.model import Change, ChangeSet
from graph.changes.normalising import normalise
from graph.changes.request import EVERYTHING, LIMITS, Checks, Limits, Request
from graph.changes.rules import Rulebook, rulebook
from graph.changes.world import World
from graph.clock import SystemClock
from graph.database import Database, Row, Statement
from graph.errors import Problem
from graph.identity import Tenant
from graph.ontology import Ontology, load_ontology, parse_ontology

MINI = """
format: twin-ontology/1
name: mini
compatibility: BACKWARD
enums:
  Fuel: {values: [DIESEL, GAS]}
assetTypes:
  Space: {abstract: true}
  Site: {extends: [Space]}
  Room: {extends: [Space]}
  Thing:
    abstract: true
    properties:
      serialNumber: {datatype: string, unique: true}
      weight: {datatype: float, unit: kg, minimum: 0}
  Pump:
    extends: [Thing]
    properties:
      ratedFlow: {datatype: float, unit: L/s, required: true}
      fuel: {datatype: enum, enum: Fuel, default: DIESEL}
      built: {datatype: date}
      hours: {datatype: int, writable: false}
  Tank: {extends: [Thing], sourceOf: [PIPE]}
  Board: {extends: [Thing]}
  Panel: {extends: [Thing]}
relationshipTypes:
  CONTAINS: {from: [Space], to: [Space, Thing], containment: true}
  HOLDS: {from: [Board], to: [Panel], containment: true, multiplicity: {sources: "1..1", targets: "0..2"}}
  HANGS: {from: [Board], to: [Board], containment: true}
  NESTS: {from: [Board], to: [Board], containment: true}
  PIPE: {from: [Thing], to: [Thing], impact: {direction: BOTH, kind: FLOW}}
  POWERS: {from: [Thing], to: [Thing], multiplicity: {sources: "0..2", targets: "0..*"}, impact: {direction: FORWARD}}
  NEEDS: {from: [Thing], to: [Thing], impact: {direction: REVERSE}}
  TWINS: {from: [Thing], to: [Thing], symmetric: true, multiplicity: {sources: "0..1", targets: "0..1"}}
  TAGGED:
    from: [Thing]
    to: [Thing]
    properties:
      label: {datatype: string, required: true}
"""


@pytest.fixture(scope="session")
def rules() -> Rulebook:
    return rulebook(parse_ontology(MINI))


class Town:
    """An empty world that change sets are applied to one after the other, without a database."""

    def __init__(self, rules: Rulebook) -> None:
        self.world = World(rules, Tenant("town"))
        self.revision = 0

    def problems(self, *changes: Change, checks: Checks = EVERYTHING, limits: Limits = LIMITS) -> tuple[Problem, ...]:
        """Judge a change set and undo it."""
        found = self._judge(changes, checks, limits)
        self.world.undo()
        return found

    def codes(self, *changes: Change, checks: Checks = EVERYTHING) -> list[str]:
        return [problem.code for problem in self.problems(*changes, checks=checks)]

    def apply(self, *changes: Change, checks: Checks = EVERYTHING) -> Tally:
        """Judge a change set that must be right, and keep it."""
        assert self._judge(changes, checks, LIMITS) == ()
        counted = tally(self.world)
        self.revision += 1
        self.world.keep(self.revision)
        return counted

    def asset(self, asset: str) -> AssetImage:
        image = self.world.assets[asset]
        assert image is not None
        return image

    def links(self) -> set[tuple[str, str, str, str]]:
        return {
            (link.type, link.source, link.target, link.key)
            for link, image in self.world.links.items()
            if image is not None
        }

    def _judge(self, changes: tuple[Change, ...], checks: Checks, limits: Limits) -> tuple[Problem, ...]:
        request = Request(actor="tester", change_set=ChangeSet(changes=changes), checks=checks)
        return judge(self.world, normalise(self.world.rules, request), limits)


@pytest.fixture
def town(rules: Rulebook) -> Town:
    return Town(rules)


CAMPUS = Path(__file__).parents[3] / "migrations" / "ontology.yaml"


@pytest.fixture(scope="session")
def campus() -> Ontology:
    """The bundled ontology, which the database of the run holds."""
    return load_ontology(CAMPUS)


@pytest.fixture
async def service(database: Database, campus: Ontology) -> AsyncIterator[ChangeService]:
    opened = ChangeService(database, lambda: campus, SystemClock())
    yield opened
    await opened.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """All that the database holds of a tenant."""

    assets: dict[str, tuple[frozenset[str], dict[str, object], frozenset[tuple[str, str]]]]
    links: dict[tuple[str, str, str, str], dict[str, object]]
    changes: list[dict[str, object]]
    revision: int | None
    counts: dict[str, int]


async def stored(database: Database, tenant: Tenant) -> Stored:
    """Read everything of a tenant, by statements of the test's own."""

    async def rows(text: str) -> list[Row]:
        statement = Statement(name="test", text=text, parameters={})
        return await database.read(tenant, lambda unit: unit.compiled(statement))

    assets = await rows(
        "MATCH (a:Asset {_tenant: $tenant}) "
        "RETURN a._id, labels(a), properties(a), [(a)<-[:_IDENTIFIES]-(e) | [e.system, e.id]]"
    )
    links = await rows(
        "MATCH (a:Asset {_tenant: $tenant})-[r]->(b:Asset) "
        "RETURN type(r), a._id, b._id, coalesce(r.key, ''), properties(r)"
    )
    changes = await rows("MATCH (c:_Change {_tenant: $tenant}) RETURN properties(c) ORDER BY c.revision")
    counter = await rows("MATCH (t:_Tenant {_tenant: $tenant}) RETURN t.revision, t.counted")
    assert all(revision == counted for revision, counted in counter)
    counts = await rows("MATCH (c:_AssetCount {_tenant: $tenant}) WHERE c.count <> 0 RETURN c.type, c.count")
    return Stored(
        assets={
            asset: (frozenset(labels), properties, frozenset((system, name) for system, name in names))
            for asset, labels, properties, names in assets
        },
        links={(kind, source, target, key): properties for kind, source, target, key, properties in links},
        changes=[row[0] for row in changes],
        revision=counter[0][0] if counter else None,
        counts={name: count for name, count in counts},  # noqa: C416 - rows are lists of anything
    )
