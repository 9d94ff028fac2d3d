"""Whether the loss of one more member would lower an asset: the margins of groups, beside each other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from graph.kernel.arrays import I32, U8
from graph.kernel.loops import inside, loops
from graph.kernel.risk import groups_of, near, spent
from graph.kernel.state import LEFT, State
from graph.kernel.supplies import Supplies


class Margins:
    """Whether groups of one set of supplies have a member to spare.

    `budget` bounds the recomputations; `demand` raises what an evaluation that didn't end well comes to.
    """

    def __init__(self, supplies: Supplies, *, budget: int, demand: Callable[[Supplies, State, int], None]) -> None:
        self._supplies = supplies
        self._budget = budget
        self._demand = demand
        self._component = loops(supplies.net)
        self._within = inside(supplies.net, self._component)

    def near(self, touched: I32) -> U8:
        """1 for the assets (n,) whose margin may be another where some are touched."""
        return near(self._supplies.net, self._component, touched)

    def groups(self, assets: U8) -> I32:
        """The groups of the assets (n,) that are 1."""
        return groups_of(self._supplies.net, assets)

    def spent(self, state: State, groups: I32) -> NDArray[np.bool_]:
        """For each group whether one more loss would lower its dependant. Raises BudgetSpent, or LogFull."""
        found = np.zeros(groups.size, np.uint8)
        state.counts[LEFT] = self._budget
        flows = len(self._supplies.flows)
        ended = spent(self._supplies.net, self._within, self._component, state, flows, groups, found)
        self._demand(self._supplies, state, ended)
        return found.astype(bool)
