"""Says what answers at an address: a Neo4j we can work with, or why not."""

from __future__ import annotations

import re
import socket
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, LiteralString, cast

from neo4j import Driver, GraphDatabase, RoutingControl
from neo4j.exceptions import ConfigurationError, DriverError, Neo4jError

from graph.clock import from_epoch_millis
from graph.database.errors import DatabaseAuthFailed
from graph.database.local.endpoint import Endpoint
from graph.database.local.errors import Neo4jTooOld, NotNeo4j
from graph.errors import DatabaseUnavailable
from queries import named

_AGENT = re.compile(r"Neo4j/(\d+)\.(\d+)(?:\.\d+)*(?:[-+][\w.+-]*)?")
_SCHEMES: Final = frozenset({"bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc"})
_YEARLY: Final = 2025  # releases are numbered by their year since then


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerInfo:
    """The Neo4j that answered: how it names itself ("Neo4j/2026.08.1") and its version."""

    agent: str
    version: str


def check_server(endpoint: Endpoint, *, timeout: float = 5.0) -> ServerInfo:
    """Connect, log in, and see that it is Neo4j 5.26 LTS or one numbered by its year.

    Raises DatabaseUnavailable where nothing answers within `timeout` seconds, NotNeo4j, Neo4jTooOld, or
    DatabaseAuthFailed.
    """
    with _translated(endpoint, timeout), _driver(endpoint, timeout) as driver:
        agent = driver.get_server_info().agent  # pyright: ignore[reportUnknownMemberType] - the driver's **config
    return accepted(agent, endpoint.uri)


def server_time(endpoint: Endpoint, *, timeout: float = 5.0) -> datetime:
    """Return what time the server has; raises as `check_server` does."""
    query = named("database/read_clock")
    with _translated(endpoint, timeout), _driver(endpoint, timeout) as driver:
        answer = driver.execute_query(
            cast("LiteralString", query.text), database_=endpoint.database, routing_=RoutingControl.READ
        )
    return from_epoch_millis(int(answer.records[0]["now"]))


def fault_of_database(endpoint: Endpoint, *, timeout: float = 5.0) -> str | None:
    """Return why the server that answers doesn't run its database, None where it does; raises as `check_server`."""
    query = named("database/show_fault")
    with _translated(endpoint, timeout), _driver(endpoint, timeout) as driver:
        answer = driver.execute_query(cast("LiteralString", query.text), database_="system")
    return next((" ".join(str(record["said"]).split()) for record in answer.records), None)


def accepted(agent: str, uri: str) -> ServerInfo:
    """Return the facts in a server's name for itself, or raise NotNeo4j or Neo4jTooOld."""
    match = _AGENT.fullmatch(agent)
    if match is None:
        raise NotNeo4j(
            f"The server at {uri} is not Neo4j",
            expected="Neo4j 5.26 LTS or 2026.x",
            actual=agent,
            hint="Point TWIN_NEO4J_URI at a Neo4j, or unset it to use the local server",
        )
    major, minor = int(match[1]), int(match[2])
    if not (major >= _YEARLY or (major, minor) >= (5, 26)):
        raise Neo4jTooOld(
            f"The Neo4j at {uri} is too old",
            expected="Neo4j 5.26 LTS or 2026.x",
            actual=agent,
            hint="Upgrade it, or unset TWIN_NEO4J_URI to use the local server",
        )
    return ServerInfo(agent=agent, version=agent.removeprefix("Neo4j/"))


def listens(host: str, port: int, *, timeout: float = 1.0) -> bool:
    """Say whether anything accepts connections there."""
    try:
        with socket.create_connection((host, port), timeout=timeout):
            return True
    except OSError:
        return False


def _refused(endpoint: Endpoint) -> DatabaseAuthFailed:
    return DatabaseAuthFailed(
        f"Neo4j at {endpoint.uri} refused the user or password",
        hint="Set TWIN_NEO4J_USER and TWIN_NEO4J_PASSWORD, or unset TWIN_NEO4J_URI to use the local server",
    )


def _driver(endpoint: Endpoint, timeout: float) -> Driver:
    scheme = endpoint.uri.partition("://")[0]
    if scheme not in _SCHEMES:
        raise ConfigurationError(f"The scheme is {scheme!r}")
    return GraphDatabase.driver(  # pyright: ignore[reportUnknownMemberType] - the driver's **config
        endpoint.uri,
        auth=(endpoint.user, endpoint.password),
        connection_timeout=timeout,
        connection_acquisition_timeout=timeout,
        max_transaction_retry_time=0,
        max_connection_pool_size=1,
        notifications_min_severity="OFF",
        user_agent="twin-topology",
    )


@contextmanager
def _translated(endpoint: Endpoint, timeout: float) -> Generator[None]:
    try:
        yield
    except (Neo4jError, DriverError, ConfigurationError, ValueError, OSError) as error:
        raise _translation(endpoint, error, timeout) from error


def _translation(endpoint: Endpoint, error: Exception, timeout: float) -> DatabaseUnavailable:
    said = " ".join(str(error).split())[:300]
    if isinstance(error, Neo4jError) and (error.code or "").startswith("Neo.ClientError.Security"):
        return _refused(endpoint)
    if isinstance(error, ConfigurationError | ValueError):
        return DatabaseUnavailable(
            f"{endpoint.uri} is no address of a Neo4j",
            expected="bolt://host:port, neo4j://host:port, or the same with +s for encryption",
            actual=said,
            hint="Correct TWIN_NEO4J_URI, or unset it to use the local server",
        )
    if isinstance(error, DriverError | OSError) and listens(endpoint.host, endpoint.port, timeout=timeout):
        return NotNeo4j(
            f"Something answers at {endpoint.uri}, but it does not speak Bolt as Neo4j does",
            expected="Neo4j 5.26 LTS or 2026.x",
            actual=said,
            hint="Check the port (Bolt is 7687 by default, not the browser's 7474) and, where the server wants "
            "encryption, use bolt+s:// or neo4j+s://",
        )
    return DatabaseUnavailable(
        f"No Neo4j answers at {endpoint.uri}",
        actual=said,
        hint="Start it, check TWIN_NEO4J_URI, or unset it to use the local server",
    )
