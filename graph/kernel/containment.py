"""What contains what, as arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from graph.kernel.arrays import I32, U8
from graph.kernel.jit import compiled


class Containment(NamedTuple):
    """What contains each of n assets directly: from `rows[at, 0]` on, `rows[at, 1]` of `parents`.

    As many times as there are relationships that say so.
    """

    rows: I32
    parents: I32

    def of(self, at: int) -> list[int]:
        """What contains an asset directly."""
        start, count = self.rows[at].tolist()
        return self.parents[start : start + count].tolist()

    def count_above(self, assets: Iterable[int]) -> Counter[int]:
        """How many of some assets each container holds at any depth: `count_within` for few assets and all kinds."""
        counts: Counter[int] = Counter()
        for asset in assets:
            above: set[int] = set()
            ahead = [asset]
            while ahead:
                news = [each for each in self.of(ahead.pop()) if each not in above]
                above.update(news)
                ahead += news
            counts.update(above)
        return counts

    def changed(self, news: Mapping[int, Sequence[int]], *, assets: int) -> Containment:
        """The containment of `assets` assets, some of which have other parents now; the rest is shared or copied."""
        if not news and assets == self.rows.shape[0]:
            return self
        rows = np.zeros((assets, 2), np.int32)
        rows[: self.rows.shape[0]] = self.rows
        added: list[int] = []
        for at, parents in news.items():
            rows[at] = self.parents.size + len(added), len(parents)
            added += parents
        parents = np.concatenate([self.parents, np.array(added, np.int32)]) if added else self.parents
        return Containment(rows=rows, parents=parents)


def containment_of(children: I32, parents: I32, *, assets: int) -> Containment:
    """The containment of pairs in any order."""
    counts = np.bincount(children, minlength=assets)
    rows = np.zeros((assets, 2), np.int32)
    rows[:, 1] = counts
    rows[1:, 0] = np.cumsum(counts)[:-1] if assets else 0
    return Containment(rows=rows, parents=parents[np.argsort(children, kind="stable")].astype(np.int32))


@compiled
def count_within(containment: Containment, assets: I32, wanted: U8) -> I32:
    """For each of n containers how many of `assets` it holds at any depth, where `wanted` (n,) is 1; else 0.

    An asset counts once for each container, whatever the ways to it. Cost: containers of each asset.
    """
    rows, parents = containment.rows, containment.parents
    n = rows.shape[0]
    counts = np.zeros(n, np.int32)
    seen = np.full(n, -1, np.int32)
    ahead = np.empty(n, np.int32)
    for asset in assets:
        count = 0
        at = asset
        while True:
            for i in range(rows[at, 0], rows[at, 0] + rows[at, 1]):
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
