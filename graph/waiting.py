"""Waiting for news without a task of one's own: a set of futures, all resolved at once. For one event loop."""

from __future__ import annotations

import asyncio


class Waiters:
    """Those who wait for the same news."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def wake(self) -> None:
        """Let all who wait look again."""
        waiting, self._waiting = self._waiting, set()
        for each in waiting:
            if not each.done():
                each.set_result(None)

    async def woken(self) -> None:
        """Return at the next `wake`."""
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        try:
            await waiting
        finally:
            self._waiting.discard(waiting)
