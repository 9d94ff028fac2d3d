"""Opens the stream of an operation's results, whatever it is sent over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable
from typing import TYPE_CHECKING, TypeAlias

from graphql import GraphQLError
from strawberry.schema.exceptions import CannotGetOperationTypeError
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from app.graphql.errors import shown_error
from app.http.asked import GraphQLRequest
from app.http.errors import BodyInvalid, RequestTimedOut
from graph.access import Principal
from graph.errors import TwinError

if TYPE_CHECKING:
    from app.http.service import Service

Results: TypeAlias = AsyncGenerator[ExecutionResult | PreExecutionError]


async def opened(
    service: Service,
    principal: Principal,
    asked: GraphQLRequest,
    *,
    request_id: str,
    allowed: Iterable[OperationType] | None = None,
) -> Results:
    """Return the results of an operation as they come; whatever keeps it from beginning is the one result.

    Raises InvalidOperationTypeError for an operation of a type that is not `allowed` (None: all are).
    """
    edition = service.edition()
    try:
        asked = await service.documents.resolved(asked)
    except BodyInvalid as error:
        return _one(refusal(error, request_id))
    try:
        async with asyncio.timeout(service.limits.seconds):
            stream = await edition.schema.stream(
                asked.query,
                variable_values=asked.variables,
                context_value=edition.context(principal, request_id),
                operation_name=asked.operation_name,
                allowed_operation_types=allowed,
            )
    except CannotGetOperationTypeError as error:
        return _one(GraphQLError(error.as_http_error_reason(), extensions={"code": "QUERY_INVALID"}))
    except TimeoutError:
        return _one(refusal(timed_out(service.limits.seconds), request_id))
    return stream


def timed_out(seconds: float) -> RequestTimedOut:
    """Return the refusal of an operation that took longer than one may."""
    return RequestTimedOut(
        "The operation took too long",
        expected=f"at most {seconds:g} seconds",
        hint="Ask for less. Whether a mutation was done is not known: send it again under its idempotencyKey",
    )


def refusal(error: TwinError, request_id: str) -> GraphQLError:
    """Return a refusal as GraphQL shows it."""
    return shown_error(GraphQLError(str(error.message), original_error=error), request_id)


async def _one(error: GraphQLError) -> Results:
    yield PreExecutionError(data=None, errors=[error])
