"""CAPACITY groups: sums of what members carry, when each may have several operabilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from graph.cutsets.algebra import Algebra
from graph.cutsets.budget import Meter
from graph.cutsets.steps import Steps

F = TypeVar("F")

Carried = tuple[int, ...]
"""What one member can carry, rising: operability in millionths times capacity in thousandths."""


def sums(carried: Sequence[Carried], most: int, meter: Meter) -> set[int]:
    """All sums that members may give together, those of `most` or more counted as `most`.

    As many as the product of the members' values in the worst case; raises Spent.
    """
    reached = {0}
    for each in carried:
        meter.spend(len(reached) * len(each))
        reached = {min(most, total + share) for total in reached for share in each}
    return reached


class Shortfall(Generic[F]):
    """The failure "the members give less than so much", by what the members from the i-th on must not reach.

    Less than S is given from i on if, for some value v of member i, it gives no more than v and the rest less than
    S - v: for v what it really gives, that is the definition, and for a greater v it is a stronger claim on the rest.
    Only monotone operations are used. Cost: members times different remainders, each once.
    """

    def __init__(
        self, members: Sequence[Steps[F]], capacities: Sequence[int], algebra: Algebra[F], meter: Meter
    ) -> None:
        self._members = members
        self._capacities = capacities
        self._algebra = algebra
        self._meter = meter
        self._known: dict[tuple[int, int], F] = {}
        self._most = [0]
        for member, capacity in zip(reversed(members), reversed(capacities), strict=True):
            self._most.append(self._most[-1] + member.values[-1] * capacity)
        self._most.reverse()

    def below(self, total: int) -> F:
        """The failure "all members together give less than `total`"."""
        layers = [{total}]
        for at in range(len(self._members)):
            layers.append({rest for each in layers[at] if self._open(at, each) for rest in self._rests(at, each)})
            self._meter.spend(len(layers[-1]))
        for at in range(len(self._members), -1, -1):
            for each in layers[at]:
                if (at, each) not in self._known:
                    self._known[at, each] = self._below(at, each)
        return self._known[0, total]

    def _open(self, at: int, total: int) -> bool:
        """Whether it depends on the members; all members are there at 0, so from there on all are looked at."""
        return 0 < total <= self._most[at] and (at, total) not in self._known

    def _rests(self, at: int, total: int) -> list[int]:
        return [total - value * self._capacities[at] for value in self._members[at].values]

    def _below(self, at: int, total: int) -> F:
        if total <= 0:
            return self._algebra.never
        if total > self._most[at]:
            return self._algebra.always
        member = self._members[at]
        not_above = [*member.below[1:], self._algebra.always]
        ways = [
            self._algebra.at_least(2, [failure, self._known[at + 1, rest]])
            for failure, rest in zip(not_above, self._rests(at, total), strict=True)
        ]
        return self._algebra.any_of(ways)
