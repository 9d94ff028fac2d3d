"""Distinct positions of assets put in order and looked up: few by sorting and searching, many by a table of all."""

from __future__ import annotations

from typing import Final

import numpy as np

from graph.kernel.arrays import I32, I64

DENSE: Final = 16
"""From one in so many assets on, a table of all is faster than sorting: some milliseconds for a million."""


def many(positions: I32, size: int) -> bool:
    """Whether positions are so many of `size` that a table of all pays."""
    return positions.size * DENSE > size


def in_order(positions: I32, size: int) -> I32:
    """Distinct positions of `size` assets, sorted."""
    if not many(positions, size):
        return np.sort(positions)
    table = np.zeros(size, np.bool_)
    table[positions] = True
    return np.flatnonzero(table).astype(np.int32)


def without(positions: I32, others: I32) -> I32:
    """Positions, sorted, less a few others."""
    places = np.searchsorted(positions, others)
    known = places[places < positions.size]
    return np.delete(positions, known[np.isin(positions[known], others)])


def place_of(positions: I32, at: int) -> int | None:
    """Where a position is among sorted ones. Cost: O(log n)."""
    # By a Python number the whole array would be converted first, to find one in it.
    place = int(np.searchsorted(positions, np.int32(at)))
    return place if place < positions.size and int(positions[place]) == at else None


def places_of(positions: I32, wanted: I32) -> I64:
    """Where some positions are among sorted ones, -1 where they aren't. Cost: O(m log n)."""
    if positions.size == 0:
        return np.full(wanted.size, -1, np.int64)
    places = np.minimum(np.searchsorted(positions, wanted), positions.size - 1)
    return np.where(positions[places] == wanted, places, -1)


def looked_up(positions: I32, values: I32, wanted: I32, otherwise: I32) -> I32:
    """What `values` say of `wanted` positions; where `positions`, sorted, lack one, what `otherwise` (n,) says."""
    if many(wanted, otherwise.size):
        table = otherwise.copy()
        table[positions] = values
        return table[wanted]
    found = otherwise[wanted]
    if positions.size:
        places = np.minimum(np.searchsorted(positions, wanted), positions.size - 1)
        found = np.where(positions[places] == wanted, values[places], found)
    return found
