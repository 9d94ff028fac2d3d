"""Probabilities on a decision diagram, by Shannon's decomposition: exact but for the rounding of doubles.

Only sums and products of what isn't negative are formed, no differences of large numbers: every result is as good as a
double can be, and exactly 0 where it has to be (unless a product falls below the smallest double, about 1e-308).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.cutsets.decision import Decision
from graph.cutsets.stopping import watched


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """For one variable: the probability of the root if its event has failed, if not, and Birnbaum's difference."""

    failed: float
    working: float
    birnbaum: float


def node_probabilities(decision: Decision, probabilities: Sequence[float]) -> list[float]:
    """The probability of each node, where `probabilities[v]` is that of variable v. O(nodes)."""
    of = [0.0, 1.0]
    for at in watched(decision.inner):
        failed = probabilities[decision.variables[at]]
        of.append(failed * of[decision.high[at]] + (1.0 - failed) * of[decision.low[at]])
    return of


def given_each(decision: Decision, probabilities: Sequence[float], of: Sequence[float]) -> dict[int, Given]:
    """What each variable of the diagram makes of the root's probability; `of` is that of each node.

    A way from the root to "always" passes a variable by its high edge, by its low edge, or skips it (Dutuit and Rauzy
    2001). Cost: O(nodes * log variables).
    """
    ends = decision.variables[0]
    skipped = _Ranges(ends)
    failed, working, birnbaum = ([0.0] * ends for _ in range(3))
    reach = [0.0] * len(of)
    reach[decision.root] = 1.0
    skipped.add(0, decision.variables[decision.root], of[decision.root])
    for at in watched(decision.inner[::-1]):
        variable = decision.variables[at]
        share = probabilities[variable]
        failed[variable] += reach[at] * of[decision.high[at]]
        working[variable] += reach[at] * of[decision.low[at]]
        birnbaum[variable] += reach[at] * max(0.0, of[decision.high[at]] - of[decision.low[at]])
        for child, mass in ((decision.high[at], reach[at] * share), (decision.low[at], reach[at] * (1.0 - share))):
            reach[child] += mass
            skipped.add(variable + 1, decision.variables[child], mass * of[child])
    return {
        each: Given(
            failed=failed[each] + (around := skipped.at(each)),
            working=working[each] + around,
            birnbaum=birnbaum[each],
        )
        for each in decision.support
    }


def more_than(order: int, probabilities: Sequence[float]) -> float:
    """The probability that more than `order` of these events have failed. O(order * events)."""
    exactly = [1.0] + [0.0] * order
    beyond = 0.0
    for failed in probabilities:
        beyond += exactly[-1] * failed
        for have in range(order, 0, -1):
            exactly[have] = exactly[have] * (1.0 - failed) + exactly[have - 1] * failed
        exactly[0] *= 1.0 - failed
    return min(1.0, beyond)


class _Ranges:
    """Adds masses to ranges of variables and tells the total at one: a segment tree, so nothing is ever taken off."""

    def __init__(self, size: int) -> None:
        self._size = max(size, 1)
        self._mass = [0.0] * (2 * self._size)

    def add(self, first: int, end: int, mass: float) -> None:
        """Add to the variables from `first` to before `end`."""
        low, high = first + self._size, end + self._size
        while low < high:
            if low & 1:
                self._mass[low] += mass
                low += 1
            if high & 1:
                high -= 1
                self._mass[high] += mass
            low >>= 1
            high >>= 1

    def at(self, variable: int) -> float:
        """The total at one variable."""
        total, at = 0.0, variable + self._size
        while at:
            total += self._mass[at]
            at >>= 1
        return total
