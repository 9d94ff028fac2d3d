"""The health of a tenant's assets at one moment: what they are by themselves, and what their providers make of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from graph.health.causes import causes
from graph.health.levels import RANK
from graph.health.standing import LEVELS, Owned
from graph.identity import Revision
from graph.impact import UNKNOWN, Bounds, Level, Operability
from graph.kernel import ArrayEvaluator, count_within
from graph.kernel.arrays import I32, ONE, U8
from graph.snapshot import Snapshot

CAUSES: Final = 20
"""Assets that are named behind one that isn't well, the nearest first."""


@dataclass(frozen=True, kw_only=True)
class Health:
    """The health of one asset: level and bounds of its operability, its own level, and which assets are behind it."""

    bounds: Bounds
    own: Level
    because: tuple[str, ...]

    @classmethod
    def unplaced(cls) -> Health:
        """That of an asset which the topology doesn't know yet: it was written while the answer was made."""
        return cls(bounds=UNKNOWN, own=Level.UNKNOWN, because=())

    @property
    def level(self) -> Level:
        """The level of its operability."""
        return self.bounds.level


@dataclass(frozen=True, kw_only=True)
class View:
    """The health of all assets of a snapshot (n positions) at one version of their own levels.

    `lower` and `upper` (n,) are operabilities in millionths with everything that supplies them taken into account,
    `nominal` (n,) those with everything healthy. Not slotted: `levels` and `let_down` are made when first asked for.
    """

    owned: Owned
    lower: I32
    upper: I32
    nominal: I32
    _totals: dict[int, I32] = field(default_factory=dict[int, I32])

    @property
    def snapshot(self) -> Snapshot:
        """The topology it is exact at."""
        return self.owned.snapshot

    @property
    def revision(self) -> Revision:
        """The revision of the topology."""
        return self.snapshot.revision

    @cached_property
    def levels(self) -> U8:
        """Codes (n,) of levels, as `LEVELS` counts them."""
        codes = np.full(self.lower.size, RANK[Level.DEGRADED], np.uint8)
        codes[self.lower == ONE] = RANK[Level.OK]
        codes[self.upper == 0] = RANK[Level.DOWN]
        codes[self.lower != self.upper] = RANK[Level.UNKNOWN]
        return codes

    @cached_property
    def let_down(self) -> U8:
        """1 for each asset (n,) that surely has less than it could, because its providers don't give it."""
        best = np.minimum(self.owned.upper, self.nominal)
        return ((self.lower == self.upper) & (self.upper < best)).astype(np.uint8)

    def of(self, asset: str, *, causes_wanted: bool = True) -> Health | None:
        """Return the health of an asset; None for one that the snapshot doesn't know."""
        at = self.snapshot.ids.find(asset)
        if at is None:
            return None
        bounds = Bounds(lower=Operability(int(self.lower[at])), upper=Operability(int(self.upper[at])))
        behind: Sequence[int] = ()
        if causes_wanted and bounds.lower < ONE:
            behind = causes(self.snapshot.supplies, self.lower, self.owned.lower, at, most=CAUSES)
        return Health(
            bounds=bounds,
            own=LEVELS[int(self.owned.codes[at])],
            because=tuple(self.snapshot.ids[each] for each in behind),
        )

    def at_levels(self, levels: Iterable[Level]) -> list[str]:
        """Return the ids of all assets at some levels."""
        wanted = [RANK[each] for each in levels]
        found = np.flatnonzero(np.isin(self.levels, wanted) & (self.snapshot.there == 1)).astype(np.int32)
        return [self.snapshot.ids[at] for at in found.tolist()]

    def within(self, asset: str) -> list[tuple[Level, int]]:
        """Return how many of the assets that one contains, at any depth, are at each own level; the worst first."""
        at = self.snapshot.ids.find(asset)
        if at is None:
            return []
        counted = [(LEVELS[code], int(self._counted(code)[at])) for code in range(len(LEVELS))]
        return [(level, count) for level, count in reversed(counted) if count]

    def _counted(self, code: int) -> I32:
        """How many assets at an own level each of n contains."""
        known = self._totals.get(code)
        if known is None:
            here = (self.owned.codes == code) & (self.snapshot.there == 1)
            assets = np.flatnonzero(here).astype(np.int32)
            everything = np.ones(self.snapshot.kinds.size, np.uint8)
            known = self._totals[code] = count_within(self.snapshot.containment, assets, everything)
        return known


def view_of(owned: Owned, evaluator: ArrayEvaluator) -> View:
    """Evaluate what assets are by themselves. To be called in a thread. Raises BudgetSpent."""
    unwell = owned.unwell
    cases = evaluator.standing(unwell, owned.lower[unwell], owned.upper[unwell])
    values = [np.array(case.nominal, np.int32) for case in cases]
    for each, case in zip(values, cases, strict=True):
        each[case.touched] = case.b
    lower, upper = (values[0], values[0]) if len(values) == 1 else (np.minimum(*values), np.maximum(*values))
    return View(owned=owned, lower=lower, upper=upper, nominal=cases[0].nominal)
