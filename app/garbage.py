"""The garbage collector of a process that serves.

Schema, compiled code and libraries are some hundred thousand objects that stay until the process ends. A whole
collection looks at each of them and stops everything meanwhile: 0.2 s, every few thousand answers. So they are frozen,
which takes no time; they are looked at again when nobody waits. What the requests leave is collected often: at
Python's own pace it was 70,000 objects at once, 30 ms.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Final

_THRESHOLDS: Final = (700, 10, 2)
"""Young objects between collections, of these between those of older ones, of these between whole ones."""

_FREEZE_SECONDS: Final = 0.2
_LOOK_SECONDS: Final = 1.0


def settle() -> None:
    """Free what nobody needs, and keep what is left out of the sight of later collections.

    Takes as long as a whole collection. What an earlier call kept is looked at again.
    """
    gc.set_threshold(*_THRESHOLDS)
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    # A whole collection waits for a quarter of what the last one left: of nothing now, of all that is frozen else.
    gc.collect()


class Tidying:
    """Settles at once while nobody is served yet, and afterwards in the first second without a request.

    `begun` says how many requests there were, `running` how many there are. Until then what is there is frozen,
    garbage among it: memory, but no time.
    """

    def __init__(self, settled: Callable[[], None], *, begun: Callable[[], int], running: Callable[[], int]) -> None:
        self._settled = settled
        self._begun = begun
        self._running = running
        self._asked = asyncio.Event()
        self._serving = False

    def ask(self) -> None:
        """Something that stays for long has been made, or something large is not needed any more."""
        if not self._serving:
            self._settled()
            return
        gc.freeze()
        self._asked.set()

    async def run(self) -> None:
        """Settle whenever it was asked for and nobody waits, until cancelled."""
        while True:
            await self._asked.wait()
            before = self._begun()
            await asyncio.sleep(_LOOK_SECONDS)
            if self._begun() == before and not self._running():
                self._asked.clear()
                self._settled()

    @asynccontextmanager
    async def making(self) -> AsyncGenerator[None]:
        """Requests come from now on. Freeze what is made while the block lasts, again and again: then ask.

        Compiling makes hundreds of thousands of objects in a thread, and each whole collection meanwhile would stop
        the event loop for longer.
        """
        self._serving = True
        freezing = asyncio.create_task(_keep_freezing())
        try:
            yield
        finally:
            freezing.cancel()
            self.ask()


async def _keep_freezing() -> None:
    while True:
        await asyncio.sleep(_FREEZE_SECONDS)
        gc.freeze()
