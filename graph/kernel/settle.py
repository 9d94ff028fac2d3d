"""The result of `docs/impact.md` on arrays: nu X . min over FLOW types T of (mu Y . F, T reading Y, all others X).

As in `graph/impact/fixpoint.py` values only ever fall towards it, from a start that is nowhere below. What differs is
that nothing is looked at which a fall doesn't touch:

- `_lower` re-evaluates the groups that read a fallen asset, wave by wave.
- `_derive` finds for one FLOW type what can no longer be derived from the sources. Every asset has a *rank*, the order
  in which its value was derived, and keeps its value while providers of lower rank alone give it that value. What
  falls short of that is suspect, and so in turn is what leaned on it; suspects begin again at 0, are raised from what
  isn't suspect, and get new ranks in the order in which they come back. A ring with a second feed comes back at once.
- An asset whose value was derived from what another had on the way up, not in the end, has no rank that says so
  (losses below 1 do that, in loops): it is *loose*, and suspect whenever anything of its type is touched.

That the result is the same: when nothing moves any more every group of an asset leaves it at least what it has, and so
do, for each FLOW type, providers of lower rank alone, which by induction over ranks is what the least fixpoint reaches.
So X is not above the operator's value at X; being nowhere below the greatest such, it is the greatest fixpoint.

Cost: members of the groups that read what fell or was suspect, and nothing else. Source of the two steps: incremental
maintenance of recursive views (Gupta, Mumick, Subrahmanian 1993, delete and re-derive).
"""

from __future__ import annotations

import numpy as np

from graph.kernel.arrays import (
    ALL,
    FLOW,
    GROUP_COUNT,
    GROUPS,
    I32,
    I64,
    OUT_COUNT,
    OUTS,
    OWNER,
    U8,
    Net,
)
from graph.kernel.jit import compiled
from graph.kernel.state import (
    FRESH,
    FULL_LOG,
    LEFT,
    LOGGED,
    LOOSE,
    OWNED,
    QUEUED,
    RANKED,
    SEEN,
    SETTLED,
    SPENT,
    STATUS,
    SUSPECT,
    State,
)
from graph.kernel.terms import term

LOOSE_RANK = ALL - 1
"""The rank of what is loose: above all that are given, so that it supports nobody."""


@compiled
def strike(state: State, assets: I32, own: I32) -> None:
    """Lower the own operability of assets, and their values with it; what follows is for `settle`."""
    x, now, own_log, log_at, log_old, counts = (
        state.x,
        state.own,
        state.own_log,
        state.log_at,
        state.log_old,
        state.counts,
    )
    for i in range(assets.size):
        at = assets[i]
        if counts[LOGGED] == log_at.size or counts[OWNED] == own_log.shape[1]:
            counts[STATUS] = FULL_LOG
            return
        if own[i] < now[at]:
            own_log[0, counts[OWNED]] = at
            own_log[1, counts[OWNED]] = now[at]
            counts[OWNED] += 1
            now[at] = own[i]
        if own[i] < x[at]:
            log_at[counts[LOGGED]] = at
            log_old[counts[LOGGED]] = x[at]
            counts[LOGGED] += 1
            x[at] = own[i]


@compiled
def lift(net: Net, state: State, changed: I32) -> I32:
    """Set to their own operability the assets that may rise when the groups of `changed` ones did; returns them.

    Only an asset that has less than its own can, and only because one that it reads does, or its groups are others.
    """
    assets, groups, outs = net.assets, net.groups, net.outs
    x, own, log_at, log_old, counts = state.x, state.own, state.log_at, state.log_old, state.counts
    found = np.empty(x.size, np.int32)
    count, ahead = 0, 0
    for at in changed:
        if x[at] < own[at]:
            found[count] = at
            count += 1
    for i in range(count):
        _lift_one(x, own, log_at, log_old, counts, found[i])
    while ahead < count:
        start = assets[found[ahead], OUTS]
        for i in range(start, start + assets[found[ahead], OUT_COUNT]):
            dependant = ~outs[i] if outs[i] < 0 else groups[outs[i], OWNER]
            if x[dependant] < own[dependant]:
                found[count] = dependant
                count += 1
                _lift_one(x, own, log_at, log_old, counts, dependant)
        ahead += 1
    return found[:count].copy()


@compiled
def _lift_one(x: I32, own: I32, log_at: I32, log_old: I32, counts: I64, at: int) -> None:
    if counts[LOGGED] == log_at.size:
        counts[STATUS] = FULL_LOG
        return
    log_at[counts[LOGGED]] = at
    log_old[counts[LOGGED]] = x[at]
    counts[LOGGED] += 1
    x[at] = own[at]


@compiled
def settle(net: Net, state: State, flows: int, changed: I32, raised: I32, begin: int) -> int:
    """Lower `state.x` to the result; how it ended is returned.

    `begin` is the length of the log before what was struck. `changed` are assets whose groups are not what they were,
    `raised` assets that were set to their own operability because they may rise.
    """
    counts = state.counts
    for flow in range(flows):
        counts[SEEN + flow] = begin
    tail = _wait_all(net.assets, net.groups, state.x, state.waiting, state.groups, changed, 0)
    tail = _wait_all(net.assets, net.groups, state.x, state.waiting, state.groups, raised, tail)
    first = changed.size + raised.size > 0
    while counts[STATUS] == SETTLED:
        _lower(net, state, begin, tail)
        begin = counts[LOGGED]
        tail = 0
        for flow in range(flows):
            if first or (counts[SEEN + flow] < counts[LOGGED] and counts[STATUS] == SETTLED):
                _derive(net, state, flow, changed, raised, first)
        first = False
        if counts[LOGGED] == begin:
            break
    return counts[STATUS]


@compiled
def _wait_all(assets: I32, groups: I32, x: I32, waiting: U8, list_: I32, wanted: I32, tail: int) -> int:
    """Put all groups of some assets on the list of those to evaluate."""
    for at in wanted:
        start = assets[at, GROUPS]
        for group in range(start, start + assets[at, GROUP_COUNT]):
            if not waiting[group] and groups[group, FLOW] >= -1 and x[at] > 0:
                waiting[group] = 1
                list_[tail] = group
                tail += 1
    return tail


@compiled
def _lower(net: Net, state: State, seen: int, tail: int) -> None:
    """Lower X by F, everything reading X, until nothing changes: falls from log position `seen` on, `tail` groups.

    Wave by wave: first everything that reads what fell is listed (a plain need is met or not at once), then the groups
    on the list are evaluated, each once however many of its members fell.
    """
    assets, groups, members, outs, capacity, needed = (
        net.assets,
        net.groups,
        net.members,
        net.outs,
        net.capacity,
        net.needed,
    )
    x, waiting, list_, log_at, log_old, counts = (
        state.x,
        state.waiting,
        state.groups,
        state.log_at,
        state.log_old,
        state.counts,
    )
    length, room, left = counts[LOGGED], log_at.size, counts[LEFT]
    while (seen < length or tail > 0) and left >= 0:
        while seen < length:
            at = log_at[seen]
            seen += 1
            value = x[at]
            start = assets[at, OUTS]
            for i in range(start, start + assets[at, OUT_COUNT]):
                group = outs[i]
                if group < 0:
                    dependant = ~group
                    if value < x[dependant]:
                        if length == room:
                            counts[STATUS] = FULL_LOG
                            return
                        log_at[length] = dependant
                        log_old[length] = x[dependant]
                        length += 1
                        x[dependant] = value
                elif not waiting[group] and x[groups[group, OWNER]] > 0:
                    waiting[group] = 1
                    list_[tail] = group
                    tail += 1
        left -= tail
        for i in range(tail):
            group = list_[i]
            waiting[group] = 0
            at = groups[group, OWNER]
            value = term(group, groups, members, capacity, needed, x, x, ALL)
            if value < x[at]:
                if length == room:
                    counts[STATUS] = FULL_LOG
                    return
                log_at[length] = at
                log_old[length] = x[at]
                length += 1
                x[at] = value
        tail = 0
    counts[LOGGED], counts[LEFT] = length, left
    if left < 0:
        counts[STATUS] = SPENT


@compiled
def _derive(net: Net, state: State, flow: int, changed: I32, raised: I32, first: bool) -> None:
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
    if counts[LEFT] < 0:
        counts[STATUS] = SPENT


# ---- who is suspect --------------------------------------------------------------------------------------------------


@compiled
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


@compiled
def _suspect_all(  # noqa: C901  one list, filled from four sides
    net: Net, state: State, flow: int, changed: I32, raised: I32, first: bool
) -> int:
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
    x, rank, cap, flags, suspects, log_at, counts, loose = (
        state.x,
        state.rank[flow],
        state.cap,
        state.flags,
        state.suspects,
        state.log_at,
        state.counts,
        state.loose,
    )
    at: int
    count, left = 0, counts[LEFT]
    if first:
        for at in raised:
            if x[at] > 0 and not flags[at] and _needs(assets, groups, at, flow):
                flags[at] = SUSPECT
                cap[at] = x[at]
                x[at] = 0
                suspects[count] = at
                count += 1
        for at in changed:
            has: int = x[at]
            below: int = rank[at]
            if has > 0 and not flags[at]:
                left -= 1
                if left_by(at, flow, has, assets, groups, members, capacity, needed, x, rank, below) < has:
                    flags[at] = SUSPECT
                    cap[at] = x[at]
                    x[at] = 0
                    suspects[count] = at
                    count += 1
    for i in range(counts[LOOSE]):
        at = loose[1, i]
        if loose[0, i] == flow and x[at] > 0 and not flags[at] and rank[at] == LOOSE_RANK:
            flags[at] = SUSPECT
            cap[at] = x[at]
            x[at] = 0
            suspects[count] = at
            count += 1
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
                flags[at] = SUSPECT
                cap[at] = x[at]
                x[at] = 0
                suspects[count] = at
                count += 1
    counts[LEFT] = left
    return count


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
    while head != tail and left >= 0:
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
    _list_loose(x, rank, suspects, state.loose, counts, flow, count)


@compiled
def _list_loose(x: I32, rank: I32, suspects: I32, loose: I32, counts: I64, flow: int, count: int) -> None:
    """Put suspects without a rank on the list of loose assets, unless they are on it."""
    for i in range(count):
        at = suspects[i]
        if x[at] == 0 or rank[at] != LOOSE_RANK:
            continue
        known = False
        for j in range(counts[LOOSE]):
            known = known or (loose[0, j] == flow and loose[1, j] == at)
        if not known:
            loose[0, counts[LOOSE]] = flow
            loose[1, counts[LOOSE]] = at
            counts[LOOSE] += 1
