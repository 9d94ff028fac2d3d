"""Failures as families of their small minimal cut sets: what is left where diagrams grow too large.

A minimal cut set of at most m events of "any of these" or "all of these" is made of such sets of its parts, so cutting
off above m loses none of those that are asked for, in every round of a fixpoint too. The families are exact up to m and
say nothing about what lies above.
"""

from __future__ import annotations

from collections.abc import Sequence

from graph.cutsets.families import EMPTY, UNIT, Families
from graph.cutsets.recursion import solve

_Pair = tuple[int, int]
_Triple = tuple[int, int, int]


class SmallCutSets:
    """Monotone failures as families of minimal sets of at most `order` events: an `Algebra` of numbers."""

    never = EMPTY
    always = UNIT

    def __init__(self, families: Families, order: int) -> None:
        self._families = families
        self._order = order
        self._either: dict[_Pair, int] = {}
        self._both: dict[_Triple, int] = {}
        self._apart: dict[_Pair, int] = {}
        self._least: dict[int, int] = {}

    def failed(self, variable: int) -> int:
        """The failure of one event."""
        return self._families.node(variable, UNIT, EMPTY)

    def any_of(self, failures: Sequence[int]) -> int:
        """At least one of them."""
        result = EMPTY
        for each in sorted(failures, key=self._families.variables.__getitem__, reverse=True):
            result = self.either(each, result)
        return result

    def at_least(self, count: int, failures: Sequence[int]) -> int:
        """At least `count` of them; one given twice counts twice."""
        if count <= 0:
            return UNIT
        reached = [UNIT, *[EMPTY] * count]
        for number, each in enumerate(sorted(failures, key=self._families.variables.__getitem__, reverse=True), 1):
            lowest = max(1, count - (len(failures) - number))
            for have in range(min(count, number), lowest - 1, -1):
                reached[have] = self.either(reached[have], self.both(each, reached[have - 1]))
        return reached[count]

    def either(self, one: int, other: int) -> int:
        """The minimal sets of both families together."""
        meter = self._families.meter
        return solve(
            (one, other), self._either, meter, plain=self._plain_either, parts=self._split, join=self._join_either
        )

    def both(self, one: int, other: int) -> int:
        """The minimal sets that hold one of each family."""
        meter = self._families.meter
        start = (one, other, self._order)
        return solve(start, self._both, meter, plain=self._plain_both, parts=self._rest, join=self._join_both)

    def least(self, family: int) -> int:
        """The minimal sets of any family."""
        meter = self._families.meter
        return solve(
            family, self._least, meter, plain=self._plain_least, parts=self._families.children, join=self._join_least
        )

    def _plain_least(self, family: int) -> int | None:
        return UNIT if self._families.has_empty_set[family] else EMPTY if family == EMPTY else None

    def _join_least(self, family: int, high: int, low: int) -> int:
        return self._families.node(self._families.variables[family], self._without(high, low), low)

    def _plain_either(self, pair: _Pair) -> int | None:
        one, other = pair
        if UNIT in pair:
            return UNIT
        if one == other or other == EMPTY:
            return one
        return other if one == EMPTY else None

    def _split(self, pair: _Pair) -> tuple[_Pair, _Pair]:
        top = self._top(pair)
        (one_high, one_low), (other_high, other_low) = (self._parted(each, top) for each in pair)
        return (one_high, other_high), (one_low, other_low)

    def _join_either(self, pair: _Pair, high: int, low: int) -> int:
        return self._families.node(self._top(pair), self._without(high, low), low)

    def _plain_both(self, at: _Triple) -> int | None:
        one, other, order = at
        families = self._families
        if max(families.smallest[one], families.smallest[other]) > order:
            return EMPTY
        if one in (UNIT, other) or other == UNIT:
            return families.sized(other if one == UNIT else one, 0, order)
        return None

    def _rest(self, at: _Triple) -> tuple[_Triple, _Triple]:
        """With the top variable failed a family is what it needs with it or without it; else only the latter."""
        one, other, order = at
        top = self._top((one, other))
        (one_high, one_low), (other_high, other_low) = (self._parted(each, top) for each in (one, other))
        high = (self.either(one_high, one_low), self.either(other_high, other_low), order - 1)
        return high, (one_low, other_low, order)

    def _join_both(self, at: _Triple, high: int, low: int) -> int:
        return self._families.node(self._top(at[:2]), self._without(high, low), low)

    def _parted(self, family: int, variable: int) -> _Pair:
        families = self._families
        if families.variables[family] != variable:
            return EMPTY, family
        return families.high[family], families.low[family]

    def _top(self, pair: _Pair) -> int:
        return min(self._families.variables[pair[0]], self._families.variables[pair[1]])

    def _without(self, family: int, others: int) -> int:
        """The sets of a family that hold none of the others."""
        meter = self._families.meter
        start = self._met(family, others)
        return solve(start, self._apart, meter, plain=self._plain_apart, parts=self._split_apart, join=self._join_apart)

    def _met(self, family: int, others: int) -> _Pair:
        """Leave out the others that hold a variable before all of the family's."""
        families = self._families
        if family > UNIT:
            while families.variables[others] < families.variables[family]:
                others = families.low[others]
        return family, others

    def _plain_apart(self, pair: _Pair) -> int | None:
        family, others = pair
        if self._families.has_empty_set[others] or family == others:
            return EMPTY
        return family if family <= UNIT or others == EMPTY else None

    def _split_apart(self, pair: _Pair) -> tuple[_Pair, _Pair]:
        family, others = pair
        families = self._families
        high, low = self._parted(others, families.variables[family])
        above = families.union(high, low)
        return self._met(families.high[family], above), self._met(families.low[family], low)

    def _join_apart(self, pair: _Pair, high: int, low: int) -> int:
        return self._families.node(self._families.variables[pair[0]], high, low)
