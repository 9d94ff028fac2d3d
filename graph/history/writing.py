"""Writing points into a partition: names become numbers once, and what is there already stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Table, select, tuple_

from graph.history.model import Point
from graph.history.rows import row_of
from graph.history.tables import CHANNELS, POINTS, SOURCES
from graph.identity import Tenant
from graph.sql import insert_of, storable

Name: TypeAlias = tuple[str, ...]

_AT_ONCE: Final = 200
"""Names looked up by one statement."""

_REMEMBERED: Final = 200_000
"""Numbers that are remembered for one table; then it begins anew."""

_KEY: Final = [column.name for column in POINTS.primary_key]
_CONTENT: Final = [column.name for column in POINTS.columns if column.name not in _KEY]


class Numbers:
    """The numbers that names have in a table, which gives each new one the next."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._names = [column for column in table.columns if not column.primary_key]
        self._known: dict[Name, int] = {}

    def of(self, connection: Connection, names: set[Name]) -> dict[Name, int]:
        """Return the numbers of names. They count once the transaction has ended well: see `keep`."""
        known = {name: self._known[name] for name in names if name in self._known}
        unknown = sorted(names - known.keys())
        if unknown:
            labels = [column.name for column in self._names]
            rows = [dict(zip(labels, name, strict=True)) for name in unknown]
            connection.execute(insert_of(connection)(self._table).on_conflict_do_nothing(), rows)
        for start in range(0, len(unknown), _AT_ONCE):
            wanted = tuple_(*self._names).in_(unknown[start : start + _AT_ONCE])
            for number, *name in connection.execute(select(self._table.c.number, *self._names).where(wanted)):
                known[tuple(name)] = number
        return known

    def keep(self, known: dict[Name, int]) -> None:
        """Remember numbers that have been committed."""
        if len(self._known) + len(known) > _REMEMBERED:
            self._known.clear()
        self._known.update(known)


class Writer:
    """Writes into one partition."""

    def __init__(self) -> None:
        self._channels = Numbers(CHANNELS)
        self._sources = Numbers(SOURCES)

    def write(self, connection: Connection, points: Sequence[tuple[Tenant, Point]]) -> Callable[[], None]:
        """Write points; call what is returned once they have been committed."""
        names = [(tenant, point.asset, point.channel) for tenant, point in points]
        sources = [(storable(point.source),) for _, point in points]
        channel, source = self._channels.of(connection, set(names)), self._sources.of(connection, set(sources))
        rows = [
            row_of(point, channel=channel[name], source=source[origin])
            for (_, point), name, origin in zip(points, names, sources, strict=True)
        ]
        rows.sort(key=_place)  # neighbours share pages, and two processes lock rows in one order
        _put(connection, rows)

        def kept() -> None:
            self._channels.keep(channel)
            self._sources.keep(source)

        return kept


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in _KEY)


def _put(connection: Connection, rows: list[dict[str, Any]]) -> None:
    insert = insert_of(connection)(POINTS)
    changed = {name: insert.excluded[name] for name in _CONTENT}
    connection.execute(
        insert.on_conflict_do_update(index_elements=_KEY, set_=changed, where=insert.excluded.tie > POINTS.c.tie), rows
    )
