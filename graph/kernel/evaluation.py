"""Evaluates questions on arrays: which values follow, how far and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cached_property, partial
from threading import Lock
from typing import Final, TypeVar

import numpy as np

from graph.impact import Failure
from graph.impact.question import Resolved
from graph.kernel.arrays import I32, I64, NO_ASSETS, NO_NUMBERS, OWNER
from graph.kernel.case import ArrayCase
from graph.kernel.ending import demand_settled, with_log
from graph.kernel.falls import NO_DELAY, Falls, stages
from graph.kernel.hops import reach
from graph.kernel.jit import keep_on_disk
from graph.kernel.margins import Margins
from graph.kernel.positions import in_order, without
from graph.kernel.rewiring import Rewired, rewired
from graph.kernel.rounds import rounds_of
from graph.kernel.settle import lift, settle, strike
from graph.kernel.state import (
    LEFT,
    LOGGED,
    LOOSE,
    STATUS,
    STOP,
    Baseline,
    LogFull,
    State,
    all_healthy,
    baseline_of,
    forget,
    fresh_state,
    look_away,
    look_back,
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
    def nominal_rounds(self) -> I32:
        """Rounds of the least fixpoints (T, n) with everything healthy."""
        return rounds_of(self.supplies, self.nominal)

    def evaluate(self, resolved: Resolved, own: Mapping[str, int]) -> ArrayCase:
        """The case of a question; `own` are own operabilities of the baseline that are not 1 (millionths).

        Raises BudgetSpent, GroupDisagrees.
        """
        return self._run(resolved, lambda run: run.case(own))

    def fallen(self, resolved: Resolved) -> tuple[I32, I64]:
        """What is lower in S than in M, the failed among it, all well in B: positions, sorted, and microseconds."""
        return self._run(resolved, lambda run: run.fallen())

    def at_risk(self, resolved: Resolved, own: Mapping[str, int]) -> I32:
        """Positions, sorted, of the assets that one more loss would lower now and would not in B.

        Evaluates the question again, then what leans on each asset near to what it touched. Raises BudgetSpent.
        """
        return self._run(resolved, lambda run: run.at_risk(own))

    def _run(self, resolved: Resolved, work: Callable[[_Run], T]) -> T:
        return self.lend(lambda state: work(_Run(self, resolved, state)))

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


class _Run:
    """One question on its way through a state."""

    def __init__(self, engine: Engine, resolved: Resolved, state: State) -> None:
        self._engine = engine
        self._resolved = resolved
        self._state = state
        self._base = engine.supplies
        self._after = Rewired(supplies=engine.supplies, changed=NO_ASSETS, newly_live=NO_NUMBERS)
        delayed = engine.supplies.delayed or any(each.terms.delay for of in resolved.added.values() for each in of)
        self._falls = Falls(engine.supplies.size, delayed=delayed, rounds=self._rounds)

    def case(self, own: Mapping[str, int]) -> ArrayCase:
        """The case, from B to S."""
        of_m = self._through(own)
        return self._made(self._of_b[LOGGED], of_m, self._positions(self._resolved.question.maintenance))

    def fallen(self) -> tuple[I32, I64]:
        """What is lower in S than in M, and when it falls."""
        of_m = self._through({})
        found = look_back(self._state, of_m)
        fell = in_order(found[self._state.x[found] < self._state.was[found]], self._state.x.size)
        look_away(self._state, of_m)
        return fell, self._falls.first(fell)

    def _through(self, own: Mapping[str, int]) -> int:
        """Go through B and M to S; returns how long the log was at M."""
        maintained = self._positions(self._resolved.question.maintenance)
        self._lower(self._positions(own), np.array(list(own.values()), np.int32))
        self._of_b = tuple(self._state.counts[: LOOSE + 1].tolist())
        self._lower(maintained, np.zeros(maintained.size, np.int32))
        of_m = self._mark
        for at, failures in stages(self._resolved):
            self._stage(at, failures)
        return of_m

    def at_risk(self, own: Mapping[str, int]) -> I32:
        """Positions of the assets at risk."""
        case = self.case(own)
        s, b = self._engine.margins(self._after.supplies), self._engine.margins(self._base)
        touched = np.union1d(case.touched[case.s != case.b], self._after.changed).astype(np.int32)
        asked = s.groups(s.near(touched) | b.near(touched))
        owners = self._after.supplies.net.groups[asked, OWNER]
        held = case.read(case.s, owners) >= case.read(case.b, owners)
        asked = asked[held & ~np.isin(owners, case.failed)]
        now = asked[s.spent(self._state, asked)]
        undo(self._state, *self._of_b)
        earlier = self._earlier(now)
        before = earlier[earlier >= 0]
        fine = np.ones(now.size, bool)
        fine[earlier >= 0] = ~b.spent(self._state, before)
        return np.unique(self._after.supplies.net.groups[now[fine], OWNER])

    def _earlier(self, groups: I32) -> I32:
        """The group of B that each group of S was, -1 where there was none."""
        earlier = groups.copy()
        known = self._base.net.groups.shape[0]
        for place in np.flatnonzero(groups >= known).tolist():
            group = int(groups[place])
            id_ = self._after.supplies.group_id(group)
            at = int(self._after.supplies.net.groups[group, OWNER])
            same = (each for each in self._base.groups(at) if self._base.group_id(each) == id_)
            earlier[place] = next(same, -1)
        return earlier

    @property
    def _mark(self) -> int:
        return int(self._state.counts[LOGGED])

    def _positions(self, assets: Iterable[str]) -> I32:
        found = [self._base.ids.find(asset) for asset in assets]
        return np.array(found, np.int32)

    def _lower(self, assets: I32, own: I32) -> None:
        if assets.size:
            mark = self._mark
            self._strike(assets, own)
            self._engine.settle(self._base, self._state, mark, changed=NO_ASSETS, raised=NO_ASSETS)

    def _strike(self, assets: I32, own: I32) -> None:
        strike(self._state, assets, own)
        if self._state.counts[STATUS]:
            raise LogFull

    def _rounds(self) -> I32:
        """Rounds of the least fixpoints (T, n) of what is so now."""
        if self._mark == 0 and self._after.supplies is self._base:
            return self._engine.nominal_rounds
        return rounds_of(self._after.supplies, self._state.x)

    def _stage(self, at: timedelta, failures: list[Failure]) -> None:
        mark = self._mark
        struck = self._positions(tuple(each.asset for each in failures))
        self._falls.begin(at, self._state)
        self._strike(struck, np.array([each.operability for each in failures], np.int32))
        rewires = at == NO_DELAY and self._resolved.changes_topology
        raised = self._rewire() if rewires else NO_ASSETS
        changed = self._after.changed if rewires else NO_ASSETS
        self._engine.settle(self._after.supplies, self._state, mark, changed=changed, raised=raised)
        self._falls.end(self._after.supplies, self._state, mark, struck)

    def _rewire(self) -> I32:
        """Change the supplies, and lift what that may lift."""
        made = rewired(self._base, removed=self._resolved.removed, added=self._resolved.added)
        self._after = made
        groups = made.supplies.net.groups.shape[0]
        self._state = self._state._replace(waiting=np.zeros(groups, np.uint8), groups=np.zeros(groups, np.int32))
        if not self._resolved.added:
            return NO_ASSETS
        raised = lift(made.supplies.net, self._state, made.changed)
        if self._state.counts[STATUS]:
            raise LogFull
        return raised

    def _made(self, of_b: int, of_m: int, maintained: I32) -> ArrayCase:
        state = self._state
        touched = in_order(look_back(state, 0), state.x.size)
        look_away(state, 0)
        s = state.x[touched]
        b = self._values_at(of_b, touched, s)
        m = b if of_m == of_b else self._values_at(of_m, touched, s)
        failed = np.unique(self._positions(tuple(each.asset for each in self._resolved.question.failures)))
        impacted = without(touched[s < m], failed)
        case = ArrayCase(
            base=self._base,
            after=self._after.supplies,
            nominal=self._engine.nominal,
            touched=touched,
            b=b,
            m=m,
            s=s,
            failed=failed,
            maintained=np.unique(maintained),
            changed=frozenset(self._resolved.removed | self._resolved.added.keys()),
            impacted=impacted,
            hops=np.zeros(0, np.int32),
            times=self._falls.first(impacted),
        )
        return self._with_hops(case, of_m)

    def _values_at(self, mark: int, touched: I32, now: I32) -> I32:
        if mark == 0:
            return self._engine.nominal[touched]
        look_back(self._state, mark)
        was = self._state.was[touched]
        look_away(self._state, mark)
        return np.where(was >= 0, was, now)

    def _with_hops(self, case: ArrayCase, of_m: int) -> ArrayCase:
        state, net = self._state, self._after.supplies.net
        weakened, put_in = case.causes(self._after.changed)
        found = look_back(state, of_m)
        tail = reach(net, state, found, case.failed, weakened, self._after.newly_live, 0)
        if put_in.size:
            tail = reach(net, state, found, NO_ASSETS, put_in, self._after.newly_live, tail)
        hops = state.hop[case.impacted]
        state.hop[state.queue[:tail]] = -1
        look_away(state, of_m)
        return replace(case, hops=hops)
