"""Where a file was changed after it was applied: the ledger keeps the text that was."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from itertools import zip_longest

from graph.database import Database, ReadUnit
from migrations.errors import MigrationEdited
from migrations.files import History, Migration
from queries import named


@asynccontextmanager
async def edits_placed(database: Database, history: History) -> AsyncGenerator[None]:
    """Let a MigrationEdited from inside the block name the first line that differs, and what it was."""
    try:
        yield
    except MigrationEdited as error:
        edited = next((each for each in map(history.get, history.order) if each and each.file == error.place), None)
        if edited is None:
            raise
        applied = await database.read(None, partial(applied_text, edited.revision))
        raise _placed(error, edited, applied) from error


async def applied_text(revision: str, unit: ReadUnit) -> str:
    """Return the text of the file that a version was applied from."""
    ((text,),) = await unit.rows(named("migrations/read_source"), {"revision": revision})
    return str(text)


def _placed(error: MigrationEdited, edited: Migration, applied: str) -> MigrationEdited:
    lines = zip_longest(applied.splitlines(), edited.text.splitlines(), fillvalue="")
    number, was, now = next(((at, old, new) for at, (old, new) in enumerate(lines, start=1) if old != new), (1, "", ""))
    return MigrationEdited(
        error.message,
        place=f"{edited.file}:{number}",
        expected=f"{was.strip()!r}, as it was applied",
        actual=repr(now.strip()),
        hint=f"{error.hint}. Where only words differ, `twin ontology repair` records why; nothing was done now",
    )
