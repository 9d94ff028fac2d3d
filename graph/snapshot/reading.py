"""Turns the rows of `queries/snapshot` into a snapshot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final, TypeAlias

from graph.database import ReadUnit, Row
from graph.identity import Revision, Tenant
from graph.impact import Direction, Kind, RelationshipId, Supply, Terms, build_topology, supplies_of, terms
from graph.ontology.model import Ontology, RelationshipType
from graph.snapshot.model import Snapshot
from queries import named

TermValues: TypeAlias = "Sequence[str | int | float | bool | None]"

_PLAIN = Terms()


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The rows a snapshot is made of, as they came."""

    revision: Revision
    assets: list[Row]
    sources: list[Row]
    relationships: list[Row]


NOTHING: Final = Material(revision=Revision(0), assets=[], sources=[], relationships=[])
"""What a tenant has before its first write."""


async def read(unit: ReadUnit, ontology: Ontology, revision: Revision) -> Material:
    """All that the unit's tenant has, in three statements."""
    kinds = [kind.name for kind in ontology.relationship_types.values() if kind.is_supply or kind.containment]
    return Material(
        revision=revision,
        assets=await unit.rows(named("snapshot/list_assets")),
        sources=await unit.rows(named("snapshot/list_sources")),
        relationships=await unit.rows(named("snapshot/list_relationships"), {"types": kinds}),
    )


def build(material: Material, ontology: Ontology, tenant: Tenant) -> Snapshot:
    """The snapshot of `material`; computing, no waiting."""
    types: dict[str, str] = {}
    ids: dict[int, str] = {}
    for labels, nodes, named_ids in material.assets:
        kind = ontology.type_of(labels).name
        ids.update(zip(nodes, named_ids, strict=True))
        types.update(dict.fromkeys(named_ids, kind))
    sources = {asset: frozenset(ontology.asset_types[kind].sources) for asset, kind in types.items()}
    for flows, named_ids in material.sources:
        for asset in named_ids:
            sources[asset] |= frozenset(flows)
    supplies, parents = _relationships(material.relationships, ontology, ids)
    return Snapshot(
        tenant=tenant,
        revision=material.revision,
        topology=build_topology(sources, supplies),
        types=MappingProxyType(types),
        parents=MappingProxyType(parents),
    )


def _relationships(
    rows: list[Row], ontology: Ontology, ids: Mapping[int, str]
) -> tuple[list[Supply], dict[str, tuple[str, ...]]]:
    supplies: list[Supply] = []
    parents: dict[str, list[str]] = defaultdict(list)
    for name, sources, targets, keys, values in rows:
        kind = ontology.relationship_types[name]
        if kind.containment:
            for source, target in zip(sources, targets, strict=True):
                parents[ids[target]].append(ids[source])
        if kind.is_supply:
            ends = ((ids[source], ids[target]) for source, target in zip(sources, targets, strict=True))
            supplies.extend(_supplies(kind, ends, keys, values))
    return supplies, {child: tuple(sorted(above)) for child, above in parents.items()}


def _supplies(
    kind: RelationshipType, ends: Iterator[tuple[str, str]], keys: list[str], values: list[TermValues]
) -> Iterator[Supply]:
    direction, need = Direction(kind.impact.value), Kind(kind.kind.value)
    for (source, target), key, value in zip(ends, keys, values, strict=True):
        relationship = RelationshipId(type=kind.name, source=source, target=target, key=key)
        meant = _terms(value, relationship) if value else _PLAIN
        yield from supplies_of(relationship, direction=direction, kind=need, terms=meant)


def _terms(value: TermValues, relationship: RelationshipId) -> Terms:
    group, needs, combine, capacity, loss, opened, days, microseconds = value
    return terms(
        group=str(group) if group is not None else None,
        needs=_number(needs),
        combine=str(combine) if combine is not None else None,
        capacity=_number(capacity),
        loss_share=_number(loss),
        delay=None if days is None else timedelta(days=_whole(days), microseconds=_whole(microseconds)),
        open=bool(opened) if opened is not None else None,
        place=str(relationship),
    )


def _whole(stored: str | float | None) -> int:
    return int(stored or 0)


def _number(stored: str | float | None) -> float | None:
    return None if stored is None else float(stored)
