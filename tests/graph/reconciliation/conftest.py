"""A small ontology, a twin in memory, and comparisons of the two with lines."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pytest

from graph.access import Principal, operator
from graph.bulk import Input, Refusals, Source
from graph.changes.model import ChangeSet, Receipt
from graph.changes.rules import Rulebook, rulebook
from graph.changes.service import ChangeService
from graph.identity import parse_tenant
from graph.ontology import parse_ontology
from graph.reconciliation import Compared, Difference, Given, Group, Question, Reconciler, Repair, Repaired, Report
from tests.graph.reconciliation.fake import FakeTwin

PLANT = """
format: twin-ontology/1
name: plant
assetTypes:
  Space: {abstract: true}
  Site: {extends: [Space]}
  Room: {extends: [Space]}
  Equipment:
    abstract: true
    properties:
      owner: {datatype: string}
      secret: {datatype: string, classification: sensitive}
      price: {datatype: decimal, scale: 2, unit: kg}
      tags: {datatype: map, items: {datatype: float}}
      grades: {datatype: list, items: {datatype: float}}
      place: {datatype: point}
  Pump:
    extends: [Equipment]
    properties:
      ratedFlow: {datatype: float, unit: L/s}
      stages: {datatype: int, default: 4}
      counted: {datatype: int, writable: false, default: 1}
  Board: {extends: [Equipment]}
  Source: {extends: [Equipment], sourceOf: [PIPE]}
relationshipTypes:
  CONTAINS: {from: [Space], to: [Space, Equipment], containment: true}
  POWERS: {from: [Equipment], to: [Equipment], impact: {direction: FORWARD}, properties: {note: {datatype: string}}}
  PIPE: {from: [Equipment], to: [Equipment], symmetric: true, impact: {direction: BOTH, kind: FLOW}}
"""
WHO: Principal = operator(parse_tenant("plant"))

Line = Mapping[str, Any]


def asset(name: str, kind: str = "Pump", /, **more: Any) -> dict[str, Any]:
    return {"kind": "asset", "id": name, "type": kind, **more}


def link(kind: str, source: str, target: str, /, **more: Any) -> dict[str, Any]:
    return {"kind": "relationship", "type": kind, "from": source, "to": target, **more}


def given(lines: Iterable[Line]) -> Given:
    data = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    return Given(Input("lines", BytesIO(data), total=None), Refusals(None))


class _Changes:
    """Applies change sets to the twin in memory at once."""

    def __init__(self, twin: FakeTwin) -> None:
        self._twin = twin
        self.last: ChangeSet | None = None

    async def apply(self, _principal: Principal, changes: ChangeSet) -> Receipt:
        self.last = changes
        return self._twin.apply(changes)


class Comparing:
    """Compares lines with the twin in memory."""

    def __init__(self, twin: FakeTwin, folder: Path) -> None:
        self.twin = twin
        self.changes = _Changes(twin)
        ontology = twin.rules.ontology
        changes = cast("ChangeService", self.changes)
        self._reconciler = Reconciler(twin.database, lambda: ontology, changes, folder=folder)

    def __call__(self, *lines: Line, question: Question | None = None) -> list[Difference]:
        return self.all(lines, question)[1]

    async def of(self, source: Source, question: Question | None = None) -> Report:
        given = [Given(source, Refusals(None))]
        async with self._reconciler.compared(WHO, given, question or Question()) as compared:
            return compared.report

    def report(self, *lines: Line, question: Question | None = None) -> Report:
        return self.all(lines, question)[0].report

    def repair(self, lines: Iterable[Line], repair: Repair, question: Question | None = None) -> Repaired | None:
        return self.all(lines, question, repair)[2]

    def all(
        self, lines: Iterable[Line], question: Question | None = None, repair: Repair | None = None
    ) -> tuple[Compared, list[Difference], Repaired | None]:
        async def run() -> tuple[Compared, list[Difference], Repaired | None]:
            asked = question or Question()
            async with self._reconciler.compared(WHO, [given(lines)], asked) as compared:
                found = list(compared.differences())
                done = None if repair is None else await self._reconciler.repair(WHO, compared, repair)
                return compared, found, done

        return asyncio.run(run())


@pytest.fixture(scope="session")
def plant() -> Rulebook:
    return rulebook(parse_ontology(PLANT))


@pytest.fixture
def twin(plant: Rulebook) -> FakeTwin:
    return FakeTwin(plant)


@pytest.fixture
def compare(twin: FakeTwin, tmp_path: Path) -> Comparing:
    return Comparing(twin, tmp_path)


def of_lines(plant: Rulebook, lines: Iterable[Line]) -> FakeTwin:
    """Return a twin that holds what lines say, by the repair of an empty one."""
    twin = FakeTwin(plant)
    with tempfile.TemporaryDirectory() as folder:
        Comparing(twin, Path(folder)).repair(lines, FILL)
    return twin


FILL = Repair(groups=frozenset({Group.MISSING}), write=True)
