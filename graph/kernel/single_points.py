"""Single points of failure: the assets whose failure alone brings a target to a level, each proven by evaluation."""

from __future__ import annotations

from typing import Final

import numpy as np

from graph.errors import NotFound
from graph.impact import Level
from graph.kernel.arrays import (
    BY_CAPACITY,
    FLOW,
    GROUP_COUNT,
    GROUPS,
    I32,
    LOSS,
    MEMBER_COUNT,
    MEMBERS,
    NEEDS,
    NO_ASSETS,
    ONE,
    U8,
    Net,
)
from graph.kernel.evaluation import Engine
from graph.kernel.jit import compiled, uncounted
from graph.kernel.loops import inside
from graph.kernel.settle import settle, strike
from graph.kernel.state import LEFT, LOGGED, LOOSE, OWNED, RANKED, SETTLED, SPENT, State, undo
from graph.kernel.upstream import upstream

_OPEN: Final = 0
_CRITICAL: Final = 1
_SPARED: Final = 2
"""What is known of an asset: nothing yet; its failure brings the target to the level; it doesn't."""


def single_points(engine: Engine, target: str, level: Level) -> I32:
    """Positions, sorted, of the assets whose failure alone brings `target` to `level` from the nominal baseline.

    DOWN: to 0. DEGRADED: to anything lower than before. The target itself is none of them, and one that is DOWN with
    everything healthy has none. Raises NotFound for an unknown target, and BudgetSpent: the budget of one fixpoint is
    that of the whole question. Cost: for each asset upstream of the target what its failure touches there.
    """
    at = engine.supplies.ids.find(target)
    if at is None:
        raise NotFound(
            f"No asset {target}",
            place="asset",
            expected="the id of an asset",
            actual=target,
            hint="Look it up by search or external id",
        )
    before = int(engine.nominal[at])
    if before == 0:
        return NO_ASSETS
    most = 0 if level is Level.DOWN else before - 1
    net = engine.supplies.net
    asked = upstream(net, engine.nominal, np.array([at], np.int32))
    known = np.zeros(engine.supplies.size, np.uint8)
    part = np.zeros(engine.supplies.size, np.int32)
    part[asked] = 1
    within = inside(net, part)

    def work(state: State) -> U8:
        known[:] = _OPEN
        state.counts[LEFT] = engine.budget
        ended = strike_each(net, within, state, len(engine.supplies.flows), asked, most, known)
        engine.demand(engine.supplies, state, ended, begin=0)
        return known

    critical = engine.lend(work) == _CRITICAL
    critical[at] = False
    return np.flatnonzero(critical).astype(np.int32)


@compiled
def strike_each(net: Net, within: Net, state: State, flows: int, asked: I32, most: int, known: U8) -> int:
    """Fail each asset of `asked` alone and write into `known` (n,) whether asked[0] then has `most` at most.

    Evaluated in `within`, the network that ends at the border of `asked`: nothing outside supplies anything in it.
    Returns how it ended: SETTLED, or as `settle` says. Two things spare evaluations, and both follow from this: where
    one failure leaves another asset nothing, that asset's own failure can do no more than the first.
    - An asset that a critical one needs whole is critical.
    - What the failure of an asset that isn't critical leaves nothing isn't critical. So the farthest come first.
    """
    x, log_at, counts = state.x, state.log_at, state.counts
    target: int = asked[0]
    ahead = np.empty(x.size, np.int32)
    one, nothing, none = np.empty(1, np.int32), np.zeros(1, np.int32), np.zeros(0, np.int32)
    _mark(net.assets, net.groups, net.members, ahead, target, known)
    for i in range(asked.size - 1, 0, -1):
        at: int = asked[i]
        if known[at] != _OPEN or x[at] == 0:
            continue
        values, ranks, owns, loose = counts[LOGGED], counts[RANKED], counts[OWNED], counts[LOOSE]
        one[0] = at
        strike(state, one, nothing)
        ended = settle(within, state, flows, none, none, values)
        counts[LEFT] -= counts[LOGGED] - values
        if ended == SETTLED and counts[LEFT] < 0:
            ended = SPENT
        if ended != SETTLED:
            return ended
        if x[target] <= most:
            _mark(net.assets, net.groups, net.members, ahead, at, known)
        else:
            for j in range(values, counts[LOGGED]):
                if x[log_at[j]] == 0:
                    known[log_at[j]] = _SPARED
        undo(state, values, ranks, owns, loose)
    return SETTLED


@uncounted
def _mark(assets: I32, groups: I32, members: I32, ahead: I32, critical: int, known: U8) -> None:
    """Mark an asset as critical, and all that it needs whole, directly or not; `ahead` (n,) is scratch."""
    known[critical] = _CRITICAL
    ahead[0] = critical
    count = 1
    while count > 0:
        count -= 1
        at = ahead[count]
        for group in range(assets[at, GROUPS], assets[at, GROUPS] + assets[at, GROUP_COUNT]):
            size = groups[group, MEMBER_COUNT]
            whole = groups[group, NEEDS] >= size and groups[group, LOSS] == ONE and not groups[group, BY_CAPACITY]
            if groups[group, FLOW] < -1 or not whole:
                continue
            for member in range(groups[group, MEMBERS], groups[group, MEMBERS] + size):
                provider = members[member]
                if provider >= 0 and known[provider] == _OPEN:
                    known[provider] = _CRITICAL
                    ahead[count] = provider
                    count += 1
