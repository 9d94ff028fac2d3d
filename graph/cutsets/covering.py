"""How probable it is that a cut set occurs: any of a family, or any of those that hold a given event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from graph.cutsets.answer import Between
from graph.cutsets.families import EMPTY, UNIT, Families
from graph.cutsets.recursion import solve
from graph.cutsets.small import SmallCutSets


class Covering:
    """Probabilities of the sets of `families`, where `probabilities[v]` is that of variable v.

    `known` are families whose probability is known already. The probability that some set of a family occurs is taken
    by Shannon's decomposition on the family itself: with the top variable failed, what is left are the sets with it and
    those without it, else the latter alone. Made minimal, what is left stands for one monotone failure, so there are as
    many of them as nodes in its decision diagram.
    """

    def __init__(self, families: Families, probabilities: Sequence[float], known: Mapping[int, float]) -> None:
        self._families = families
        self._probabilities = probabilities
        self._minimal = SmallCutSets(families, len(probabilities))
        self._known = {EMPTY: 0.0, UNIT: 1.0, **known}

    def any(self, family: int) -> float:
        """The probability that some set of a minimal family occurs. Raises Spent."""
        meter = self._families.meter
        return solve(family, self._known, meter, plain=lambda _: None, parts=self._left, join=self._shannon)

    def bounds(self, family: int) -> Between:
        """Bounds of `any` in one pass: that of the likeliest set, and the sum over all sets (Boole). Raises Spent."""
        families = self._families
        likeliest: dict[int, float] = {EMPTY: 0.0, UNIT: 1.0}
        total = dict(likeliest)
        for known, join in ((likeliest, self._likelier), (total, self._together)):
            solve(family, known, families.meter, plain=lambda _: None, parts=families.children, join=join)
        return Between(lower=likeliest[family], upper=min(1.0, total[family]))

    def holding_each(self, family: int) -> dict[int, float]:
        """For each variable the probability that a set of the family that holds it occurs. Raises Spent.

        One pass from the root for all variables: at a node the earlier events are decided, and its sets are what the
        cut sets that can still occur have left. None of them may be dropped for being larger than another, as a later
        variable may be in the larger one alone. Cost: families met, which may be more than the diagram has nodes.
        """
        waiting: list[dict[int, float]] = [defaultdict(float) for _ in range(len(self._probabilities) + 1)]
        waiting[self._families.variables[family]][family] = 1.0
        found: dict[int, float] = {}
        for variable, failed in enumerate(self._probabilities):
            for at, reach in waiting[variable].items():
                high, low = self._families.high[at], self._families.low[at]
                found[variable] = found.get(variable, 0.0) + reach * failed * self._any_of(high)
                for left, mass in ((self._families.union(high, low), reach * failed), (low, reach * (1.0 - failed))):
                    if mass:
                        waiting[self._families.variables[left]][left] += mass
            waiting[variable].clear()
        return found

    def _any_of(self, family: int) -> float:
        return 1.0 if self._families.has_empty_set[family] else self.any(self._minimal.least(family))

    def _likelier(self, family: int, high: float, low: float) -> float:
        return max(self._probabilities[self._families.variables[family]] * high, low)

    def _together(self, family: int, high: float, low: float) -> float:
        return self._probabilities[self._families.variables[family]] * high + low

    def _left(self, family: int) -> tuple[int, int]:
        high, low = self._families.high[family], self._families.low[family]
        return self._minimal.either(high, low), low

    def _shannon(self, family: int, failed: float, working: float) -> float:
        probability = self._probabilities[self._families.variables[family]]
        return probability * failed + (1.0 - probability) * working
