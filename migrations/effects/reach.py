"""Reach: how far a migration has come on a database, by which ontology is in force there."""

from __future__ import annotations

from enum import StrEnum


class Reach(StrEnum):
    """Which of a migration's ontologies holds.

    MIDDLE has what it adds, and still what it takes away; CLOSING is the same, though nobody writes that any more;
    AFTER is without it. On the way back OPENED is MIDDLE again, where what was taken away may still be missing, and
    LEAVING is MIDDLE, though nobody writes what was added any more.
    """

    MIDDLE = "middle"
    CLOSING = "closing"
    AFTER = "after"
    OPENED = "opened"
    LEAVING = "leaving"


BACKWARDS = frozenset({Reach.OPENED, Reach.LEAVING})
"""Where a migration is on its way back."""
