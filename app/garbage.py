"""The garbage collector of a process that serves.

Schema, compiled code and libraries are some hundred thousand objects that stay until the process ends. A whole
collection looks at each of them and stops everything meanwhile: 0.2 s, every few thousand answers. So they are frozen,
which takes no time; they are looked at again when nobody waits.

What requests leave is collected when little else is there to be looked at. Python collects when many objects were made,
which is in the midst of rows of which none is garbage yet: it took an eighth of the service's time.
"""

from __future__ import annotations

import asyncio
import gc
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Final

_THRESHOLDS: Final = (100_000, 10, 2)
"""Young objects between collections, of these between those of older ones, of these between whole ones.

They are for what never lets the loop look; all else is collected at a moment that suits.
"""

_WORTH: Final = 2_000
"""Young objects for which it pays to collect. Some 80 of them are left by a request."""
_EASY: Final = 8_000
"""Young objects that are looked at within a millisecond or two, whatever they are."""
_WHOLE: Final = 10
"""Collections of young objects to a whole one: one in a hundred took 50 ms, for so much had gathered."""
_LOOKS: Final = 10
_BUSY_SECONDS: Final = 0.01
_QUIET_SECONDS: Final = 0.1
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


class Moments:
    """Finds the moments in which the fewest rows are under way, by how many young objects there are.

    Rows come and go, what only the collector frees stays: so the fewest of late are mostly garbage.
    """

    def __init__(self) -> None:
        self._seen: deque[int] = deque(maxlen=_LOOKS)
        self._collected = 0

    def generation(self, young: int) -> int | None:
        """Return which generation to collect now that there are so many young objects; None: not now."""
        self._seen.append(young)
        fewest = len(self._seen) == _LOOKS and young <= 1.25 * min(self._seen)
        if young < _WORTH or (young > _EASY and not fewest):
            return None
        self._seen.clear()
        self._collected += 1
        return 0 if self._collected % _WHOLE else 2


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
        """Collect in good moments, and settle whenever it was asked for and nobody waits, until cancelled."""
        async with asyncio.TaskGroup() as both:
            both.create_task(_keep_collecting())
            both.create_task(self._keep_settling())

    async def _keep_settling(self) -> None:
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


async def _keep_collecting() -> None:
    moments = Moments()
    while True:
        young = gc.get_count()[0]
        generation = moments.generation(young)
        if generation is not None:
            gc.collect(generation)
        await asyncio.sleep(_QUIET_SECONDS if young < _WORTH else _BUSY_SECONDS)


async def _keep_freezing() -> None:
    while True:
        await asyncio.sleep(_FREEZE_SECONDS)
        gc.freeze()
