"""SQL databases beside the graph: SQLite files without any setting, or one PostgreSQL named by its URL."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar
from urllib.parse import quote

from sqlalchemy import (
    DDL,
    URL,
    Connection,
    Engine,
    MetaData,
    QueuePool,
    Table,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DataError, SQLAlchemyError
from sqlalchemy.schema import CreateColumn

from graph.errors import Unavailable, ValueInvalid

T = TypeVar("T")

Insert: TypeAlias = "Callable[[Table], sqlite.Insert | postgresql.Insert]"

_BUSY_SECONDS: Final = 30.0
_SERVERS: Final = ("postgres", "postgresql", "postgresql+psycopg", "timescaledb")

_LOCK: Final = 7_496_117_820_193
"""Number of the advisory lock under which tables are made: no two processes make the same one."""


def parse_url(address: str) -> URL:
    """Return the URL of a PostgreSQL, or raise ValueInvalid, which doesn't show it: it holds a password."""
    try:
        url = make_url(address)
    except ArgumentError:
        url = None
    if url is None or url.drivername not in _SERVERS:
        raise ValueInvalid(
            "Not the URL of a PostgreSQL",
            place="TWIN_HISTORY_URL",
            expected="postgresql://user:password@host:5432/database",
            hint="Without one, SQLite files in TWIN_DATA_DIR are used",
        )
    return url.set(drivername="postgresql+psycopg")


def open_server(url: URL, *, connections: int) -> Engine:
    """An engine for a PostgreSQL; a connection that broke while it lay idle is replaced."""
    return create_engine(url, pool_size=connections, max_overflow=0, pool_pre_ping=True)


def open_file(path: Path, *, mode: str = "rwc") -> Engine:
    """An engine for one SQLite file: `rw` opens what is there and reads, `rwc` makes what isn't and writes."""
    address = f"file:{quote(str(path))}?mode={mode}"

    def connected() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)

    engine = create_engine("sqlite+pysqlite://", creator=connected, poolclass=QueuePool, pool_size=4, max_overflow=4)
    begin = "BEGIN IMMEDIATE" if mode == "rwc" else "BEGIN"
    event.listen(engine, "connect", _prepare)

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "begin", begun)
    return engine


class Transactions:
    """Does work in a thread of its own, one transaction each. `engine` opens the database when it is first needed.

    Tables of `metadata` that aren't there are made; those that are get the columns they lack, which hold nothing.

    `what` is kept there, `place` names it without a password; `error` is raised where it can't be read or written.
    """

    def __init__(
        self, engine: Callable[[], Engine], metadata: MetaData, *, what: str, place: str, error: type[Unavailable]
    ) -> None:
        self._open = engine
        self._metadata = metadata
        self._what = what
        self._place = place
        self._error = error
        self._engine: Engine | None = None
        self._thread = ThreadPoolExecutor(1, what.replace(" ", "-"))

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` does in one transaction; what it raises undoes it."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._transaction, work)

    async def close(self) -> None:
        """Finish what was handed in, and let go of files and connections."""
        await asyncio.to_thread(self._close)

    def _transaction(self, work: Callable[[Connection], T]) -> T:
        with translated(self._error, self._what, self._place):
            if self._engine is None:
                engine = self._open()
                with engine.begin() as connection:
                    alone(connection)
                    _widen(connection, self._metadata)
                    self._metadata.create_all(connection)
                self._engine = engine
            with self._engine.begin() as connection:
                return work(connection)

    def _close(self) -> None:
        self._thread.shutdown(wait=True)
        if self._engine is not None:
            self._engine.dispose()


def transactions_at(
    url: str | None, path: Path, metadata: MetaData, *, what: str, error: type[Unavailable]
) -> Transactions:
    """Return what does work at a PostgreSQL's URL, or in the SQLite file at `path`; opened when it is first used.

    Raises ValueInvalid for a URL of another database.
    """
    address = None if url is None else parse_url(url)
    place = str(path) if address is None else address.render_as_string(hide_password=True)
    return Transactions(lambda: open_beside(address, path), metadata, what=what, place=place, error=error)


def open_beside(address: URL | None, path: Path) -> Engine:
    """An engine for a PostgreSQL, or for an SQLite file whose folder is made where it isn't there."""
    if address is not None:
        return open_server(address, connections=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    return open_file(path)


def alone(connection: Connection) -> None:
    """Let no other process make tables until this transaction ends."""
    if connection.dialect.name == "postgresql":  # a writing transaction of SQLite is alone anyway
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def insert_of(connection: Connection) -> Insert:
    """How this database's INSERT is made, which both know to say what happens where the row is there already."""
    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert


def storable(text: str) -> str:
    """Text that every database takes: U+0000, which PostgreSQL refuses, as the picture of it."""
    return text.replace("\x00", "\u2400")


@contextmanager
def translated(
    kind: type[Unavailable], what: str, where: str, *, refused: type[Unavailable] | None = None
) -> Generator[None]:
    """Turn what SQLAlchemy and the file system raise inside the block into an error of ours.

    `what` is kept there, `where` names the database without its password. `refused` is raised where the database says
    that it is what it was given; without it `kind` is, as for all else.
    """
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        of_values = isinstance(error, DataError)
        found = refused if refused is not None and of_values else kind
        raise found(
            f"The {what} at {where} can't be read or written",
            actual=" ".join(str(getattr(error, "orig", None) or error).split())[:300],
            hint="Look at the room on its disk and at TWIN_HISTORY_URL, then try again",
        ) from error


def _widen(connection: Connection, metadata: MetaData) -> None:
    """Give tables of an older release the columns that came since; each has to be nullable."""
    there = inspect(connection)
    for name in metadata.tables.keys() & set(there.get_table_names()):
        table = metadata.tables[name]
        known = {each["name"] for each in there.get_columns(name)}
        for column in (each for each in table.columns if each.name not in known):
            made = CreateColumn(column).compile(dialect=connection.dialect)
            quoted = connection.dialect.identifier_preparer.format_table(table)
            connection.execute(DDL(f"ALTER TABLE {quoted} ADD COLUMN {made}"))


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    # FULL: what was acknowledged survives a power cut, for one fsync a commit.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-32768", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}").close()
