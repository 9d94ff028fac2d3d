"""What can still be derived from the sources: the least fixpoint of one FLOW type, at the cost of what is touched.

See `settle.py` for what ranks, suspects and loose assets are, and for why this is right.
"""

from __future__ import annotations

from graph.kernel.arrays import ALL, FLOW, GROUP_COUNT, GROUPS, I32, I64, OUT_COUNT, OUTS, OWNER, U8, Net
from graph.kernel.jit import compiled
from graph.kernel.state import (
    FRESH,
    FULL_LOG,
    LEFT,
    LOGGED,
    LOOSE,
    QUEUED,
    RANKED,
    SEEN,
    SPENT,
    STATUS,
    STOP,
    SUSPECT,
    State,
)
from graph.kernel.terms import left_by, term

LOOSE_RANK = ALL - 1
"""The rank of what is loose: above all that are given, so that it supports nobody."""


@compiled
def derive(net: Net, state: State, flow: int, changed: I32, raised: I32, first: bool) -> None:
    """Replace X by the least fixpoint in which supplies of one FLOW type read Y."""
    counts, x, cap, flags, suspects = state.counts, state.x, state.cap, state.flags, state.suspects
    log_at, log_old = state.log_at, state.log_old
    count = _suspect_all(net, state, flow, changed, raised, first)
    if count > 0 and _raise(net, state, flow, count):
        _rank_again(net, state, flow, count)
    for i in range(count):
        at = suspects[i]
        flags[at] = 0
        if x[at] < cap[at]:
            if counts[LOGGED] == log_at.size:
                counts[STATUS] = FULL_LOG
                return
            log_at[counts[LOGGED]] = at
            log_old[counts[LOGGED]] = cap[at]
            counts[LOGGED] += 1
    counts[SEEN + flow] = counts[LOGGED]
    if counts[LEFT] < 0 or counts[STOP]:
        counts[STATUS] = SPENT


# ---- who is suspect --------------------------------------------------------------------------------------------------


@compiled
def _suspect_all(net: Net, state: State, flow: int, changed: I32, raised: I32, first: bool) -> int:
    """List everything whose value may not be derivable any more, put it to 0, and return how many there are.

    An asset is suspect when providers of lower rank, suspects left out, don't give it its value.
    """
    assets, groups, members, outs, capacity, needed = (
        net.assets,
        net.groups,
        net.members,
        net.outs,
        net.capacity,
        net.needed,
    )
    x, rank, cap, flags, suspects, log_at, counts = (
        state.x,
        state.rank[flow],
        state.cap,
        state.flags,
        state.suspects,
        state.log_at,
        state.counts,
    )
    count = _suspect_first(net, state, flow, changed, raised, first)
    if first and raised.size == x.size:
        return count  # everything is suspect that could be
    left = counts[LEFT]
    fallen, ahead = counts[SEEN + flow], 0
    while fallen < counts[LOGGED] or ahead < count:
        if fallen < counts[LOGGED]:
            provider = log_at[fallen]
            fallen += 1
        else:
            provider = suspects[ahead]
            ahead += 1
        start = assets[provider, OUTS]
        for i in range(start, start + assets[provider, OUT_COUNT]):
            group = outs[i]
            if group < 0 or groups[group, FLOW] != flow:
                continue
            at = groups[group, OWNER]
            if flags[at] or x[at] == 0:
                continue
            left -= 1
            if term(group, groups, members, capacity, needed, x, rank, rank[at]) < x[at]:
                count = _suspect(x, cap, flags, suspects, at, count)
    counts[LEFT] = left
    return count


@compiled
def _suspect_first(net: Net, state: State, flow: int, changed: I32, raised: I32, first: bool) -> int:
    """Suspect what was raised, what its own changed groups don't support any more, and what is loose."""
    assets, groups, members, capacity, needed = net.assets, net.groups, net.members, net.capacity, net.needed
    x, rank, cap, flags, suspects, counts, loose = (
        state.x,
        state.rank[flow],
        state.cap,
        state.flags,
        state.suspects,
        state.counts,
        state.loose,
    )
    at: int
    count = 0
    if first:
        for at in raised:
            if x[at] > 0 and _needs(assets, groups, at, flow):
                count = _suspect(x, cap, flags, suspects, at, count)
        for at in changed:
            has: int = x[at]
            below: int = rank[at]
            if has > 0 and not flags[at]:
                counts[LEFT] -= 1
                if left_by(at, flow, has, assets, groups, members, capacity, needed, x, rank, below) < has:
                    count = _suspect(x, cap, flags, suspects, at, count)
    counts[LEFT] -= counts[LOOSE]
    for i in range(counts[LOOSE]):
        at = loose[1, i]
        if loose[0, i] == flow and x[at] > 0 and rank[at] == LOOSE_RANK:
            count = _suspect(x, cap, flags, suspects, at, count)
    return count


@compiled
def _suspect(x: I32, cap: I32, flags: U8, suspects: I32, at: int, count: int) -> int:
    """Put an asset on the list of suspects and to 0, unless it is there; returns the length of the list."""
    if flags[at]:
        return count
    flags[at] = SUSPECT
    cap[at] = x[at]
    x[at] = 0
    suspects[count] = at
    return count + 1


@compiled
def _needs(assets: I32, groups: I32, at: int, flow: int) -> bool:
    for group in range(assets[at, GROUPS], assets[at, GROUPS] + assets[at, GROUP_COUNT]):
        if groups[group, FLOW] == flow:
            return True
    return False


# ---- what comes back -------------------------------------------------------------------------------------------------


@compiled
def _raise(net: Net, state: State, flow: int, count: int) -> bool:
    """Raise the suspects from 0 until nothing changes; whether any stood on a value between on the way.

    Who comes back whole gets a rank at that moment: all that it was raised by has come back before.
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
    for i in range(count):
        at = suspects[i]
        most: int = cap[at]
        if left_by(at, flow, most, assets, groups, members, capacity, needed, x, rank, ALL) > 0:
            flags[at] = SUSPECT | QUEUED
            queue[tail] = at
            tail += 1
    partial = False
    while head != tail and left >= 0 and not counts[STOP]:
        at = queue[head]
        head = head + 1 if head + 1 < size else 0
        flags[at] = SUSPECT
        left -= 1
        most = cap[at]
        value = left_by(at, flow, most, assets, groups, members, capacity, needed, x, rank, ALL)
        if value <= x[at]:
            continue
        x[at] = value
        if value < cap[at]:
            partial = True
        elif not _give_rank(rank, rank_log, counts, flow, at):
            return False
        start = assets[at, OUTS]
        for i in range(start, start + assets[at, OUT_COUNT]):
            group = outs[i]
            if group < 0 or groups[group, FLOW] != flow:
                continue
            dependant = groups[group, OWNER]
            if flags[dependant] == SUSPECT and x[dependant] < cap[dependant]:
                flags[dependant] = SUSPECT | QUEUED
                queue[tail] = dependant
                tail = tail + 1 if tail + 1 < size else 0
    counts[LEFT] = left
    return partial


@compiled
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


@compiled
def _rank_again(net: Net, state: State, flow: int, count: int) -> None:
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


@compiled
def _list_loose(x: I32, rank: I32, suspects: I32, loose: I32, listed: U8, counts: I64, flow: int, count: int) -> None:
    """Put suspects without a rank on the list of loose assets, unless they are on it."""
    for i in range(count):
        at = suspects[i]
        if x[at] > 0 and rank[at] == LOOSE_RANK and not listed[at]:
            listed[at] = 1
            loose[0, counts[LOOSE]] = flow
            loose[1, counts[LOOSE]] = at
            counts[LOOSE] += 1
