"""Opens the stream of an operation's results, whatever it is sent over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from graphql import GraphQLError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from app.graphql.execution import shown_error
from app.http.asked import GraphQLRequest
from app.http.errors import BodyInvalid, RequestTimedOut
from graph.access import Principal
from graph.errors import TwinError

if TYPE_CHECKING:
    from app.http.service import Service

Results: TypeAlias = AsyncGenerator[ExecutionResult | PreExecutionError]

_MUTATION: Final = frozenset({OperationType.MUTATION})


async def opened(
    service: Service,
    principal: Principal,
    asked: GraphQLRequest,
    *,
    request_id: str,
    allowed: Iterable[OperationType] = frozenset(OperationType),
    wrote: Callable[[], Awaitable[None]] | None = None,
) -> Results:
    """Return the results of an operation as they come; whatever keeps it from beginning is the one result.

    A mutation is at its end when this returns, and goes on to it when this is cancelled: who hung up may have sent it
    in good faith. `wrote` is called after it. Raises InvalidOperationTypeError for an operation of a type that is not
    `allowed`.
    """
    kinds = frozenset(allowed)
    try:
        asked = await service.documents.resolved(asked)
    except BodyInvalid as error:
        return _given([_refused(refusal(error, request_id))])
    opening = _Opening(service, principal, asked, request_id)
    try:
        return await opening.stream(kinds - _MUTATION)
    except InvalidOperationTypeError as error:
        if error.operation_type not in kinds & _MUTATION:
            raise
    return await _to_its_end(opening.written(wrote))


class _Opening:
    """One operation that is about to begin."""

    def __init__(self, service: Service, principal: Principal, asked: GraphQLRequest, request_id: str) -> None:
        self._service = service
        self._principal = principal
        self._asked = asked
        self._request_id = request_id

    async def stream(self, allowed: frozenset[OperationType]) -> Results:
        """Return the results of what is no mutation."""
        try:
            async with asyncio.timeout(self._service.limits.seconds):
                return await self._stream(allowed)
        except CannotGetOperationTypeError as error:
            return _given([_refused(GraphQLError(error.as_http_error_reason(), extensions={"code": "QUERY_INVALID"}))])
        except TimeoutError:
            return _given([self._timed_out()])

    async def written(self, wrote: Callable[[], Awaitable[None]] | None) -> Results:
        """Return the result of a mutation."""
        try:
            async with asyncio.timeout(self._service.limits.seconds):
                results = [result async for result in await self._stream(_MUTATION)]
        except TimeoutError:
            return _given([self._timed_out()])
        if wrote is not None:
            await wrote()
        return _given(results)

    async def _stream(self, allowed: frozenset[OperationType]) -> Results:
        edition = self._service.edition()
        return await edition.schema.stream(
            self._asked.query,
            variable_values=self._asked.variables,
            context_value=edition.context(self._principal, self._request_id),
            operation_name=self._asked.operation_name,
            allowed_operation_types=allowed,
        )

    def _timed_out(self) -> PreExecutionError:
        return _refused(refusal(timed_out(self._service.limits.seconds), self._request_id))


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


async def _to_its_end(work: Coroutine[Any, Any, Results]) -> Results:
    """Return what `work` gives; who is cancelled meanwhile is so only once it is done."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _refused(error: GraphQLError) -> PreExecutionError:
    return PreExecutionError(data=None, errors=[error])


async def _given(results: Iterable[ExecutionResult | PreExecutionError]) -> Results:
    for result in results:
        yield result
