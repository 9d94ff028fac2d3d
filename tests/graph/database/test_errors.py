"""What the driver raises, told apart by whether what was asked can be the cause."""

from __future__ import annotations

import pytest
from neo4j.exceptions import Neo4jError, ServiceUnavailable, SessionExpired

from graph.database import DatabaseUnreachable
from graph.database.errors import translated
from graph.errors import DatabaseUnavailable


@pytest.mark.parametrize(
    ("raised", "elsewhere"),
    [
        (ServiceUnavailable("?"), True),
        (SessionExpired("?"), True),
        ("Neo.TransientError.General.DatabaseUnavailable", True),
        ("Neo.ClientError.Cluster.NotALeader", True),
        ("Neo.ClientError.General.ForbiddenOnReadOnlyDatabase", True),
        ("Neo.TransientError.General.MemoryPoolOutOfMemoryError", False),
        ("Neo.ClientError.Statement.TypeError", False),
    ],
)
def test_only_what_no_statement_can_cause_is_unreachable(raised: Exception | str, *, elsewhere: bool) -> None:
    error = Neo4jError._hydrate_neo4j(code=raised, message="?") if isinstance(raised, str) else raised
    with pytest.raises(DatabaseUnavailable) as caught, translated("bolt://here"):
        raise error
    assert isinstance(caught.value, DatabaseUnreachable) is elsewhere
