"""When assets fall: `graph/impact/times.py` on arrays.

Every supply shows its provider's new value from the provider's time plus the supply's delay on; the times are the least
solution, found in the order of time (Dijkstra). What nothing delays is taken from a plain queue, the rest from a heap.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import NamedTuple, TypeAlias

import numpy as np

from graph.kernel.arrays import (
    ALL,
    BY_CAPACITY,
    FLOW,
    GROUP_COUNT,
    GROUPS,
    I8,
    I32,
    I64,
    LOSS,
    MEMBER_COUNT,
    MEMBERS,
    NEEDS,
    ONE,
    OUT_COUNT,
    OUTS,
    OWNER,
    WEAKENED,
    Net,
)
from graph.kernel.jit import compiled, uncounted
from graph.kernel.terms import carried, ordinals, quorum

NEVER = 2**62
"""Microseconds after all that can be asked for."""

Heap: TypeAlias = "list[tuple[np.int64, np.int32]]"
"""Moments at which assets may fall: microseconds and position."""


class Steps(NamedTuple):
    """What is known of the falls so far, a row for each asset and stage.

    `last` (n,) the newest row of each asset, -1 where it never fell; by row: `before` the asset's row of an earlier
    stage or -1, `stage`, `had` and `after` (its value before and after that stage, millionths), `struck` (1 where it
    fails in that stage) and `time` (microseconds, NEVER until it is known). `offsets` (stages,) says when each stage
    begins, and `round` (stages, T, n) the rounds of the least fixpoint before it.
    """

    last: I32
    before: I32
    stage: I32
    had: I32
    after: I32
    struck: I8
    time: I64
    offsets: I64
    round: I32


@compiled
def any_delay(net: Net, fallen: I32) -> bool:
    """Whether any supply of these assets has a delay."""
    assets, groups, delay = net.assets, net.groups, net.delay
    for at in fallen:
        start = assets[at, GROUPS]
        for group in range(start, start + assets[at, GROUP_COUNT]):
            for member in range(groups[group, MEMBERS], groups[group, MEMBERS] + groups[group, MEMBER_COUNT]):
                if delay[member] > 0:
                    return True
    return False


@compiled
def play(net: Net, steps: Steps, stage: int, fallen: I32, x: I32, own: I32) -> None:
    """Find when each of `fallen` falls in a stage, and write it into its newest row of `steps`.

    These rows are the last ones, in the order of `fallen`. `x` (n,) is what an asset has after the stage, `own` (n,)
    its own operability. Cost: groups of `fallen` and their members, whatever else there is.
    """
    assets, groups, outs, last, time = net.assets, net.groups, net.outs, steps.last, steps.time
    had, struck = steps.had, steps.struck
    begin: int = steps.offsets[stage]
    first = time.size - fallen.size
    waits = np.zeros(fallen.size, np.uint8)
    heap: Heap = [(np.int64(NEVER), np.int32(-1))]
    ahead = np.empty(fallen.size, np.int32)
    now: int = begin
    head, tail = 0, 0
    for at in fallen:
        waits[tail] = 1
        ahead[tail] = at
        tail += 1
        _look_ahead(net, steps, at, begin, heap)
    while True:
        while head < tail:
            at: int = ahead[head % ahead.size]
            head += 1
            own_row: int = last[at]
            waits[own_row - first] = 0
            if time[own_row] != NEVER:
                continue
            fails = struck[own_row] == 1 and own[at] < had[own_row]
            before: int = had[own_row]
            if not fails and not _falls(net, steps, x, at, now, before):
                continue
            time[own_row] = now
            start = assets[at, OUTS]
            for i in range(start, start + assets[at, OUT_COUNT]):
                group = outs[i]
                dependant = ~group if group < 0 else groups[group, OWNER]
                row = last[dependant]
                if row < 0 or steps.stage[row] != stage or time[row] != NEVER:
                    continue
                at_once = 0 if group < 0 else _pass_on(net, steps, group, at, stage, now, heap)
                if at_once == 0 and not waits[row - first]:
                    waits[row - first] = 1
                    ahead[tail % ahead.size] = dependant
                    tail += 1
        if len(heap) == 1:
            break
        moment, following = heappop(heap)
        now = int(moment)
        if not waits[last[following] - first]:
            waits[last[following] - first] = 1
            ahead[tail % ahead.size] = following
            tail += 1


@compiled
def _look_ahead(net: Net, steps: Steps, at: int, begin: int, heap: Heap) -> None:
    """List the moments after `begin` at which an asset may fall for reasons that are already known."""
    assets, groups, members, delay, marks = net.assets, net.groups, net.members, net.delay, net.marks
    start = assets[at, GROUPS]
    for group in range(start, start + assets[at, GROUP_COUNT]):
        for member in range(groups[group, MEMBERS], groups[group, MEMBERS] + groups[group, MEMBER_COUNT]):
            if marks[member] & WEAKENED and members[member] < 0 and delay[member] > begin:
                heappush(heap, (np.int64(delay[member]), np.int32(at)))
            provider = members[member] if members[member] >= 0 else ~members[member]
            row = steps.last[provider]
            while row >= 0:
                if steps.time[row] != NEVER and steps.time[row] + delay[member] > begin:
                    heappush(heap, (np.int64(min(steps.time[row] + delay[member], NEVER - 1)), np.int32(at)))
                row = steps.before[row]


@compiled
def _pass_on(net: Net, steps: Steps, group: int, provider: int, stage: int, now: int, heap: Heap) -> int:
    """List when a group shows what its provider fell to just now; 0 where it does at once, -1 where it did already."""
    groups, members, delay = net.groups, net.members, net.delay
    flow, dependant = groups[group, FLOW], groups[group, OWNER]
    if flow >= 0 and steps.round[stage, flow, provider] >= steps.round[stage, flow, dependant]:
        return -1
    at_once = -1
    for member in range(groups[group, MEMBERS], groups[group, MEMBERS] + groups[group, MEMBER_COUNT]):
        if members[member] == provider:
            if delay[member] == 0:
                at_once = 0
            else:
                heappush(heap, (np.int64(min(now + delay[member], NEVER - 1)), np.int32(dependant)))
    return at_once


@compiled
def _falls(net: Net, steps: Steps, x: I32, at: int, now: int, had: int) -> bool:
    """Whether by what its supplies show at a moment an asset has less than it had."""
    assets, groups = net.assets, net.groups
    start = assets[at, GROUPS]
    for group in range(start, start + assets[at, GROUP_COUNT]):
        if groups[group, FLOW] >= -1 and _shown_term(net, steps, x, group, now) < had:
            return True
    return False


@compiled
def _shown_term(net: Net, steps: Steps, x: I32, group: int, now: int) -> int:
    """What a group leaves of its dependant by what its members show at a moment."""
    groups, capacity = net.groups, net.capacity
    start, count = groups[group, MEMBERS], groups[group, MEMBER_COUNT]
    shown = np.empty(count, np.int32)
    for i in range(count):
        shown[i] = _shown(net, steps, x, group, start + i, now)
    places = ordinals(count)
    if groups[group, BY_CAPACITY]:
        share = capacity[start : start + count] if capacity.size > 0 else capacity
        value = carried(0, count, net.needed[group], places, share, shown, shown, ALL)
    else:
        value = quorum(0, count, groups[group, NEEDS], places, shown, shown, ALL)
    return (ONE * ONE - groups[group, LOSS] * (ONE - value)) // ONE


@uncounted
def _shown(net: Net, steps: Steps, x: I32, group: int, member: int, now: int) -> int:
    """What one supply shows of its provider at a moment.

    That is the least that counts so far of what it fell to, else what it had before its first fall: `x` where it never
    fell, for then it is what it was.
    """
    provider: int = net.members[member]
    delay: int = net.delay[member]
    if provider < 0:
        if not net.marks[member] & WEAKENED or delay <= now:
            return 0
        provider = ~provider
    flow, dependant = net.groups[group, FLOW], net.groups[group, OWNER]
    value: int = x[provider]
    row: int = steps.last[provider]
    if row >= 0:
        value = ONE
    while row >= 0:
        stage = steps.stage[row]
        if flow >= 0 and steps.round[stage, flow, provider] >= steps.round[stage, flow, dependant]:
            since = steps.offsets[stage]
        else:
            since = steps.time[row] if steps.time[row] == NEVER else steps.time[row] + delay
        if since <= now:
            value = min(value, steps.after[row])
        if steps.before[row] < 0:
            value = min(value, steps.had[row])
        row = steps.before[row]
    return value
