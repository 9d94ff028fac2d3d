"""The database: the shared driver, units of work, quoting of checked names; `local` runs a Neo4j of our own."""

from graph.database.errors import (
    CommitUnknown,
    ConstraintBroken,
    DatabaseAuthFailed,
    DatabaseRefused,
    DatabaseUnreachable,
)
from graph.database.names import quoted
from graph.database.work import (
    Database,
    Parameters,
    ReadUnit,
    Row,
    Statement,
    StatementObserver,
    WriteUnit,
    connect,
)

__all__ = [
    "CommitUnknown",
    "ConstraintBroken",
    "Database",
    "DatabaseAuthFailed",
    "DatabaseRefused",
    "DatabaseUnreachable",
    "Parameters",
    "ReadUnit",
    "Row",
    "Statement",
    "StatementObserver",
    "WriteUnit",
    "connect",
    "quoted",
]
