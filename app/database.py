"""The connection to the database of the settings; apart from what is served over it, which takes seconds to import."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from app.settings import Settings
from graph.database import Database, StatementObserver, connect
from graph.database.local import Endpoint


def connected(endpoint: Endpoint, settings: Settings, observe: StatementObserver | None = None) -> Database:
    """Return the database at an endpoint; `observe` is told of statements."""
    watched = {} if observe is None else {"observe": observe}
    return connect(
        endpoint.uri,
        user=endpoint.user,
        password=endpoint.password,
        database=endpoint.database,
        pool_size=settings.neo4j_pool_size,
        **watched,
    )


@asynccontextmanager
async def opened(endpoint: Endpoint, settings: Settings) -> AsyncGenerator[Database]:
    """Connect for the length of the block."""
    database = connected(endpoint, settings)
    try:
        yield database
    finally:
        await database.close()
