"""Results as server-sent events: graphql-sse in its mode of distinct connections, one operation a request.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import AsyncExitStack, aclosing
from typing import TYPE_CHECKING, Final

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types.execution import ExecutionResult, PreExecutionError
from strawberry.types.graphql import OperationType

from app.http.admission import note_write
from app.http.asked import GraphQLRequest
from app.http.exchange import State
from app.http.graphql_request import EVENT_STREAM
from app.http.streaming.messages import code_of, shown_result
from app.http.streaming.opening import Results, opened, refusal
from app.http.streaming.patient import PatientResponse
from graph.access import Principal, Unauthenticated
from graph.errors import Forbidden, TwinError

if TYPE_CHECKING:
    from app.http.service import Service

ALIVE: Final = ":\n\n"
"""A comment: it keeps proxies from closing what is silent, and tells us when the client is gone."""

COMPLETE: Final = "event: complete\ndata:\n\n"


async def events(
    request: Request[State], principal: Principal, asked: GraphQLRequest, *, allowed: Iterable[OperationType]
) -> Response:
    """Return the results of an operation as events. Raises LimitExceeded where there are too many subscriptions."""
    service, exchange = request.state["service"], request.state["exchange"]
    exchange.operation = asked.operation_name
    looked = asyncio.get_running_loop().time()

    async def wrote() -> None:
        await note_write(request, principal)

    async with AsyncExitStack() as stack:
        stack.enter_context(service.subscribers.admitted(principal))
        opening = opened(service, principal, asked, request_id=exchange.id, allowed=allowed, wrote=wrote)
        try:
            results = await exchange.caller.while_there(opening)
        except InvalidOperationTypeError as error:
            raise HTTPException(405, "Mutations are sent by POST", {"allow": "POST"}) from error
        finally:
            if service.budget is not None:
                exchange.cost_left = service.budget.left(principal)
        await stack.enter_async_context(aclosing(results))
        held = stack.pop_all()
    exchange.streams = True
    service.metrics.request_streams()
    return PatientResponse(
        _Events(service, request, results, looked=looked).texts(),
        held,
        caller=exchange.caller,
        patience=service.subscribers.limits.patience,
        media_type=EVENT_STREAM,
        headers={"cache-control": "no-cache", "x-accel-buffering": "no"},
    )


class _Events:
    """The events of one response. `looked`: when it was last looked at who calls, by the loop's clock."""

    def __init__(self, service: Service, request: Request[State], results: Results, *, looked: float) -> None:
        self._service = service
        self._request = request
        self._results = results
        self._looked = looked

    async def texts(self) -> AsyncGenerator[str]:
        """Yield the events, and signs of life between them; ends without `complete` when the service does."""
        while True:
            task: asyncio.Task[object] = asyncio.ensure_future(anext(self._results, None))
            try:
                with self._service.subscribers.waiting(task):
                    async for sign in self._signs(task):
                        yield sign
                result = None if task.cancelled() else task.result()
            finally:
                task.cancel()
                await asyncio.wait([task])
            if task.cancelled():
                return
            if not isinstance(result, ExecutionResult | PreExecutionError):
                break
            if (refused := await self._refusal()) is not None:
                yield refused
                return
            self._count(code_of(result.errors))
            yield _next(shown_result(result))
            if isinstance(result, PreExecutionError):
                break
        yield COMPLETE

    async def _signs(self, task: asyncio.Task[object]) -> AsyncGenerator[str]:
        """Yield signs of life until the task is done, or the caller may no longer come."""
        while True:
            done, _ = await asyncio.wait([task], timeout=self._service.subscribers.limits.ping)
            if done:
                return
            if (refused := await self._refusal()) is not None:
                yield refused
                task.cancel()
                return
            yield ALIVE

    async def _refusal(self) -> str | None:
        """Look again at who calls, where that was long ago; return what ends the stream of who may no longer come."""
        now = asyncio.get_running_loop().time()
        if now - self._looked < self._service.subscribers.limits.ping:
            return None
        self._looked = now
        try:
            await self._service.authenticator.principal(self._request.headers)
        except (Unauthenticated, Forbidden) as error:
            self._count(error.code)
            shown = refusal(error, self._request.state["exchange"].id).formatted
            return _next({"errors": [shown]}) + COMPLETE
        except TwinError:
            pass  # the database doesn't answer: it is asked again next time
        return None

    def _count(self, code: str | None) -> None:
        if code is not None:
            self._service.metrics.error(code)
            self._request.state["exchange"].code = code


def _next(payload: dict[str, object]) -> str:
    return f"event: next\ndata: {orjson.dumps(payload, option=orjson.OPT_NON_STR_KEYS).decode()}\n\n"
