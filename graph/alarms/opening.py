"""Opening the alarms that the settings name."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from graph.alarms.store import Alarms
from graph.clock import Clock

STEPS: Final = 1_000
"""Transitions that are kept of one alarm."""


def open_alarms(url: str | None, *, folder: Path, clock: Clock, days: int, steps: int = STEPS) -> Alarms:
    """Return the alarms at a PostgreSQL's URL, or in an SQLite file of `folder`; opened when they are first used.

    Closed alarms are kept for `days`, of each alarm its newest `steps`. Raises ValueInvalid for another database's URL.
    """
    # The database library is read when a twin is opened, not when a verb only shows its help.
    from graph.alarms.errors import AlarmsUnavailable
    from graph.alarms.sql_store import SqlAlarms
    from graph.alarms.tables import METADATA
    from graph.sql import transactions_at

    database = transactions_at(url, folder / "alarms.sqlite", METADATA, what="alarms", error=AlarmsUnavailable)
    return SqlAlarms(database, clock, days=days, steps=steps)
