"""The connection to the database of the settings; apart from what is served over it, which takes seconds to import."""

from __future__ import annotations

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
