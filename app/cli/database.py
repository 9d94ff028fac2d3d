"""The database of the settings alone, for verbs that need no service: those take seconds to import."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from app.cli.local import found_endpoint
from app.database import opened
from app.settings import Settings
from graph.database import Database
from graph.database.local import check_server


@asynccontextmanager
async def bare_database(settings: Settings) -> AsyncGenerator[Database]:
    """Open the database of the settings, starting the local server if none is named; nothing is checked or changed."""
    async with opened(await asyncio.to_thread(found_endpoint, settings), settings) as database:
        await database.verify()
        yield database


@asynccontextmanager
async def checked_database(settings: Settings) -> AsyncGenerator[Database]:
    """The same for data, after seeing that it answers within seconds and is a Neo4j we work with.

    Raises DatabaseUnavailable, NotNeo4j, Neo4jTooOld, DatabaseAuthFailed, LocalServerError.
    """
    endpoint = await asyncio.to_thread(found_endpoint, settings)
    await asyncio.to_thread(check_server, endpoint)
    async with opened(endpoint, settings) as database:
        yield database
