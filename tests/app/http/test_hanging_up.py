"""A real server: who hangs up frees the thread that worked for it, and who comes to a full line is told when to ask."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

import httpx
import pytest
import strawberry
import uvicorn
from prometheus_client import CollectorRegistry
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from app.http.application import Doors, create_app
from app.http.bodies import read_json
from app.http.exchange import State
from app.http.persisted import PersistedDocuments
from app.http.revisions import RevisionWatch
from app.http.routes import Operation
from app.http.routes.operation import Handler
from app.http.service import Limits, Service
from app.http.subscribers import StreamLimits, Subscribers
from app.inforce import Edition
from app.ingest import Intake
from app.security import OpenAuthenticator
from app.telemetry import Metrics
from graph.access import Principal, Scope
from graph.database import Database
from graph.identity import Tenant
from graph.work import Ended, Outcome, Workers, WorkLimits, checkpoint
from tests.app.http.toy import FakeDatabase, NoDocuments, ToyEdition, ToySchema

TENANT = Tenant("site")
WORK = json.dumps({"query": "{ work }"}).encode()
WRITE = json.dumps({"query": "mutation { write }"}).encode()


def endless() -> int:
    """Go on until it is not wanted any more."""
    while True:
        checkpoint()
        time.sleep(0.002)


@dataclass
class Real:
    """A server on a port of its own, and what its workers were told."""

    port: int
    workers: Workers
    told: list[Ended]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def hang_up(self, head: str, body: bytes = b"", *, accept: str = "*/*") -> None:
        """Send a request, and go away while it is worked at."""
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            asking = f"graphql-require-preflight: 1\r\naccept: {accept}\r\n"
            length = f"content-length: {len(body)}\r\ncontent-type: application/json\r\n" if body else ""
            connection.sendall(f"{head} HTTP/1.1\r\nhost: 127.0.0.1\r\n{asking}{length}\r\n".encode() + body)
            self.until(lambda: self.workers.long.running == 1)

    def until(self, so: Callable[[], object]) -> None:
        """Wait until something is so, not for long."""
        until = time.monotonic() + 5
        while not so():
            assert time.monotonic() < until
            time.sleep(0.01)


async def _ignore(_hash: str | None) -> None:
    """Take no note."""


def _operations(workers: Workers) -> tuple[Operation, ...]:
    async def work(_request: Request[State], _principal: Principal) -> Response:
        return JSONResponse(await workers.run(TENANT, "endless", endless))

    async def work_on_body(request: Request[State], _principal: Principal) -> Response:
        await read_json(request)
        return JSONResponse(await workers.run(TENANT, "endless", endless))

    async def stream(_request: Request[State], _principal: Principal) -> Response:
        async def lines() -> AsyncIterator[bytes]:
            yield b"first\n"
            await workers.run(TENANT, "endless", endless)

        return StreamingResponse(lines())

    async def write(_request: Request[State], _principal: Principal) -> Response:
        await asyncio.sleep(0.3)
        return JSONResponse(await workers.run(TENANT, "written", lambda: 1))

    def operation(path: str, method: str, handler: Handler, *, writes: bool = False) -> Operation:
        return Operation(
            path=path,
            method=method,
            summary=f"{method} {path}",
            handler=handler,
            scope=Scope.READ,
            answers={},
            writes=writes,
        )

    return (
        operation("/work", "GET", work),
        operation("/body", "POST", work_on_body),
        operation("/stream", "GET", stream),
        operation("/write", "POST", write, writes=True),
    )


@pytest.fixture
def real() -> Iterator[Real]:
    told: list[Ended] = []
    metrics = Metrics(CollectorRegistry())

    def ended(each: Ended) -> None:
        told.append(each)
        metrics.computed(each)

    workers = Workers(WorkLimits(at_once=1, line=0, seconds=20), ended=ended)
    metrics.watch_workers(workers)
    fake = cast("Database", FakeDatabase())

    @strawberry.type
    class Query:
        @strawberry.field
        async def work(self) -> int:
            return await workers.run(TENANT, "endless", endless)

    @strawberry.type
    class Mutation:
        @strawberry.mutation
        async def write(self) -> int:
            await asyncio.sleep(0.3)
            return await workers.run(TENANT, "written", lambda: 1)

    edition = cast("Edition", ToyEdition("sha256:toy", ToySchema(Query, Mutation)))

    @asynccontextmanager
    async def opened() -> AsyncGenerator[Service]:
        yield Service(
            database=fake,
            authenticator=OpenAuthenticator(TENANT),
            revisions=RevisionWatch(fake, found_ontology=_ignore, found_revision=metrics.revision),
            metrics=metrics,
            limits=Limits(body=2000, seconds=20),
            edition=lambda: edition,
            intake=cast("Intake", None),
            subscribers=Subscribers(StreamLimits()),
            documents=PersistedDocuments(NoDocuments()),
        )

    app = create_app(opened, doors=Doors(operations=_operations(workers)), metrics=metrics)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, ws="none", lifespan="on"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield Real(listener.getsockname()[1], workers, told)
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


@pytest.mark.parametrize(
    ("head", "body", "accept"),
    [
        ("GET /work", b"", "*/*"),
        ("POST /body", b'{"a": 1}', "*/*"),
        ("GET /stream", b"", "*/*"),
        ("POST /graphql", WORK, "*/*"),
        ("GET /graphql?query=%7Bwork%7D", b"", "*/*"),
        ("POST /graphql", WORK, "text/event-stream"),
        ("GET /graphql?query=%7Bwork%7D", b"", "text/event-stream"),
    ],
)
def test_who_hangs_up_frees_the_thread(real: Real, head: str, body: bytes, accept: str) -> None:
    real.hang_up(head, body, accept=accept)
    began = time.monotonic()
    real.until(lambda: real.workers.long.running == 0)
    assert time.monotonic() - began < 2
    assert [each.outcome for each in real.told] == [Outcome.GIVEN_UP]


@pytest.mark.parametrize(
    ("path", "body", "accept"),
    [("/write", b"", "*/*"), ("/graphql", WRITE, "*/*"), ("/graphql", WRITE, "text/event-stream")],
)
def test_what_writes_goes_on_to_its_end(real: Real, path: str, body: bytes, accept: str) -> None:
    with socket.create_connection(("127.0.0.1", real.port)) as connection:
        head = f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: {accept}\r\ncontent-type: application/json\r\n"
        connection.sendall(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
        time.sleep(0.15)
    real.until(lambda: real.told)
    assert [(each.kind, each.outcome) for each in real.told] == [("written", Outcome.DONE)]


def test_a_full_line_is_told_with_the_time_to_wait(real: Real) -> None:
    with socket.create_connection(("127.0.0.1", real.port)) as connection:
        connection.sendall(b"GET /work HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
        real.until(lambda: real.workers.long.running == 1)
        refused = httpx.get(f"{real.url}/work")
        assert (refused.status_code, refused.json()["code"]) == (503, "TOO_BUSY")
        assert int(refused.headers["retry-after"]) >= 1
        metrics = httpx.get(f"{real.url}/metrics").text
        assert 'twin_questions_running{lane="long"} 1.0' in metrics
        assert 'twin_questions_refused{lane="long"} 1.0' in metrics
    real.until(lambda: real.workers.long.running == 0)
    assert 'outcome="given_up"' in httpx.get(f"{real.url}/metrics").text
