"""The first cut sets of a family, smallest first, then by ids, without making the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Final

from graph.cutsets.families import EMPTY, UNIT, Families, Held, unrolled
from graph.cutsets.recursion import solve

_FEW: Final = 20_000
"""Sets of so many elements together are made and sorted at once."""


class Listing:
    """Lists the sets of `families` by the names of their variables, `ids`."""

    def __init__(self, families: Families, ids: Sequence[str]) -> None:
        self._families = families
        self._ids = ids
        ranks = {name: rank for rank, name in enumerate(sorted(ids))}
        self._rank = [ranks[name] for name in ids]
        self._variable = sorted(range(len(ids)), key=self._rank.__getitem__)
        self._least: dict[int, int] = {EMPTY: len(ids), UNIT: len(ids)}

    def first(self, family: int, number: int) -> tuple[tuple[str, ...], ...]:
        """At most so many sets, each as ids in order. Raises Spent."""
        sizes = range(self._families.smallest[family], self._families.largest[family] + 1)
        listed = chain.from_iterable(self._of_size(family, size) for size in sizes)
        return tuple(islice(listed, number))

    def _of_size(self, family: int, size: int) -> Iterator[tuple[str, ...]]:
        """Sets of one size by ids: split by the smallest id until what is left is few enough to be sorted.

        Cost: O(nodes) for each split; there are at most as many as elements listed and ids passed over.
        """
        families = self._families
        ahead: list[tuple[Held | None, int]] = [(None, families.sized(family, size, size))]
        while ahead:
            held, rest = ahead.pop()
            if families.count(rest) * size <= _FEW:
                yield from sorted(self._named(held, chosen) for chosen in families.sets(rest))
                continue
            variable = self._variable[self._least_rank(rest)]
            having, lacking = families.split(rest, variable)
            ahead += ((held, lacking), (Held(variable, held), having))

    def _named(self, held: Held | None, chosen: Sequence[int]) -> tuple[str, ...]:
        return tuple(sorted(self._ids[each] for each in chain(unrolled(held), chosen)))

    def _least_rank(self, family: int) -> int:
        """The rank by id of the variable that comes first of all in a family."""
        families = self._families
        return solve(
            family, self._least, families.meter, plain=lambda _: None, parts=families.children, join=self._lesser
        )

    def _lesser(self, family: int, high: int, low: int) -> int:
        return min(self._rank[self._families.variables[family]], high, low)
