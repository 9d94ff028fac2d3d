"""What could make assets fall: reached against the supplies that carry something."""

from __future__ import annotations

import numpy as np

from graph.kernel.arrays import (
    ASLEEP,
    BY_CAPACITY,
    FLOW,
    GROUP_COUNT,
    GROUPS,
    I32,
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
