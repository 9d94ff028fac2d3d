"""Assets by criticality, and pages of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph.analysis.page import Slice, check_first
from graph.identity import Revision
from graph.kernel import Criticality
from graph.kernel.arrays import U8
from graph.reading.cursors import read_cursor, write_cursor
from graph.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Critical:
    """What one asset's failure alone does: how many others fall, how many of these to 0, and what these weigh."""

    asset: str
    impacted: int
    down: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticalPage(Slice[Critical]):
    """Assets, the most critical first; `asked` is the digest of the question they answer."""

    asked: str

    def cursor(self, number: int) -> str:
        """The cursor of item `number` of this page."""
        each = self.items[number]
        return write_cursor(self.asked, [each.weight, each.impacted, each.asset])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The assets of a snapshot by criticality: weight, then how many fall, then id; `order` are their positions."""

    snapshot: Snapshot
    counted: Criticality
    order: Sequence[int]
    asked: str

    @property
    def revision(self) -> Revision:
        """The revision it is exact at."""
        return self.snapshot.revision

    def page(self, *, first: int, after: str | None) -> CriticalPage:
        """The `first` of them after a cursor. Raises LimitExceeded, ValueInvalid or CursorInvalid."""
        check_first(first)
        start = 0
        if after is not None:
            cursor = read_cursor(after, ((int, float), int, str))
            cursor.demand(self.asked)
            weight, impacted, asset = cursor.keys
            assert isinstance(weight, int | float)
            assert isinstance(impacted, int)
            assert isinstance(asset, str)
            last = (-weight, -impacted, asset)
            start = bisect_right(self.order, last, key=self._place)
        items = [self._item(each) for each in self.order[start : start + first]]
        return CriticalPage(asked=self.asked, items=items, start=start, total=len(self.order))

    def _item(self, at: int) -> Critical:
        return Critical(
            asset=self.snapshot.ids[at],
            impacted=int(self.counted.impacted[at]),
            down=int(self.counted.down[at]),
            weight=float(self.counted.weight[at]),
        )

    def _place(self, at: int) -> tuple[float, int, str]:
        return (-float(self.counted.weight[at]), -int(self.counted.impacted[at]), self.snapshot.ids[at])


def order_of(counted: Criticality, snapshot: Snapshot, wanted: U8 | None) -> list[int]:
    """Positions of the assets that are 1 in `wanted` (n,; None: all there are), the most critical first."""
    found = np.flatnonzero(snapshot.there if wanted is None else wanted).astype(np.int32)
    positions = snapshot.ids.in_order(found)
    places = np.lexsort((-counted.impacted[positions], -counted.weight[positions]))
    return positions[places].tolist()
