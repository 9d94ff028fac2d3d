"""In which round of the least fixpoint each asset reached its value: what leaned on what, for times to impact."""

from __future__ import annotations

import numpy as np

from graph.kernel.arrays import ALL, FLOW, I32, OUT_COUNT, OUTS, OWNER, Net
from graph.kernel.jit import compiled
from graph.kernel.supplies import Supplies
from graph.kernel.terms import left_by


@compiled
def rounds(net: Net, x: I32, flow: int) -> I32:
    """For one FLOW type the round, from 1 on, in which each of n assets came up to `x`; 0 for one that has nothing.

    All of a round is made from the round before, as `ranks` in `graph/impact/fixpoint.py` does; there every asset is
    held against its own operability and its other groups, which are what `x` says at a fixpoint.
    Cost: O(n + m), and more where values rise in several steps.
    """
    assets, groups, members, outs, capacity, needed = (
        net.assets,
        net.groups,
        net.members,
        net.outs,
        net.capacity,
        net.needed,
    )
    n = x.size
    raised = np.zeros(n, np.int32)
    number = np.zeros(n, np.int32)
    listed = np.zeros(n, np.int32)
    ahead = np.arange(n).astype(np.int32)
    news = np.empty(n, np.int32)
    values = np.empty(n, np.int32)
    count, round_ = n, 0
    while count > 0:
        round_ += 1
        found = 0
        for i in range(count):
            at: int = ahead[i]
            if raised[at] == x[at]:
                continue
            most: int = x[at]
            value = left_by(at, flow, most, assets, groups, members, capacity, needed, raised, raised, ALL)
            if value > raised[at]:
                news[found] = at
                values[found] = value
                found += 1
        count = 0
        for i in range(found):
            raised[news[i]] = values[i]
            number[news[i]] = round_
        for i in range(found):
            start = assets[news[i], OUTS]
            for j in range(start, start + assets[news[i], OUT_COUNT]):
                group = outs[j]
                if group < 0 or groups[group, FLOW] != flow:
                    continue
                dependant = groups[group, OWNER]
                if listed[dependant] < round_:
                    listed[dependant] = round_
                    ahead[count] = dependant
                    count += 1
    return number


def rounds_of(supplies: Supplies, x: I32) -> I32:
    """For each FLOW type, the round in which each asset came up to `x` (n,)."""
    found = np.zeros((max(len(supplies.flows), 1), supplies.size), np.int32)
    for flow in range(len(supplies.flows)):
        found[flow] = rounds(supplies.net, x, flow)
    return found
