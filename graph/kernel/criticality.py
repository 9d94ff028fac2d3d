"""What the failure of each asset alone does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.kernel.arrays import I32, I64, NO_ASSETS, Net
from graph.kernel.evaluation import Engine
from graph.kernel.jit import compiled
from graph.kernel.settle import settle, strike
from graph.kernel.state import LEFT, LOGGED, LOOSE, OWNED, RANKED, SETTLED, State, look_away, look_back, undo

F64: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criticality:
    """For each of n assets what its failure alone does to the others.

    `impacted` and `down` (n,) are how many fall, and how many of these fall to 0; `weight` (n,) is the sum of the
    weights of the latter.
    """

    impacted: I32
    down: I32
    weight: F64

    @classmethod
    def blank(cls, assets: int) -> Criticality:
        """Nothing counted yet."""
        return cls(
            impacted=np.zeros(assets, np.int32), down=np.zeros(assets, np.int32), weight=np.zeros(assets, np.float64)
        )


def count_falls(engine: Engine, assets: range, weights: F64, into: Criticality) -> None:
    """Evaluate the failure of some assets, one after the other, and write what it does into `into`.

    `weights` (n,) counts each asset that goes down. Safe to be called at the same time for other assets.
    Cost: what each failure touches. Raises BudgetSpent.
    """
    supplies = engine.supplies
    bounds = np.array([assets.start, assets.stop, engine.budget], np.int64)

    def work(state: State) -> None:
        ended = _count_falls(
            supplies.net, state, len(supplies.flows), bounds, weights, into.impacted, into.down, into.weight
        )
        engine.demand(supplies, state, ended, begin=0)

    engine.lend(work)


@compiled
def _count_falls(
    net: Net, state: State, flows: int, bounds: I64, weights: F64, impacted: I32, down: I32, weight: F64
) -> int:
    x, was, counts = state.x, state.was, state.counts
    none = np.zeros(1, np.int32)
    struck = np.zeros(1, np.int32)
    for asset in range(bounds[0], bounds[1]):
        impacted[asset], down[asset], weight[asset] = 0, 0, 0.0
        marks = counts[: LOOSE + 1].copy()
        struck[0] = asset
        counts[LEFT] = bounds[2]
        strike(state, struck, none)
        ended = settle(net, state, flows, NO_ASSETS, NO_ASSETS, marks[LOGGED])
        if ended != SETTLED:
            return ended
        for at in look_back(state, marks[LOGGED]):
            if at != asset and x[at] < was[at]:
                impacted[asset] += 1
                if x[at] == 0:
                    down[asset] += 1
                    weight[asset] += weights[at]
        look_away(state, marks[LOGGED])
        undo(state, marks[LOGGED], marks[RANKED], marks[OWNED], marks[LOOSE])
    return SETTLED
