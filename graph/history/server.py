"""History in PostgreSQL: a table for each week below one, or a hypertable where TimescaleDB is there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final

from sqlalchemy import URL, Connection, Engine, inspect, text
from sqlalchemy.schema import CreateTable

from graph.history.model import Bounds
from graph.history.partitions import BEGINNING, END, WEEK, Partition, week_of
from graph.history.tables import METADATA, POINTS
from graph.sql import alone, open_server

_CONNECTIONS: Final = 6
_NAMED: Final = f"{POINTS.name}_"
_PARTITIONED: Final = "PARTITION BY RANGE (time)"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EVERYTHING: Final = Bounds(since=BEGINNING, until=END)


class ServerPartitions:
    """Partitions as tables of a PostgreSQL, which looks itself where a time belongs."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._engine: Engine | None = None
        self._hyper = False
        self._weeks: set[int] = set()
        self._lock = Lock()

    @property
    def place(self) -> str:
        """The address, without the password."""
        return self._url.render_as_string(hide_password=True)

    def within(self, bounds: Bounds) -> list[Partition]:  # noqa: ARG002 - the server looks where they are itself
        """All of it, as one partition."""
        return [self._all()]

    def holding(self, time: int) -> Partition:
        """All of it, with a table for the week of this time."""
        found = self._all()
        week = week_of(time)
        if not self._hyper and week.since not in self._weeks:
            with found.engine.begin() as connection:
                alone(connection)
                connection.execute(
                    text(
                        f"CREATE TABLE IF NOT EXISTS {_table_of(week)} PARTITION OF {POINTS.name} "
                        f"FOR VALUES FROM ({week.since}) TO ({week.until})"
                    )
                )
            self._weeks.add(week.since)
        return found

    def drop_before(self, time: int) -> int:
        """Drop the tables of weeks that end at or before a moment; how many there were."""
        with self._all().engine.begin() as connection:
            alone(connection)
            if self._hyper:
                return len(connection.execute(text("SELECT drop_chunks(:name, :time)"), _named(time)).all())
            old = [week for week in _weeks_there(connection) if week + WEEK <= time]
            for week in old:
                connection.execute(text(f"DROP TABLE IF EXISTS {_table_of(week_of(week))}"))
        self._weeks.difference_update(old)
        return len(old)

    def close(self) -> None:
        """Close all connections."""
        if self._engine is not None:
            self._engine.dispose()

    def _all(self) -> Partition:
        with self._lock:
            if self._engine is None:
                engine = open_server(self._url, connections=_CONNECTIONS)
                with engine.begin() as connection:
                    alone(connection)
                    self._hyper = _made(connection)
                self._engine = engine
            return Partition(bounds=_EVERYTHING, engine=self._engine)


def _made(connection: Connection) -> bool:
    """Make the tables where they aren't there; whether points lie in a hypertable."""
    timescale = connection.execute(text("SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'")).first() is not None
    if inspect(connection).has_table(POINTS.name):
        return (
            timescale
            and connection.execute(
                text("SELECT 1 FROM timescaledb_information.hypertables WHERE hypertable_name = :name"),
                {"name": POINTS.name},
            ).first()
            is not None
        )
    METADATA.create_all(connection, [table for table in METADATA.sorted_tables if table is not POINTS])
    statement = str(CreateTable(POINTS).compile(connection))
    connection.exec_driver_sql(statement.replace(_PARTITIONED, "") if timescale else statement)
    if timescale:
        connection.execute(text("SELECT create_hypertable(:name, by_range('time', :week))"), _named(WEEK, "week"))
    return timescale


def _named(value: int, key: str = "time") -> dict[str, str | int]:
    return {"name": POINTS.name, key: value}


def _weeks_there(connection: Connection) -> list[int]:
    rows = connection.execute(
        text(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
            "WHERE i.inhparent = CAST(:name AS regclass)"
        ),
        {"name": POINTS.name},
    )
    return sorted(_week_of_name(name) for (name,) in rows if name.startswith(_NAMED))


def _table_of(week: Bounds) -> str:
    return f"{_NAMED}{(_EPOCH + timedelta(microseconds=week.since)).date().isoformat().replace('-', '')}"


def _week_of_name(name: str) -> int:
    day = datetime.strptime(name.removeprefix(_NAMED), "%Y%m%d").replace(tzinfo=UTC)
    return (day - _EPOCH) // timedelta(microseconds=1)
