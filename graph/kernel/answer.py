"""The answer to one question, from array cases: what `graph.impact.Answer` says, at any size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import cached_property, reduce

import numpy as np

from graph.errors import NotFound
from graph.impact import Evidence, Level, Proof, Question
from graph.impact.assumptions import assumptions
from graph.kernel.arrays import I32, I64
from graph.kernel.case import ArrayCase
from graph.kernel.hops import Hops
from graph.kernel.lists import LEVELS, IdList, ImpactedList
from graph.kernel.proofs import proofs, together
from graph.kernel.times import NEVER

_MICROSECOND = timedelta(microseconds=1)


class ArrayAnswer:
    """Everything that follows from one question; words as in `graph.impact.Answer`.

    `at_risk` and proofs are computed when asked for; `risk` computes the former.
    """

    def __init__(
        self,
        question: Question,
        cases: tuple[ArrayCase, ...],
        *,
        unsupplied: I32,
        standing: Callable[[], Sequence[str]],
        risk: Callable[[], I32],
    ) -> None:
        self.question = question
        self.cases = cases
        self._unsupplied = unsupplied
        self._risk = risk
        everything = _merged(cases)
        self.impacted = everything if question.horizon is None else _within(everything, question.horizon)
        self.beyond_horizon = len(everything) - len(self.impacted)
        self._standing = standing

    @cached_property
    def assumptions(self) -> tuple[str, ...]:
        """What the answer rests on."""
        return assumptions(self.question, self._standing(), beyond_horizon=self.beyond_horizon)

    @property
    def failed(self) -> Sequence[str]:
        """The failed assets, sorted."""
        return self._ids(self.cases[0].failed)

    @property
    def unsupplied(self) -> Sequence[str]:
        """Assets that are down with everything healthy, sorted."""
        return self._ids(self._unsupplied)

    @cached_property
    def already_down(self) -> Sequence[str]:
        """Assets down in B for certain, but not with everything healthy, sorted."""
        down = [case.touched[case.b == 0] for case in self.cases]
        return self._ids(np.setdiff1d(reduce(np.intersect1d, down), self._unsupplied))

    @cached_property
    def lowered_by_maintenance(self) -> Sequence[str]:
        """Assets lower in M than in B, other than those in maintenance, sorted."""
        return self._union(np.setdiff1d(case.touched[case.m < case.b], case.maintained) for case in self.cases)

    @cached_property
    def improved(self) -> Sequence[str]:
        """Assets higher in S than in M, sorted."""
        return self._union(case.touched[case.s > case.m] for case in self.cases)

    @cached_property
    def at_risk(self) -> IdList:
        """Assets that aren't lower, but that one more loss in some group would lower now and would not before."""
        return self._ids(self._risk())

    @property
    def by_level(self) -> tuple[tuple[Level, int], ...]:
        """How many impacted assets are at each level, worst first; levels without any are left out."""
        counts = np.bincount(self.impacted.levels, minlength=len(LEVELS)).tolist()
        return tuple((level, count) for level, count in zip(LEVELS, counts, strict=True) if count)

    def proofs(self, assets: Sequence[str]) -> list[Proof]:
        """Why each of these impacted assets fell; where bounds differ, by the lower one if it fell there.

        Raises NotFound for one that isn't impacted.
        """
        fell = [self._fell(asset) for asset in assets]
        found: dict[str, Proof] = {}
        for number, case in enumerate(self.cases):
            wanted = [at for of, at in fell if of == number]
            found |= {proof.asset: proof for proof in proofs(case, wanted)} if wanted else {}
        return [found[asset] for asset in assets]

    def because(self, asset: str) -> Proof:
        """Why an impacted asset fell. Raises NotFound for one that isn't impacted."""
        return self.proofs([asset])[0]

    def fell_together(self, asset: str) -> tuple[Evidence, ...]:
        """The rest of the proof where a FLOW group decides. Raises NotFound for an asset that isn't impacted."""
        number, at = self._fell(asset)
        return together(self.cases[number], at)

    def _fell(self, asset: str) -> tuple[int, int]:
        """The first case in which an asset is impacted, and its position."""
        at = self.cases[0].base.ids.find(asset)
        for number, case in enumerate(self.cases):
            if at is not None and case.fell(at):
                return number, at
        raise NotFound(f"{asset} is not impacted", expected="an impacted asset, other than the failed ones")

    def _ids(self, positions: I32) -> IdList:
        ids = self.cases[0].base.ids
        return IdList(ids, ids.in_order(positions))

    def _union(self, of: Iterable[I32]) -> IdList:
        return self._ids(reduce(np.union1d, of))


def _merged(cases: tuple[ArrayCase, ...]) -> ImpactedList:
    """What is impacted in any case: bounds over all, hops and times the least of those in which it is."""
    positions = reduce(np.union1d, (case.impacted for case in cases)).astype(np.int32)
    ids = cases[0].base.ids
    found = ImpactedList(
        ids,
        positions,
        before=_extremes([case.read(case.m, positions) for case in cases]),
        after=_extremes([case.read(case.s, positions) for case in cases]),
        hops=_hops(cases, positions),
        times=_least(cases, positions, [case.times for case in cases]),
    )
    if positions.size == 0 or positions[-1] < ids.base:
        return found
    return found.where(ids.order(positions))


def _extremes(values: Sequence[I32]) -> I32:
    """The least and the largest of each asset's values, (2, n); of one case the same array twice, not copied."""
    if len(values) == 1:
        return np.broadcast_to(values[0], (2, values[0].size))
    return np.stack([reduce(np.minimum, values), reduce(np.maximum, values)])


def _hops(cases: tuple[ArrayCase, ...], positions: I32) -> Hops:
    """The least of all cases; where there are several, all are looked for."""
    if len(cases) == 1:
        return cases[0].hops
    return Hops(_least(cases, positions, [case.hops.whole.astype(np.int64) for case in cases]).astype(np.int32))


def _least(cases: Sequence[ArrayCase], positions: I32, columns: Sequence[I64]) -> I64:
    if len(cases) == 1:
        return columns[0]
    least = np.full(positions.size, np.iinfo(np.int64).max, np.int64)
    for case, column in zip(cases, columns, strict=True):
        places = np.searchsorted(positions, case.impacted)
        least[places] = np.minimum(least[places], column)
    return least


def _within(impacted: ImpactedList, horizon: timedelta) -> ImpactedList:
    return impacted.where(impacted.times <= min(horizon // _MICROSECOND, NEVER))
