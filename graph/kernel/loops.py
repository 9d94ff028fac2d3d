"""Which assets are on a loop of supplies together, and networks that end at the border of each loop."""

from __future__ import annotations

import numpy as np

from graph.kernel.arrays import FLOW, GROUP_COUNT, GROUPS, I32, MEMBER_COUNT, MEMBERS, OUT_COUNT, OUTS, OWNER, Net
from graph.kernel.jit import compiled


@compiled
def loops(net: Net) -> I32:
    """For each of n assets the number of its strongly connected component; on a loop together are those that share one.

    By two searches: components are what is reached backwards, from the asset that the forward search finished last
    (Kosaraju; Sharir 1981). Cost: O(n + m).
    """
    assets, groups, members = net.assets, net.groups, net.members
    order = finished(net.assets, net.groups, net.outs)
    component = np.full(order.size, -1, np.int32)
    ahead = np.empty(order.size, np.int32)
    for i in range(order.size - 1, -1, -1):
        root = order[i]
        if component[root] >= 0:
            continue
        component[root] = root
        ahead[0] = root
        count = 1
        while count > 0:
            count -= 1
            at = ahead[count]
            start = assets[at, GROUPS]
            for group in range(start, start + assets[at, GROUP_COUNT]):
                if groups[group, FLOW] < -1:
                    continue
                for member in range(groups[group, MEMBERS], groups[group, MEMBERS] + groups[group, MEMBER_COUNT]):
                    provider = members[member]
                    if provider >= 0 and component[provider] < 0:
                        component[provider] = root
                        ahead[count] = provider
                        count += 1
    return component


@compiled
def finished(assets: I32, groups: I32, outs: I32) -> I32:
    """Assets in the order in which a depth-first search leaves them."""
    n = assets.shape[0]
    order = np.empty(n, np.int32)
    seen = np.zeros(n, np.uint8)
    stack = np.empty(n, np.int32)
    place = np.zeros(n, np.int32)
    left = 0
    for root in range(n):
        if seen[root]:
            continue
        seen[root] = 1
        stack[0] = root
        depth = 1
        while depth > 0:
            at = stack[depth - 1]
            if place[at] == assets[at, OUT_COUNT]:
                depth -= 1
                order[left] = at
                left += 1
                continue
            out = outs[assets[at, OUTS] + place[at]]
            place[at] += 1
            dependant = ~out if out < 0 else groups[out, OWNER]
            if not seen[dependant]:
                seen[dependant] = 1
                stack[depth] = dependant
                depth += 1
    return order


def inside(net: Net, component: I32) -> Net:
    """The network without supplies from one component to another, to be asked what goes on within each alone."""
    assets, outs = _inside(net.assets, net.groups, net.outs, component)
    return net._replace(assets=assets, outs=outs)


@compiled
def _inside(assets: I32, groups: I32, outs: I32, component: I32) -> tuple[I32, I32]:
    rows = assets.copy()
    kept = np.empty(outs.size, np.int32)
    total = 0
    for at in range(assets.shape[0]):
        rows[at, OUTS] = total
        for i in range(assets[at, OUTS], assets[at, OUTS] + assets[at, OUT_COUNT]):
            dependant = ~outs[i] if outs[i] < 0 else groups[outs[i], OWNER]
            if component[dependant] == component[at]:
                kept[total] = outs[i]
                total += 1
        rows[at, OUT_COUNT] = total - rows[at, OUTS]
    return rows, kept[:total].copy()
