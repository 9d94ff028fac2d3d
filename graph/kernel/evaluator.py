"""Answers questions about impact on arrays: the same answers as the plain evaluator, at any size."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, reduce

import numpy as np

from graph.impact import Baseline as Asked
from graph.impact import Level, Question
from graph.impact.assumptions import standing
from graph.impact.question import Resolved, resolve
from graph.kernel.answer import ArrayAnswer
from graph.kernel.arrays import I32
from graph.kernel.case import ArrayCase
from graph.kernel.evaluation import Engine
from graph.kernel.lists import IdList
from graph.kernel.owns import OwnList
from graph.kernel.run import Own, OwnAt
from graph.kernel.single_points import single_points
from graph.kernel.standing import any_delays, presumed_sources
from graph.kernel.state import Baseline
from graph.kernel.supplies import Supplies


class ArrayEvaluator:
    """Answers any number of questions about one set of supplies, also at the same time.

    `budget` bounds the recomputations of one fixpoint; by default 200 for each asset and supply.
    """

    def __init__(self, supplies: Supplies, *, budget: int | None = None, engine: Engine | None = None) -> None:
        self.supplies = supplies
        self.engine = engine or Engine(supplies, budget=budget)

    def following(self, supplies: Supplies, changed: I32) -> ArrayEvaluator:
        """The evaluator of supplies in which the groups of `changed` assets (sorted) are others. Raises BudgetSpent."""
        return ArrayEvaluator(supplies, engine=self.engine.following(supplies, changed))

    def evaluate(self, question: Question) -> ArrayAnswer:
        """The answer to a question. Raises what `resolve` raises, GroupDisagrees and BudgetSpent."""
        resolved = resolve(question, self.supplies)
        owns = _owns(resolved)
        return ArrayAnswer(
            question,
            tuple(self.engine.evaluate(resolved, own) for own in owns),
            unsupplied=self._unsupplied,
            standing=lambda: self._standing,
            risk=lambda: self._at_risk(resolved, owns),
        )

    def standing(self, own: I32, lower: I32, upper: I32) -> tuple[ArrayCase, ...]:
        """The baseline in which some assets, by position (m,), are not at 1: one case, or two where bounds differ.

        `lower` and `upper` (m,) are what they are at least and at most, in millionths. Raises BudgetSpent.
        """
        resolved = Resolved(question=Question(baseline=Asked.LIVE), removed=frozenset(), added={})
        values = (lower,) if np.array_equal(lower, upper) else (lower, upper)
        return tuple(self.engine.evaluate(resolved, OwnAt(own, each)) for each in values)

    def single_points(self, target: str, level: Level) -> IdList:
        """The assets, by id, whose failure alone brings a target to a level. Raises NotFound and BudgetSpent."""
        ids = self.supplies.ids
        return IdList(ids, ids.in_order(single_points(self.engine, target, level)))

    def _at_risk(self, resolved: Resolved, owns: Sequence[Own]) -> I32:
        return reduce(np.union1d, (self.engine.at_risk(resolved, own) for own in owns)).astype(np.int32)

    @cached_property
    def _unsupplied(self) -> I32:
        return np.flatnonzero(self.engine.nominal == 0).astype(np.int32)

    @cached_property
    def _standing(self) -> tuple[str, ...]:
        return standing(presumed_sources(self.supplies), delayed=any_delays(self.supplies))


def evaluator_of(supplies: Supplies, baseline: Baseline | None) -> ArrayEvaluator:
    """The evaluator of supplies whose nominal baseline may be known."""
    return ArrayEvaluator(supplies, engine=Engine(supplies, baseline=baseline))


def _owns(resolved: Resolved) -> list[Own]:
    """Own values that differ from 1: once where all are known, else with each unknown at its lower and upper bound."""
    own = resolved.question.own
    if isinstance(own, OwnList):
        return [*own.cases()]
    lower = {asset: bounds.lower for asset, bounds in own.items()}
    upper = {asset: bounds.upper for asset, bounds in own.items()}
    return [lower] if lower == upper else [lower, upper]
