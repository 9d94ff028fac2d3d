"""Opening the alarms that the settings name."""

from __future__ import annotations

from pathlib import Path

from graph.alarms.store import Alarms
from graph.clock import Clock


def open_alarms(url: str | None, *, folder: Path, clock: Clock, days: int) -> Alarms:
    """Return the alarms at a PostgreSQL's URL, or in an SQLite file of `folder`; opened when they are first used.

    Closed alarms are kept for `days`. Raises ValueInvalid for a URL of another database.
    """
    # The database library is read when a twin is opened, not when a verb only shows its help.
    from graph.alarms.errors import AlarmsUnavailable
    from graph.alarms.sql_store import SqlAlarms
    from graph.alarms.tables import METADATA
    from graph.sql import Transactions, open_beside, parse_url

    address = None if url is None else parse_url(url)
    path = folder / "alarms.sqlite"
    database = Transactions(
        lambda: open_beside(address, path),
        METADATA,
        what="alarms",
        place=str(path) if address is None else address.render_as_string(hide_password=True),
        error=AlarmsUnavailable,
    )
    return SqlAlarms(database, clock, days=days)
