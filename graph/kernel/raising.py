"""What comes back of the suspects of one FLOW type, and in which order: the second step of `derive.py`."""

from __future__ import annotations

from typing import Final

from graph.kernel.arrays import ALL, FLOW, GROUP_COUNT, GROUPS, I32, I64, NEEDS, OUT_COUNT, OUTS, OWNER, U8, Net
from graph.kernel.fetching import fetch_ahead
from graph.kernel.jit import uncounted
from graph.kernel.state import (
    FRESH,
    FULL_LOG,
    LEFT,
    LOOSE,
    QUEUED,
    RANKED,
    RISEN,
    SETTLED,
    STATUS,
    STOP,
    SUSPECT,
    State,
)
from graph.kernel.terms import left_by

LOOSE_RANK: Final = ALL - 1
"""The rank of what is loose: above all that are given, so that it supports nobody."""


@uncounted
def raise_from_nothing(net: Net, state: State, flow: int, count: int) -> bool:
    """Raise the suspects from 0 until nothing changes; whether any stood on a value between on the way.

    Who comes back whole gets a rank at that moment: all that it was raised by has come back before. Where one provider
    is enough, its coming back raises the dependant at once, without another look at the group.
    """
    assets, groups, members, outs, capacity, needed = (
        net.assets,
        net.groups,
        net.members,
        net.outs,
        net.capacity,
        net.needed,
    )
    x, rank, cap, flags, suspects, queue, counts, rank_log = (
        state.x,
        state.rank[flow],
        state.cap,
        state.flags,
        state.suspects,
        state.queue,
        state.counts,
        state.rank_log,
    )
    size, left = queue.size, counts[LEFT] - count
    head, tail = 0, 0
    at: int
    most: int
    for i in range(count):
        at = suspects[i]
        most = cap[at]
        if left_by(at, flow, most, assets, groups, members, capacity, needed, x, rank, ALL) > 0:
            flags[at] = SUSPECT | QUEUED
            queue[tail] = at
            tail += 1
    partial = False
    while head != tail and left >= 0 and counts[STATUS] == SETTLED and not counts[STOP]:
        fetch_ahead(assets, groups, outs, queue, head, tail)
        at = queue[head]
        head = head + 1 if head + 1 < size else 0
        risen = flags[at] & RISEN
        flags[at] = SUSPECT
        if not risen:
            left -= 1
            most = cap[at]
            value = left_by(at, flow, most, assets, groups, members, capacity, needed, x, rank, ALL)
            if value <= x[at]:
                continue
            x[at] = value
            if value < cap[at]:
                partial = True
            elif not _give_rank(rank, rank_log, counts, flow, at):
                break
        tail = _raise_readers(assets, groups, outs, x, rank, cap, flags, queue, rank_log, counts, flow, at, tail)
    counts[LEFT] = left
    return partial


@uncounted
def _raise_readers(
    assets: I32,
    groups: I32,
    outs: I32,
    x: I32,
    rank: I32,
    cap: I32,
    flags: U8,
    queue: I32,
    rank_log: I32,
    counts: I64,
    flow: int,
    at: int,
    tail: int,
) -> int:
    """Put the suspects that read an asset into the queue, raised where that asset is enough; returns its end."""
    start = assets[at, OUTS]
    for i in range(start, start + assets[at, OUT_COUNT]):
        group = outs[i]
        if group < 0 or groups[group, FLOW] != flow:
            continue
        dependant = groups[group, OWNER]
        waits = flags[dependant]
        if not waits or x[dependant] >= cap[dependant]:
            continue
        flags[dependant] = SUSPECT | QUEUED
        if x[at] >= cap[dependant] and _suffices(assets, groups, group):
            x[dependant] = cap[dependant]
            flags[dependant] = SUSPECT | QUEUED | RISEN
            if not _give_rank(rank, rank_log, counts, flow, dependant):
                return tail
        if waits == SUSPECT:
            queue[tail] = dependant
            tail = tail + 1 if tail + 1 < queue.size else 0
    return tail


@uncounted
def _suffices(assets: I32, groups: I32, group: int) -> bool:
    """Whether a member that gives all gives its dependant all: the group needs one and is the only one of its type."""
    if groups[group, NEEDS] != 1:  # CAPACITY needs 0 here
        return False
    at = groups[group, OWNER]
    for other in range(assets[at, GROUPS], assets[at, GROUPS] + assets[at, GROUP_COUNT]):
        if other != group and groups[other, FLOW] == groups[group, FLOW]:
            return False
    return True


@uncounted
def _give_rank(rank: I32, rank_log: I32, counts: I64, flow: int, at: int) -> bool:
    """Give an asset the next rank, remembering the one before; False where the log is full."""
    length = counts[RANKED]
    if length == rank_log.shape[1]:
        counts[STATUS] = FULL_LOG
        return False
    rank_log[0, length] = flow
    rank_log[1, length] = at
    rank_log[2, length] = rank[at]
    counts[RANKED] = length + 1
    counts[FRESH] += 1
    rank[at] = counts[FRESH]
    return True


@uncounted
def rank_again(net: Net, state: State, flow: int, count: int) -> None:
    """Rank the suspects by what they have in the end; whom that doesn't explain is loose."""
    assets, groups, members, outs, capacity, needed = (
        net.assets,
        net.groups,
        net.members,
        net.outs,
        net.capacity,
        net.needed,
    )
    x, rank, flags, suspects, queue, counts, rank_log = (
        state.x,
        state.rank[flow],
        state.flags,
        state.suspects,
        state.queue,
        state.counts,
        state.rank_log,
    )
    size, left = queue.size, counts[LEFT] - count
    head, tail = 0, 0
    at: int
    for i in range(count):
        at = suspects[i]
        if not _give_rank(rank, rank_log, counts, flow, at):
            return
        rank[at] = LOOSE_RANK
        if x[at] > 0:
            flags[at] = SUSPECT | QUEUED
            queue[tail] = at
            tail += 1
    while head != tail:
        at = queue[head]
        head = head + 1 if head + 1 < size else 0
        flags[at] = SUSPECT
        left -= 1
        has: int = x[at]
        if left_by(at, flow, has, assets, groups, members, capacity, needed, x, rank, LOOSE_RANK) < has:
            continue
        if not _give_rank(rank, rank_log, counts, flow, at):
            return
        start = assets[at, OUTS]
        for i in range(start, start + assets[at, OUT_COUNT]):
            group = outs[i]
            if group < 0 or groups[group, FLOW] != flow:
                continue
            dependant = groups[group, OWNER]
            if flags[dependant] == SUSPECT and x[dependant] > 0 and rank[dependant] == LOOSE_RANK:
                flags[dependant] = SUSPECT | QUEUED
                queue[tail] = dependant
                tail = tail + 1 if tail + 1 < size else 0
    counts[LEFT] = left
    _list_loose(x, rank, suspects, state.loose, state.listed[flow], counts, flow, count)


@uncounted
def _list_loose(x: I32, rank: I32, suspects: I32, loose: I32, listed: U8, counts: I64, flow: int, count: int) -> None:
    """Put suspects without a rank on the list of loose assets, unless they are on it."""
    for i in range(count):
        at = suspects[i]
        if x[at] > 0 and rank[at] == LOOSE_RANK and not listed[at]:
            listed[at] = 1
            loose[0, counts[LOOSE]] = flow
            loose[1, counts[LOOSE]] = at
            counts[LOOSE] += 1
