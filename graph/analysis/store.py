"""Analyses that were made lately: the same question needs no second answer, and a cursor finds the one it is of."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

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

    def find(self, id: str) -> Analysis | None:  # noqa: A002 - an id is what it is
        """The analysis of that name, if it is still kept."""
        entry = self._entries.get(id)
        if entry is None:
            return None
        self._entries.move_to_end(id)
        return entry.analysis

    def keep(self, analysis: Analysis) -> None:
        """Keep an analysis as long as there is room; it takes the place of one of the same name."""
        self._entries.setdefault(analysis.id, _Entry(analysis)).analysis = analysis
        self._entries.move_to_end(analysis.id)
        self._make_room()

    def pin(self, analysis: Analysis) -> None:
        """Keep an analysis because a cursor to it goes out. Raises TooManyAnalyses where there is no room for more."""
        entry = self._entries.setdefault(analysis.id, _Entry(analysis))
        known = entry.until is not None
        entry.until = self._seconds() + self._kept_for
        self._entries.move_to_end(analysis.id)
        if known:
            return
        self._make_room()
        if self._overfull():
            del self._entries[analysis.id]
            raise TooManyAnalyses(
                "More analyses are being paged through than are kept",
                expected=f"at most {self._most} at a time, fewer of large tenants, each kept for "
                f"{self._kept_for / 60:g} minutes",
                hint="Ask for everything in one page, or try again in some minutes",
            )

    def _make_room(self) -> None:
        now = self._seconds()
        for name in [name for name, entry in self._entries.items() if entry.until is None or entry.until < now]:
            if not self._overfull():
                return
            del self._entries[name]

    def _overfull(self) -> bool:
        if len(self._entries) <= 1:
            return False
        kept = [entry.analysis.snapshot for entry in self._entries.values()]
        families = {id(snapshot.family): snapshot.size for snapshot in kept}
        versions = {id(snapshot.supplies): snapshot.size for snapshot in kept}
        values = sum(entry.analysis.values for entry in self._entries.values())
        values += _SNAPSHOT * (sum(families.values()) + sum(self._copies().values()))
        values += _VERSION * sum(versions.values())
        return len(kept) > self._most or values > self._room

    def _copies(self) -> dict[int, int]:
        """Sizes of networks that questions had copied whole, because there was no room left for what they change."""
        analyses = [entry.analysis for entry in self._entries.values()]
        return {
            id(case.after.pools): each.snapshot.size
            for each in analyses
            for case in each.answer.cases
            if case.after.pools is not each.snapshot.supplies.pools
        }
