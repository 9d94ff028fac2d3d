"""What the driver raises, told apart by whether what was asked can be the cause."""

from __future__ import annotations

import pytest
from neo4j.exceptions import Neo4jError, ResultConsumedError, ServiceUnavailable, SessionExpired

from graph.database import DatabaseRefused, DatabaseUnreachable
from graph.database.errors import translated
from graph.errors import DatabaseUnavailable


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (ServiceUnavailable("?"), DatabaseUnreachable),
        (SessionExpired("?"), DatabaseUnreachable),
        ("Neo.TransientError.General.DatabaseUnavailable", DatabaseUnreachable),
        ("Neo.ClientError.Cluster.NotALeader", DatabaseUnreachable),
        ("Neo.ClientError.General.ForbiddenOnReadOnlyDatabase", DatabaseUnreachable),
        ("Neo.TransientError.Transaction.DeadlockDetected", DatabaseUnavailable),
        ("Neo.ClientError.Transaction.TransactionTimedOut", DatabaseUnavailable),
        ("Neo.TransientError.General.MemoryPoolOutOfMemoryError", DatabaseRefused),
        ("Neo.ClientError.Statement.TypeError", DatabaseRefused),
        ("Neo.DatabaseError.Statement.ExecutionFailed", DatabaseRefused),
        (ResultConsumedError(None, "?"), DatabaseRefused),
    ],
)
def test_what_a_statement_can_cause_is_told_apart(raised: Exception | str, kind: type[DatabaseUnavailable]) -> None:
    error = Neo4jError._hydrate_neo4j(code=raised, message="?") if isinstance(raised, str) else raised
    with pytest.raises(DatabaseUnavailable) as caught, translated("bolt://here"):
        raise error
    assert type(caught.value) is kind
