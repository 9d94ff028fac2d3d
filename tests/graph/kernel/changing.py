"""Topologies that change step by step, and what each step is as a write on arrays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import strategies as st

from graph.impact import GroupDisagrees, Kind, RelationshipId, Supply, Topology, build_topology
from graph.kernel import Supplies
from graph.kernel.build import Columns
from graph.kernel.encoding import columns_of
from graph.kernel.updating import Write
from tests.graph.impact.drawing import topologies

TYPES = {"NEEDS": Kind.REQUIREMENT, "POWER": Kind.FLOW, "WATER": Kind.FLOW}


@st.composite
def following(draw: st.DrawFn, topology: Topology, *, delays: bool = False) -> Topology:
    """A topology that has some of another's relationships and assets, and some of its own, now and then switched."""
    other = draw(topologies(delays=delays))
    kept = {id_: of for id_, of in topology.relationships.items() if draw(st.integers(0, 3))}
    news = {id_: of for id_, of in other.relationships.items() if draw(st.booleans())}
    supplies = [_switched(each) if draw(st.integers(0, 7)) == 0 else each for each in (kept | news).values()]
    assets = topology.assets if draw(st.booleans()) else other.assets
    ends = {end for of in supplies for each in of for end in (each.provider, each.dependant)}
    sources = {end: topology.assets.get(end, frozenset[str]()) for end in ends} | dict(assets)
    try:
        return build_topology(sources, [each for of in supplies for each in of])
    except GroupDisagrees:
        return other


def _switched(of: tuple[Supply, ...]) -> tuple[Supply, ...]:
    return tuple(replace(each, terms=replace(each.terms, open=not each.terms.open)) for each in of)


def write_of(supplies: Supplies, before: Topology, after: Topology) -> Write:
    """What turns the supplies of one topology into those of another."""
    came = sorted(after.assets.keys() - before.assets.keys())
    positions = {asset: at for at, asset in enumerate(came, len(supplies.ids))}
    for asset in before.assets:
        at = supplies.ids.find(asset)
        assert at is not None
        positions.setdefault(asset, at)
    touched = [
        id_
        for id_ in sorted(before.relationships.keys() | after.relationships.keys())
        if before.relationships.get(id_) != after.relationships.get(id_)
    ]
    return Write(
        came=came,
        went=[positions[asset] for asset in sorted(before.assets.keys() - after.assets.keys())],
        sources={
            positions[asset]: [supplies.flows.index(flow) for flow in of]
            for asset, of in after.assets.items()
            if of != before.assets.get(asset)
        },
        before=_columns(supplies, positions, before, touched),
        after=_columns(supplies, positions, after, touched),
    )


def _columns(supplies: Supplies, positions: dict[str, int], of: Topology, ids: Iterable[RelationshipId]) -> Columns:
    listed = [each for id_ in ids for each in of.relationships.get(id_, ())]
    types = [each.name for each in supplies.types]
    return columns_of(listed, position=positions, types=types, texts=supplies.texts)
