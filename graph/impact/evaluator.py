"""The plain evaluator: from a topology and a question to the answer, by the definition, with nothing clever in it.

It is meant to be right and to be read beside `docs/impact.md`; faster ones are judged by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cached_property

from graph.impact.answer import Answer, ImpactedAsset
from graph.impact.assumptions import Presumed, assumptions, standing
from graph.impact.bounds import Bounds
from graph.impact.case import Case, evaluate_case
from graph.impact.fixpoint import Fixpoint, greatest, lowered
from graph.impact.hops import Arrival, arrivals
from graph.impact.network import Network, network
from graph.impact.quantity import FULL, Operability
from graph.impact.question import Question, Resolved, resolve
from graph.impact.times import times
from graph.impact.topology import Topology

LEAST_BUDGET = 5_000_000
"""Recomputations of single values that one fixpoint may take, whatever its size: some seconds."""


class Evaluator:
    """Answers any number of questions about one topology, from one nominal baseline.

    `budget` bounds the recomputations of single values in one fixpoint; by default 200 for each asset and supply, and
    never under `LEAST_BUDGET`. Safe to share between threads once `nominal` has been read.
    """

    def __init__(self, topology: Topology, *, budget: int | None = None) -> None:
        self.topology = topology
        self.budget = budget or max(LEAST_BUDGET, 200 * (len(topology.assets) + len(topology.supplies)))

    @cached_property
    def network(self) -> Network:
        """The topology by position."""
        return network(self.topology)

    @cached_property
    def nominal(self) -> Fixpoint:
        """The result with every own operability at 1."""
        return greatest(self.network, [FULL] * self.network.size, budget=self.budget)

    def evaluate(self, question: Question) -> Answer:
        """The answer to a question. Raises what `resolve` and `build_topology` raise, and BudgetSpent."""
        resolved = resolve(question, self.topology)
        cases = tuple(evaluate_case(resolved, self._baseline(own), budget=self.budget) for own in self._owns(resolved))
        ways = tuple(arrivals(case) for case in cases)
        impacted = sorted(self._impacted(cases, ways), key=_worst_first)
        within = tuple(each for each in impacted if _within(each.time_to_impact, question.horizon))
        return Answer(
            question=question,
            failed=_failed(question),
            impacted=within,
            beyond_horizon=len(impacted) - len(within),
            lowered_by_maintenance=self._ids(at for case in cases for at in case.lowered_by_maintenance),
            improved=self._ids(at for case in cases for at in case.improved),
            unsupplied=self._ids(self._unsupplied),
            already_down=self._ids(self._already_down(cases)),
            assumptions=assumptions(question, self._standing, beyond_horizon=len(impacted) - len(within)),
            cases=cases,
            ways=ways,
            budget=self.budget,
        )

    @cached_property
    def _standing(self) -> tuple[str, ...]:
        presumed = (
            Presumed(flow=flow, count=len(assets), some=tuple(sorted(assets)[:5]))
            for flow, assets in self.topology.presumed_sources().items()
        )
        return standing(presumed, delayed=any(each.terms.delay for each in self.topology.supplies))

    @cached_property
    def _unsupplied(self) -> frozenset[int]:
        return frozenset(at for at, value in enumerate(self.nominal.values) if value == 0)

    def _owns(self, resolved: Resolved) -> list[Mapping[str, Operability]]:
        """Own values that differ from 1: once where all are known, else with each unknown at 0 and at 1."""
        own = resolved.question.own
        lower = {asset: bounds.lower for asset, bounds in own.items()}
        upper = {asset: bounds.upper for asset, bounds in own.items()}
        return [lower] if lower == upper else [lower, upper]

    def _baseline(self, given: Mapping[str, Operability]) -> Fixpoint:
        if not given:
            return self.nominal
        own = [given.get(asset, FULL) for asset in self.network.ids]
        return lowered(self.nominal, self.network, own, budget=self.budget)

    def _already_down(self, cases: tuple[Case, ...]) -> Iterable[int]:
        """DOWN in the baseline for certain, but not with everything healthy."""
        for at in range(self.network.size):
            if at not in self._unsupplied and all(case.b.values[at] == 0 for case in cases):
                yield at

    def _impacted(self, cases: tuple[Case, ...], ways: tuple[Mapping[int, Arrival], ...]) -> Iterable[ImpactedAsset]:
        clocks = [times(case) for case in cases]
        for at in sorted({at for case in cases for at in case.impacted}):
            fell = [number for number, case in enumerate(cases) if case.s.values[at] < case.m.values[at]]
            yield ImpactedAsset(
                asset=self.network.ids[at],
                before=_bounds(case.m.values[at] for case in cases),
                after=_bounds(case.s.values[at] for case in cases),
                hops=min(ways[number][at].hops for number in fell),
                time_to_impact=min(clocks[number][at] for number in fell),
            )

    def _ids(self, positions: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.network.ids[at] for at in sorted(set(positions)))


def evaluate(topology: Topology, question: Question) -> Answer:
    """The answer to one question; for several about one topology keep an `Evaluator`."""
    return Evaluator(topology).evaluate(question)


def _worst_first(each: ImpactedAsset) -> tuple[Bounds, int, str]:
    return (each.after, each.hops, each.asset)


def _within(time: timedelta, horizon: timedelta | None) -> bool:
    return horizon is None or time <= horizon


def _failed(question: Question) -> tuple[str, ...]:
    return tuple(sorted({failure.asset for failure in question.failures}))


def _bounds(values: Iterable[int]) -> Bounds:
    listed = [Operability(value) for value in values]
    return Bounds(lower=min(listed), upper=max(listed))
