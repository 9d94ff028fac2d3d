"""One group with the operabilities of its members: when it puts its dependant below a threshold."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Generic, TypeVar

from graph.cutsets.algebra import Algebra
from graph.cutsets.budget import Meter
from graph.cutsets.capacity import Shortfall, sums
from graph.cutsets.demand import is_short, least_value, matters, members_read
from graph.cutsets.steps import Steps
from graph.impact import FULL, Combine
from graph.impact.network import NetworkGroup, term

F = TypeVar("F")


class Gathered(Generic[F]):
    """A group that matters, its members read from `of` (by position)."""

    def __init__(self, group: NetworkGroup, of: Mapping[int, Steps[F]], algebra: Algebra[F], meter: Meter) -> None:
        self._group = group
        self._members = [of[provider] for provider in members_read(group)]
        self._algebra = algebra
        self._meter = meter

    def under(self, threshold: int) -> F:
        """The failure "what the group leaves of its dependant is below `threshold`" (millionths)."""
        if not matters(self._group, threshold):
            return self._algebra.never
        if is_short(self._group):
            return self._algebra.always
        value = least_value(self._group.loss, threshold)
        if self._group.combine is Combine.CAPACITY:
            return self._shortfall.below(value * self._group.needs)
        missing = len(self._members) - self._group.needs + 1
        return self._algebra.at_least(missing, [each.under(value, self._algebra.always) for each in self._members])

    def terms(self) -> set[int]:
        """All that the group may leave of its dependant, in millionths; possibly some that it never does."""
        return {term(self._group.loss, value) for value in self._values()}

    def _values(self) -> set[int]:
        if is_short(self._group):
            return {0}
        if self._group.combine is Combine.QUORUM:
            return {value for each in self._members for value in each.values}
        carried = [
            tuple(value * capacity for value in each.values)
            for each, (_, capacity) in zip(self._members, self._group.feeds, strict=True)
        ]
        found = sums(carried, FULL * self._group.needs, self._meter)
        return {total // self._group.needs for total in found}

    @cached_property
    def _shortfall(self) -> Shortfall[F]:
        capacities = [capacity for _, capacity in self._group.feeds]
        return Shortfall(self._members, capacities, self._algebra, self._meter)
