"""Families of sets as zero-suppressed decision diagrams (Minato 1993): cut sets by the million in few nodes.

Nodes are numbers, equal exactly where the families are. Node i holds the sets of `low[i]`, and those of `high[i]` with
`variables[i]` put in; variables rise along every path.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from graph.cutsets.budget import Meter
from graph.cutsets.recursion import solve

EMPTY: Final = 0
"""No set at all."""
UNIT: Final = 1
"""The empty set alone."""

_Pair = tuple[int, int]
_ENDLESS: Final = 1 << 62


class Families:
    """A table of families over variables 0..n-1. Every operation that makes nodes raises Spent.

    `smallest` and `largest` are the sizes of the smallest and largest set of each node.
    """

    def __init__(self, variables: int, meter: Meter) -> None:
        self.meter = meter
        self.variables = [variables, variables]
        self.high = [EMPTY, UNIT]
        self.low = [EMPTY, UNIT]
        self.has_empty_set = [False, True]
        self.smallest = [_ENDLESS, 0]
        self.largest = [-1, 0]
        self._number: dict[tuple[int, int, int], int] = {}
        self._unions: dict[_Pair, int] = {}
        self._sized: dict[tuple[int, int, int], int] = {}
        self._counts: dict[int, int] = {EMPTY: 0, UNIT: 1}

    def node(self, variable: int, high: int, low: int) -> int:
        """The sets of `low`, and those of `high` with `variable` put in."""
        if high == EMPTY:
            return low
        key = (variable, high, low)
        number = self._number.get(key)
        return self._add(key) if number is None else number

    def _add(self, key: tuple[int, int, int]) -> int:
        self.meter.spend()
        variable, high, low = key
        number = self._number[key] = len(self.variables)
        self.variables.append(variable)
        self.high.append(high)
        self.low.append(low)
        self.has_empty_set.append(self.has_empty_set[low])
        self.smallest.append(min(self.smallest[high] + 1, self.smallest[low]))
        self.largest.append(max(self.largest[high] + 1, self.largest[low]))
        return number

    def union(self, one: int, other: int) -> int:
        """The sets of either."""
        return solve(
            (one, other), self._unions, self.meter, plain=self._plain_union, parts=self._split, join=self._join
        )

    def _plain_union(self, pair: _Pair) -> int | None:
        one, other = pair
        if one == other or other == EMPTY:
            return one
        return other if one == EMPTY else None

    def _split(self, pair: _Pair) -> tuple[_Pair, _Pair]:
        one, other = pair
        top = self._top(pair)
        ours, theirs = self.variables[one] == top, self.variables[other] == top
        high = (self.high[one] if ours else EMPTY, self.high[other] if theirs else EMPTY)
        return high, (self.low[one] if ours else one, self.low[other] if theirs else other)

    def _join(self, pair: _Pair, high: int, low: int) -> int:
        return self.node(self._top(pair), high, low)

    def _top(self, pair: _Pair) -> int:
        return min(self.variables[pair[0]], self.variables[pair[1]])

    def count(self, family: int) -> int:
        """How many sets there are, exactly."""
        return solve(family, self._counts, self.meter, plain=lambda _: None, parts=self.children, join=_sum)

    def children(self, family: int) -> _Pair:
        """The sets that hold the top variable, without it, and those that don't hold it."""
        return self.high[family], self.low[family]

    def sets(self, family: int) -> Iterator[tuple[int, ...]]:
        """All sets, one by one, each as falling variables."""
        ahead: list[tuple[int, Held | None]] = [(family, None)]
        while ahead:
            at, held = ahead.pop()
            if at == UNIT:
                yield tuple(unrolled(held))
            elif at != EMPTY:
                ahead += ((self.high[at], Held(self.variables[at], held)), (self.low[at], held))

    def split(self, family: int, variable: int) -> _Pair:
        """The sets that hold a variable, without it; and those that don't hold it. O(nodes above the variable)."""
        parts: dict[int, _Pair] = {}
        return solve(
            family,
            parts,
            self.meter,
            plain=lambda at: self._plain_split(at, variable),
            parts=self.children,
            join=self._join_split,
        )

    def _plain_split(self, family: int, variable: int) -> _Pair | None:
        if self.variables[family] > variable:
            return EMPTY, family
        return self.children(family) if self.variables[family] == variable else None

    def _join_split(self, family: int, high: _Pair, low: _Pair) -> _Pair:
        here = self.variables[family]
        return self.node(here, high[0], low[0]), self.node(here, high[1], low[1])

    def sized(self, family: int, least: int, most: int) -> int:
        """The sets of `least` to `most` elements."""
        start = (family, least, most)
        return solve(start, self._sized, self.meter, plain=self._plain_sized, parts=self._sizes, join=self._join_sized)

    def _plain_sized(self, at: tuple[int, int, int]) -> int | None:
        family, least, most = at
        if family == EMPTY or self.smallest[family] > most or self.largest[family] < least:
            return EMPTY
        return family if least <= self.smallest[family] and self.largest[family] <= most else None

    def _sizes(self, at: tuple[int, int, int]) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
        family, least, most = at
        return (self.high[family], least - 1, most - 1), (self.low[family], least, most)

    def _join_sized(self, at: tuple[int, int, int], high: int, low: int) -> int:
        return self.node(self.variables[at[0]], high, low)


class Held(NamedTuple):
    """The variables on a way through a family; ways share what they have in common, or they would fill the memory."""

    variable: int
    before: Held | None


def unrolled(held: Held | None) -> Iterator[int]:
    """The variables of a way, the last one first."""
    while held is not None:
        yield held.variable
        held = held.before


def _sum(_: int, high: int, low: int) -> int:
    return high + low
