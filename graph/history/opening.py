"""Opening the history that the settings name."""

from __future__ import annotations

from pathlib import Path

from graph.clock import Clock
from graph.history.model import History


def open_history(url: str | None, *, folder: Path, clock: Clock, days: int | None) -> History:
    """Return the history at a PostgreSQL's URL, or in SQLite files of `folder`; nothing is opened before it is used.

    `days` is how long values are kept; None: for ever. Raises ValueInvalid for a URL of another database.
    """
    # The database library is read when a twin is opened, not when a verb only shows its help.
    from graph.history.files import FilePartitions
    from graph.history.server import ServerPartitions
    from graph.history.store import SqlHistory
    from graph.sql import parse_url

    partitions = FilePartitions(folder) if url is None else ServerPartitions(parse_url(url))
    return SqlHistory(partitions, clock, days=days)
