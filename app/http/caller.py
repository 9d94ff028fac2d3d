"""The caller of one request: what it sends, and whether it is still there.

A server tells that a caller has hung up by one more message after the body, which somebody has to wait for. Nobody
does for requests that are answered in a moment (PATIENCE): for those a watch would cost more than it saves.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable
from typing import Any, Final, TypeVar

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

T = TypeVar("T")

PATIENCE: Final = 0.05
"""Seconds after which a request's caller is watched."""

_WITHOUT_BODY: Final = frozenset({"GET", "HEAD", "DELETE"})


class Caller:
    """Hands on what the server receives of a request; one reader at a time, for the server has one queue."""

    def __init__(self, receive: Receive, method: str) -> None:
        self._receive = receive
        self._bodiless = method in _WITHOUT_BODY
        self._reading = False
        self._whole = False
        self._kept: deque[Message] = deque()
        self._arrived = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None

    async def receive(self) -> Message:
        """The next message, as ASGI has it."""
        while not self._kept:
            if self._watch is None:
                self._reading = True
                try:
                    return self._noted(await self._receive())
                finally:
                    self._reading = False
            await self._arrived.wait()
            self._arrived.clear()
        return self._kept[0] if self._kept[0]["type"] == "http.disconnect" else self._kept.popleft()

    async def while_there(self, answer: Awaitable[T]) -> T:
        """What `answer` gives. Cancels it, and raises ClientDisconnect, when the caller hangs up before."""
        task = asyncio.current_task()
        assert task is not None
        end = _EndsWith(self, task)
        end.begin()
        try:
            return await answer
        except asyncio.CancelledError:
            if end.gone and task.uncancel() == 0:
                raise ClientDisconnect from None
            raise
        finally:
            end.stop()

    @property
    def coming(self) -> bool:
        """Whether the body is still coming, and somebody else reads it."""
        return self._watch is None and (self._reading or not (self._whole or self._bodiless))

    def watched(self) -> asyncio.Task[None]:
        """What ends when the caller hangs up; begun by whoever asks first."""
        if self._watch is None:
            self._watch = asyncio.create_task(self._until_gone())
        return self._watch

    def close(self) -> None:
        """Watch no longer."""
        if self._watch is not None:
            self._watch.cancel()

    async def _until_gone(self) -> None:
        while True:
            message = self._noted(await self._receive())
            self._kept.append(message)
            self._arrived.set()
            if message["type"] == "http.disconnect":
                return

    def _noted(self, message: Message) -> Message:
        if message["type"] == "http.request" and not message.get("more_body", False):
            self._whole = True
        return message


class _EndsWith:
    """Cancels a task when its caller hangs up. An object, for functions that know each other are garbage in a ring."""

    __slots__ = ("_caller", "_looking", "_task", "_watch", "gone")

    def __init__(self, caller: Caller, task: asyncio.Task[Any]) -> None:
        self._caller = caller
        self._task = task
        self._looking: asyncio.TimerHandle | None = None
        self._watch: asyncio.Task[None] | None = None
        self.gone = False

    def begin(self) -> None:
        """Look after the caller in a moment."""
        self._looking = asyncio.get_running_loop().call_later(PATIENCE, self._look)

    def stop(self) -> None:
        """Look no longer."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        if self._watch is not None:
            self._watch.remove_done_callback(self._hung_up)

    def _look(self) -> None:
        if self._caller.coming:
            self.begin()
            return
        self._watch = self._caller.watched()
        self._watch.add_done_callback(self._hung_up)

    def _hung_up(self, watch: asyncio.Task[None]) -> None:
        if not watch.cancelled() and watch.exception() is None:
            self.gone = True
            self._task.cancel()
