"""Runs at intervals in the foreground, until the process is asked to end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True, slots=True)
class Repetition:
    """Runs `work` every `seconds`, counted from start to start; a run that takes longer is followed at once.

    `now` is a clock that never goes back, in seconds.
    """

    seconds: float
    work: Callable[[], Awaitable[None]]
    now: Callable[[], float]

    async def until(self, ended: asyncio.Event) -> int:
        """Run until `ended` is set, which ends a run under way too; return how many runs came to their end."""
        ending = asyncio.ensure_future(ended.wait())
        count = 0
        try:
            while not ended.is_set():
                began = self.now()
                if not await self._ran(ending):
                    break
                count += 1
                await asyncio.wait([ending], timeout=max(0.0, self.seconds - (self.now() - began)))
        finally:
            ending.cancel()
        return count

    async def _ran(self, ending: asyncio.Future[Literal[True]]) -> bool:
        running = asyncio.ensure_future(self.work())
        await asyncio.wait([running, ending], return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
            return True
        running.cancel()
        await asyncio.wait([running])
        return False


@contextmanager
def ended_by_signals() -> Generator[asyncio.Event]:
    """Yield an event that SIGTERM and SIGINT set while the block lasts."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for each in _SIGNALS:
        loop.add_signal_handler(each, ended.set)
    try:
        yield ended
    finally:
        for each in _SIGNALS:
            loop.remove_signal_handler(each)
