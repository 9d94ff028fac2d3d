"""The bundled campus as a topology, made from its lines and the bundled ontology without a database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from examples.campus.generate import campus
from examples.campus.lines import Line
from graph.impact import Direction, Kind, RelationshipId, Supply, Terms, Topology, build_topology, supplies_of, terms
from graph.ontology import Ontology, RelationshipType, TypeCodec, load_ontology

ONTOLOGY = Path(__file__).parents[1] / "migrations/ontology.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Campus:
    """A topology with the exact type of each asset."""

    topology: Topology
    types: dict[str, str]


def campus_topology(assets: int, seed: int = 1) -> Campus:
    """The campus of `assets` assets that `examples.campus.generate` makes from `seed`."""
    ontology = load_ontology(ONTOLOGY)
    lines = list(campus(assets, seed))
    types = {line["id"]: line["type"] for line in lines if line["kind"] == "asset"}
    sources = {asset: frozenset(ontology.asset_types[kind].sources) for asset, kind in types.items()}
    return Campus(topology=build_topology(sources, _supplies(lines, ontology)), types=types)


def _supplies(lines: Iterable[Line], ontology: Ontology) -> Iterator[Supply]:
    for line in lines:
        if line["kind"] == "relationship":
            kind = ontology.relationship_type(line["type"])
            yield from supplies_of(
                RelationshipId(type=kind.name, source=line["from"], target=line["to"]),
                direction=Direction(kind.impact.value),
                kind=Kind(kind.kind.value),
                terms=_terms(kind, line),
            )


def _terms(kind: RelationshipType, line: Line) -> Terms:
    stored = TypeCodec(kind).change(line.get("properties", {})).values
    group, needs, combine = stored.get("group"), stored.get("needs"), stored.get("combine")
    capacity, loss, delay = stored.get("capacity"), stored.get("loss"), stored.get("delay")
    return terms(
        group=group if isinstance(group, str) else None,
        needs=needs if isinstance(needs, int | float) else None,
        combine=combine if isinstance(combine, str) else None,
        capacity=capacity if isinstance(capacity, int | float) else None,
        loss_share=loss if isinstance(loss, int | float) else None,
        delay=delay if isinstance(delay, timedelta) else None,
        open=stored.get("open") is True,
    )
