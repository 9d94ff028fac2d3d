"""F of `docs/impact.md` at one asset, for all combinations of failures at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

from graph.cutsets.algebra import Algebra
from graph.cutsets.budget import Meter
from graph.cutsets.components import Groups
from graph.cutsets.demand import EVERY, Demand
from graph.cutsets.gathered import Gathered
from graph.cutsets.steps import Steps, staircase
from graph.impact import FULL
from graph.impact.network import NetworkGroup

F = TypeVar("F")

Reading = Callable[[NetworkGroup], Mapping[int, Steps[F]]]
"""Where a group finds the operability of its members, by position."""


class Evaluation(Generic[F]):
    """Evaluates the assets of `groups` as far as `demand` asks; `events` has the variable of each event by position."""

    def __init__(
        self, groups: Groups, demand: Demand, events: Mapping[int, int], *, algebra: Algebra[F], meter: Meter
    ) -> None:
        self.groups = groups
        self._demand = demand
        self._events = events
        self._algebra = algebra
        self._meter = meter

    def down(self) -> Steps[F]:
        """The operability of an asset that is DOWN whatever happens."""
        return Steps(values=(0,), below=(self._algebra.never,))

    def own(self, asset: int) -> Steps[F]:
        """An asset's own operability."""
        return self._least(asset, ())

    def evaluate(self, asset: int, reading: Reading[F]) -> Steps[F]:
        """The least of an asset's own operability and what its groups leave of it."""
        groups = [Gathered(group, reading(group), self._algebra, self._meter) for group in self.groups[asset]]
        return self._least(asset, groups)

    def _least(self, asset: int, groups: Sequence[Gathered[F]]) -> Steps[F]:
        variable = self._events.get(asset)
        own = self._algebra.never if variable is None else self._algebra.failed(variable)
        rungs = [
            (threshold, self._algebra.any_of([own, *(group.under(threshold) for group in groups)]))
            for threshold in self._thresholds(asset, groups)
        ]
        return staircase([(0, self._algebra.never), *rungs], self._algebra.always)

    def _thresholds(self, asset: int, groups: Sequence[Gathered[F]]) -> list[int]:
        """What is asked of the asset, rising, or all values that it may take, but 0."""
        asked = self._demand[asset]
        if EVERY in asked:
            asked = {FULL}.union(*(group.terms() for group in groups))
        return sorted(asked - {0})
