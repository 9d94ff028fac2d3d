"""The Starlette application: routes, the layer around them, and the one translator of errors."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Final, cast

import orjson
from opentelemetry import trace
from opentelemetry.trace import Tracer
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ExceptionHandler

from app.http.compression import Compression
from app.http.docs_page import POLICY, docs_page
from app.http.exchange import State
from app.http.graphiql_page import ASSETS, MOUNTED_AT
from app.http.graphql import graphql_endpoint
from app.http.health import live, ready
from app.http.layer import RequestLayer
from app.http.openapi import openapi
from app.http.preflight import PREFLIGHTED
from app.http.problems import on_http_exception, on_twin_error
from app.http.routes import Operation
from app.http.service import Service
from app.http.streaming.websocket import graphql_websocket
from app.telemetry import Metrics
from graph.errors import TwinError

_ASKED: Final = ("Traceparent", "Tracestate", "Twin-Show-Cost", "X-Request-Id")

Opened = Callable[[], AbstractAsyncContextManager[Service]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """What is served: REST operations, whether a browser gets GraphiQL, and which other origins may read answers."""

    operations: Sequence[Operation] = ()
    graphiql: bool = True
    origins: tuple[str, ...] = ()


def create_app(opened: Opened, *, doors: Doors, metrics: Metrics, tracer: Tracer | None = None) -> Starlette:
    """Return the application. `opened` opens the service when serving begins and closes it when it ends."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[dict[str, Service]]:
        async with opened() as service:
            yield {"service": service}

    handlers: dict[type[Exception], ExceptionHandler] = {
        TwinError: cast("ExceptionHandler", on_twin_error),
        HTTPException: cast("ExceptionHandler", on_http_exception),
    }
    app = Starlette(
        routes=_routes(doors, metrics),
        middleware=[
            Middleware(RequestLayer, metrics=metrics, tracer=tracer or trace.get_tracer("twin-topology")),
            *_cors(doors.origins),
            Middleware(Compression),
        ],
        exception_handlers=handlers,
        lifespan=lifespan,
    )
    # A path with a slash too many is unknown: a redirect would name whatever host the request did.
    app.router.redirect_slashes = False
    return app


def _cors(origins: tuple[str, ...]) -> list[Middleware]:
    """Let pages of some origins read answers. No cookies are used, so none are let through."""
    if not origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=("GET", "POST"),
            allow_headers=("Authorization", "Content-Type", *_ASKED, *(name.title() for name in PREFLIGHTED)),
            expose_headers=("ETag", "Retry-After", "Traceparent", "Twin-Cost-Left", "Twin-Revision", "X-Request-Id"),
            max_age=600,
        )
    ]


def _routes(doors: Doors, metrics: Metrics) -> list[BaseRoute]:
    described = orjson.dumps(openapi(doors.operations))
    page = docs_page(doors.operations)

    async def show_metrics(_request: Request[State]) -> Response:
        return Response(metrics.text(), media_type=metrics.content_type)

    async def show_openapi(_request: Request[State]) -> Response:
        return Response(described, media_type="application/json")

    async def show_docs(_request: Request[State]) -> Response:
        return HTMLResponse(page, headers={"content-security-policy": POLICY})

    return [
        WebSocketRoute("/graphql", graphql_websocket),
        Route("/graphql", graphql_endpoint(graphiql=doors.graphiql), methods=["GET", "POST"]),
        Mount(MOUNTED_AT, StaticFiles(directory=ASSETS, check_dir=False)),
        Route("/health/live", live),
        Route("/health/ready", ready),
        Route("/metrics", show_metrics),
        Route("/openapi.json", show_openapi),
        Route("/docs", show_docs),
        *(operation.route for operation in doors.operations),
    ]
