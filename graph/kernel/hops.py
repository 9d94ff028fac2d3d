"""How far impacted assets are from a cause: `graph/impact/hops.py` on arrays."""

from __future__ import annotations

from graph.kernel.arrays import ALL, I32, I64, OUT_COUNT, OUTS, OWNER, Net
from graph.kernel.fetching import fetch_ahead
from graph.kernel.jit import uncounted
from graph.kernel.state import State
from graph.kernel.terms import term


@uncounted
def reach(net: Net, state: State, found: I32, failed: I32, causes: I32, newly_live: I64, tail: int) -> int:
    """Write into `state.hop` the fewest supplies from `failed` (0) and `causes` (1) along lost members.

    A supply leads on where its provider gives less than `state.was` and its group is tripped: it leaves the dependant
    less than that had. `found` are the assets for which `state.was` tells something, each once. `newly_live` are
    supplies that lead nowhere, for they gave nothing before: sorted provider << 32 | group, and no plain needs.
    `state.queue` holds what was reached so far, in order, up to `tail`; the new length is returned.
    Cost: supplies out of what is reached.
    """
    assets, groups, members, outs, capacity, needed = (
        net.assets,
        net.groups,
        net.members,
        net.outs,
        net.capacity,
        net.needed,
    )
    # A byte says of each asset whether it is still to be reached: values and hops are read for these alone.
    x, was, hop, queue, ahead = state.x, state.was, state.hop, state.queue, state.flags
    for at in found:
        ahead[at] = hop[at] < 0 and was[at] > x[at]
    head = tail
    for i in range(failed.size + causes.size):
        at = failed[i] if i < failed.size else causes[i - failed.size]
        if hop[at] < 0:
            hop[at] = 0 if i < failed.size else 1
            ahead[at] = 0
            queue[tail] = at
            tail += 1
    while head < tail:
        fetch_ahead(assets, groups, outs, queue, head, tail)
        at = queue[head]
        head += 1
        if was[at] <= x[at]:
            continue
        start = assets[at, OUTS]
        for i in range(start, start + assets[at, OUT_COUNT]):
            group = outs[i]
            dependant = ~group if group < 0 else groups[group, OWNER]
            if not ahead[dependant]:
                continue
            if group < 0:
                tripped = x[at] < was[dependant]
            else:
                left = term(group, groups, members, capacity, needed, x, x, ALL)
                tripped = left < was[dependant] and not _among(newly_live, (at << 32) | group)
            if tripped:
                ahead[dependant] = 0
                hop[dependant] = hop[at] + 1
                queue[tail] = dependant
                tail += 1
    for at in found:
        ahead[at] = 0
    return tail


@uncounted
def _among(sorted_keys: I64, key: int) -> bool:
    low, high = 0, sorted_keys.size
    while low < high:
        middle = (low + high) // 2
        if sorted_keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low < sorted_keys.size and sorted_keys[low] == key
