"""`/graphql`: GraphQL over HTTP, as the specification of that name has it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import orjson
from graphql import GraphQLError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from app.http.admission import admit, note_write
from app.http.asked import GraphQLRequest
from app.http.batches import check_batch
from app.http.bodies import read_json, read_json_or_list
from app.http.conditional import tag_of, tagged, unchanged
from app.http.errors import BodyInvalid
from app.http.exchange import Exchange, State
from app.http.graphiql_page import graphiql_page
from app.http.graphql_request import (
    LEGACY_JSON,
    from_body,
    from_url,
    media_type_for,
    prefers_html,
    wants_events,
)
from app.http.preflight import refuse_simple
from app.http.streaming.events import events
from app.http.streaming.messages import code_of
from app.http.streaming.opening import refusal, timed_out
from graph.errors import TwinError

if TYPE_CHECKING:
    from graph.access import Principal

_QUERY: Final = frozenset({OperationType.QUERY})
_SAFE: Final = frozenset({OperationType.QUERY, OperationType.SUBSCRIPTION})
_EVERY: Final = frozenset(OperationType)
_MUTATION: Final = frozenset({OperationType.MUTATION})


def graphql_endpoint(*, graphiql: bool) -> Callable[[Request[State]], Awaitable[Response]]:
    """Return what answers at `/graphql`; with `graphiql` a browser gets GraphiQL."""

    async def endpoint(request: Request[State]) -> Response:
        if request.method == "POST":
            return await _by_post(request)
        if graphiql and prefers_html(request.headers.get("accept", "")):
            return graphiql_page()
        refuse_simple(request.headers)
        return await _by_get(request)

    return endpoint


async def _by_post(request: Request[State]) -> Response:
    """Execute the operation in a JSON body."""
    if wants_events(request.headers.get("accept", "")):
        principal = await admit(request)
        return await events(request, principal, from_body(await read_json(request)), allowed=_EVERY)
    media_type = media_type_for(request.headers.get("accept", ""))
    principal = await admit(request)
    body = await read_json_or_list(request, most=request.state["service"].limits.batch)
    if not isinstance(body, list):
        result = await _answered(request, principal, from_body(body), until=_until(request))
        return _response(result, media_type, request.state["exchange"])
    results = await _answered_batch(request, principal, [from_body(each) for each in body])
    shown = [_shown(result, request.state["exchange"]) for result in results]
    return _json(shown, media_type, status=200, wait=max(map(_wait, results)))


async def _answered_batch(
    request: Request[State], principal: Principal, batch: Sequence[GraphQLRequest]
) -> list[ExecutionResult]:
    """Execute operations one after the other, for a mutation may rest on the one before it, in the time of one.

    What fails is the result of its operation alone: those before it may have been written.
    """
    service, until = request.state["service"], _until(request)
    try:
        async with asyncio.timeout_at(until):
            await check_batch(service, batch)
    except TimeoutError as error:
        raise timed_out(service.limits.seconds) from error
    results: list[ExecutionResult] = []
    for asked in batch:
        try:
            results.append(await _answered(request, principal, asked, until=until))
        except TwinError as error:
            results.append(PreExecutionError(data=None, errors=[refusal(error, request.state["exchange"].id)]))
    return results


async def _answered(
    request: Request[State], principal: Principal, asked: GraphQLRequest, *, until: float
) -> ExecutionResult:
    """Execute a query or a mutation."""
    try:
        return await _execute(request, principal, asked, allowed=_QUERY, until=until)
    except InvalidOperationTypeError as error:
        if error.operation_type is not OperationType.MUTATION:
            return _refused("A subscription needs Accept: text/event-stream, or a WebSocket")
        result = await _execute(request, principal, asked, allowed=_MUTATION, until=until)
        await note_write(request, principal)
        return result


async def _by_get(request: Request[State]) -> Response:
    """Execute the query in the URL."""
    if wants_events(request.headers.get("accept", "")):
        principal = await admit(request)
        return await events(request, principal, from_url(request.query_params), allowed=_SAFE)
    media_type = media_type_for(request.headers.get("accept", ""))
    principal = await admit(request)
    asked = from_url(request.query_params)
    try:
        asked = await request.state["service"].documents.resolved(asked)
    except BodyInvalid as error:
        refused = PreExecutionError(data=None, errors=[refusal(error, request.state["exchange"].id)])
        return _response(refused, media_type, request.state["exchange"])
    lasting = await request.state["service"].edition().schema.lasting(asked.query, asked.variables)
    if lasting and (same := await unchanged(request, principal)):
        return same
    tag = tag_of(request, principal)
    try:
        result = await _execute(request, principal, asked, allowed=_QUERY, until=_until(request))
    except InvalidOperationTypeError as error:
        raise HTTPException(405, "Only queries may be sent by GET", {"allow": "POST"}) from error
    response = _response(result, media_type, request.state["exchange"])
    return tagged(response, tag) if lasting and not result.errors else response


async def _execute(
    request: Request[State],
    principal: Principal,
    asked: GraphQLRequest,
    *,
    allowed: frozenset[OperationType],
    until: float,
) -> ExecutionResult:
    """Execute an operation of an allowed type. Raises RequestTimedOut once it is `until`, by the loop's clock."""
    service, exchange = request.state["service"], request.state["exchange"]
    exchange.operation = asked.operation_name
    edition = service.edition()
    try:
        asked = await service.documents.resolved(asked)
    except BodyInvalid as error:
        return PreExecutionError(data=None, errors=[refusal(error, exchange.id)])
    if asyncio.get_running_loop().time() >= until:
        raise timed_out(service.limits.seconds)  # a timeout that has come would let it begin
    try:
        async with asyncio.timeout_at(until):
            executing = edition.schema.execute(
                asked.query,
                variable_values=asked.variables,
                context_value=edition.context(principal, exchange.id, show_cost="twin-show-cost" in request.headers),
                operation_name=asked.operation_name,
                allowed_operation_types=allowed,
            )
            # A mutation goes on to its end: who hung up may have sent it in good faith.
            return await (executing if allowed is _MUTATION else exchange.caller.while_there(executing))
    except CannotGetOperationTypeError as error:
        return _refused(error.as_http_error_reason())
    except TimeoutError as error:
        raise timed_out(service.limits.seconds) from error
    finally:
        if service.budget is not None:
            exchange.cost_left = service.budget.left(principal)


def _until(request: Request[State]) -> float:
    """Until when a request may be worked at, by the loop's clock."""
    return asyncio.get_running_loop().time() + request.state["service"].limits.seconds


def _wait(result: ExecutionResult) -> int:
    """Seconds after which what failed may be asked again; 0 where nobody said."""
    return max((int((error.extensions or {}).get("retryAfter", 0)) for error in result.errors or ()), default=0)


def _refused(reason: str) -> ExecutionResult:
    error = GraphQLError(reason, extensions={"code": "QUERY_INVALID"})
    return PreExecutionError(data=None, errors=[error])


def _response(result: ExecutionResult, media_type: str, exchange: Exchange) -> Response:
    status = 400 if _never_began(result) and media_type != LEGACY_JSON else 200
    return _json(_shown(result, exchange), media_type, status=status, wait=_wait(result))


def _shown(result: ExecutionResult, exchange: Exchange) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if result.errors:
        body["errors"] = [error.formatted for error in result.errors]
        exchange.code = code_of(result.errors)
    if not _never_began(result):
        body["data"] = result.data
    if result.extensions:
        body["extensions"] = result.extensions
    return body


def _json(body: object, media_type: str, *, status: int, wait: int = 0) -> Response:
    return Response(
        encoded(body),
        status_code=status,
        media_type=f"{media_type}; charset=utf-8",
        headers={"retry-after": str(wait)} if wait else None,
    )


def encoded(body: object) -> bytes:
    """Return JSON. Keys that are no plain texts are rare, and looking for them takes three times as long."""
    try:
        return orjson.dumps(body)
    except TypeError:
        return orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS)


def _never_began(result: ExecutionResult) -> bool:
    """Whether the request was refused before its operation began: a fault of the document or of its variables."""
    if isinstance(result, PreExecutionError):
        return True
    return result.data is None and bool(result.errors) and all(error.path is None for error in result.errors or ())
