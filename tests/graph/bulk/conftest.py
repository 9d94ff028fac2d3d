"""A small ontology that shows every rule of a load, and loads into the database of the run."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from graph import bulk
from graph.access import operator
from graph.bulk.arrival import receive
from graph.bulk.batches import hand_over_refused
from graph.bulk.staging import Staging
from graph.bulk.whole import refuse_what_breaks_rules
from graph.changes.rules import Rulebook, rulebook
from graph.clock import SystemClock
from graph.database import Database
from graph.errors import Problem
from graph.identity import Tenant
from graph.ontology import Ontology, load_ontology, parse_ontology
from graph.ontology.model import Json

MINI = """
format: twin-ontology/1
name: mini
compatibility: BACKWARD
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
      stages: {datatype: int, minimum: 1, maximum: 9}
  Board: {extends: [Thing]}
  Panel: {extends: [Thing]}
relationshipTypes:
  CONTAINS: {from: [Space], to: [Space, Thing], containment: true}
  HOLDS: {from: [Board], to: [Panel], containment: true, multiplicity: {sources: "1..1", targets: "0..2"}}
  HANGS: {from: [Board], to: [Board], containment: true}
  NESTS: {from: [Board], to: [Board], containment: true}
  PIPE: {from: [Thing], to: [Thing], impact: {direction: BOTH, kind: FLOW}}
  POWERS: {from: [Thing], to: [Thing], multiplicity: {sources: "0..2", targets: "0..*"}, impact: {direction: FORWARD}}
  TWINS: {from: [Thing], to: [Thing], symmetric: true, multiplicity: {sources: "0..1", targets: "0..1"}}
  TAGGED: {from: [Thing], to: [Thing], properties: {label: {datatype: string, required: true}}}
"""
CAMPUS = Path(__file__).parents[3] / "migrations" / "ontology.yaml"

Line = Mapping[str, Json] | Mapping[str, Any] | bytes


def asset(name: str, kind: str, /, **more: Any) -> dict[str, Any]:
    return {"kind": "asset", "id": name, "type": kind, **more}


def link(kind: str, source: str, target: str, /, **more: Any) -> dict[str, Any]:
    return {"kind": "relationship", "type": kind, "from": source, "to": target, **more}


def text(lines: Iterable[Line]) -> bytes:
    return (
        b"\n".join(line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode() for line in lines)
        + b"\n"
    )


class Judged(bulk.Refusals):
    """Refusals that keep the codes of each line."""

    def __init__(self) -> None:
        super().__init__(None)
        self.codes: dict[int, list[str]] = {}

    def refuse(self, line: int, problems: tuple[Problem, ...], raw: bytes) -> None:
        super().refuse(line, problems, raw)
        assert line not in self.codes, "a line is refused once"
        self.codes[line] = [problem.code for problem in problems]


@pytest.fixture(scope="session")
def mini() -> Rulebook:
    return rulebook(parse_ontology(MINI))


@pytest.fixture
def judged(mini: Rulebook, tmp_path: Path) -> Callable[..., dict[int, list[str]]]:
    """Judge lines by the small ontology, as the load of a tenant that holds nothing; codes by line."""

    def judge(*lines: Line) -> dict[int, list[str]]:
        file = tmp_path / "lines.ndjson"
        file.write_bytes(text(lines))
        refusals, staging = Judged(), Staging(Path(tempfile.mkdtemp(dir=tmp_path)))
        with bulk.opened(file) as source:
            receive(source, staging, refusals, rules=mini, heard=lambda _: None)
        refuse_what_breaks_rules(staging, mini.ontology)
        hand_over_refused(staging, refusals)
        staging.close()
        return refusals.codes

    return judge


@pytest.fixture(scope="session")
def campus() -> Ontology:
    """The bundled ontology, which the database of the run holds."""
    return load_ontology(CAMPUS)


@dataclass(frozen=True, slots=True)
class Loading:
    """Loads lines into one tenant and reads it back."""

    database: Database
    ontology: Ontology
    tenant: Tenant
    folder: Path

    @property
    def loader(self) -> bulk.Loader:
        return bulk.Loader(self.database, lambda: self.ontology, SystemClock(), folder=self.folder / "loads")

    def of(self, tenant: Tenant) -> Loading:
        return Loading(self.database, self.ontology, tenant, self.folder)

    def file(self, *lines: Line) -> Path:
        path = self.folder / "input.ndjson"
        path.write_bytes(text(lines))
        return path

    async def load(self, *lines: Line, strict: bool = False, dry_run: bool = False) -> bulk.LoadReport:
        report, _ = await self.load_file(self.file(*lines), strict=strict, dry_run=dry_run)
        return report

    async def refused(self, *lines: Line) -> dict[int, list[str]]:
        """Codes of each refused line."""
        _, refusals = await self.load_file(self.file(*lines))
        return refusals.codes

    async def load_file(
        self, path: Path, *, strict: bool = False, dry_run: bool = False
    ) -> tuple[bulk.LoadReport, Judged]:
        with bulk.opened(path) as source:
            refusals = Judged()
            report = await self.loader.load(
                operator(self.tenant), source, refusals=refusals, strict=strict, dry_run=dry_run
            )
        return report, refusals

    async def export(self) -> bytes:
        lines: list[bytes] = []
        await bulk.Exporter(self.database, lambda: self.ontology).export(operator(self.tenant), lines.append)
        return b"".join(lines)

    async def recent(self) -> tuple[bulk.LoadRecord, ...]:
        return await bulk.recent(self.database, self.tenant)


@pytest.fixture
def loading(database: Database, campus: Ontology, tenant: Tenant, tmp_path: Path) -> Loading:
    return Loading(database, campus, tenant, tmp_path)
