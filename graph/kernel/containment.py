"""What contains what, as arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from graph.kernel.arrays import I32, U8
from graph.kernel.jit import compiled


class Containment(NamedTuple):
    """What contains each of n assets directly: `parents[start[at]:start[at + 1]]`, each once. `start` is (n + 1,)."""

    start: I32
    parents: I32


def containment_of(children: I32, parents: I32, *, assets: int) -> Containment:
    """The containment of pairs in any order; a pair that is there twice counts once."""
    pairs = np.unique(children.astype(np.int64) << 32 | parents)
    start = np.zeros(assets + 1, np.int32)
    np.cumsum(np.bincount(pairs >> 32, minlength=assets), out=start[1:])
    return Containment(start=start, parents=(pairs & 0xFFFFFFFF).astype(np.int32))


@compiled
def count_within(containment: Containment, assets: I32, wanted: U8) -> I32:
    """For each of n containers how many of `assets` it holds at any depth, where `wanted` (n,) is 1; else 0.

    An asset counts once for each container, whatever the ways to it. Cost: containers of each asset.
    """
    start, parents = containment.start, containment.parents
    n = start.size - 1
    counts = np.zeros(n, np.int32)
    seen = np.full(n, -1, np.int32)
    ahead = np.empty(n, np.int32)
    for asset in assets:
        count = 0
        at = asset
        while True:
            for i in range(start[at], start[at + 1]):
                parent = parents[i]
                if seen[parent] != asset:
                    seen[parent] = asset
                    counts[parent] += wanted[parent]
                    ahead[count] = parent
                    count += 1
            if count == 0:
                break
            count -= 1
            at = ahead[count]
    return counts
