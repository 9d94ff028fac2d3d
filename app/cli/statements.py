"""A Cypher statement's rows as JSON."""

from __future__ import annotations

from graph.database.local import Endpoint
from graph.database.local.shell import answered, opened
from graph.errors import ValueInvalid


def rows_of(endpoint: Endpoint, statement: str) -> dict[str, object]:
    """Run one statement and return its rows, values written as Cypher writes them. Raises ValueInvalid."""
    from neo4j.exceptions import DriverError, Neo4jError

    with opened(endpoint) as driver:
        try:
            answer = answered(driver, statement.strip().rstrip(";"), database=endpoint.database)
        except (Neo4jError, DriverError) as error:
            raise ValueInvalid(
                "Neo4j refused the statement", expected="a Cypher statement", actual=str(error)
            ) from error
    return {
        "rows": [dict(zip(answer.columns, row, strict=True)) for row in answer.rows],
        "count": answer.count,
        "changes": answer.changes,
    }
