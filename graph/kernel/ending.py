"""How an evaluation ended, as what Python raises."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from graph.impact import BudgetSpent
from graph.kernel.state import BEYOND, LOGGED, SPENT, LogFull, State, TooMany
from graph.kernel.supplies import Supplies
from graph.work import checkpoint

T = TypeVar("T")


def with_log(size: int, attempt: Callable[[int], T]) -> T:
    """What `attempt` makes with a log of the length it is given: twice for each of `size` assets, or longer if need be.

    Each attempt begins anew.
    """
    log = 2 * size + 1024
    while True:
        try:
            return attempt(log)
        except LogFull:
            log *= 2


def demand_settled(supplies: Supplies, state: State, status: int, *, begin: int, budget: int) -> None:
    """Raise unless an evaluation ended well: Stopped where it was made to, BudgetSpent, TooMany, or LogFull.

    `begin` is the length of the log before it: what was logged since tells which assets didn't come to rest.
    """
    if status == SPENT:
        checkpoint()
        latest = state.log_at[max(begin, int(state.counts[LOGGED]) - 1000) : int(state.counts[LOGGED])]
        some = sorted(supplies.ids[int(at)] for at in np.unique(latest)[:10])
        raise BudgetSpent(budget=budget, assets=tuple(some))
    if status == BEYOND:
        raise TooMany
    if status:
        raise LogFull
