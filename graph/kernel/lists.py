"""Lists of answers that make their items when they are read: a page costs a page, however long the list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from graph.impact import Bounds, ImpactedAsset, Level, Operability
from graph.kernel.arrays import I32, I64, ONE
from graph.kernel.hops import UNKNOWN, Hops
from graph.kernel.ids import Ids
from graph.kernel.supplies import time_of

LEVELS: tuple[Level, ...] = (Level.DOWN, Level.UNKNOWN, Level.DEGRADED, Level.OK)
"""Worst first: what `levels_of` counts."""

_SMALL = 2**16


class IdList(Sequence[str]):
    """The ids of assets by position, in the order that these have."""

    def __init__(self, ids: Ids, positions: I32) -> None:
        self._ids = ids
        self.positions = positions

    def __len__(self) -> int:
        return self.positions.size

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        if isinstance(at, slice):
            return IdList(self._ids, self.positions[at])
        return self._ids[int(self.positions[at])]

    def __iter__(self) -> Iterator[str]:
        return (self._ids[at] for at in self.positions.tolist())

    def where(self, keep: NDArray[np.bool_]) -> IdList:
        """Those for which `keep` (m,) is true."""
        return IdList(self._ids, self.positions[keep])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IdList) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


class ImpactedList(Sequence[ImpactedAsset]):
    """Impacted assets, worst first, then fewest hops, then id; sorted when first read.

    `positions` are in the order of their ids; `before` and `after` are (2, m) lower and upper bounds in millionths,
    `hops` and `times` (microseconds) go with them.
    """

    def __init__(self, ids: Ids, positions: I32, *, before: I32, after: I32, hops: Hops, times: I64) -> None:
        self._ids = ids
        self.positions = positions
        self.before = before
        self.after = after
        self._hops = hops
        self.times = times

    def __len__(self) -> int:
        return self.positions.size

    @overload
    def __getitem__(self, at: int) -> ImpactedAsset: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[ImpactedAsset]: ...
    def __getitem__(self, at: int | slice) -> ImpactedAsset | Sequence[ImpactedAsset]:
        if isinstance(at, slice):
            return [self._item(place) for place in self._places(at).tolist()]
        place = range(len(self))[at]
        return self._item(int(self._places(slice(place, place + 1))[0]))

    def ready(self, upto: int | None) -> None:
        """Put the first `upto` in order, or all: what takes long where there are very many."""
        self._places(slice(upto))

    def _places(self, at: slice) -> I64:
        """Places of a slice of the order, for which all hops are looked for where the nearest ones aren't enough."""
        found = self._order[at]
        if not self._hops.complete and (self._hops.known[found] == UNKNOWN).any():
            self._hops = Hops(self._hops.whole)
            del self._order
            found = self._order[at]
        return found

    def where(self, keep: NDArray[np.bool_] | I64) -> ImpactedList:
        """Those for which `keep` (m,) is true, or that it lists by place."""
        return ImpactedList(
            self._ids,
            self.positions[keep],
            before=self.before[:, keep],
            after=self.after[:, keep],
            hops=self._hops.where(keep),
            times=self.times[keep],
        )

    def at_levels(self, levels: Sequence[Level]) -> ImpactedList:
        """Those that are at one of some levels after."""
        return self.where(np.isin(self.levels, [LEVELS.index(level) for level in levels]))

    @cached_property
    def levels(self) -> I32:
        """The level after of each, in the order of `positions`, as its place in LEVELS."""
        lower, upper = self.after
        levels = np.where(lower < ONE, 2, 3).astype(np.int32)
        levels[lower == 0] = 0
        levels[lower != upper] = 1
        return levels

    @cached_property
    def _order(self) -> I64:
        key = self._hops.known.astype(np.uint64)
        if not self._hops.complete:  # who was reached is nearer than this by far
            key = np.minimum(key, np.uint64(_SMALL - 1))
        if self.after.any():
            lower, upper = self.after.astype(np.uint64)
            key += (lower << np.uint64(44)) + (upper << np.uint64(24))
        if key.size and key.max() < _SMALL:
            return np.argsort(key.astype(np.uint16), kind="stable")
        return np.argsort(key, kind="stable")

    def _item(self, place: int) -> ImpactedAsset:
        return ImpactedAsset(
            asset=self._ids[int(self.positions[place])],
            before=_bounds(self.before, place),
            after=_bounds(self.after, place),
            hops=self._hops.at(place),
            time_to_impact=time_of(int(self.times[place])),
        )


class Ranked(Sequence[tuple[str, int]]):
    """Assets by how much was counted of each, most first, then by id. `positions` are sorted, `counts` theirs."""

    def __init__(self, ids: Ids, positions: I32, counts: I32) -> None:
        self._ids = ids
        found = ids.in_order(positions)
        counted = counts[np.searchsorted(positions, found)]
        order = np.argsort(-counted, kind="stable")
        self._positions, self._counts = found[order], counted[order]

    def __len__(self) -> int:
        return self._positions.size

    @overload
    def __getitem__(self, at: int) -> tuple[str, int]: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[tuple[str, int]]: ...
    def __getitem__(self, at: int | slice) -> tuple[str, int] | Sequence[tuple[str, int]]:
        if isinstance(at, slice):
            places = zip(self._positions[at].tolist(), self._counts[at].tolist(), strict=True)
            return [(self._ids[position], count) for position, count in places]
        return (self._ids[int(self._positions[at])], int(self._counts[at]))


def _bounds(values: I32, place: int) -> Bounds:
    lower, upper = values[:, place].tolist()
    return Bounds(lower=Operability(lower), upper=Operability(upper))
