"""What can still be derived from the sources: the least fixpoint of one FLOW type, at the cost of what is touched.

See `settle.py` for what ranks, suspects and loose assets are, and for why this is right.
"""

from __future__ import annotations

from graph.kernel.arrays import FLOW, GROUP_COUNT, GROUPS, I32, OUT_COUNT, OUTS, OWNER, U8, Net
from graph.kernel.build import flow_bit
from graph.kernel.fetching import fetch_ahead
from graph.kernel.jit import uncounted
from graph.kernel.raising import LOOSE_RANK, raise_from_nothing, rank_again
from graph.kernel.state import FULL_LOG, LEFT, LOGGED, LOOSE, SEEN, SPENT, STATUS, STOP, SUSPECT, State
from graph.kernel.terms import left_by, term


@uncounted
def derive(net: Net, state: State, flow: int, changed: I32, raised: I32, first: bool) -> None:
    """Replace X by the least fixpoint in which supplies of one FLOW type read Y."""
    counts, x, cap, flags, suspects = state.counts, state.x, state.cap, state.flags, state.suspects
    log_at, log_old = state.log_at, state.log_old
    count = _suspect_all(net, state, flow, changed, raised, first)
    if count > 0 and raise_from_nothing(net, state, flow, count):
        rank_again(net, state, flow, count)
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


@uncounted
def _suspect_all(net: Net, state: State, flow: int, changed: I32, raised: I32, first: bool) -> int:
    """List everything whose value may not be derivable any more, put it to 0, and return how many there are.

    An asset is suspect when providers of lower rank, suspects left out, don't give it its value; so it is looked at
    only when one of these is lost.
    """
    assets, groups, members, outs, capacity, needed, feeds = (
        net.assets,
        net.groups,
        net.members,
        net.outs,
        net.capacity,
        net.needed,
        net.feeds,
    )
    bit = flow_bit(flow)
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
            fetch_ahead(assets, groups, outs, suspects, ahead, count)
            provider = suspects[ahead]
            ahead += 1
        if not feeds[provider] & bit:
            continue
        start = assets[provider, OUTS]
        for i in range(start, start + assets[provider, OUT_COUNT]):
            group = outs[i]
            if group < 0 or groups[group, FLOW] != flow:
                continue
            at = groups[group, OWNER]
            if flags[at] or x[at] == 0 or rank[provider] >= rank[at]:
                continue
            left -= 1
            if term(group, groups, members, capacity, needed, x, rank, rank[at]) < x[at]:
                count = _suspect(x, cap, flags, suspects, at, count)
    counts[LEFT] = left
    return count


@uncounted
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


@uncounted
def _suspect(x: I32, cap: I32, flags: U8, suspects: I32, at: int, count: int) -> int:
    """Put an asset on the list of suspects and to 0, unless it is there; returns the length of the list."""
    if flags[at]:
        return count
    flags[at] = SUSPECT
    cap[at] = x[at]
    x[at] = 0
    suspects[count] = at
    return count + 1


@uncounted
def _needs(assets: I32, groups: I32, at: int, flow: int) -> bool:
    for group in range(assets[at, GROUPS], assets[at, GROUPS] + assets[at, GROUP_COUNT]):
        if groups[group, FLOW] == flow:
            return True
    return False
