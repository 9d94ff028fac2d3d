"""A topology of plain values as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

import numpy as np

from graph.impact import Combine, Direction, Kind, Supply, Topology, build_topology
from graph.kernel.arrays import NO_ASSETS, NO_NUMBERS, REVERSED, U8
from graph.kernel.build import Columns
from graph.kernel.ids import Ids
from graph.kernel.supplies import LONGEST, Supplies, SupplyType, assemble, flows_of
from graph.kernel.texts import Texts

_MICROSECOND = timedelta(microseconds=1)


def encode(topology: Topology, *, also: Mapping[str, Kind] | None = None) -> Supplies:
    """The arrays of a topology: the same groups, members and sources.

    `also` names relationship types that a question may add though the topology has none of them.
    """
    ids = Ids.of(sorted(topology.assets))
    position = {asset: at for at, asset in enumerate(ids)}
    types = _types(topology, also or {})
    texts = Texts()
    columns = columns_of(topology.supplies, position=position, types=[each.name for each in types], texts=texts)
    return assemble(ids, types, texts, _sources(topology, position, flows_of(types)[0]), columns)


def columns_of(supplies: Sequence[Supply], *, position: dict[str, int], types: Sequence[str], texts: Texts) -> Columns:
    """Supplies as columns."""
    number = {name: at for at, name in enumerate(types)}
    terms = [each.terms for each in supplies]
    counted = [each.needs if each.combine is Combine.CAPACITY else each.needs // 1000 for each in terms]
    delays = [min(each.delay // _MICROSECOND, LONGEST) for each in terms]
    keys = [texts.position(each.relationship.key) for each in supplies]
    capacities = [each.capacity for each in terms]
    return Columns(
        provider=np.array([position[each.provider] for each in supplies], np.int32),
        dependant=np.array([position[each.dependant] for each in supplies], np.int32),
        type=np.array([number[each.relationship.type] for each in supplies], np.int16),
        name=np.array([texts.position(each.group or "") for each in terms], np.int32),
        needs=np.array(counted, np.int64),
        by_capacity=np.array([each.combine is Combine.CAPACITY for each in terms], np.uint8),
        loss=np.array([each.loss for each in terms], np.int32),
        capacity=np.array(capacities, np.int64) if any(each != 1000 for each in capacities) else NO_NUMBERS,
        delay=np.array(delays, np.int64) if any(delays) else NO_NUMBERS,
        open=np.array([each.open for each in terms], np.uint8),
        marks=np.array([_marks(each) for each in supplies], np.uint8),
        key=np.array(keys, np.int32) if any(keys) else NO_ASSETS,
    )


def _marks(supply: Supply) -> int:
    return REVERSED if supply.relationship.source != supply.provider else 0


def _types(topology: Topology, also: Mapping[str, Kind]) -> list[SupplyType]:
    kinds = dict(also) | {each.relationship.type: each.kind for each in topology.supplies}
    # Which direction a type has shows in its supplies alone, and nothing here depends on it.
    return [SupplyType(name=name, direction=Direction.BOTH, kind=kinds[name]) for name in sorted(kinds)]


def _sources(topology: Topology, position: dict[str, int], flows: tuple[str, ...]) -> U8:
    sources = np.zeros((len(flows), len(position)), np.uint8)
    for asset, of in topology.assets.items():
        for flow in of & set(flows):
            sources[flows.index(flow), position[asset]] = 1
    return sources


def decode(supplies: Supplies, dependants: Iterable[int] | None = None) -> Topology:
    """The supplies of some dependants, by position, as a topology of these and all that supply them; by default all."""
    wanted = range(len(supplies.ids)) if dependants is None else sorted(set(dependants))
    ends = {*wanted, *(supplies.provider(m) for at in wanted for g in supplies.groups(at) for m in supplies.members(g))}
    return plain(supplies, wanted, sorted(ends))


def plain(supplies: Supplies, dependants: Iterable[int], assets: Sequence[int]) -> Topology:
    """The supplies of some dependants as a topology of `assets`, which are these and all that supply them."""
    sources = supplies.sources[:, assets].T.tolist()
    return build_topology(
        {
            supplies.ids[at]: frozenset(flow for flow, is_source in zip(supplies.flows, of, strict=True) if is_source)
            for at, of in zip(assets, sources, strict=True)
        },
        [each for at in dependants for each in supplies.supplies_of(at)],
    )
