"""Finds the minimal combinations of works that together lower assets which none of them lowers with fewer.

Being lowered is monotone: more works at once never lift an asset. So where all works of a set together lower nothing
that counts, none of its subsets does, and one evaluation spares them all. Where something does fall, the works are
halved again and again: a part of the search is a list of blocks, each with how many works are to be chosen from it, and
it is given up when even all its works together lower nothing that counts. Smaller combinations come first; larger ones
for the same asset are looked for where some work of each known one is left out.

What a single work lowers can't show as combined while that work is in the set; so assets are searched for in groups,
those that the same works of a set lower alone, each among the other works of the set.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.kernel.arrays import I32
from graph.maintenance.budget import Budget, Cut, Spent

Works: TypeAlias = "tuple[int, ...]"
Mask: TypeAlias = NDArray[np.bool_]

MOST_WAYS: Final = 32
"""Ways to leave out works of known combinations that are tried for an asset, before it is searched for without."""

ROOM: Final = 5_000_000
"""Positions that remembered evaluations may hold."""


class Lowered(Protocol):
    """Evaluates works: what falls while they are all in progress."""

    def __call__(self, works: Works, /) -> I32:
        """Positions, sorted, of the assets that are brought to the level, those worked on among them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What each work lowers `alone`, those worked on among it, and what each minimal combination lowers `together`.

    Positions are sorted. Where the search was cut short every combination is minimal all the same, but some may be
    missing.
    """

    alone: list[I32]
    together: dict[Works, I32]
    truncated: Cut | None


def find_combinations(
    sets: Sequence[Works], lowered: Lowered, *, watched: Mask, max_order: int, budget: Budget
) -> Found:
    """The minimal combinations of at least two and at most `max_order` works.

    `sets` are those of `busiest`: every work is in one. `watched` (n,) says which assets count. Cost: an evaluation for
    each work, for each set and each group of assets in it, and where something falls at most about twice as many as the
    set has subsets of these sizes.
    """
    count = 1 + max(max(each) for each in sets)
    alone = [_only(lowered((work,)), watched) for work in range(count)]
    search = _Search(lowered, alone, watched=watched, max_order=max_order, budget=budget)
    try:
        search.run(sets)
    except Spent as spent:
        return Found(alone=alone, together=search.together, truncated=spent.cut)
    larger = Cut(reason="MAINTENANCE_ORDER", limit=max_order) if search.larger else None
    return Found(alone=alone, together=search.together, truncated=larger)


class _Search:
    """One search. `larger`: some asset falls only with more than `max_order` works."""

    def __init__(
        self, lowered: Lowered, alone: Sequence[I32], *, watched: Mask, max_order: int, budget: Budget
    ) -> None:
        self.together: dict[Works, I32] = {}
        self.larger = False
        self._lowered = lowered
        self._watched = watched
        self._max_order = max_order
        self._budget = budget
        self._label, self._signatures = _signatures(alone, watched)
        self._present: list[int] = np.unique(self._label[watched]).tolist()
        self._open = np.zeros(watched.size, np.bool_)
        self._marked = np.zeros(watched.size, np.bool_)
        self._known: dict[Works, I32] = {}
        self._held = 0

    def run(self, sets: Sequence[Works]) -> None:
        """Search all sets; what is in one and in the one before was found there. Raises Spent."""
        before: frozenset[int] = frozenset()
        for works in sets:
            for alone, labels in self._groups(frozenset(works)):
                others = tuple(each for each in works if each not in alone)
                fresh = tuple(each for each in others if each not in before)
                if fresh and len(others) > 1:
                    self._search(others, fresh, labels)
            before = frozenset(works)

    def _groups(self, works: frozenset[int]) -> Iterator[tuple[frozenset[int], list[int]]]:
        """The works of a set that lower some assets each alone, and the labels of these assets."""
        groups: dict[frozenset[int], list[int]] = {}
        for label in self._present:
            groups.setdefault(self._signatures[label] & works, []).append(label)
        return iter(groups.items())

    def _search(self, works: Works, fresh: Works, labels: list[int]) -> None:
        """Search combinations of `works` with at least one of `fresh`, for the assets that have these labels."""
        chosen = np.zeros(len(self._signatures), np.bool_)
        chosen[labels] = True
        whole = self._evaluated(works)
        falling = whole[chosen[self._label[whole]]]
        if not falling.size:
            return
        for order in range(2, min(self._max_order, len(works)) + 1):
            for part, assets in self._parts(works, fresh, order, falling):
                self._open[assets] = True
                of_part = tuple(each for each in fresh if each in part)
                older = tuple(each for each in part if each not in fresh)
                for of_fresh in range(1, order + 1):
                    self._split([(of_part, of_fresh), (older, order - of_fresh)])
                self._open[assets] = False
        if len(works) > self._max_order:
            self.larger = self.larger or self._left_over(falling, frozenset(works))

    def _parts(self, works: Works, fresh: Works, order: int, falling: I32) -> Iterator[tuple[Works, I32]]:
        """The parts of `works` in which combinations of `order` of them may be minimal, each with the assets there.

        A combination that is minimal for an asset holds no smaller one, so some work of each is left out of it. Where
        nothing falls any more without them, the asset has no other combination, at the price of few evaluations.
        """
        known = [each for each in self.together if len(each) < order and set(each).issubset(works)]
        if not known or len(known) * falling.size > ROOM:
            yield works, falling
            return
        holds = np.array([self._among(falling, self.together[each]) for each in known])
        patterns, pattern_of = np.unique(holds, axis=1, return_inverse=True)
        for number, pattern in enumerate(patterns.T):
            assets = falling[pattern_of.ravel() == number]
            for left_out in _ways_to_leave_out([known[at] for at in np.flatnonzero(pattern)]):
                part = tuple(each for each in works if each not in left_out)
                if len(part) < order or left_out.issuperset(fresh):
                    continue
                still = assets[self._among(assets, self._evaluated(part))] if left_out else assets
                if still.size:
                    yield part, still

    def _split(self, blocks: list[tuple[Works, int]]) -> None:
        """Search the combinations that take from each block as many works as it says."""
        blocks = [each for each in blocks if each[1]]
        if any(count > len(works) for works, count in blocks):
            return
        works = tuple(sorted(work for of, _ in blocks for work in of))
        forced = tuple(sorted(work for of, count in blocks if count == len(of) for work in of))
        falling = self._beyond_known(works, forced)
        if not falling.size:
            return
        if works == forced:
            known = self.together.get(works)
            self.together[works] = falling if known is None else np.union1d(known, falling).astype(np.int32)
            return
        at = max((len(of), at) for at, (of, count) in enumerate(blocks) if count < len(of))[1]
        (of, count), others = blocks[at], blocks[:at] + blocks[at + 1 :]
        left, right = of[: len(of) // 2], of[len(of) // 2 :]
        for of_left in range(count, -1, -1):
            self._split([*others, (left, of_left), (right, count - of_left)])

    def _beyond_known(self, works: Works, forced: Works) -> I32:
        """The open assets that fall with `works`, without those that fewer works do, which are forced to be chosen."""
        falling = self._evaluated(works)
        falling = falling[self._open[falling]]
        for order in range(2, len(forced) + (works != forced)):
            for fewer in combinations(forced, order):
                if fewer in self.together and falling.size:
                    falling = falling[~self._among(falling, self.together[fewer])]
        return falling

    def _among(self, assets: I32, others: I32) -> Mask:
        """Whether each of some assets is among others."""
        self._marked[others] = True
        found = self._marked[assets]
        self._marked[others] = False
        return found

    def _evaluated(self, works: Works) -> I32:
        known = self._known.get(works)
        if known is not None:
            return known
        self._budget.spend()
        found = _only(self._lowered(works), self._watched)
        if self._held + found.size > ROOM:
            self._known.clear()
            self._held = 0
        self._known[works] = found
        self._held += found.size
        return found

    def _left_over(self, falling: I32, works: frozenset[int]) -> bool:
        """Whether no combination within `works` lowers one of these assets."""
        found = [assets for combined, assets in self.together.items() if works.issuperset(combined)]
        return bool(np.setdiff1d(falling, np.concatenate(found) if found else falling[:0]).size)


def _ways_to_leave_out(known: Sequence[Works]) -> list[frozenset[int]]:
    """The smallest sets that have a work of each known combination; nothing is left out where there are too many."""
    ways = [frozenset[int]()]
    for combined in known:
        longer = {way if way & set(combined) else way | {work} for way in ways for work in combined}
        ways = [way for way in longer if not any(other < way for other in longer)]
        if len(ways) > MOST_WAYS:
            return [frozenset()]
    return sorted(ways, key=sorted)


def _signatures(alone: Sequence[I32], watched: Mask) -> tuple[I32, list[frozenset[int]]]:
    """A label for each of n assets, and for each label the works that lower such an asset alone."""
    label = np.zeros(watched.size, np.int32)
    signatures: list[frozenset[int]] = [frozenset()]
    for work, positions in enumerate(alone):
        known, place = np.unique(label[positions], return_inverse=True)
        label[positions] = (len(signatures) + place).astype(np.int32)
        signatures += [signatures[each] | {work} for each in known.tolist()]
    return label, signatures


def _only(positions: I32, watched: Mask) -> I32:
    return positions[watched[positions]]
