"""Keeps the turns of the event loop short: answers of the database that arrive at once are made one after the other.

A loop runs everything that is ready before it looks at sockets and timers again. Sixteen answers of which each takes
two milliseconds would keep whoever comes next waiting for all of them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

MOST: Final = 0.005
"""Seconds of a turn after which nothing more is begun in it."""


class Turns:
    """Who is about to work for milliseconds takes a turn first. `clock` gives seconds; costs a microsecond."""

    def __init__(self, *, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._began: float | None = None

    async def take(self) -> None:
        """Return in a turn of the loop that still has time; tasks come in the order in which they asked."""
        while True:
            if self._began is None:
                self._began = self._clock()
                asyncio.get_running_loop().call_soon(self._next)
                return
            if self._clock() - self._began < MOST:
                return
            await asyncio.sleep(0)

    def _next(self) -> None:
        self._began = None
