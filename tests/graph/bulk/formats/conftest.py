"""A small ontology with every datatype, and a way to convert texts of other formats by it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from graph import bulk
from graph.bulk.formats import Converted, Format, PlacedRefusals, converted, parse_map
from graph.errors import Problem
from graph.ontology import Json, Ontology, parse_ontology

SHARED = Path(__file__).parents[4].parent / "shared" / "data"
MAPPED = """
format: twin-ontology/1
name: mapped
enums:
  Medium: {values: [WATER, OIL]}
assetTypes:
  Room: {}
  Sensor: {}
  Valve: {}
  CheckValve: {extends: [Valve]}
  Pump:
    properties:
      serialNumber: {datatype: string, unique: true}
      ratedFlow: {datatype: float, unit: L/s, minimum: 0}
      stages: {datatype: int}
      spare: {datatype: boolean}
      price: {datatype: decimal, scale: 2}
      installed: {datatype: date}
      medium: {datatype: enum, enum: Medium}
      tags: {datatype: list, items: {datatype: string}}
      limits: {datatype: map, items: {datatype: float}}
      location: {datatype: point}
      nameplate:
        datatype: object
        fields:
          maker: {datatype: string}
          yearBuilt: {datatype: int}
relationshipTypes:
  CONTAINS: {from: [Room], to: [Pump, Sensor, Valve, Room], containment: true}
  FEEDS: {from: [Pump, Valve], to: [Pump, Valve, Room], properties: {diameter: {datatype: int, unit: mm}}}
  HAS_POINT: {from: [Pump, Valve, Room], to: [Sensor]}
  HAS_PART: {from: [Pump, Room], to: [Pump, Valve, Room]}
  BESIDE: {from: [Room], to: [Room], symmetric: true}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a source: bodies by line number, problems by line number as they are told, what was skipped."""

    bodies: dict[int, Mapping[str, Json]] = field(default_factory=dict[int, Mapping[str, Json]])
    refused: dict[int, list[Problem]] = field(default_factory=dict[int, list[Problem]])
    left_out: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def assets(self) -> dict[str, Mapping[str, Json]]:
        return {str(body["id"]): body for body in self.bodies.values() if body["kind"] == "asset"}

    @property
    def links(self) -> list[tuple[Json, Json, Json]]:
        bodies = self.bodies.values()
        return [(body["type"], body["from"], body["to"]) for body in bodies if body["kind"] == "relationship"]

    @property
    def places(self) -> dict[int, list[str | None]]:
        return {line: [problem.place for problem in problems] for line, problems in self.refused.items()}


Convert = Callable[..., Outcome]


@pytest.fixture(scope="session")
def mapped() -> Ontology:
    return parse_ontology(MAPPED)


def outcome(source: Converted) -> Outcome:
    """Read all of a source as a load does."""
    bodies: dict[int, Mapping[str, Json]] = {}
    refused: dict[int, list[Problem]] = {}
    for line in source.lines():
        if line.problems:
            refused[line.number] = [source.placed(line.number, problem) for problem in line.problems]
        else:
            bodies[line.number] = json.loads(line.data)
    return Outcome(bodies=bodies, refused=refused, left_out=dict(source.left_out))


@pytest.fixture
def convert(mapped: Ontology, tmp_path: Path) -> Convert:
    """Convert texts (each a file of its own) of one format; `names` is a mapping file."""

    def run(kind: Format, *texts: str | bytes, names: str = "") -> Outcome:
        with ExitStack() as stack:
            inputs: list[bulk.Input] = []
            for number, text in enumerate(texts):
                path = tmp_path / f"file{number}.txt"
                path.write_bytes(text if isinstance(text, bytes) else text.encode())
                inputs.append(stack.enter_context(bulk.opened(path)))
            return outcome(converted(inputs, kind, mapped, parse_map(names, mapped)))

    return run


def kept(source: Converted, folder: Path) -> PlacedRefusals:
    """Refusals of a source, written beside it."""
    return PlacedRefusals(folder / "refused.ndjson", source)


def shared(name: str) -> Path:
    """A file that nobody here made; only a checkout beside `shared` has them."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not there: real files of other systems are not tested")
    return SHARED / name
