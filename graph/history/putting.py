"""Putting rows of points into their table, many with one statement: of two with one key the same one stays."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from graph.history.rows import COLUMNS, Row
from graph.history.tables import POINTS
from graph.sql import insert_of

KEY: Final = tuple(column.name for column in POINTS.primary_key)
_CONTENT: Final = tuple(name for name in COLUMNS if name not in KEY)

key_of: Final = itemgetter(*map(COLUMNS.index, KEY))
"""The key of a row."""

_TOGETHER: Final = (500, 100, 20, 4, 1)
"""Rows of one statement in SQLite, which takes at most 32,766 values; few lengths, for each is prepared and kept.

While a statement runs Python's lock is free; by `executemany` it is given back and taken again for each row, and is
waited for each time that something else is being computed.
"""


def put(connection: Connection, rows: Sequence[Row]) -> None:
    """Put rows, sorted by the key."""
    # As text with its values: SQLAlchemy's own way to hand over many rows takes as long as SQLite does to store them.
    if connection.dialect.name != "sqlite":
        values = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
        connection.exec_driver_sql(str(_insert(connection).compile(dialect=connection.dialect)), values)
        return
    start = 0
    for number in _TOGETHER:
        while len(rows) - start >= number:
            values = tuple(chain.from_iterable(rows[start : start + number]))
            connection.exec_driver_sql(_text(number), values)
            start += number


@cache
def _text(number: int) -> str:
    """The statement that puts so many rows into an SQLite file."""
    columns, key = ", ".join(COLUMNS), ", ".join(KEY)
    changed = ", ".join(f"{name} = excluded.{name}" for name in _CONTENT)
    row = f"({', '.join('?' * len(COLUMNS))})"
    return (
        f"INSERT INTO {POINTS.name} ({columns}) VALUES {', '.join([row] * number)} "  # noqa: S608  names of ours
        f"ON CONFLICT ({key}) DO UPDATE SET {changed} WHERE excluded.tie > {POINTS.name}.tie"
    )


def _insert(connection: Connection) -> sqlite.Insert | postgresql.Insert:
    insert = insert_of(connection)(POINTS)
    changed = {name: insert.excluded[name] for name in _CONTENT}
    newer = insert.excluded.tie > POINTS.c.tie
    return insert.on_conflict_do_update(index_elements=KEY, set_=changed, where=newer)
