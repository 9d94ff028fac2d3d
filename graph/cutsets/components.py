"""The assets of a model loop by loop: strongly connected components of who reads whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from graphlib import TopologicalSorter

from graph.cutsets.demand import members_read
from graph.cutsets.stopping import watched
from graph.impact.loops import loops
from graph.impact.network import NetworkGroup

Groups = Mapping[int, Sequence[NetworkGroup]]
"""By position of an asset, its groups that matter; members of these groups are among the assets."""


def loop_of(groups: Groups) -> dict[int, int]:
    """For each asset a number that it shares with those it is on a loop with, and no others. O(n + m)."""
    assets = sorted(groups)
    place = {asset: at for at, asset in enumerate(assets)}
    dependants: list[dict[int, None]] = [{} for _ in assets]
    for asset in watched(assets):
        for group in groups[asset]:
            for provider in members_read(group):
                dependants[place[provider]][place[asset]] = None
    return dict(zip(assets, loops([tuple(each) for each in dependants]), strict=True))


def providers_first(groups: Groups) -> Iterator[list[int]]:
    """The assets loop by loop, each loop after those it reads. O(n + m)."""
    loop = loop_of(groups)
    members: dict[int, list[int]] = {}
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for asset in sorted(groups):
        members.setdefault(loop[asset], []).append(asset)
        read = {loop[provider] for group in groups[asset] for provider in members_read(group)}
        sorter.add(loop[asset], *sorted(read - {loop[asset]}))
    return (members[each] for each in sorter.static_order())
