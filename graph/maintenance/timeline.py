"""Which works are in progress at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from graph.maintenance.work import PlannedWork


def busiest(works: Sequence[PlannedWork]) -> list[tuple[int, ...]]:
    """The sets of works, by number, that are all in progress at some moment and to which none can be added, by time.

    Works that overlap in pairs have a moment in common, so every set that is in progress at once is part of one of
    these. One that is part of two of them is part of all between. Cost: O(n log n), and what comes out.
    """
    events = sorted([(each.ends, False, at) for at, each in enumerate(works)] + _begins(works))
    found: list[tuple[int, ...]] = []
    current: set[int] = set()
    grew = False
    for _, begins, at in events:
        if begins:
            current.add(at)
        else:
            if grew:
                found.append(tuple(sorted(current)))
            current.discard(at)
        grew = begins
    return found


def window(works: Sequence[PlannedWork], chosen: Iterable[int]) -> tuple[datetime, datetime]:
    """From when to when some works, by number, are all in progress; they are so at some moment."""
    listed = [works[at] for at in chosen]
    return max(each.begins for each in listed), min(each.ends for each in listed)


def _begins(works: Sequence[PlannedWork]) -> list[tuple[datetime, bool, int]]:
    """The beginnings; at the same moment, ends come first."""
    return [(each.begins, True, at) for at, each in enumerate(works)]
