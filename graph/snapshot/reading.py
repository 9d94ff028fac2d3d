"""Reads all that a snapshot is made of: lists of numbers become arrays as they come, nothing is done row by row.

Assets come first. Relationships follow by ranges of assets, some ranges at once: while the database makes one list, the
last one is taken in, and while it makes the first ones the assets are put in order. No more is held as plain objects
than the ranges under way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import Final, TypeAlias

import numpy as np

from graph.changes.statements import of_types
from graph.database import Row
from graph.identity import Revision, Tenant
from graph.kernel import Columns, Containment, Ids, Texts, assemble, containment_of, joined_columns
from graph.kernel.arrays import I16, I32, I64, NO_ASSETS, U8
from graph.ontology.model import Ontology
from graph.snapshot.model import Snapshot
from graph.snapshot.rules import Rules, flow_numbers
from graph.snapshot.terms import Batch, columns_of
from queries import Query, named

Run: TypeAlias = Callable[[Query, Mapping[str, object]], Awaitable[list[Row]]]
"""Runs a reading query with parameters, the tenant's own among them, and returns its rows."""

RANGE: Final = 50_000
"""Assets at most whose relationships are read by one statement."""

LEAST_RANGE: Final = 5_000
"""And so many at least, where that makes more than the four that let both sides work at once."""

SAMPLED: Final = 50
"""Of so many ids one is looked at to cut all into ranges."""

_ASTRAL: Final = "\ud800"
"""Texts of characters before this one are in one order by code points and by UTF-16."""

_DENSE: Final = 8
"""Internal ids up to this many times as many as there are assets are looked up in a table, others searched for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a snapshot is made of, but for what is computed: as in `Snapshot` and `assemble`.

    `contained` are children and parents, part by part.
    """

    revision: Revision
    ids: Ids
    kinds: I16
    sources: U8
    texts: Texts = field(default_factory=Texts)
    columns: Sequence[Columns] = ()
    contained: Sequence[tuple[I32, I32]] = ()


def nothing(rules: Rules) -> Material:
    """What a tenant has before its first write."""
    sources = np.zeros((len(rules.flows), 0), np.uint8)
    return Material(revision=Revision(0), ids=Ids.of(()), kinds=np.zeros(0, np.int16), sources=sources)


async def read(run: Run, rules: Rules, revision: Revision, *, at_once: int = 1) -> Material:
    """All that a tenant has, in a statement for assets and one for each range of RANGE assets."""
    rows = await run(named("snapshot/list_assets"), {})
    ranges = iter(await asyncio.to_thread(_ranges, rows))
    making = asyncio.ensure_future(asyncio.to_thread(_Assets, rows, rules))
    del rows
    taken = _Relationships(rules)

    async def some() -> None:
        for begin, end in ranges if rules.relationship_types else ():
            query, bounds = _within(of_types("snapshot/list_relationships", rules.relationship_types), begin, end)
            found = await run(query, {"numbers": taken.numbers, **bounds})
            places = (await making).places  # while the assets were put in order, the database made the first ranges
            await asyncio.to_thread(taken.take, found, places)

    await asyncio.gather(making, *(some() for _ in range(at_once)))
    assets = await making
    return Material(
        revision=revision,
        ids=assets.ids,
        kinds=assets.kinds,
        sources=assets.sources,
        texts=taken.texts,
        columns=taken.columns,
        contained=taken.contained,
    )


def build(material: Material, rules: Rules, tenant: Tenant) -> Snapshot:
    """The snapshot of `material`; computing, no waiting."""
    columns = joined_columns(material.columns)
    return Snapshot(
        tenant=tenant,
        revision=material.revision,
        supplies=assemble(material.ids, rules.types, material.texts, material.sources, columns),
        kinds=material.kinds,
        kind_names=rules.kind_names,
        containment=_containment(material.contained, assets=len(material.ids)),
    )


class _Assets:
    """Assets by position, in the order of their ids: `nodes` (n,) are their internal ids, `kinds` (n,) their types.

    `sources` (T, n) is 1 where an asset is a source of a FLOW type.
    """

    def __init__(self, rows: list[Row], rules: Rules) -> None:
        listed = [named_id for *_, named_ids in rows for named_id in named_ids]
        order = np.array(sorted(range(len(listed)), key=listed.__getitem__), np.int64)
        kinds = np.array([rules.kinds[rules.ontology.type_of(labels).name] for labels, *_ in rows], np.int16)
        of = np.repeat(np.arange(len(rows)), [len(named_ids) for *_, named_ids in rows])[order]
        self.nodes = _numbers((nodes for _, _, nodes, _ in rows), np.int64)[order]
        self.kinds: I16 = kinds[of]
        self.sources: U8 = _sources(rules, kinds, [flows for _, flows, _, _ in rows])[:, of]
        self.ids = Ids.of(listed[at] for at in order.tolist())
        self.places = _Places(self.nodes)


def _ranges(rows: list[Row]) -> list[tuple[str, str | None]]:
    """From which id up to which other one (None: all that follow) there are so many assets, roughly.

    By one in SAMPLED ids of each row, for putting all in order takes as long as the database takes for a range.
    """
    count = sum(len(named_ids) for *_, named_ids in rows)
    size = min(RANGE, max(LEAST_RANGE, -(-count // 4)))
    step = min(SAMPLED, size)
    some = sorted(named_id for *_, named_ids in rows for named_id in named_ids[::step])
    # In whatever order the database has ids (by code point, or by UTF-16), these are in the same one.
    cuts = [each for at in range(size // step, len(some), size // step) if max(each := some[at]) < _ASTRAL]
    return list(zip(["", *cuts], [*cuts, None], strict=True)) if count else []


def _within(query: Query, begin: str, end: str | None) -> tuple[Query, dict[str, object]]:
    """A query of a range of ids with its parameters; without an end, of all that follow."""
    if end is not None:
        return query, {"from": begin, "to": end}
    parameters = {name: kind for name, kind in query.parameters.items() if name != "to"}
    return replace(query, text=query.text.replace(" AND a._id < $to", ""), parameters=parameters), {"from": begin}


class _Places:
    """Positions of assets by internal id: in a table where the ids lie close, else by search."""

    def __init__(self, nodes: I64) -> None:
        self._table: I32 | None = None
        top = int(nodes.max()) + 1 if nodes.size else 0
        if top <= _DENSE * nodes.size:
            self._table = np.full(top + 1, -1, np.int32)
            self._table[nodes] = np.arange(nodes.size, dtype=np.int32)
        else:
            self._order = np.argsort(nodes).astype(np.int32)
            self._sorted = nodes[self._order]

    def of(self, nodes: I64) -> I32:
        """The positions of some nodes, -1 for what is no asset."""
        if self._table is not None:
            return self._table[np.minimum(nodes, self._table.size - 1)]
        places = np.minimum(np.searchsorted(self._sorted, nodes), self._sorted.size - 1)
        return np.where(self._sorted[places] == nodes, self._order[places], -1).astype(np.int32)


class _Relationships:
    """What supplies and what contains, range by range."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self.numbers = {name: number for number, name in enumerate(rules.relationship_types)}
        self.texts = Texts()
        self.columns: list[Columns] = []
        self.contained: list[tuple[I32, I32]] = []

    def take(self, rows: list[Row], places: _Places) -> None:
        """Take in the rows of a range, but for what leads to no asset. Safe to be called at the same time."""
        ontology: Ontology = self._rules.ontology
        supplying: list[Batch] = []
        for number, sources, targets, terms in rows:
            kind = ontology.relationship_types[self._rules.relationship_types[number // 2]]
            ends = places.of(np.array(sources, np.int64)), places.of(np.array(targets, np.int64))
            batch = _batch(kind.name, *ends, terms)
            if kind.containment:
                self.contained.append((batch.targets, batch.sources))
            if kind.is_supply:
                supplying.append(batch)
        if supplying:
            self.columns.append(columns_of(supplying, self._rules.types, self.texts))


def _batch(name: str, sources: I32, targets: I32, terms: Sequence[Sequence[object]]) -> Batch:
    """The relationships between assets: what was made since these were listed, or by others, may lead elsewhere."""
    known = (sources >= 0) & (targets >= 0)
    if not known.all():
        sources, targets = sources[known], targets[known]
        terms = [list(compress(column, known)) for column in terms]
    return Batch(type=name, sources=sources, targets=targets, terms=terms)


def _numbers(lists: Iterable[Sequence[int]], of: type[np.int64]) -> I64:
    parts = [np.array(each, of) for each in lists]
    return np.concatenate(parts) if parts else np.zeros(0, of)


def _containment(pairs: Sequence[tuple[I32, I32]], *, assets: int) -> Containment:
    children = np.concatenate([NO_ASSETS, *(child for child, _ in pairs)])
    return containment_of(children, np.concatenate([NO_ASSETS, *(parent for _, parent in pairs)]), assets=assets)


def _sources(rules: Rules, kinds: I16, flows: Sequence[Sequence[str]]) -> U8:
    """1 where assets of a type that are sources of some FLOW types by themselves are sources of a type, (T, m)."""
    sources = np.zeros((len(rules.flows), kinds.size), np.uint8)
    for place, own in enumerate(flows):
        of_kind = rules.sources[rules.kind_names[int(kinds[place])]]
        sources[list(of_kind | flow_numbers(list(own), rules.flows)), place] = 1
    return sources
