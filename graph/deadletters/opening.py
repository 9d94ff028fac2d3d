"""Opening the dead letters that the settings name."""

from __future__ import annotations

from pathlib import Path

from graph.clock import Clock
from graph.deadletters.model import DeadLetters


def open_dead_letters(url: str | None, *, folder: Path, clock: Clock, most: int, days: int) -> DeadLetters:
    """Return the dead letters at a PostgreSQL's URL, or in an SQLite file of `folder`; opened when it is first used.

    Of each tenant the newest `most` are kept, for `days`. Raises ValueInvalid for a URL of another database.
    """
    # The database library is read when a twin is opened, not when a verb only shows its help.
    from graph.deadletters.errors import DeadLettersUnavailable
    from graph.deadletters.store import Keeping, SqlDeadLetters
    from graph.deadletters.tables import METADATA
    from graph.sql import transactions_at

    database = transactions_at(
        url, folder / "dead-letters.sqlite", METADATA, what="dead letters", error=DeadLettersUnavailable
    )
    return SqlDeadLetters(database, clock, keeping=Keeping(most=most, days=days))
