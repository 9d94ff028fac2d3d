"""The one place where errors become GraphQL errors.

Expected ones keep their message, and say code, place, what was expected, what came and what to do in `extensions`.
Anything else is logged and masked: the caller gets the id of the request to ask about.
"""

from __future__ import annotations

import structlog
from graphql import GraphQLError, GraphQLSyntaxError

from app.graphql.execution.ceilings import OverLimit
from graph.errors import ManyProblems, Problem, TwinError, Unavailable
from graph.ontology.advice import told

SYNTAX = "QUERY_SYNTAX"
INVALID = "QUERY_INVALID"
INTERNAL = "INTERNAL"


def shown_errors(errors: list[GraphQLError], request_id: str, *, names: bool = True) -> list[GraphQLError]:
    """The errors as the caller gets them; without `names` they tell none of the ontology that the caller didn't."""
    return [shown_error(error, request_id, names=names) for error in errors]


def shown_error(error: GraphQLError, request_id: str, *, names: bool = True) -> GraphQLError:
    """An error as the caller gets it, with `names` as of `shown_errors`."""
    cause = _cause(error)
    if isinstance(cause, TwinError):
        # What is wrong with a literal or a variable is told best by GraphQL, which knows the place.
        message = error.message if error.path is None else cause.message
        return _with(error, message, _extensions(cause, names=names))
    if cause is None:
        return _with(error, error.message, {"code": SYNTAX if isinstance(error, GraphQLSyntaxError) else INVALID})
    structlog.get_logger("twin.graphql").error(
        "unexpected error", request_id=request_id, path=error.path, exc_info=cause
    )
    return _with(error, f"Internal error; the log tells more under request {request_id}", {"code": INTERNAL})


def _cause(error: GraphQLError) -> Exception | None:
    cause: Exception | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _extensions(error: TwinError, *, names: bool) -> dict[str, object]:
    extensions = _facts(told(error.problem, names=names))
    if isinstance(error, Unavailable):
        extensions["retryAfter"] = error.retry_seconds
    if isinstance(error, OverLimit):
        extensions["limit"] = error.limit
    if isinstance(error, ManyProblems):
        extensions["problems"] = [
            {"message": problem.message, **_facts(told(problem, names=names))} for problem in error.problems
        ]
    return extensions


def _facts(problem: Problem) -> dict[str, object]:
    facts = {
        "code": problem.code,
        "place": problem.place,
        "expected": problem.expected,
        "actual": problem.actual,
        "hint": problem.hint,
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def _with(error: GraphQLError, message: str, extensions: dict[str, object]) -> GraphQLError:
    return GraphQLError(
        message,
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        original_error=error.original_error,
        extensions=extensions,
    )
