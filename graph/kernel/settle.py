"""The result of `docs/impact.md` on arrays: nu X . min over FLOW types T of (mu Y . F, T reading Y, all others X).

As in `graph/impact/fixpoint.py` values only ever fall towards it, from a start that is nowhere below. What differs is
that nothing is looked at which a fall doesn't touch:

- `_lower` re-evaluates the groups that read a fallen asset, wave by wave.
- `derive` finds for one FLOW type what can no longer be derived from the sources. Every asset has a *rank*, the order
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

from graph.kernel.arrays import ALL, FLOW, GROUP_COUNT, GROUPS, I32, I64, MEMBERS, OUT_COUNT, OUTS, OWNER, U8, Net
from graph.kernel.derive import derive
from graph.kernel.fetching import FAR, MIDDLE, fetch
from graph.kernel.jit import compiled, uncounted
from graph.kernel.state import BEYOND, FULL_LOG, LEFT, LOGGED, MOST, OWNED, SEEN, SETTLED, SPENT, STATUS, STOP, State
from graph.kernel.terms import term


@uncounted
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


@uncounted
def _lift_one(x: I32, own: I32, log_at: I32, log_old: I32, counts: I64, at: int) -> None:
    if counts[LOGGED] == log_at.size:
        counts[STATUS] = FULL_LOG
        return
    log_at[counts[LOGGED]] = at
    log_old[counts[LOGGED]] = x[at]
    counts[LOGGED] += 1
    x[at] = own[at]


@uncounted
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
                derive(net, state, flow, changed, raised, first)
        first = False
        if counts[LOGGED] == begin:
            break
    return counts[STATUS]


@uncounted
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


@uncounted
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
    while (seen < counts[LOGGED] or tail > 0) and counts[STATUS] == SETTLED:
        tail = _pass_on(assets, outs, x, waiting, list_, log_at, log_old, counts, seen, tail)
        seen = counts[LOGGED]
        if counts[STATUS] == SETTLED and 0 < counts[MOST] < seen:
            counts[STATUS] = BEYOND
            for i in range(tail):
                waiting[list_[i]] = 0
        if counts[STATUS] == SETTLED:
            _evaluate(groups, members, capacity, needed, x, waiting, list_, log_at, log_old, counts, tail)
        tail = 0
        if counts[LEFT] < 0 or counts[STOP]:
            counts[STATUS] = SPENT


@uncounted
def _pass_on(
    assets: I32,
    outs: I32,
    x: I32,
    waiting: U8,
    list_: I32,
    log_at: I32,
    log_old: I32,
    counts: I64,
    seen: int,
    tail: int,
) -> int:
    """Lower what plainly needs something fallen, and list the groups that read it; returns the length of the list.

    Not to the end where the log grows longer than MOST.
    """
    length, room = counts[LOGGED], log_at.size
    most = counts[MOST] if counts[MOST] > 0 else room
    while seen < length <= most:
        if seen + FAR < length:
            fetch(assets, 4 * log_at[seen + FAR])
        if seen + MIDDLE < length:
            fetch(outs, assets[log_at[seen + MIDDLE], OUTS])
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
                        return tail
                    log_at[length] = dependant
                    log_old[length] = x[dependant]
                    length += 1
                    x[dependant] = value
            elif not waiting[group]:
                # Whom it belongs to stands in its row, far away: that is asked once, when it is evaluated.
                waiting[group] = 1
                list_[tail] = group
                tail += 1
    counts[LOGGED] = length
    return tail


@uncounted
def _evaluate(
    groups: I32,
    members: I32,
    capacity: I64,
    needed: I64,
    x: I32,
    waiting: U8,
    list_: I32,
    log_at: I32,
    log_old: I32,
    counts: I64,
    tail: int,
) -> None:
    """Evaluate the groups on the list, and lower their dependants."""
    length, room, left = counts[LOGGED], log_at.size, counts[LEFT]
    for i in range(tail):
        if i + FAR < tail:
            fetch(groups, 8 * list_[i + FAR])
        if i + MIDDLE < tail:
            fetch(members, groups[list_[i + MIDDLE], MEMBERS])
            fetch(x, groups[list_[i + MIDDLE], OWNER])
        group = list_[i]
        waiting[group] = 0
        at = groups[group, OWNER]
        if x[at] == 0:
            continue
        left -= 1
        value = term(group, groups, members, capacity, needed, x, x, ALL)
        if value < x[at]:
            if length == room:
                counts[STATUS] = FULL_LOG
                break
            log_at[length] = at
            log_old[length] = x[at]
            length += 1
            x[at] = value
    counts[LOGGED], counts[LEFT] = length, left
