"""What the driver raises, as errors of the twin.

DatabaseUnavailable            it doesn't answer, or not in time
├── DatabaseAuthFailed         wrong user or password
├── DatabaseUnreachable        no connection to it, or it takes nothing now: nothing in what was asked can be the cause
├── DatabaseRefused            it answers, and takes no such statement: what was asked may be the cause
├── CommitUnknown              the connection broke while committing: it may have happened or not
ConstraintBroken               a uniqueness that the checks before should have caught; a writer tries again singly
"""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from neo4j.exceptions import (
    AuthError,
    ConnectionAcquisitionTimeoutError,
    ConstraintError,
    DriverError,
    ForbiddenOnReadOnlyDatabase,
    IncompleteCommit,
    Neo4jError,
    NotALeader,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)
from neo4j.exceptions import (
    DatabaseUnavailable as DatabaseDown,
)

from graph.errors import DatabaseUnavailable, TwinError

_ELSEWHERE: Final = (
    ServiceUnavailable,
    SessionExpired,
    ConnectionAcquisitionTimeoutError,
    DatabaseDown,
    NotALeader,
    ForbiddenOnReadOnlyDatabase,
)
"""What the driver raises for whatever it is asked."""

_TOO_LARGE: Final = (
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError",
    "Neo.TransientError.General.TransactionMemoryLimit",
)
"""Told as if they passed; a smaller transaction helps, and time may not."""

_IN_TIME: Final = (
    "Neo.ClientError.Transaction.TransactionTimedOut",
    "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration",
    "Neo.ClientError.Transaction.TransactionTerminated",
)
"""Told as if they were our fault; another may have held what was waited for."""


class DatabaseAuthFailed(DatabaseUnavailable):
    """Neo4j refused the user or the password."""

    code = "DATABASE_AUTH"


class DatabaseUnreachable(DatabaseUnavailable):
    """There is no connection to Neo4j, or it takes nothing now; nothing in what was asked can be the cause."""


class DatabaseRefused(DatabaseUnavailable):
    """Neo4j answers, and takes no such statement: what was asked may be the cause, or how it is set up."""


class CommitUnknown(DatabaseUnavailable):
    """The connection broke while a transaction was committing: it may have happened or not."""

    code = "COMMIT_UNKNOWN"


class ConstraintBroken(TwinError):
    """The database refused a write for a uniqueness constraint."""

    code = "CONSTRAINT_BROKEN"


@contextmanager
def translated(uri: str) -> Generator[None]:
    """Turn what the driver raises inside the block into errors of the twin."""
    try:
        yield
    except AuthError as error:
        raise DatabaseAuthFailed(
            f"Neo4j at {uri} refused the user or password",
            hint="Set TWIN_NEO4J_USER and TWIN_NEO4J_PASSWORD, or unset TWIN_NEO4J_URI to use the local server",
        ) from error
    except ConstraintError as error:
        raise ConstraintBroken(_without_stack(error.message or "A uniqueness constraint refused the write")) from error
    except IncompleteCommit as error:
        raise CommitUnknown(
            f"The connection to Neo4j at {uri} broke while committing",
            actual=_without_stack(str(error)),
            hint="Read what is there before sending it again, or send it with an idempotency key",
        ) from error
    except _ELSEWHERE as error:
        raise _silent(DatabaseUnreachable, uri, error) from error
    except (Neo4jError, DriverError) as error:
        if _passes(error):
            raise _silent(DatabaseUnavailable, uri, error) from error
        raise DatabaseRefused(
            f"Neo4j at {uri} could not run a statement",
            actual=_without_stack(str(error)),
            hint="This is a fault of the service or its database: see the log, and `twin doctor`",
        ) from error


def _passes(error: Neo4jError | DriverError) -> bool:
    code = error.code if isinstance(error, Neo4jError) else None
    return code in _IN_TIME or (isinstance(error, TransientError) and code not in _TOO_LARGE)


def _silent(kind: type[DatabaseUnavailable], uri: str, error: Exception) -> DatabaseUnavailable:
    return kind(
        f"Neo4j at {uri} does not answer",
        actual=_without_stack(str(error)),
        hint="Start it (`twin neo4j start`) or check TWIN_NEO4J_URI; `twin doctor` looks closer",
    )


def _without_stack(text: str) -> str:
    return re.sub(r"\s+", " ", text)[:500]
