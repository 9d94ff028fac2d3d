"""What every answer about some supplies rests on."""

from __future__ import annotations

import numpy as np

from graph.impact.assumptions import Presumed
from graph.kernel.arrays import GROUP_COUNT, GROUPS, I16, MEMBER_COUNT, MEMBERS, U8, Net
from graph.kernel.jit import compiled
from graph.kernel.supplies import Supplies
from graph.kernel.times import any_delay


def presumed_sources(supplies: Supplies) -> tuple[Presumed, ...]:
    """By FLOW type, the assets that feed others though nothing feeds them and nothing calls them a source."""
    flows = len(supplies.flows)
    if flows == 0:
        return ()
    feeds, fed = _feeding(supplies.net, supplies.flow_of, flows)
    found: list[Presumed] = []
    for flow, name in enumerate(supplies.flows):
        assets = np.flatnonzero((feeds[flow] == 1) & (fed[flow] == 0) & (supplies.sources[flow] == 0))
        some = tuple(supplies.ids[int(at)] for at in supplies.ids.in_order(assets.astype(np.int32))[:5])
        found.append(Presumed(flow=name, count=assets.size, some=some))
    return tuple(sorted(found, key=lambda each: each.flow))


def any_delays(supplies: Supplies) -> bool:
    """Whether any supply has a delay; that there is a column says only that one had."""
    return supplies.delayed and bool(any_delay(supplies.net, np.arange(len(supplies.ids), dtype=np.int32)))


@compiled
def _feeding(net: Net, flow_of: I16, flows: int) -> tuple[U8, U8]:
    """For each FLOW type and asset whether it feeds another by that type, and whether it is fed; (T, n) both."""
    assets, groups, members, types = net.assets, net.groups, net.members, net.type
    feeds = np.zeros((flows, assets.shape[0]), np.uint8)
    fed = np.zeros((flows, assets.shape[0]), np.uint8)
    for at in range(assets.shape[0]):
        for group in range(assets[at, GROUPS], assets[at, GROUPS] + assets[at, GROUP_COUNT]):
            for member in range(groups[group, MEMBERS], groups[group, MEMBERS] + groups[group, MEMBER_COUNT]):
                flow = flow_of[types[member]]
                if flow >= 0:
                    provider = members[member]
                    feeds[flow, provider if provider >= 0 else ~provider] = 1
                    fed[flow, at] = 1
    return feeds, fed
