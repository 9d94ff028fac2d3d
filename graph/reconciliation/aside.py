"""Work in threads, so that the event loop goes on; who is cancelled leaves no thread behind that uses its files."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Final, TypeVar

_GIVING_UP: Final = 10.0
"""Seconds that a cancelled comparison waits for its thread, which may hang in reading a pipe."""

T = TypeVar("T")


class Aside:
    """Does one piece of work after the other in a thread; `interrupt` stops what a database does there."""

    def __init__(self, interrupt: Callable[[], None]) -> None:
        self._interrupt = interrupt
        self._stopped = threading.Event()

    async def do(self, work: Callable[[], T]) -> T:
        """Return what `work` returns. Cancelled, it waits until the thread has ended."""
        running = asyncio.ensure_future(asyncio.to_thread(work))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            self._stopped.set()
            self._interrupt()
            await asyncio.wait([running], timeout=_GIVING_UP)
            if running.done() and not running.cancelled():
                running.exception()  # seen: it was stopped on purpose
            raise

    def check(self) -> None:
        """Raise InterruptedError in a thread whose work nobody waits for any more; long work asks now and then."""
        if self._stopped.is_set():
            raise InterruptedError
