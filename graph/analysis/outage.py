"""What planned works bring down, on the evaluator's arrays."""

from __future__ import annotations

import numpy as np

from graph.impact import Level
from graph.kernel import ArrayEvaluator
from graph.kernel.arrays import I32, NO_ASSETS
from graph.kernel.settle import strike
from graph.kernel.state import LOGGED, STATUS, LogFull, State, look_away, look_back


class Outage:
    """Evaluates assets that are down together, from the baseline NOMINAL: which others fall to a level."""

    def __init__(self, evaluator: ArrayEvaluator, level: Level) -> None:
        self._engine = evaluator.engine
        self._level = level

    def lowered(self, assets: I32) -> I32:
        """Positions, sorted, of what is at the level (DEGRADED: at all lower) while `assets` are down, these among it.

        Raises BudgetSpent.
        """
        return self.values(assets)[0]

    def values(self, assets: I32) -> tuple[I32, I32]:
        """The same with their operabilities (millionths)."""

        def work(state: State) -> tuple[I32, I32]:
            begin = int(state.counts[LOGGED])
            strike(state, assets, np.zeros(assets.size, np.int32))
            if state.counts[STATUS]:
                raise LogFull
            self._engine.settle(self._engine.supplies, state, begin, changed=NO_ASSETS, raised=NO_ASSETS)
            touched = look_back(state, begin)
            now = state.x[touched]
            fell = now < state.was[touched]
            if self._level is Level.DOWN:
                fell &= now == 0
            look_away(state, begin)
            found = np.sort(touched[fell])
            return found, state.x[found]

        return self._engine.lend(work)
