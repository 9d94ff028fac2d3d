"""Operations as hypothesis-graphql writes them of the campus's schema, arguments included, against graphql-core."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from graphql import ExecutionResult, GraphQLError, build_schema, execute, parse
from hypothesis import HealthCheck, Phase, assume, event, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes, queries
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types.execution import PreExecutionError

from app.graphql.execution.errors import INTERNAL, shown_errors
from app.http.graphql import encoded
from tests.app.door import Door

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.neo4j,
    pytest.mark.long,
    # Where a root field fails, graphql-core cancels those beside it; a driver that was about to connect for one of them
    # leaves its socket to the collector.
    pytest.mark.filterwarnings("ignore:.*socket:pytest.PytestUnraisableExceptionWarning"),
    # What a door is shown as takes 380 kB, which hypothesis warns of in place of what failed.
    pytest.mark.filterwarnings("ignore:Generating overly large repr"),
]

SDL: Final = Path(__file__).parents[3] / "docs" / "schema.graphql"
ELSEWHERE: Final = {"alarm", "alarms", "criticalityProgress", "deadLetters", "migrationPlan", "migrations", "service"}
"""Root fields that tell of the moment, or of stores that this door hasn't got."""

KEPT: Final = ("snapshot/", "state/")
"""What impact is computed from: the snapshot and the live levels of its assets."""

EXAMPLES: Final = 60
"""An operation takes a tenth of a second to write, and as long to execute twice."""

PHASES: Final = (Phase.reuse, Phase.generate)
"""What fails is shown as it was written: looking for a shorter one would take minutes."""

UNHURRIED: Final = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large)
SCALARS: Final = {
    "Long": st.integers(-(2**53), 2**53).map(nodes.Int),
    "Date": st.dates().map(str).map(nodes.String),
    "DateTime": st.datetimes().map(lambda each: f"{each.isoformat()}Z").map(nodes.String),
    "Duration": st.sampled_from(["PT0S", "PT5M", "P1D", "P2W", "PT1H30M", "P365250D", "P999999999D"]).map(nodes.String),
    "JSON": st.one_of(st.booleans().map(nodes.Boolean), st.text(max_size=5).map(nodes.String)),
}


def operations() -> st.SearchStrategy[str]:
    """The schema is parsed when the first operation is drawn."""
    schema = build_schema(SDL.read_text())
    assert schema.query_type is not None
    return queries(schema, fields=sorted(schema.query_type.fields.keys() - ELSEWHERE), custom_scalars=SCALARS)


async def by_the_reference(door: Door, query: str) -> ExecutionResult:
    """The answer of graphql-core's own executor."""
    result: Any = execute(
        door.schema.core,
        parse(query),
        context_value=door.context,
        executor_class=StrawberryGraphQLCoreExecutionContext,
    )
    return result if isinstance(result, ExecutionResult) else await result


def asked(door: Door) -> list[str]:
    """The statements of the operation, without those for what is kept from one operation to the next."""
    return sorted(each for each in door.statements if not each.startswith(KEPT))


def shown(data: object, errors: Sequence[GraphQLError] | None) -> bytes:
    return encoded({"data": data, "errors": [each.formatted for each in errors or ()]})


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=UNHURRIED, phases=PHASES)
@given(query=st.deferred(operations))
async def test_it_is_answered_as_by_the_reference(campus: Door, query: str) -> None:
    parsed: Any = parse(query).definitions[0]
    campus.statements.clear()
    ours = await campus.schema.execute(query, context_value=campus.context)
    # Over a limit of depth or cost, or no answer to `@oneOf`, of which the library knows nothing.
    assume(not isinstance(ours, PreExecutionError))
    sent = asked(campus)
    campus.statements.clear()
    theirs = await by_the_reference(campus, query)
    event("with errors" if ours.errors else "whole")
    assert INTERNAL.encode() not in shown(ours.data, ours.errors), query
    assert encoded(ours.data) == encoded(theirs.data), query
    if not ours.errors:
        assert (theirs.errors, sent) == (None, asked(campus)), query
    elif len(parsed.selection_set.selections) == 1:
        # Of several fields at the root that fail, the first one in time ends the others.
        assert shown(None, ours.errors) == shown(None, shown_errors(theirs.errors or [], "request-1")), query
