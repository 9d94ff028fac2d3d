"""What could make assets fall: reached against the supplies that carry something."""

from __future__ import annotations

from typing import Final

import numpy as np

from graph.kernel.arrays import (
    ASLEEP,
    BY_CAPACITY,
    FLOW,
    GROUP_COUNT,
    GROUPS,
    I32,
    I64,
    MEMBER_COUNT,
    MEMBERS,
    NEEDS,
    Net,
)
from graph.kernel.jit import compiled


@compiled
def upstream(net: Net, values: I32, assets: I32) -> I32:
    """Positions of `assets` and of all that feed them, by any number of supplies; in the order of reaching them.

    `values` (n,) are operabilities in millionths before anything fails: what is down gives nothing. Open supplies,
    groups asleep and groups that need nothing lead nowhere.
    Cost: members of the groups of what is reached, and n bytes.
    """
    rows, groups, members, needed = net.assets, net.groups, net.members, net.needed
    seen = np.zeros(values.size, np.uint8)
    found = np.empty(values.size, np.int32)
    head, tail = 0, 0
    for at in assets:
        if not seen[at]:
            seen[at] = 1
            found[tail] = at
            tail += 1
    while head < tail:
        start = rows[found[head], GROUPS]
        end = start + rows[found[head], GROUP_COUNT]
        head += 1
        for group in range(start, end):
            needs = needed[group] if groups[group, BY_CAPACITY] else groups[group, NEEDS]
            if groups[group, FLOW] == ASLEEP or needs == 0:
                continue
            first = groups[group, MEMBERS]
            for member in range(first, first + groups[group, MEMBER_COUNT]):
                provider = members[member]
                if provider >= 0 and not seen[provider] and values[provider] > 0:
                    seen[provider] = 1
                    found[tail] = provider
                    tail += 1
    return found[:tail].copy()


TOGETHER: Final = 62
"""Searches that one pass goes through side by side: so many bits of a number."""


@compiled
def reaching(net: Net, values: I32, begin: I32, bits: I64, hops: I64) -> None:
    """Say of each asset (n,) for which of at most TOGETHER assets it is upstream, and by how many supplies in all.

    Searches from each of `begin` at once, as `upstream` does. `bits` (n,), 0 before, gets bit i where the asset could
    make `begin[i]` fall; to `hops` (n,) is added the sum of the distances to these. Cost: as `upstream` for each
    distance at which an asset is met; in meshes less than a tenth of single searches.

    Source: Then et al. 2014, The More the Merrier: Efficient Multi-Source Graph Traversal.
    """
    rows, groups, members, needed = net.assets, net.groups, net.members, net.needed
    now, later = np.zeros(values.size, np.int64), np.zeros(values.size, np.int64)
    ring, further = np.empty(values.size, np.int32), np.empty(values.size, np.int32)
    count, distance = 0, 0
    for i in range(begin.size):
        at = begin[i]
        if now[at] == 0:
            ring[count] = at
            count += 1
        now[at] |= np.int64(1) << i
        bits[at] |= np.int64(1) << i
    while count > 0:
        distance += 1
        tail = 0
        for i in range(count):
            at = ring[i]
            mine = now[at]
            now[at] = 0
            for group in range(rows[at, GROUPS], rows[at, GROUPS] + rows[at, GROUP_COUNT]):
                needs = needed[group] if groups[group, BY_CAPACITY] else groups[group, NEEDS]
                if groups[group, FLOW] == ASLEEP or needs == 0:
                    continue
                first = groups[group, MEMBERS]
                for member in range(first, first + groups[group, MEMBER_COUNT]):
                    provider = members[member]
                    if provider < 0 or values[provider] == 0:
                        continue
                    new = mine & ~bits[provider]
                    if new == 0:
                        continue
                    if later[provider] == 0:
                        further[tail] = provider
                        tail += 1
                    later[provider] |= new
                    bits[provider] |= new
                    while new != 0:
                        new &= new - 1
                        hops[provider] += distance
        now, later = later, now
        ring, further = further, ring
        count = tail
