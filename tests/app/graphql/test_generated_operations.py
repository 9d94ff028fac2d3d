"""Operations as hypothesis-graphql writes them of the campus's schema, arguments included, against graphql-core."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
from graphql import ExecutionResult, build_schema, execute, parse, validate
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes, queries
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from app.graphql.errors import INTERNAL, shown_errors
from app.http.graphql import encoded
from tests.app.door import Door

pytestmark = [pytest.mark.anyio, pytest.mark.neo4j, pytest.mark.long]

SDL: Final = Path(__file__).parents[3] / "docs" / "schema.graphql"
ELSEWHERE: Final = {"alarm", "alarms", "criticalityProgress", "deadLetters", "migrationPlan", "migrations", "service"}
"""Root fields that tell of the moment, or of stores that this door hasn't got."""

SCALARS: Final = {
    "Long": st.integers(-(2**53), 2**53).map(nodes.Int),
    "Date": st.dates().map(str).map(nodes.String),
    "DateTime": st.datetimes().map(lambda each: f"{each.isoformat()}Z").map(nodes.String),
    "Duration": st.sampled_from(["PT0S", "PT5M", "P1D", "P2W", "PT1H30M"]).map(nodes.String),
    "JSON": st.one_of(st.booleans().map(nodes.Boolean), st.text(max_size=5).map(nodes.String)),
}


def operations() -> st.SearchStrategy[str]:
    """The schema is parsed when the first operation is drawn."""
    schema = build_schema(SDL.read_text())
    assert schema.query_type is not None
    return queries(schema, fields=sorted(schema.query_type.fields.keys() - ELSEWHERE), custom_scalars=SCALARS)


async def by_the_reference(door: Door, query: str) -> bytes:
    """The answer of graphql-core's own executor."""
    result: Any = execute(
        door.schema.core,
        parse(query),
        context_value=door.context,
        executor_class=StrawberryGraphQLCoreExecutionContext,
    )
    return shown(result if isinstance(result, ExecutionResult) else await result)


def shown(result: Any) -> bytes:
    errors = shown_errors(result.errors, "request-1") if result.errors else None
    return encoded({"data": result.data, "errors": errors and [each.formatted for each in errors]})


@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(query=st.deferred(operations))
async def test_it_is_answered_as_by_the_reference(campus: Door, query: str) -> None:
    document = parse(query)
    assert validate(campus.schema.core, document) == []
    campus.statements.clear()
    ours = encoded(await campus.send(query))
    sent = list(campus.statements)
    campus.statements.clear()
    theirs = await by_the_reference(campus, query)
    event("with errors" if b'"errors":null' not in ours else "whole")
    assert INTERNAL.encode() not in ours, query
    assert ours == theirs, query
    assert sorted(sent) == sorted(campus.statements), query
