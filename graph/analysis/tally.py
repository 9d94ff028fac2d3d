"""How far a count of criticality is: what is counted, which assets are still to come, and how fast it goes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graph.kernel import Criticality
from graph.kernel.arrays import I32, U8


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Assets counted of all, how many a second lately, and the seconds that are left at that pace (None: not known)."""

    done: int
    total: int
    per_second: float
    seconds_left: float | None

    @property
    def complete(self) -> bool:
        """Whether all are counted."""
        return self.done == self.total


class Tally:
    """Counts of n assets; `known` (n,) is 1 for those that are counted. Handed out and taken in by one thread."""

    def __init__(self, counted: Criticality, known: U8) -> None:
        self.counted = counted
        self.known = known
        self.done = int(np.count_nonzero(known))
        edges = np.flatnonzero(np.diff(np.concatenate([[1], known, [1]]))).tolist()
        self._gaps = deque(zip(edges[::2], edges[1::2], strict=True))

    @classmethod
    def blank(cls, assets: int) -> Tally:
        """Nothing is counted yet."""
        return cls(Criticality.blank(assets), np.zeros(assets, np.uint8))

    def of(self, order: I32) -> Tally:
        """A copy of what there is by now of some assets, in the order given."""
        known = self.known[order]  # first: what it names is counted for good
        counted = self.counted
        return Tally(
            Criticality(impacted=counted.impacted[order], down=counted.down[order], weight=counted.weight[order]), known
        )

    def placed(self, order: I32, *, assets: int) -> Tally:
        """What `of` gave, back where it was of `assets` assets; those it says nothing of have nothing to be counted."""
        counted, known = Criticality.blank(assets), np.ones(assets, np.uint8)
        counted.impacted[order] = self.counted.impacted
        counted.down[order] = self.counted.down
        counted.weight[order] = self.counted.weight
        known[order] = self.known
        return Tally(counted, known)

    @property
    def total(self) -> int:
        """How many assets there are."""
        return self.known.size

    def next_piece(self, most: int) -> range | None:
        """Assets that are to be counted next, side by side, `most` of them; each is handed out once."""
        if not self._gaps:
            return None
        start, stop = self._gaps.popleft()
        if start + most < stop:
            self._gaps.appendleft((start + most, stop))
        return range(start, min(start + most, stop))

    def take_in(self, piece: range) -> None:
        """A piece is counted."""
        self.done += len(piece)
        self.known[piece.start : piece.stop] = 1


class Pace:
    """How fast a tally grows; `clock` gives seconds and never goes back. What was known at the start doesn't count."""

    def __init__(self, clock: Callable[[], float], done: int) -> None:
        self._clock = clock
        self._began = clock()
        self._before = done

    def progress(self, done: int, total: int) -> Progress:
        """How far it is now."""
        seconds = self._clock() - self._began
        pace = (done - self._before) / seconds if seconds > 0 else 0.0
        left = 0.0 if done == total else (total - done) / pace if pace > 0 else None
        return Progress(done=done, total=total, per_second=pace, seconds_left=left)
