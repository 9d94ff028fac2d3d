"""Assets that aren't lower but have lost their margin: `graph/impact/risk.py` on arrays."""

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
    NO_ASSETS,
    ONE,
    OUT_COUNT,
    OUTS,
    OWNER,
    U8,
    Net,
)
from graph.kernel.jit import compiled
from graph.kernel.settle import settle, strike
from graph.kernel.state import LOGGED, LOOSE, OWNED, RANKED, SETTLED, State, undo
from graph.kernel.terms import carried, ordinals, quorum


@compiled
def near(net: Net, component: I32, touched: I32) -> U8:
    """1 for the assets (n,) whose margin may be another: those touched, their readers, and all on loops with these."""
    assets, groups, outs = net.assets, net.groups, net.outs
    n = component.size
    loop = np.zeros(n, np.uint8)
    found = np.zeros(n, np.uint8)
    for at in touched:
        loop[component[at]] = 1
        for i in range(assets[at, OUTS], assets[at, OUTS] + assets[at, OUT_COUNT]):
            dependant = ~outs[i] if outs[i] < 0 else groups[outs[i], OWNER]
            found[dependant] = 1
            loop[component[dependant]] = 1
    for at in range(n):
        if loop[component[at]]:
            found[at] = 1
    return found


@compiled
def groups_of(net: Net, wanted: U8) -> I32:
    """The groups of the assets (n,) that are 1, those asleep left out."""
    found = np.empty(net.groups.shape[0], np.int32)
    count = 0
    for at in range(wanted.size):
        if wanted[at]:
            for group in range(net.assets[at, GROUPS], net.assets[at, GROUPS] + net.assets[at, GROUP_COUNT]):
                if net.groups[group, FLOW] >= -1:
                    found[count] = group
                    count += 1
    return found[:count].copy()


@compiled
def spent(  # noqa: C901  one loop with three ways out
    net: Net, within: Net, component: I32, state: State, flows: int, asked: I32, found: U8
) -> int:
    """Write 1 into `found` (asked,) where the loss of one more member of a group would lower its dependant.

    Only members are counted that keep their value when the dependant itself is put to 0, the others give 0: on a ring,
    the neighbour that one feeds oneself is no support. That is evaluated in `within`, the network inside each loop,
    and taken back. Returns how it ended: SETTLED, or as `settle` says. `asked` lists groups of one asset side by side.
    """
    groups, members, capacity = net.groups, net.members, net.capacity
    x = state.x
    alone_of = -1
    alone = np.zeros(0, np.int32)
    nothing = np.zeros(1, np.int32)
    for i in range(asked.size):
        group = asked[i]
        at: int = groups[group, OWNER]
        start, count = groups[group, MEMBERS], groups[group, MEMBER_COUNT]
        has: int = x[at]
        if has == 0:
            continue
        given = np.zeros(count, np.int32)
        live, looped = False, False
        for j in range(count):
            provider = members[start + j]
            if provider >= 0:
                live = True
                given[j] = x[provider]
                looped = looped or component[provider] == component[at]
        if not live:
            continue
        if lowers(groups, capacity, net.needed, group, given, has):
            found[i] = 1
            continue
        if not looped:
            continue
        if alone_of != at:
            alone_of = at
            values, ranks, owns, loose = (
                state.counts[LOGGED],
                state.counts[RANKED],
                state.counts[OWNED],
                state.counts[LOOSE],
            )
            strike(state, np.full(1, at, np.int32), nothing)
            ended = settle(within, state, flows, NO_ASSETS, NO_ASSETS, values)
            if ended != SETTLED:
                return ended
            alone = state.log_at[values : state.counts[LOGGED]].copy()
            undo(state, values, ranks, owns, loose)
            alone.sort()
        for j in range(count):
            provider = members[start + j]
            if provider >= 0 and component[provider] == component[at]:
                place = np.searchsorted(alone, provider)
                if place < alone.size and alone[place] == provider:
                    given[j] = 0
        if lowers(groups, capacity, net.needed, group, given, has):
            found[i] = 1
    return SETTLED


@compiled
def lowers(groups: I32, capacity: I64, needed: I64, group: int, given: I32, has: int) -> bool:
    """Whether a group without the member that gives it most leaves less than the dependant has."""
    start, count = groups[group, MEMBERS], given.size
    by_capacity = groups[group, BY_CAPACITY]
    most, best = 0, np.int64(-1)
    for j in range(count):
        gives = np.int64(given[j])
        if by_capacity and capacity.size > 0:
            gives *= capacity[start + j]
        if gives > best:
            most, best = j, gives
    rest = given.copy()
    rest[most] = 0
    places = ordinals(count)
    if by_capacity:
        share = capacity[start : start + count] if capacity.size > 0 else capacity
        value = carried(0, count, needed[group], places, share, rest, rest, ALL)
    else:
        value = quorum(0, count, groups[group, NEEDS], places, rest, rest, ALL)
    return (ONE * ONE - groups[group, LOSS] * (ONE - value)) // ONE < has
