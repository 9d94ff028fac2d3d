"""One question on its way through a state: from B by M to S, and what is read off on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final, NamedTuple, Protocol, TypeAlias

import numpy as np

from graph.impact import Failure
from graph.impact.question import Resolved
from graph.kernel.arrays import I32, I64, NO_ASSETS, NO_NUMBERS, OWNER, Net
from graph.kernel.case import ArrayCase
from graph.kernel.falls import NO_DELAY, Falls, stages
from graph.kernel.gifts import causes_of
from graph.kernel.hops import UNKNOWN, Hops, causes_among, reach
from graph.kernel.margins import Margins
from graph.kernel.positions import in_order, places_of, without
from graph.kernel.rewiring import Rewired, rewired
from graph.kernel.rounds import rounds_of
from graph.kernel.settle import lift, strike
from graph.kernel.state import (
    LOGGED,
    LOOSE,
    MOST,
    SETTLED,
    STATUS,
    LogFull,
    State,
    TooMany,
    look_away,
    look_back,
    undo,
)
from graph.kernel.supplies import Supplies

FIRST_HOPS: Final = 4_096
"""How many of the nearest assets get their hops at once: some pages of them."""


class OwnAt(NamedTuple):
    """Own operabilities of the baseline that are not 1, by position: m distinct positions, and (m,) millionths."""

    positions: I32
    values: I32


Own: TypeAlias = Mapping[str, int] | OwnAt
"""By id, or by position: to look up many ids takes longer than all the rest."""


class Settling(Protocol):
    """What a run asks of the engine that lends it a state."""

    @property
    def supplies(self) -> Supplies:
        """The supplies of B and M."""
        ...

    @property
    def nominal(self) -> I32:
        """What assets (n,) have with everything healthy, in millionths."""
        ...

    @property
    def nominal_rounds(self) -> I32:
        """Rounds of the least fixpoints (T, n) with everything healthy."""
        ...

    def settle(self, supplies: Supplies, state: State, begin: int, *, changed: I32, raised: I32) -> None:
        """Lower a state to the result. Raises BudgetSpent, TooMany, or LogFull."""
        ...

    def margins(self, supplies: Supplies) -> Margins:
        """Whether groups have a member to spare."""
        ...


class Run:
    """One question on its way through a state."""

    def __init__(self, engine: Settling, resolved: Resolved, state: State) -> None:
        self._engine = engine
        self._resolved = resolved
        self._state = state
        self._base = engine.supplies
        self._after = Rewired(supplies=engine.supplies, changed=NO_ASSETS, replacing=NO_ASSETS, newly_live=NO_NUMBERS)
        self._stages = stages(resolved)
        delayed = engine.supplies.delayed or any(each.terms.delay for of in resolved.added.values() for each in of)
        self._falls = Falls(state, delayed=delayed, one=len(self._stages) == 1, rounds=self._rounds)
        self._loose = int(state.counts[LOOSE])
        self._of_m = 0

    def case(self, own: Own) -> ArrayCase:
        """The case, from B to S."""
        self._through(own)
        made = self._made(self._of_b[LOGGED], self._of_m, self._positions(self._resolved.question.maintenance))
        self._falls.clear()
        return made

    def fallen(self, most: int | None) -> tuple[I32, I64] | None:
        """What is lower in S than in M, and when it falls; None where that is more than `most` assets."""
        try:
            self._through({}, most=most or 0)
        except TooMany:
            return self._counted_again(most or 0)
        self._state.counts[MOST] = 0
        fell = self._fell()
        if most is not None and fell.size > most:
            self._falls.clear()
            return None
        times = self._falls.first(fell)
        self._falls.clear()
        return fell, times

    def _fell(self) -> I32:
        found = look_back(self._state, self._of_m)
        fell = in_order(found[self._state.x[found] < self._state.was[found]], self._state.x.size)
        look_away(self._state, self._of_m)
        return fell

    def _counted_again(self, most: int) -> tuple[I32, I64] | None:
        """Where more was lowered than may: None, unless the same assets were so again and again."""
        self._state.counts[STATUS], self._state.counts[MOST] = SETTLED, 0
        found = look_back(self._state, self._of_m)
        fell = int(np.count_nonzero(self._state.x[found] < self._state.was[found]))
        look_away(self._state, self._of_m)
        self._falls.clear()
        if fell > most:
            return None
        undo(self._state, 0, 0, 0, self._loose)
        found = Run(self._engine, self._resolved, self._state).fallen(None)
        return found if found is None or found[0].size <= most else None

    def _through(self, own: Own, *, most: int = 0) -> None:
        """Go through B and M to S, and remember how long the log was at M. Raises TooMany beyond `most` from there."""
        maintained = self._positions(self._resolved.question.maintenance)
        positions, values = _own_at(own, self._positions)
        self._lower(positions, values)
        self._of_b = tuple(self._state.counts[: LOOSE + 1].tolist())
        self._lower(maintained, np.zeros(maintained.size, np.int32))
        self._of_m = self._mark
        self._state.counts[MOST] = self._of_m + most if most else 0
        for at, failures in self._stages:
            self._stage(at, failures)

    def at_risk(self, own: Own) -> I32:
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
        self._falls.begin(at)
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
            hops=Hops(np.zeros(0, np.int32)),
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
        """The case with the hops of its nearest assets; the others are searched for when they are asked for."""
        state, net = self._state, self._after.supplies.net
        look_back(state, of_m)
        weakened, put_in = self._causes(case)
        causes = _Causes(case.failed, weakened, put_in, self._after.newly_live)
        # What was put in counts for what nothing else reaches, so that it takes the whole search.
        most = FIRST_HOPS if put_in.size == 0 else state.queue.size
        tail = causes.reach(net, state.x, state.was, state.hop, state.queue, most=most)
        reached = state.hop[case.impacted]
        state.hop[state.queue[: tail if tail >= 0 else ~tail]] = -1
        look_away(state, of_m)
        reached[reached < 0] = UNKNOWN
        hops = Hops(reached, None if tail >= 0 else partial(_all_hops, net, case, causes))
        return replace(case, hops=hops)

    def _causes(self, case: ArrayCase) -> tuple[I32, I32]:
        """Impacted dependants of supplies that the question weakened, and of those that it took away or put in.

        What is in place of something else may carry less than that, or have left a group: only where there is such a
        one the supplies of M are looked at too.
        """
        fell = self._after.changed[places_of(case.impacted, self._after.changed) >= 0]
        if fell.size == 0:
            return NO_ASSETS, NO_ASSETS
        plain = np.setdiff1d(fell, self._after.replacing, assume_unique=True)
        weakened, put_in = causes_of(case, np.setdiff1d(fell, plain, assume_unique=True))
        opened, changed = causes_among(self._after.supplies.net, self._state.x, self._state.was, plain)
        return (
            np.union1d(weakened, plain[opened == 1]).astype(np.int32),
            np.union1d(put_in, plain[changed == 1]).astype(np.int32),
        )


class _Causes(NamedTuple):
    """From where hops count: what failed, whose supplies were weakened, whose were put in, and what leads nowhere."""

    failed: I32
    weakened: I32
    put_in: I32
    newly_live: I64

    def reach(self, net: Net, x: I32, was: I32, hop: I32, queue: I32, *, most: int) -> int:
        """As `hops.reach`: how many were reached, or ~ of that where more may be."""
        tail = reach(net, x, was, hop, queue, self.failed, self.weakened, self.newly_live, 0, most)
        if tail < 0 or self.put_in.size == 0:
            return tail
        return reach(net, x, was, hop, queue, NO_ASSETS, self.put_in, self.newly_live, tail, most)


def _all_hops(net: Net, case: ArrayCase, causes: _Causes) -> I32:
    """The hops of all that is impacted. Cost: supplies out of it, and 16 bytes an asset."""
    x, was = case.nominal.copy(), np.full(case.nominal.size, -1, np.int32)
    x[case.touched], was[case.touched] = case.s, case.m
    hop, queue = np.full(x.size, -1, np.int32), np.empty(x.size + 1, np.int32)
    causes.reach(net, x, was, hop, queue, most=queue.size)
    return hop[case.impacted]


def _own_at(own: Own, positions: Callable[[Iterable[str]], I32]) -> OwnAt:
    if isinstance(own, OwnAt):
        return own
    return OwnAt(positions(own), np.array(list(own.values()), np.int32))
