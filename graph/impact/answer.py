"""The answer to one question about impact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from graph.errors import NotFound
from graph.impact.because import because, fell_together
from graph.impact.bounds import Bounds, Level
from graph.impact.case import Case
from graph.impact.hops import Arrival
from graph.impact.proof import Evidence, Proof
from graph.impact.quantity import Operability
from graph.impact.question import Question
from graph.impact.risk import at_risk


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactedAsset:
    """An asset that is lower with the failures than before them.

    `hops` is the fewest supplies from a failure or a removed supply, `time_to_impact` the first moment it falls.
    """

    asset: str
    before: Bounds
    after: Bounds
    hops: int
    time_to_impact: timedelta

    @property
    def level(self) -> Level:
        """The level after."""
        return self.after.level

    @property
    def level_before(self) -> Level:
        """The level before."""
        return self.before.level


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Everything that follows from one question. Lists of ids are sorted by id.

    `impacted` is ordered worst first (lowest operability), then fewest hops, then id; what falls later than the
    horizon is left out and counted in `beyond_horizon`. `cases` are the evaluations behind it: one, or where own
    operabilities are unknown two, with every unknown at its lower and at its upper bound. `ways` are their paths.
    Not slotted: `at_risk` is computed when first asked for, and kept.
    """

    question: Question
    failed: tuple[str, ...]
    impacted: tuple[ImpactedAsset, ...]
    beyond_horizon: int
    lowered_by_maintenance: tuple[str, ...]
    improved: tuple[str, ...]
    unsupplied: tuple[str, ...]
    already_down: tuple[str, ...]
    assumptions: tuple[str, ...]
    cases: tuple[Case, ...]
    ways: tuple[Mapping[int, Arrival], ...]
    budget: int

    @cached_property
    def at_risk(self) -> tuple[str, ...]:
        """Assets that aren't lower, but that one more loss in some group would lower now and would not before."""
        ids = self.cases[0].b.network.ids
        found = {at for case in self.cases for at in at_risk(case, budget=self.budget)}
        return tuple(ids[at] for at in sorted(found))

    def baseline(self, asset: str) -> Bounds:
        """Operability in B, the baseline."""
        return _bounds(case.b.of(asset) for case in self.cases)

    def before(self, asset: str) -> Bounds:
        """Operability in M, the baseline with maintenance."""
        return _bounds(case.m.of(asset) for case in self.cases)

    def after(self, asset: str) -> Bounds:
        """Operability in S, with failures and changed relationships."""
        return _bounds(case.s.of(asset) for case in self.cases)

    def because(self, asset: str) -> Proof:
        """Why an impacted asset fell; where bounds differ, by the lower one if it fell there.

        Raises NotFound for an asset that isn't impacted.
        """
        return because(*self._fell(asset), asset)

    def fell_together(self, asset: str) -> tuple[Evidence, ...]:
        """The rest of the proof where a FLOW group decides: the lost assets that lean on each other, group by group.

        Taken together they get no more from outside their set than is stated. Apart from `because`, for it may be as
        large as the impact. Raises NotFound for an asset that isn't impacted.
        """
        return fell_together(*self._fell(asset), asset)

    def _fell(self, asset: str) -> tuple[Case, Mapping[int, Arrival]]:
        for case, ways in zip(self.cases, self.ways, strict=True):
            if asset in case.s.network.position and case.fell(asset):
                return case, ways
        raise NotFound(f"{asset} is not impacted", expected="an impacted asset, other than the failed ones")

    @cached_property
    def by_level(self) -> tuple[tuple[Level, int], ...]:
        """How many impacted assets are at each level, worst first; levels without any are left out."""
        counts = Counter(each.level for each in self.impacted)
        return tuple((level, counts[level]) for level in WORST_FIRST if counts[level])

    def by_type(self, type_of: Callable[[str], str]) -> tuple[tuple[str, int], ...]:
        """How many impacted assets are of each exact type, most first, then by name."""
        return _ranked(Counter(type_of(each.asset) for each in self.impacted))

    def by_container(self, containers_of: Callable[[str], Iterable[str]]) -> tuple[tuple[str, int], ...]:
        """How many impacted assets each container holds, largest first, then by id.

        `containers_of` gives the containers of the wanted type at any depth; each counts once, whatever the ways to it.
        """
        return _ranked(Counter(box for each in self.impacted for box in set(containers_of(each.asset))))


WORST_FIRST = (Level.DOWN, Level.UNKNOWN, Level.DEGRADED, Level.OK)


def _ranked(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _bounds(values: Iterable[Operability]) -> Bounds:
    listed = tuple(values)
    return Bounds(lower=min(listed), upper=max(listed))
