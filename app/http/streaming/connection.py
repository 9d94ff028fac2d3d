"""One WebSocket connection that speaks graphql-transport-ws.

It costs a task while it waits, and one more for each operation under way. What a client doesn't take is not kept for
it: each operation waits until its last message is taken, and after a while the connection is cut.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Final

import structlog
from graphql import GraphQLError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from strawberry.types.execution import PreExecutionError

from app.graphql.execution import INTERNAL
from app.http.errors import BodyInvalid
from app.http.graphql_request import from_body
from app.http.streaming.messages import (
    ACK,
    PING,
    PONG,
    SUBPROTOCOL,
    Close,
    Closed,
    Message,
    code_of,
    complete_message,
    error_message,
    next_message,
    parsed,
)
from app.http.streaming.opening import opened, refusal
from graph.access import Principal, Unauthenticated
from graph.errors import Forbidden, InvalidInput, TwinError, Unavailable

if TYPE_CHECKING:
    from app.http.service import Service

_CLOSING_SECONDS: Final = 1.0


class Connection:
    """A connection from its handshake to its end. `id` is what the log knows it by."""

    def __init__(self, websocket: WebSocket, service: Service, *, id: str) -> None:  # noqa: A002 - it is one
        self._socket = websocket
        self._service = service
        self._limits = service.subscribers.limits
        self._id = id
        self._principal: Principal | None = None
        self._headers: Mapping[str, str] = {}
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._alive = True
        self._due = 0.0
        self._failed: Closed | None = None
        self._reading: asyncio.Timeout | None = None
        self._log = structlog.stdlib.get_logger("twin.websocket")

    async def run(self) -> None:
        """Serve until either side closes."""
        if SUBPROTOCOL not in self._socket.scope.get("subprotocols", []):
            await self._socket.accept()
            await self._close(Closed(Close.SUBPROTOCOL, f"Subprotocol not acceptable: speak {SUBPROTOCOL}"))
            return
        await self._socket.accept(subprotocol=SUBPROTOCOL)
        try:
            await self._serve()
        except Closed as closed:
            if closed is not self._failed:
                await self._close(closed)
        except (WebSocketDisconnect, OSError):
            pass  # the client went away
        except Exception:  # noqa: BLE001 - the outermost edge: logged, and the client is told under which name
            self._log.exception("unexpected error", connection=self._id)
            self._service.metrics.error(INTERNAL)
            await self._close(Closed(Close.INTERNAL, f"Internal error; the log tells more under {self._id}"))
        finally:
            await self._end()

    async def _serve(self) -> None:
        try:
            async with asyncio.timeout(self._limits.init):
                while self._principal is None:
                    await self._take(parsed(await self._received()))
        except TimeoutError as error:
            raise Closed(Close.INIT_TIMEOUT, "Connection initialisation timeout") from error
        loop = asyncio.get_running_loop()
        self._due = loop.time() + self._limits.ping
        while True:
            if self._failed is not None or loop.time() >= self._due:  # however much arrives meanwhile
                await self._keep_alive()
                self._due = loop.time() + self._limits.ping
            try:
                async with asyncio.timeout_at(self._due) as self._reading:
                    text = await self._received()
            except TimeoutError:
                continue
            finally:
                self._reading = None
            self._alive = True
            await self._take(parsed(text))

    async def _received(self) -> str:
        message = await self._socket.receive()
        if self._failed is not None:
            raise self._failed
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        text = message.get("text")
        if not isinstance(text, str):
            raise Closed(Close.BAD_REQUEST, "Messages are text")
        if len(text) > self._service.limits.body:
            raise Closed(Close.TOO_BIG, "The message is longer than TWIN_BODY_LIMIT")
        return text

    async def _keep_alive(self) -> None:
        """Ask for a sign of life; who gave none since the last time is gone, and who may no longer come is told so."""
        if self._failed is not None:
            raise self._failed
        if not self._alive:
            raise Closed(Close.GOING_AWAY, "No sign of life")
        self._alive = False
        await self._authenticate()
        await self._send(PING)

    async def _take(self, message: Message) -> None:
        match message.type:
            case "connection_init":
                await self._begin(message)
            case "ping":
                await self._send(PONG)
            case "pong":
                return
            case "subscribe":
                await self._subscribe(message)
            case "complete":
                operation = self._operations.pop(message.id, None)
                if operation is not None:
                    operation.cancel()
            case unknown:
                raise Closed(Close.BAD_REQUEST, f"No message is called {unknown[:40]}")

    async def _begin(self, message: Message) -> None:
        if self._principal is not None:
            raise Closed(Close.TOO_MANY_INITS, "Too many initialisation requests")
        self._headers = _with_authorization(self._socket.headers, message.payload)
        await self._authenticate()
        await self._send(ACK)

    async def _authenticate(self) -> None:
        try:
            self._principal = await self._service.authenticator.principal(self._headers)
        except (Unauthenticated, Forbidden, InvalidInput) as error:
            self._service.metrics.error(error.code)
            raise Closed(Close.FORBIDDEN, f"Forbidden: {error.message}") from error
        except Unavailable as error:
            if self._principal is None:
                raise Closed(Close.TRY_AGAIN, error.message) from error

    async def _subscribe(self, message: Message) -> None:
        if self._principal is None:
            raise Closed(Close.UNAUTHORIZED, "Unauthorized: send connection_init first")
        if message.id in self._operations:
            raise Closed(Close.SUBSCRIBER_EXISTS, f"Subscriber for {message.id[:60]} already exists")
        await self._authenticate()
        task = asyncio.create_task(self._operate(message, self._principal))
        self._operations[message.id] = task
        # A mutation goes on when its operation is ended: its task is known until it is done.
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _operate(self, message: Message, principal: Principal) -> None:
        try:
            last = await self._results(message, principal)
            if self._operations.get(message.id) is asyncio.current_task():
                # Free before the client hears of the end: it may use the id again at once.
                del self._operations[message.id]
                await self._send(last)
        except Closed as closed:
            await self._fail(closed)
        except (WebSocketDisconnect, OSError):
            return  # the client went away; the reading task sees it too
        except Exception:  # noqa: BLE001 - as in `run`
            self._log.exception("unexpected error", connection=self._id, operation=message.id)
            self._service.metrics.error(INTERNAL)
            await self._fail(Closed(Close.INTERNAL, f"Internal error; the log tells more under {self._id}"))

    async def _results(self, message: Message, principal: Principal) -> str:
        """Send all results but the message that ends the operation, which is returned."""
        request_id = f"{self._id}-{message.id}"
        try:
            with self._service.subscribers.admitted(principal):
                asked = from_body(message.payload or {})
                async with aclosing(await opened(self._service, principal, asked, request_id=request_id)) as results:
                    async for result in results:
                        if isinstance(result, PreExecutionError):
                            return self._ended(message, result.errors or [])
                        self._count(result.errors)
                        await self._send(next_message(message.id, result))
        except BodyInvalid as error:
            self._service.metrics.error(error.code)
            raise Closed(Close.BAD_REQUEST, f"{error.place}: {error.message}") from error
        except TwinError as error:
            return self._ended(message, [refusal(error, request_id)])
        return complete_message(message.id)

    def _ended(self, message: Message, errors: list[GraphQLError]) -> str:
        self._count(errors)
        return error_message(message.id, errors)

    def _count(self, errors: list[GraphQLError] | None) -> None:
        code = code_of(errors)
        if code is not None:
            self._service.metrics.error(code)

    async def _send(self, text: str) -> None:
        try:
            async with asyncio.timeout(self._limits.patience):
                await self._socket.send_text(text)
        except TimeoutError as error:
            raise Closed(Close.TOO_SLOW, "Too slow: go on from your last revision") from error
        except RuntimeError as error:
            if self._socket.application_state is WebSocketState.CONNECTED:
                raise
            raise WebSocketDisconnect(Close.GOING_AWAY) from error  # closed meanwhile

    async def _fail(self, closed: Closed) -> None:
        """Close from within an operation, and wake the reading task, so that it ends."""
        self._failed = closed
        await self._close(closed)
        if self._reading is not None and not self._reading.expired():
            self._reading.reschedule(asyncio.get_running_loop().time())

    async def _close(self, closed: Closed) -> None:
        self._log.info("connection closed", connection=self._id, close=int(closed.code), reason=closed.reason)
        with suppress(TimeoutError, RuntimeError, WebSocketDisconnect, OSError):
            async with asyncio.timeout(_CLOSING_SECONDS):
                await self._socket.close(int(closed.code), closed.reason)

    async def _end(self) -> None:
        """End all operations; mutations that were begun are waited for."""
        self._operations.clear()
        for task in self._tasks:
            if not task.cancelling():
                task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _with_authorization(headers: Mapping[str, str], payload: Mapping[str, object] | None) -> Mapping[str, str]:
    """The headers of the handshake, and the authorization that browsers can send in connection_init alone."""
    found = dict(headers)
    for name, value in (payload or {}).items():
        if name.lower() in ("authorization", "twin-tenant") and isinstance(value, str):
            found[name.lower()] = value
    return found
