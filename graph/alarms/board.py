"""The alarms of this process's tenants as others hear of them: who follows is woken by what is written here at once.

What other processes write is looked for twice a second, of tenants that somebody follows.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from functools import partial
from typing import Final

import structlog

from graph.alarms.model import Change
from graph.alarms.store import Alarms
from graph.errors import TwinError
from graph.feed import Heads
from graph.identity import Revision, Tenant
from graph.work import Sharing

POLL_SECONDS: Final = 0.5
"""How often it is looked for what other processes did."""

PAGE: Final = 500
"""Changes that are read at once."""


class AlarmBoard:
    """Alarms, and who follows them. `alarms` gives the store when it is first asked for; `pause` waits some seconds."""

    def __init__(
        self, alarms: Callable[[], Alarms], *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._alarms = alarms
        self._pause = pause
        self._heads = Heads()
        self._pages = Sharing[list[Change]]()
        self._polling: asyncio.Task[None] | None = None
        self._log = structlog.stdlib.get_logger("twin.alarms")

    @property
    def alarms(self) -> Alarms:
        """The store."""
        return self._alarms()

    def tell(self, tenant: Tenant, changes: Sequence[Change]) -> None:
        """Let those who follow the tenant hear of what was written here."""
        if changes:
            self._heads.reached(tenant, Revision(changes[-1].transition.number))

    async def changes(self, tenant: Tenant) -> AsyncGenerator[list[Change]]:
        """Yield what happens from now on, those together that came together; nothing is missed, nothing comes twice.

        Raises AlarmsUnavailable at the beginning; later on a store that doesn't answer is waited for.
        """
        with self._heads.followed(tenant) as head:
            position = await self.alarms.newest(tenant)
            head.reached(Revision(position))
            if self._polling is None or self._polling.done():
                self._polling = asyncio.create_task(self._poll())
            while True:
                await head.beyond(Revision(position))
                found = await self._after(tenant, position)
                if found:
                    position = found[-1].transition.number
                    yield found
                elif found is not None:
                    position = head.newest  # what is missing was forgotten before it was read

    async def close(self) -> None:
        """End what goes on in the background."""
        if self._polling is not None:
            self._polling.cancel()
            await asyncio.gather(self._polling, return_exceptions=True)

    async def _after(self, tenant: Tenant, position: int) -> list[Change] | None:
        """What followed; None where the store didn't answer."""
        try:
            read = partial(self.alarms.after, tenant, position, most=PAGE)
            return await self._pages.of((tenant, position), read)
        except TwinError as error:
            self._log.warning("alarms can't be read now", tenant=tenant, error=str(error))
            await self._pause(POLL_SECONDS)
            return None

    async def _poll(self) -> None:
        while tenants := self._heads.tenants():
            for tenant in tenants:
                try:
                    self._heads.reached(tenant, Revision(await self.alarms.newest(tenant)))
                except TwinError as error:
                    self._log.warning("alarms can't be read now", tenant=tenant, error=str(error))
            await self._pause(POLL_SECONDS)
