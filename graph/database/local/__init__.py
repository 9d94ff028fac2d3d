"""A Neo4j of our own on this machine: downloaded and checked once, started on demand, shared by all processes."""

from graph.database.local.configuration import Memory
from graph.database.local.diagnosis import Finding, diagnose, diagnose_endpoint
from graph.database.local.endpoint import Endpoint
from graph.database.local.errors import LocalServerError, Neo4jTooOld, NotNeo4j
from graph.database.local.progress import Progress
from graph.database.local.reach import ServerInfo, check_server
from graph.database.local.release import LTS_LINE, NEWEST_LINE
from graph.database.local.server import LocalServer, ServerState, ServerStatus

__all__ = [
    "LTS_LINE",
    "NEWEST_LINE",
    "Endpoint",
    "Finding",
    "LocalServer",
    "LocalServerError",
    "Memory",
    "Neo4jTooOld",
    "NotNeo4j",
    "Progress",
    "ServerInfo",
    "ServerState",
    "ServerStatus",
    "check_server",
    "diagnose",
    "diagnose_endpoint",
]
