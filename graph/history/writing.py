"""Writing points into a partition: names become numbers once, and what is there already stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from sqlalchemy import Connection, Table, select, tuple_

from graph.history.model import Point
from graph.history.putting import key_of, put
from graph.history.rows import row_of
from graph.history.tables import CHANNELS, SOURCES
from graph.identity import Tenant
from graph.sql import insert_of, storable

Name: TypeAlias = tuple[str, ...]

_AT_ONCE: Final = 200
"""Names looked up by one statement."""

_REMEMBERED: Final = 200_000
"""Numbers that are remembered for one table; then it begins anew."""


class Numbers:
    """The numbers that names have in a table, which gives each new one the next."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._names = [column for column in table.columns if not column.primary_key]
        self._known: dict[Name, int] = {}

    def of(self, connection: Connection, names: Sequence[Name]) -> tuple[list[int], dict[Name, int]]:
        """Return the numbers of names in their order, and those that were looked up.

        These count once the transaction has ended well: see `keep`.
        """
        known = self._known
        unknown = {name for name in names if name not in known}
        if not unknown:
            return [known[name] for name in names], {}
        found = self._found(connection, sorted(unknown))
        return [known[name] if name in known else found[name] for name in names], found

    def keep(self, found: dict[Name, int]) -> None:
        """Remember numbers that have been committed."""
        if len(self._known) + len(found) > _REMEMBERED:
            self._known.clear()
        self._known.update(found)

    def _found(self, connection: Connection, unknown: Sequence[Name]) -> dict[Name, int]:
        labels = [column.name for column in self._names]
        rows = [dict(zip(labels, name, strict=True)) for name in unknown]
        connection.execute(insert_of(connection)(self._table).on_conflict_do_nothing(), rows)
        found: dict[Name, int] = {}
        for start in range(0, len(unknown), _AT_ONCE):
            wanted = tuple_(*self._names).in_(unknown[start : start + _AT_ONCE])
            for number, *name in connection.execute(select(self._table.c.number, *self._names).where(wanted)):
                found[tuple(name)] = number
        return found


class Writer:
    """Writes into one partition."""

    def __init__(self) -> None:
        self._channels = Numbers(CHANNELS)
        self._sources = Numbers(SOURCES)

    def write(self, connection: Connection, points: Sequence[tuple[Tenant, Point]]) -> Callable[[], None]:
        """Write points; call what is returned once they have been committed."""
        names = [(tenant, point.asset, point.channel) for tenant, point in points]
        channels, new_channels = self._channels.of(connection, names)
        origins = list({point.source for _, point in points})
        numbers, new_sources = self._sources.of(connection, [(storable(each),) for each in origins])
        sources = dict(zip(origins, numbers, strict=True))
        rows = [
            row_of(point, channel, sources[point.source]) for (_, point), channel in zip(points, channels, strict=True)
        ]
        rows.sort(key=key_of)  # neighbours share pages, and two processes lock in one order
        put(connection, rows)

        def kept() -> None:
            self._channels.keep(new_channels)
            self._sources.keep(new_sources)

        return kept
