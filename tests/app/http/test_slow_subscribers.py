"""Who reads slowly holds nothing up, and who reads nothing is cut off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import orjson
import pytest
import strawberry
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message
from starlette.websockets import WebSocket

from app.answers.lines import line, whole
from app.http.exchange import State
from app.http.routes.forms import NDJSON, streamed
from app.http.routes.operation import Operation
from app.http.service import Limits, Service
from app.http.streaming.connection import Connection
from app.http.subscribers import StreamLimits, Subscribers
from graph.access import Principal, Scope
from tests.app.http.toy import ToySchema, toy_app

pytestmark = pytest.mark.anyio


SCOPE = {
    "type": "websocket",
    "subprotocols": ["graphql-transport-ws"],
    "headers": [(b"host", b"127.0.0.1")],
    "path": "/graphql",
}
MUTATION = "mutation { write }"


class StuckSocket:
    """A client that reads two messages and then no more; a close frame gets through no better."""

    def __init__(self) -> None:
        self.incoming: asyncio.Queue[Message] = asyncio.Queue()
        self.sent: list[Message] = []

        self.incoming.put_nowait({"type": "websocket.connect"})

    def say(self, *messages: object) -> None:
        for message in messages:
            self.incoming.put_nowait({"type": "websocket.receive", "text": orjson.dumps(message).decode()})

    async def receive(self) -> Message:
        return await self.incoming.get()

    async def send(self, message: Message) -> None:
        if len(self.sent) >= 3:
            await asyncio.Event().wait()
        self.sent.append(message)


async def test_who_takes_no_message_is_cut_off_and_leaves_nothing_behind() -> None:
    subscribers = Subscribers(StreamLimits(patience=0.05))
    app = toy_app(subscribers=subscribers, limits=Limits(body=2000, seconds=5))
    stuck = StuckSocket()
    async with app.router.lifespan_context(app) as state:
        assert state is not None
        service = state["service"]
        assert isinstance(service, Service)
        payload = {"query": "subscription { count(to: 1000000) }"}
        stuck.say({"type": "connection_init"}, {"type": "subscribe", "id": "1", "payload": payload})
        connection = Connection(WebSocket(SCOPE, stuck.receive, stuck.send), service, id="slow")
        await asyncio.wait_for(connection.run(), 10)
    assert subscribers.count == 0
    assert [message["type"] for message in stuck.sent] == ["websocket.accept", "websocket.send", "websocket.send"]


class StuckCaller:
    """Sends one request for events, takes the first messages of the answer, and then no more."""

    def __init__(self, query: str, *, takes: int) -> None:
        self.sent: list[Message] = []
        self._takes = takes
        self._body: list[Message] = [{"type": "http.request", "body": orjson.dumps({"query": query})}]

    async def receive(self) -> Message:
        if not self._body:
            await asyncio.Event().wait()
        return self._body.pop()

    async def send(self, message: Message) -> None:
        if len(self.sent) >= self._takes:
            await asyncio.Event().wait()
        self.sent.append(message)


@pytest.mark.parametrize("takes", [0, 1, 3])
async def test_who_takes_no_event_is_cut_off_and_leaves_nothing_behind(takes: int) -> None:
    subscribers = Subscribers(StreamLimits(patience=0.05))
    app = toy_app(subscribers=subscribers)
    stuck = StuckCaller("subscription { count(to: 1000000) }", takes=takes)
    headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json"), (b"accept", b"text/event-stream")]
    scope = {"type": "http", "method": "POST", "path": "/graphql", "query_string": b"", "headers": headers}
    async with app.router.lifespan_context(app) as state:
        assert state is not None
        await asyncio.wait_for(app({**scope, "state": dict(state)}, stuck.receive, stuck.send), 10)
    assert subscribers.count == 0
    assert len(stuck.sent) == takes


@pytest.mark.parametrize("takes", [0, 1, 2, 4])
async def test_who_takes_no_lines_is_cut_off_and_leaves_nothing_behind(takes: int) -> None:
    closed: list[str] = []

    async def items() -> AsyncGenerator[bytes]:
        try:
            while True:
                yield line("item", {"text": "x" * 20_000})
        finally:
            closed.append("items")

    async def endless(request: Request[State], _principal: Principal) -> Response:
        return await streamed(request, whole({"revision": 1}, items()))

    operation = Operation(
        path="/v1/endless", method="GET", summary="", handler=endless, scope=Scope.READ, answers={NDJSON: None}
    )
    app = toy_app(subscribers=Subscribers(StreamLimits(patience=0.05)), operations=(operation,))
    stuck = StuckCaller("", takes=takes)
    headers = [(b"host", b"127.0.0.1"), (b"accept", NDJSON.encode())]
    scope = {"type": "http", "method": "GET", "path": "/v1/endless", "query_string": b"", "headers": headers}
    async with app.router.lifespan_context(app) as state:
        assert state is not None
        await asyncio.wait_for(app({**scope, "state": dict(state)}, stuck.receive, stuck.send), 10)
    assert len(stuck.sent) == takes
    assert all(message.get("more_body", True) for message in stuck.sent), "nobody takes a part for the whole"
    assert closed == (["items"] if takes > 1 else [])


@strawberry.type
class Query:
    @strawberry.field
    def hello(self) -> str:
        return "hello"


@pytest.mark.parametrize("last", ["complete", "disconnect"])
async def test_a_mutation_that_was_begun_goes_on_to_its_end(last: str) -> None:
    begun, written = asyncio.Event(), asyncio.Event()

    @strawberry.type
    class Mutation:
        @strawberry.mutation
        async def write(self) -> int:
            begun.set()
            await asyncio.sleep(0.05)
            written.set()
            return 1

    subscribers = Subscribers(StreamLimits())
    app = toy_app(subscribers=subscribers, schema=ToySchema(Query, Mutation))
    caller = StuckSocket()
    async with app.router.lifespan_context(app) as state:
        assert state is not None
        service = state["service"]
        assert isinstance(service, Service)
        connection = Connection(WebSocket(SCOPE, caller.receive, caller.send), service, id="gone")
        caller.say({"type": "connection_init"}, {"type": "subscribe", "id": "1", "payload": {"query": MUTATION}})
        running = asyncio.create_task(connection.run())
        await begun.wait()
        if last == "complete":
            caller.say({"type": "complete", "id": "1"})
            await asyncio.sleep(0)
        caller.incoming.put_nowait({"type": "websocket.disconnect"})
        await asyncio.wait_for(running, 10)
    assert written.is_set()
    assert subscribers.count == 0
