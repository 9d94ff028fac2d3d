"""Analyses that were made lately: the same question needs no second answer, and a cursor finds the one it is of."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeAlias

from graph.analysis.analysis import Analysis
from graph.analysis.errors import TooManyAnalyses

KEPT_FOR: Final = timedelta(minutes=10)
KEPT: Final = 256
ROOM: Final = 100_000_000
"""Values of assets that kept analyses may hold together; each takes some tens of bytes."""

_SNAPSHOT: Final = 20
"""A snapshot takes as much for an asset, with its supplies, as this many analyses do."""

_VERSION: Final = 2
"""And so does each version of it, for what it doesn't share with the others."""


_Shared: TypeAlias = tuple[str, int, int]
"""What it is, the identity of the object, which lasts as long as it is held, and its positions."""


@dataclass(slots=True)
class _Entry:
    analysis: Analysis
    until: float | None = None


class AnalysisStore:
    """Keeps up to `most` analyses that hold up to `room` values; a snapshot counts once, however many share it.

    An analysis that gave out a cursor is kept for `kept_for` after the last one it gave. `seconds` is a clock that
    never goes back (`time.monotonic`).
    """

    def __init__(
        self, *, seconds: Callable[[], float], most: int = KEPT, room: int = ROOM, kept_for: timedelta = KEPT_FOR
    ) -> None:
        self._seconds = seconds
        self._most = most
        self._room = room
        self._kept_for = kept_for.total_seconds()
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._shared: Counter[_Shared] = Counter()
        self._held = 0

    def find(self, id: str) -> Analysis | None:  # noqa: A002 - an id is what it is
        """The analysis of that name, if it is still kept."""
        entry = self._entries.get(id)
        if entry is None:
            return None
        self._entries.move_to_end(id)
        return entry.analysis

    def keep(self, analysis: Analysis) -> None:
        """Keep an analysis as long as there is room; it takes the place of one of the same name."""
        entry = self._entry(analysis)
        if entry.analysis is not analysis:
            self._release(entry.analysis)
            self._hold(analysis)
            entry.analysis = analysis
        self._make_room()

    def pin(self, analysis: Analysis) -> None:
        """Keep an analysis because a cursor to it goes out. Raises TooManyAnalyses where there is no room for more."""
        entry = self._entry(analysis)
        known = entry.until is not None
        entry.until = self._seconds() + self._kept_for
        if known:
            return
        self._make_room()
        if self._overfull():
            self._forget(analysis.id)
            raise TooManyAnalyses(
                "More analyses are being paged through than are kept",
                expected=f"at most {self._most} at a time, fewer of large tenants, each kept for "
                f"{self._kept_for / 60:g} minutes",
                hint="Ask for everything in one page, or try again in some minutes",
            )

    def _entry(self, analysis: Analysis) -> _Entry:
        """The entry of that name, the latest from now on; a new one where there is none."""
        entry = self._entries.get(analysis.id)
        if entry is None:
            entry = self._entries[analysis.id] = _Entry(analysis)
            self._hold(analysis)
        self._entries.move_to_end(analysis.id)
        return entry

    def _forget(self, name: str) -> None:
        self._release(self._entries.pop(name).analysis)

    def _make_room(self) -> None:
        if not self._overfull():
            return
        now = self._seconds()
        for name in [name for name, entry in self._entries.items() if entry.until is None or entry.until < now]:
            self._forget(name)
            if not self._overfull():
                return

    def _overfull(self) -> bool:
        return len(self._entries) > 1 and (len(self._entries) > self._most or self._held > self._room)

    def _hold(self, analysis: Analysis) -> None:
        self._held += analysis.values
        for shared, size in _shared_by(analysis):
            if not self._shared[shared]:
                self._held += size
            self._shared[shared] += 1

    def _release(self, analysis: Analysis) -> None:
        self._held -= analysis.values
        for shared, size in _shared_by(analysis):
            self._shared[shared] -= 1
            if not self._shared[shared]:
                del self._shared[shared]
                self._held -= size


def _shared_by(analysis: Analysis) -> Iterator[tuple[_Shared, int]]:
    """Yield what an analysis keeps in memory and may share with others, each with the values that it counts as.

    Besides its snapshot: networks that its question had copied whole, because there was no room left for changes.
    """
    snapshot = analysis.snapshot
    size = snapshot.size
    yield ("family", id(snapshot.family), size), _SNAPSHOT * size
    yield ("version", id(snapshot.supplies), size), _VERSION * size
    copies = {id(case.after.pools) for case in analysis.answer.cases if case.after.pools is not snapshot.supplies.pools}
    for copy in copies:
        yield ("copy", copy, size), _SNAPSHOT * size
