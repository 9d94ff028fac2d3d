"""Runs the service on uvicorn: says when it is ready, and ends after what runs has ended."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Final

import httpx
import uvicorn
from starlette.applications import Starlette
from uvicorn.supervisors import Multiprocess

from app.descriptors import allow
from app.garbage import settle
from app.main import FindEndpoint, build, endpoint_of, reachable, start_logs
from app.security import check_exposure
from app.settings import Auth, Settings
from graph.errors import InvalidInput, TwinError, Unavailable

_POLL_SECONDS: Final = 0.1

OnReady = Callable[[str], None]


class PortTaken(InvalidInput):
    """Another program listens at the address that was asked for, or it isn't one of this machine."""

    code = "PORT_TAKEN"


class ServingFailed(Unavailable):
    """The service ended before it was ready."""

    code = "SERVING_FAILED"


def print_ready(url: str) -> None:
    """Print the line that tells people and scripts that the service answers."""
    print(f"ready {url}", flush=True)


def serve(
    settings: Settings, *, on_ready: OnReady = print_ready, workers: int = 1, find: FindEndpoint = endpoint_of
) -> None:
    """Serve until SIGINT or SIGTERM; `on_ready` is called with GraphQL's address once the service really answers.

    With several `workers` each is a process of its own with metrics of its own, and takes its settings from
    environment and file. Raises ExposedWithoutTokens, PortTaken, and whatever kept the service from opening.
    """
    check_exposure(settings.host, tokens=settings.auth is Auth.TOKEN)
    start_logs(settings)
    allow(settings.subscriptions)
    with _listening(settings) as listener:
        url = _url(settings.host, listener)
        if workers > 1:
            reachable(settings, find)  # once, before each worker finds out for itself
            _serve_by_workers(settings, listener, workers, on_ready=lambda: on_ready(url))
        else:
            _serve_here(build(settings, find=find, settled=settle), settings, listener, on_ready=lambda: on_ready(url))


class _Server(uvicorn.Server):
    """Uvicorn's server, which says when it has started."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and not self.should_exit:
            self._on_ready()


def _serve_here(
    application: Starlette, settings: Settings, listener: socket.socket, *, on_ready: Callable[[], None]
) -> None:
    failures = _remember_failures(application)
    server = _Server(_config(application, settings), on_ready)
    # Uvicorn leaves by SystemExit where the application could not open; `failures` tells why.
    with _stop_signals_end_quietly(), suppress(SystemExit):
        server.run(sockets=[listener])
    if failures:
        raise failures[0]
    if not server.started:
        raise ServingFailed("The service ended before it was ready", hint="The log says why")


def _serve_by_workers(
    settings: Settings, listener: socket.socket, workers: int, *, on_ready: Callable[[], None]
) -> None:
    config = _config("app.main:create", settings, workers=workers)
    ended = threading.Event()
    watcher = threading.Thread(
        target=_tell_when_ready, args=(_url(settings.host, listener), on_ready, ended), daemon=True
    )
    watcher.start()
    Multiprocess(config, sockets=[listener]).run()
    ended.set()


def _tell_when_ready(url: str, on_ready: Callable[[], None], ended: threading.Event) -> None:
    address = url.removesuffix("/graphql") + "/health/ready"
    while not ended.wait(_POLL_SECONDS):
        try:
            if httpx.get(address, timeout=5.0).is_success:
                on_ready()
                return
        except httpx.HTTPError:
            continue


def _config(application: Starlette | str, settings: Settings, *, workers: int = 1) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        factory=isinstance(application, str),
        workers=workers,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        lifespan="on",
        ws="websockets-sansio",
        ws_max_size=settings.body_limit,
        ws_ping_interval=None,  # GraphQL has pings of its own, which tell whether the client runs
        ws_per_message_deflate=False,  # a compressor for each connection takes far more memory than all the rest of it
        timeout_graceful_shutdown=max(1, round(settings.shutdown_timeout)),
    )


def _remember_failures(application: Starlette) -> list[TwinError]:
    """Return a list that will hold why the application could not open; uvicorn itself tells only that it didn't."""
    failures: list[TwinError] = []
    lifespan = application.router.lifespan_context

    @asynccontextmanager
    async def remembering(app: Starlette) -> AsyncGenerator[object]:
        try:
            async with lifespan(app) as state:
                yield state
        except TwinError as error:
            failures.append(error)
            # The caller tells it; uvicorn would print the whole stack.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            raise

    application.router.lifespan_context = remembering  # pyright: ignore[reportAttributeAccessIssue] - state is opaque
    return failures


@contextmanager
def _listening(settings: Settings) -> Generator[socket.socket]:
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        raise PortTaken(
            f"Can't listen at {settings.host}:{settings.port}",
            place="TWIN_PORT" if taken else "TWIN_HOST",
            actual="another program listens there" if taken else str(error),
            hint="Stop that program, or set TWIN_PORT to another port (0 takes a free one)",
        ) from error
    with listener:
        yield listener


@contextmanager
def _stop_signals_end_quietly() -> Generator[None]:
    """Uvicorn raises the signal that stopped it once more when it is done: then it has been obeyed already."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _obeyed) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _obeyed(_number: int, _frame: object) -> None:
    """Do nothing more."""


def _url(host: str, listener: socket.socket) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}/graphql"
