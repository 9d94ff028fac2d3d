"""Units of work: one request, message or batch is one transaction, committed once, for one tenant.

`Database.read` and `Database.write` run a function inside a managed transaction and hand it a unit; the driver runs
the function again after a passing fault, so it must have no effect but through the unit. A unit made for reading
can't write.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, LiteralString, Protocol, TypeAlias, TypeVar, cast

from neo4j import (
    READ_ACCESS,
    WRITE_ACCESS,
    AsyncDriver,
    AsyncGraphDatabase,
    AsyncManagedTransaction,
    AsyncResult,
    AsyncSession,
    RoutingControl,
    unit_of_work,
)
from neo4j import Query as TimedQuery
from neo4j.exceptions import DriverError, Neo4jError

from graph.database.errors import translated
from graph.database.turns import Turns
from graph.identity import Tenant
from queries import Mode, Query, named

Row: TypeAlias = list[Any]
Parameters: TypeAlias = Mapping[str, object]
T = TypeVar("T")
Send: TypeAlias = Callable[[str, dict[str, object]], Awaitable[list[Row]]]
"""Sends a statement with its parameters and returns its rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A compiled read: parameterised text made by `graph.reading` or for a schema, with a name for logs and metrics."""

    name: str
    text: str
    parameters: Mapping[str, object]


class StatementObserver(Protocol):
    """Is told of every statement that ran: for metrics and slow-query logs."""

    def __call__(self, name: str, seconds: float) -> None:
        """Record that the statement `name` took `seconds` until its last row."""
        ...


def _unobserved(name: str, seconds: float) -> None:
    """Observe nothing."""


class ReadUnit:
    """A transaction that reads, for one tenant (None: what belongs to the database as a whole)."""

    def __init__(self, send: Send, tenant: Tenant | None, observe: StatementObserver) -> None:
        self._send = send
        self._observe = observe
        self.tenant = tenant

    async def rows(self, query: Query, parameters: Parameters | None = None) -> list[Row]:
        """Run a reading query; each row is the list of its columns' values. `$tenant` is added by the unit."""
        if query.mode is not Mode.READ:
            raise AssertionError(f"{query.name} writes; a read-only unit can't run it")
        return await self._run(query.name, query.text, self._bound(query, parameters))

    async def compiled(self, statement: Statement) -> list[Row]:
        """Run a compiled read; `$tenant` is added by the unit."""
        parameters = {**statement.parameters, "tenant": self.tenant}
        return await self._run(statement.name, statement.text, parameters)

    def _bound(self, query: Query, parameters: Parameters | None) -> Parameters:
        if "tenant" not in query.parameters:
            return parameters or {}
        if self.tenant is None:
            raise AssertionError(f"{query.name} touches tenant data; this unit has no tenant")
        return {**(parameters or {}), "tenant": self.tenant}

    async def _run(self, name: str, text: str, parameters: Parameters) -> list[Row]:
        started = time.perf_counter()
        rows = await self._send(text, dict(parameters))
        self._observe(name, time.perf_counter() - started)
        return rows


class WriteUnit(ReadUnit):
    """A transaction that may write."""

    async def write(self, query: Query, parameters: Parameters | None = None) -> list[Row]:
        """Run a writing query; rows as in `rows`."""
        return await self._run(query.name, query.text, self._bound(query, parameters))


async def _values(result: AsyncResult) -> list[Row]:
    return await result.values()


def _within(transaction: AsyncManagedTransaction) -> Send:
    async def send(text: str, parameters: dict[str, object]) -> list[Row]:
        result = await transaction.run(text, parameters)  # pyright: ignore[reportArgumentType] - text is ours
        return await result.values()

    return send


class Database:
    """One Neo4j database and the one driver that the whole process shares."""

    def __init__(
        self, driver: AsyncDriver, *, uri: str, name: str | None, observe: StatementObserver = _unobserved
    ) -> None:
        self._driver = driver
        self._name = name
        self._observe = observe
        self._bookmarks = AsyncGraphDatabase.bookmark_manager()
        self._in_use = 0
        self._turns = Turns()
        self.uri = uri

    @property
    def in_use(self) -> int:
        """How many units of work are open now; each holds a connection, or waits for one."""
        return self._in_use

    async def read(self, tenant: Tenant | None, work: Callable[[ReadUnit], Awaitable[T]]) -> T:
        """Run `work` in one reading transaction and return what it returns."""

        async def run(transaction: AsyncManagedTransaction) -> T:
            return await work(ReadUnit(_within(transaction), tenant, self._observe))

        with translated(self.uri):
            async with self._session(READ_ACCESS) as session:
                return await session.execute_read(run)

    async def read_apart(
        self, tenant: Tenant | None, work: Callable[[ReadUnit], Awaitable[T]], *, seconds: float | None = None
    ) -> T:
        """Run `work`, each of whose statements reads in a transaction of its own, and return what it returns.

        For reads that need no more than their statements one by one: Neo4j reads what is committed, so one transaction
        would show several statements no more of one moment either. It saves the round trips of begin and commit.
        A statement that takes longer than `seconds` is ended by the database: DatabaseUnavailable.
        """
        self._in_use += 1
        try:
            with translated(self.uri):
                return await work(ReadUnit(partial(self._apart, seconds=seconds), tenant, self._observe))
        finally:
            self._in_use -= 1

    async def write(
        self, tenant: Tenant | None, work: Callable[[WriteUnit], Awaitable[T]], *, seconds: float | None = None
    ) -> T:
        """Run `work` in one writing transaction, commit, and return what it returned.

        One that is open for longer than `seconds` is ended by the database: DatabaseUnavailable.
        """

        @unit_of_work(timeout=seconds)
        async def run(transaction: AsyncManagedTransaction) -> T:
            return await work(WriteUnit(_within(transaction), tenant, self._observe))

        with translated(self.uri):
            async with self._session(WRITE_ACCESS) as session:
                return await session.execute_write(run)

    async def rows(
        self, tenant: Tenant | None, query: Query, parameters: Parameters | None = None, *, seconds: float | None = None
    ) -> list[Row]:
        """Run a single reading query in a transaction of its own, for at most `seconds`."""

        async def work(unit: ReadUnit) -> list[Row]:
            return await unit.rows(query, parameters)

        return await self.read_apart(tenant, work, seconds=seconds)

    async def execute_schema(self, commands: Sequence[str]) -> None:
        """Run schema commands (each idempotent), one transaction each: Neo4j lets none share one with data."""
        with translated(self.uri):
            async with self._session(WRITE_ACCESS) as session:
                for command in commands:
                    result = await session.run(command)  # pyright: ignore[reportArgumentType] - made from the ontology
                    await result.consume()

    async def execute_schema_together(self, commands: Sequence[str]) -> None:
        """Run schema commands in one transaction: quicker, all or none. It locks their labels, so not on live data."""

        async def run(transaction: AsyncManagedTransaction) -> None:
            for command in commands:
                result = await transaction.run(command)  # pyright: ignore[reportArgumentType] - made from the ontology
                await result.consume()

        with translated(self.uri):
            async with self._session(WRITE_ACCESS) as session:
                await session.execute_write(run)

    async def explain(self, text: str, parameters: Parameters) -> Mapping[str, Any]:
        """Return the plan that Neo4j makes for `text`, without running it."""
        with translated(self.uri):
            async with self._session(READ_ACCESS) as session:
                result = await session.run(f"EXPLAIN {text}", dict(parameters))  # pyright: ignore[reportArgumentType]
                summary = await result.consume()
                return cast("Mapping[str, Any]", summary.plan or {})

    async def verify(self) -> None:
        """Raise DatabaseUnavailable unless the database answers with this user and password."""
        await self.rows(None, named("database/read_clock"))

    async def close(self) -> None:
        """Give all connections back."""
        await self._driver.close()

    async def _apart(self, text: str, parameters: dict[str, object], *, seconds: float | None = None) -> list[Row]:
        made = cast("LiteralString", text)  # by us, from files and checked names
        query = made if seconds is None else TimedQuery(made, timeout=seconds)
        try:
            async with self._opened(READ_ACCESS) as session:
                result = await session.run(query, parameters)
                rows = await result.values()
        except (DriverError, Neo4jError) as error:
            if not error.is_retryable():
                raise
        else:
            await self._turns.take()
            return rows
        # Whatever passes is waited for as the driver does it: in a transaction that is begun and committed, which
        # takes a round trip more, a third of a small read.
        return await self._driver.execute_query(
            query,
            parameters,
            routing_=RoutingControl.READ,
            database_=self._name,
            bookmark_manager_=self._bookmarks,
            result_transformer_=_values,
        )

    @asynccontextmanager
    async def _session(self, access: str) -> AsyncGenerator[AsyncSession]:
        self._in_use += 1
        try:
            async with self._opened(access) as session:
                yield session
        finally:
            self._in_use -= 1

    def _opened(self, access: str) -> AsyncSession:
        # The driver types none of its options.
        return self._driver.session(  # pyright: ignore[reportUnknownMemberType]
            database=self._name, default_access_mode=access, bookmark_manager=self._bookmarks
        )


def connect(
    uri: str,
    *,
    user: str,
    password: str,
    database: str | None = None,
    pool_size: int = 50,
    observe: StatementObserver = _unobserved,
) -> Database:
    """Return a database over a new driver; nothing is sent before the first unit of work."""
    driver = AsyncGraphDatabase.driver(  # pyright: ignore[reportUnknownMemberType]
        uri,
        auth=(user, password),
        max_connection_pool_size=pool_size,
        notifications_min_severity="OFF",
        max_transaction_retry_time=15.0,
        connection_acquisition_timeout=30.0,
        keep_alive=True,
        user_agent="twin-topology",
    )
    return Database(driver, uri=uri, name=database, observe=observe)
