"""Who reads slowly holds nothing up, and who reads nothing is cut off."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Message
from starlette.websockets import WebSocket

from app.http.service import Limits, Service
from app.http.streaming.connection import Connection
from app.http.subscribers import StreamLimits, Subscribers
from tests.app.http.toy import toy_app

pytestmark = pytest.mark.anyio


class StuckSocket:
    """A client that reads two messages and then no more; a close frame gets through no better."""

    def __init__(self) -> None:
        self.incoming: asyncio.Queue[Message] = asyncio.Queue()
        self.sent: list[Message] = []

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
        headers = [(b"host", b"127.0.0.1")]
        scope = {"type": "websocket", "subprotocols": ["graphql-transport-ws"], "headers": headers, "path": "/graphql"}
        stuck.incoming.put_nowait({"type": "websocket.connect"})
        for text in (
            '{"type": "connection_init"}',
            '{"type": "subscribe", "id": "1", "payload": {"query": "subscription { count(to: 1000000) }"}}',
        ):
            stuck.incoming.put_nowait({"type": "websocket.receive", "text": text})
        connection = Connection(WebSocket(scope, stuck.receive, stuck.send), service, id="slow")
        await asyncio.wait_for(connection.run(), 10)
    assert subscribers.count == 0
    assert [message["type"] for message in stuck.sent] == ["websocket.accept", "websocket.send", "websocket.send"]
