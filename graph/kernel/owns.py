"""Own operabilities by position: what live states say of many assets, without looking any of them up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graph.impact import Bounds, Operability
from graph.impact.question import KnownOwn
from graph.kernel.arrays import I32
from graph.kernel.ids import Ids
from graph.kernel.run import OwnAt


class OwnList(KnownOwn):
    """The own operabilities of the assets at some positions of `ids`; a mapping by id for who wants one.

    `positions` (m,) are sorted and of assets that are there, `lower` and `upper` (m,) in millionths.
    """

    def __init__(self, ids: Ids, positions: I32, lower: I32, upper: I32) -> None:
        self.ids = ids
        self.positions = positions
        self.lower = lower
        self.upper = upper

    @property
    def unknown(self) -> int:
        """How many are known by their bounds alone."""
        return int(np.count_nonzero(self.lower != self.upper))

    def cases(self) -> list[OwnAt]:
        """What is to be evaluated: once where all are known, else at the lower and at the upper bounds."""
        values = [self.lower] if np.array_equal(self.lower, self.upper) else [self.lower, self.upper]
        return [OwnAt(self.positions, each) for each in values]

    def __len__(self) -> int:
        return self.positions.size

    def __iter__(self) -> Iterator[str]:
        return (self.ids[at] for at in self.positions.tolist())

    def __getitem__(self, asset: str) -> Bounds:
        at = self.ids.find(asset)
        if at is not None:
            place = int(np.searchsorted(self.positions, at))
            if place < self.positions.size and self.positions[place] == at:
                return Bounds(lower=Operability(int(self.lower[place])), upper=Operability(int(self.upper[place])))
        raise KeyError(asset)
