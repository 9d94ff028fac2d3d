"""The outermost layer: request id, trace, metrics, log, and the headers that every response has."""

from __future__ import annotations

import random
import re
import time
from typing import Final

import structlog
from opentelemetry.trace import Tracer
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.caller import Caller
from app.http.exchange import Exchange
from app.http.problems import fault_response
from app.telemetry import Metrics, traced

_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_UNKNOWN_ROUTE: Final = "unknown"


class RequestLayer:
    """Runs each request in a trace and a log context, and answers where a fault of ours left no answer."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, tracer: Tracer) -> None:
        self._app = app
        self._metrics = metrics
        self._tracer = tracer
        self._numbers = random.Random()  # noqa: S311 - the system seeds it, and ids need only differ
        # Bound once: as it comes, a logger is made anew for each line.
        self._log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger("twin.http").bind()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection of ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        # Traces are named by what is known before routing, without ids of assets.
        with traced(self._tracer, f"HTTP {scope['method']}", headers, numbers=self._numbers) as trace:
            caller = Caller(receive, scope["method"])
            exchange = Exchange(id=_request_id(headers, self._numbers), trace=trace, caller=caller)
            scope.setdefault("state", {})["exchange"] = exchange
            with structlog.contextvars.bound_contextvars(request_id=exchange.id, trace_id=trace.trace_id):
                await self._exchange(exchange, scope, caller.receive, send)

    async def _exchange(self, exchange: Exchange, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                _add_headers(MutableHeaders(scope=message), exchange)
            await send(message)

        self._metrics.request_begins()
        began = time.perf_counter()
        try:
            await self._app(scope, receive, send_with_headers)
        except ClientDisconnect:
            self._log.info("the caller went away before the answer")
        except Exception:
            self._log.exception("unexpected error", path=scope["path"])
            if exchange.status:
                raise
            await fault_response(exchange)(scope, receive, send_with_headers)
        finally:
            exchange.caller.close()
            self._ended(exchange, scope, time.perf_counter() - began)

    def _ended(self, exchange: Exchange, scope: Scope, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", None) or _UNKNOWN_ROUTE
        if not exchange.streams:
            self._metrics.request_ended(route=route, method=scope["method"], status=exchange.status, seconds=seconds)
            if exchange.code is not None:
                self._metrics.error(exchange.code)
        principal = exchange.principal
        self._log.info(
            "request",
            method=scope["method"],
            path=scope["path"],
            status=exchange.status,
            milliseconds=round(seconds * 1000, 3),
            tenant=principal.tenant if principal else None,
            principal=principal.name if principal else None,
            operation=exchange.operation,
            code=exchange.code,
        )


def _request_id(headers: Headers, numbers: random.Random) -> str:
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else f"{numbers.getrandbits(64):016x}"


def _add_headers(headers: MutableHeaders, exchange: Exchange) -> None:
    headers["traceparent"] = exchange.trace.traceparent
    headers["x-request-id"] = exchange.id
    headers.setdefault("x-content-type-options", "nosniff")
    headers.setdefault("cache-control", "no-store")
    if exchange.revision is not None:
        headers["twin-revision"] = str(exchange.revision)
    if exchange.cost_left is not None:
        headers["twin-cost-left"] = str(exchange.cost_left)
