"""Turns the rows of `queries/snapshot` into a snapshot: lists of numbers become arrays, nothing is done row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from graph.database import ReadUnit, Row
from graph.identity import Revision, Tenant
from graph.kernel import Containment, Ids, Texts, assemble, containment_of
from graph.kernel.arrays import I16, I32, I64, U8
from graph.ontology.model import Ontology, RelationshipType
from graph.snapshot.model import Snapshot
from graph.snapshot.rules import Rules
from graph.snapshot.terms import Batch, columns_of
from queries import named

_DENSE: Final = 8
"""Internal ids up to this many times as many as there are assets are looked up in a table, others searched for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The rows a snapshot is made of, as they came."""

    revision: Revision
    assets: list[Row]
    sources: list[Row]
    relationships: list[Row]


NOTHING: Final = Material(revision=Revision(0), assets=[], sources=[], relationships=[])
"""What a tenant has before its first write."""


async def read(unit: ReadUnit, rules: Rules, revision: Revision) -> Material:
    """All that the unit's tenant has, in three statements."""
    return Material(
        revision=revision,
        assets=await unit.rows(named("snapshot/list_assets")),
        sources=await unit.rows(named("snapshot/list_sources")),
        relationships=await unit.rows(named("snapshot/list_relationships"), {"types": rules.relationship_types}),
    )


def build(material: Material, rules: Rules, tenant: Tenant) -> Snapshot:
    """The snapshot of `material`; computing, no waiting."""
    ontology = rules.ontology
    nodes, kinds, ids = _assets(material.assets, ontology, rules.kinds)
    places = _Places(nodes)
    texts = Texts()
    supplying, contained = _relationships(material.relationships, ontology, places)
    columns = columns_of(supplying, rules.types, texts)
    sources = _sources(rules, kinds)
    _add_sources(sources, rules.flows, material.sources, ids)
    return Snapshot(
        tenant=tenant,
        revision=material.revision,
        supplies=assemble(ids, rules.types, texts, sources, columns),
        kinds=kinds,
        kind_names=rules.kind_names,
        containment=_containment(contained, assets=len(ids)),
    )


def _assets(rows: list[Row], ontology: Ontology, number: Mapping[str, int]) -> tuple[I64, I16, Ids]:
    """Internal ids and types by position, and the ids: positions are in the order of the ids."""
    listed = [named_id for _, _, named_ids in rows for named_id in named_ids]
    order = np.array(sorted(range(len(listed)), key=listed.__getitem__), np.int64)
    nodes = _numbers((nodes for _, nodes, _ in rows), np.int64)
    kinds = np.repeat(
        np.array([number[ontology.type_of(labels).name] for labels, _, _ in rows], np.int16),
        [len(named_ids) for _, _, named_ids in rows],
    )
    return nodes[order], kinds[order], Ids.of(listed[at] for at in order.tolist())


class _Places:
    """Positions of assets by internal id: in a table where the ids lie close, else by search."""

    def __init__(self, nodes: I64) -> None:
        self._table: I32 | None = None
        top = int(nodes.max()) + 1 if nodes.size else 0
        if top <= _DENSE * nodes.size:
            self._table = np.zeros(top, np.int32)
            self._table[nodes] = np.arange(nodes.size, dtype=np.int32)
        else:
            self._order = np.argsort(nodes).astype(np.int32)
            self._sorted = nodes[self._order]

    def of(self, nodes: I64) -> I32:
        """The positions of some assets, all of which are known."""
        if self._table is not None:
            return self._table[nodes]
        return self._order[np.searchsorted(self._sorted, nodes)]


def _numbers(lists: Iterable[Sequence[int]], of: type[np.int64]) -> I64:
    parts = [np.array(each, of) for each in lists]
    return np.concatenate(parts) if parts else np.zeros(0, of)


def _relationships(rows: list[Row], ontology: Ontology, places: _Places) -> tuple[list[Batch], list[tuple[I32, I32]]]:
    """What supplies, record by record, and what contains, as children and parents."""
    supplying: list[Batch] = []
    contained: list[tuple[I32, I32]] = []
    for name, sources, targets, terms in rows:
        kind: RelationshipType = ontology.relationship_types[name]
        ends = places.of(np.array(sources, np.int64)), places.of(np.array(targets, np.int64))
        if kind.containment:
            contained.append((ends[1], ends[0]))
        if kind.is_supply:
            supplying.append(Batch(type=name, sources=ends[0], targets=ends[1], terms=terms))
    return supplying, contained


def _containment(pairs: list[tuple[I32, I32]], *, assets: int) -> Containment:
    children = [child for child, _ in pairs]
    parents = [parent for _, parent in pairs]
    nothing = np.zeros(0, np.int32)
    return containment_of(np.concatenate([nothing, *children]), np.concatenate([nothing, *parents]), assets=assets)


def _sources(rules: Rules, kinds: I16) -> U8:
    """1 where an asset is a source of a FLOW type by its own type, (T, n)."""
    by_kind = np.zeros((len(rules.flows), len(rules.kind_names)), np.uint8)
    for number, name in enumerate(rules.kind_names):
        by_kind[list(rules.sources[name]), number] = 1
    return by_kind[:, kinds]


def _add_sources(sources: U8, flows: Sequence[str], rows: list[Row], ids: Ids) -> None:
    """Mark assets that are sources by themselves."""
    number = {flow: at for at, flow in enumerate(flows)}
    for of, named_ids in rows:
        places = [at for asset in named_ids if (at := ids.find(asset)) is not None]
        for flow in of:
            if flow in number:
                sources[number[flow], places] = 1
