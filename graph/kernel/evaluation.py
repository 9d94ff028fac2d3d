"""Evaluates questions on arrays: which values follow, how far and when."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from threading import Lock
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.impact.question import Resolved
from graph.kernel.arrays import I32, I64, NO_ASSETS
from graph.kernel.breadth import breadths
from graph.kernel.case import ArrayCase
from graph.kernel.ending import demand_settled, with_log
from graph.kernel.jit import keep_on_disk
from graph.kernel.margins import Margins
from graph.kernel.rounds import rounds_of
from graph.kernel.run import Own, Run
from graph.kernel.settle import lift, settle
from graph.kernel.state import (
    LEFT,
    LOOSE,
    STOP,
    Baseline,
    State,
    all_healthy,
    baseline_of,
    forget,
    fresh_state,
    moved,
    state_of,
    undo,
)
from graph.kernel.supplies import Supplies
from graph.work import stopping

IDLE: Final = 2  # states kept for the next questions; each takes some hundred bytes an asset
LAST_RANK: Final = 2**30
"""Ranks only ever rise from one baseline to the next; beyond this one it is derived from the beginning."""

LEAST_BUDGET: Final = 20_000_000
"""Recomputations that one fixpoint may take whatever its size: about a second."""

T = TypeVar("T")


class Engine:
    """Evaluates any number of questions about one set of supplies, also at the same time.

    `budget` bounds the recomputations of one fixpoint; by default 200 for each asset and supply. `baseline` is what is
    so with everything healthy, where that is known; `idle` a state at rest in it, the engine's own from then on.
    """

    def __init__(
        self,
        supplies: Supplies,
        *,
        budget: int | None = None,
        baseline: Baseline | None = None,
        idle: State | None = None,
    ) -> None:
        keep_on_disk()  # supplies that were read from a file come without anything compiled
        self.supplies = supplies
        self._given = budget
        self.budget = budget or max(LEAST_BUDGET, 200 * (supplies.size + supplies.net.members.size))
        self._lock = Lock()
        if baseline is None:
            idle = self._derived()
            baseline = baseline_of(idle)
        self._idle: list[State] = [] if idle is None else [idle]
        self.baseline = baseline
        self.nominal: I32 = baseline.x

    def following(self, supplies: Supplies, changed: I32) -> Engine:
        """The engine of supplies in which the groups of `changed` assets (sorted) are others. Raises BudgetSpent.

        Cost: what that changes in the nominal baseline, and eight bytes an asset to be copied; more where assets came.
        """
        if self.baseline.fresh > LAST_RANK:
            return Engine(supplies, budget=self._given)
        state = self._followed(supplies, changed)
        return Engine(supplies, budget=self._given, baseline=baseline_of(state), idle=state)

    @cached_property
    def breadths(self) -> NDArray[np.float64]:
        """Roughly how many assets are downstream of each (n,)."""
        return breadths(self.supplies.net)

    @property
    def nominal_rounds(self) -> I32:
        """Rounds of the least fixpoints (T, n) with everything healthy."""
        return self._nominal_rounds

    @cached_property
    def _nominal_rounds(self) -> I32:
        return rounds_of(self.supplies, self.nominal)

    def evaluate(self, resolved: Resolved, own: Own) -> ArrayCase:
        """The case of a question; `own` are own operabilities of the baseline that are not 1 (millionths).

        Raises BudgetSpent, GroupDisagrees.
        """
        return self._run(resolved, lambda run: run.case(own))

    def fallen(self, resolved: Resolved, *, most: int | None = None) -> tuple[I32, I64] | None:
        """What is lower in S than in M, the failed among it, all well in B: positions, sorted, and microseconds.

        None where that is more than `most` assets (at least 1): a failure that takes down nearly everything then costs
        little more than what it takes to know. Raises BudgetSpent.
        """
        return self._run(resolved, lambda run: run.fallen(most))

    def at_risk(self, resolved: Resolved, own: Own) -> I32:
        """Positions, sorted, of the assets that one more loss would lower now and would not in B.

        Evaluates the question again, then what leans on each asset near to what it touched. Raises BudgetSpent.
        """
        return self._run(resolved, lambda run: run.at_risk(own))

    def _run(self, resolved: Resolved, work: Callable[[Run], T]) -> T:
        return self.lend(lambda state: work(Run(self, resolved, state)))

    def lend(self, work: Callable[[State], T]) -> T:
        """What `work` makes of a state of the nominal baseline, lent to it; done again with a longer log if need be.

        Raises Stopped where the work that this is part of is not wanted any more.
        """

        def attempt(log: int) -> T:
            state = self._borrowed(log)
            loose = int(state.counts[LOOSE])
            with stopping(state.counts, STOP):
                made = work(state)
            undo(state, 0, 0, 0, loose)
            with self._lock:
                if len(self._idle) < IDLE:
                    self._idle.append(state)
            return made

        return with_log(self.supplies.size, attempt)

    def _borrowed(self, log: int) -> State:
        """A state of the nominal baseline for one's own use. One that isn't left as it was is not to come back."""
        with self._lock:
            for place, state in enumerate(self._idle):
                if state.log_at.size >= log:
                    return self._idle.pop(place)
        return state_of(self.baseline, self.supplies.net, log=log)

    def margins(self, supplies: Supplies) -> Margins:
        """Whether groups of some supplies have a member to spare; by the budget of this engine."""
        return Margins(supplies, budget=self.budget, demand=partial(self.demand, begin=0))

    def settle(self, supplies: Supplies, state: State, begin: int, *, changed: I32, raised: I32) -> None:
        """Lower a state to the result. Raises BudgetSpent, or LogFull."""
        state.counts[LEFT] = self.budget
        status = settle(supplies.net, state, len(supplies.flows), changed, raised, begin)
        self.demand(supplies, state, status, begin=begin)

    def demand(self, supplies: Supplies, state: State, status: int, *, begin: int) -> None:
        """Raise BudgetSpent or LogFull unless an evaluation ended well; Stopped where it was made to end."""
        demand_settled(supplies, state, status, begin=begin, budget=self.budget)

    def _followed(self, supplies: Supplies, changed: I32) -> State:
        def attempt(log: int) -> State:
            state = moved(self._borrowed(log), supplies.net)
            raised = lift(supplies.net, state, changed)
            self.settle(supplies, state, 0, changed=changed, raised=raised)
            forget(state)
            return state

        return with_log(supplies.size, attempt)

    def _derived(self) -> State:
        supplies = self.supplies

        def attempt(log: int) -> State:
            state = fresh_state(supplies.net, len(supplies.flows), all_healthy(supplies.size), log=log)
            everything = np.arange(supplies.size, dtype=np.int32)
            self.settle(supplies, state, 0, changed=NO_ASSETS, raised=everything)
            forget(state)
            return state

        return with_log(supplies.size, attempt)
