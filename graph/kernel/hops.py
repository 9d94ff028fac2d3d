"""How far impacted assets are from a cause: `graph/impact/hops.py` on arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.kernel.arrays import (
    ALL,
    ASLEEP,
    CHANGED,
    FLOW,
    GROUP_COUNT,
    GROUPS,
    I32,
    I64,
    MEMBER_COUNT,
    MEMBERS,
    OUT_COUNT,
    OUTS,
    OWNER,
    U8,
    WEAKENED,
    Net,
)
from graph.kernel.fetching import fetch_ahead
from graph.kernel.jit import compiled, uncounted
from graph.kernel.terms import term

UNKNOWN: Final = 2**24 - 1
"""Hops of what was not reached yet: more than any that was, and no more bits than `ImpactedList` has for them."""


class Hops:
    """How far assets are from a cause, (m,): for those that were reached, all `known` are less than of any other.

    `search` finds them all. Most questions are about the nearest alone, and all take twice as long as all the rest.
    """

    def __init__(self, known: I32, search: Callable[[], I32] | None = None) -> None:
        self.known = known
        self._search = search

    @property
    def complete(self) -> bool:
        """Whether all are known."""
        return self._search is None

    @property
    def whole(self) -> I32:
        """All of them; searched for once."""
        if self._search is not None:
            self.known, self._search = self._search(), None
        return self.known

    def at(self, place: int) -> int:
        """Those of one asset."""
        found = int(self.known[place])
        return found if found != UNKNOWN else int(self.whole[place])

    def where(self, keep: NDArray[np.bool_] | I64) -> Hops:
        """Those for which `keep` (m,) is true, or that it lists by place."""
        return Hops(self.known[keep], None if self._search is None else lambda: self.whole[keep])


@uncounted
def reach(
    net: Net, x: I32, was: I32, hop: I32, queue: I32, failed: I32, causes: I32, newly_live: I64, tail: int, most: int
) -> int:
    """Write into `hop` (n,) the fewest supplies from `failed` (0) and `causes` (1) along lost members.

    A supply leads on where its provider gives less than `was` (n,; -1 where it has that still) and its group is
    tripped: by what is given now, `x` (n,), it leaves the dependant less than that had. `newly_live` are supplies that
    lead nowhere, for they gave nothing before: sorted provider << 32 | group, and no plain needs. `queue` (n + 1,)
    holds what was reached so far, in order, up to `tail`; the new length is returned. Where `most` or more were
    reached, and all that are as near as the last of them, it ends there and returns ~length.
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
    head = tail
    for i in range(failed.size + causes.size):
        at = failed[i] if i < failed.size else causes[i - failed.size]
        if hop[at] < 0:
            hop[at] = 0 if i < failed.size else 1
            queue[tail] = at
            tail += 1
    while head < tail:
        fetch_ahead(assets, groups, outs, queue, head, tail)
        at = queue[head]
        if tail >= most and head > 0 and hop[at] > hop[queue[head - 1]]:
            return ~tail
        head += 1
        if was[at] <= x[at]:
            continue
        start = assets[at, OUTS]
        for i in range(start, start + assets[at, OUT_COUNT]):
            group = outs[i]
            dependant = ~group if group < 0 else groups[group, OWNER]
            if hop[dependant] >= 0 or was[dependant] <= x[dependant]:
                continue
            if group < 0:
                tripped = x[at] < was[dependant]
            else:
                left = term(group, groups, members, capacity, needed, x, x, ALL)
                tripped = left < was[dependant] and not _among(newly_live, (at << 32) | group)
            if tripped:
                hop[dependant] = hop[at] + 1
                queue[tail] = dependant
                tail += 1
    return tail


@compiled
def causes_among(net: Net, x: I32, was: I32, dependants: I32) -> tuple[U8, U8]:
    """Which of some dependants have a tripped group with a supply that the question opened, or took away or put in.

    `x` and `was` as in `reach`. What was opened counts only where its provider gave something. Cost: their supplies.
    """
    assets, groups, members, marks, capacity, needed = (
        net.assets,
        net.groups,
        net.members,
        net.marks,
        net.capacity,
        net.needed,
    )
    opened, changed = np.zeros(dependants.size, np.uint8), np.zeros(dependants.size, np.uint8)
    for i in range(dependants.size):
        at = dependants[i]
        had = was[at] if was[at] >= 0 else x[at]
        for group in range(assets[at, GROUPS], assets[at, GROUPS] + assets[at, GROUP_COUNT]):
            if groups[group, FLOW] == ASLEEP or term(group, groups, members, capacity, needed, x, x, ALL) >= had:
                continue
            first = groups[group, MEMBERS]
            for member in range(first, first + groups[group, MEMBER_COUNT]):
                if marks[member] & CHANGED:
                    changed[i] = 1
                if marks[member] & WEAKENED:
                    provider = members[member] if members[member] >= 0 else ~members[member]
                    if (was[provider] if was[provider] >= 0 else x[provider]) > 0:
                        opened[i] = 1
    return opened, changed


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
