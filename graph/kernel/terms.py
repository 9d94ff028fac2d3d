"""What a group leaves of its dependant: `graph/impact/network.py` on arrays, rounding and all."""

from __future__ import annotations

import numpy as np

from graph.kernel.arrays import (
    ALL,
    BY_CAPACITY,
    FLOW,
    GROUP_COUNT,
    GROUPS,
    I32,
    I64,
    LOSS,
    MEMBER_COUNT,
    MEMBERS,
    NEEDS,
    ONE,
)
from graph.kernel.jit import compiled, uncounted


@uncounted
def term(group: int, groups: I32, members: I32, capacity: I64, needed: I64, x: I32, rank: I32, below: int) -> int:
    """1 - loss * (1 - value) in millionths, by providers of a rank below `below` alone; the others give 0.

    `groups`, `members`, `capacity` and `needed` as in `Net`; `x` (n,) is the operability of each asset; `rank` (n,) is
    not read where `below` is ALL. Cost: members of the group.
    """
    start = groups[group, MEMBERS]
    end = start + groups[group, MEMBER_COUNT]
    if groups[group, BY_CAPACITY]:
        value = carried(start, end, needed[group], members, capacity, x, rank, below)
    elif groups[group, NEEDS] == 1:
        value = _best(start, end, members, x, rank, below)
    else:
        value = quorum(start, end, groups[group, NEEDS], members, x, rank, below)
    if groups[group, LOSS] == ONE:
        return value
    return (ONE * ONE - groups[group, LOSS] * (ONE - value)) // ONE


@uncounted
def left_by(
    at: int,
    flow: int,
    most: int,
    assets: I32,
    groups: I32,
    members: I32,
    capacity: I64,
    needed: I64,
    x: I32,
    rank: I32,
    below: int,
) -> int:
    """What an asset's groups of a FLOW type leave of `most` by providers of a rank below `below`."""
    start = assets[at, GROUPS]
    for group in range(start, start + assets[at, GROUP_COUNT]):
        if groups[group, FLOW] == flow:
            most = min(most, term(group, groups, members, capacity, needed, x, rank, below))
    return most


@uncounted
def _best(start: int, end: int, members: I32, x: I32, rank: I32, below: int) -> int:
    """QUORUM of one: the largest."""
    best = 0
    for member in range(start, end):
        provider: int = members[member]
        if provider >= 0 and x[provider] > best and (below == ALL or rank[provider] < below):
            best = x[provider]
            if best == ONE:
                break
    return best


@uncounted
def carried(start: int, end: int, needs: int, members: I32, capacity: I64, x: I32, rank: I32, below: int) -> int:
    """CAPACITY: what the members carry together over what is needed, at most 1, rounded down.

    Ended where it is enough: with needs and each capacity up to 10**12 a sum stays below 2 * 10**18, within 64 bits.
    """
    if needs == 0:
        return ONE
    total = 0
    for member in range(start, end):
        provider: int = members[member]
        if provider >= 0 and (below == ALL or rank[provider] < below):
            total += x[provider] * (capacity[member] if capacity.size > 0 else 1000)
            if total >= needs * ONE:
                return ONE
    return total // needs


PIVOTS = 8
"""Values of members that are tried before the range between is halved: else sorted ones would all be tried."""


@uncounted
def quorum(start: int, end: int, needs: int, members: I32, x: I32, rank: I32, below: int) -> int:
    """QUORUM: the k-th largest. It is some member's value, so the range it is in is narrowed by these."""
    if needs == 0 or _reach(start, end, needs, ONE, members, x, rank, below):
        return ONE
    low, high = 0, ONE
    for _ in range(PIVOTS):
        middle = _between(start, end, low, high, members, x)
        if middle == low:
            return low
        if _reach(start, end, needs, middle, members, x, rank, below):
            low = middle
        else:
            high = middle
    while high - low > 1:
        middle = (low + high) // 2
        if _reach(start, end, needs, middle, members, x, rank, below):
            low = middle
        else:
            high = middle
    return low


@uncounted
def _between(start: int, end: int, low: int, high: int, members: I32, x: I32) -> int:
    """A value that some member has and that is above `low` and below `high`; `low` where there is none."""
    for member in range(start, end):
        provider: int = members[member]
        if provider >= 0:
            value: int = x[provider]
            if low < value < high:
                return value
    return low


@uncounted
def _reach(start: int, end: int, needs: int, value: int, members: I32, x: I32, rank: I32, below: int) -> bool:
    """Whether at least `needs` members give `value` or more."""
    left = needs
    for member in range(start, end):
        if end - member < left:
            return False
        provider: int = members[member]
        if provider >= 0 and x[provider] >= value and (below == ALL or rank[provider] < below):
            left -= 1
            if left == 0:
                return True
    return False


@compiled
def values_of(groups: I32, members: I32, capacity: I64, needed: I64, x: I32) -> I32:
    """The values (g,) of groups that are lost whole without them (LOSS is ONE), by what each asset has: `x` (n,).

    Arrays as in `Net`. Cost: members of the groups.
    """
    found = np.empty(groups.shape[0], np.int32)
    for group in range(groups.shape[0]):
        found[group] = term(group, groups, members, capacity, needed, x, x, ALL)
    return found


@compiled
def ordinals(count: int) -> I32:
    """0 to count - 1: members that stand for themselves, where a group is read off a list of values."""
    numbers = np.empty(count, np.int32)
    for number in range(count):
        numbers[number] = number
    return numbers
