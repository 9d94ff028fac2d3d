"""Finds the tenants whose alarms are to be looked after, and looks after each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from graph.alarms.watching import Surroundings, TenantWatch
from graph.errors import TwinError
from graph.identity import Tenant
from graph.state import Committed

LOOK_SECONDS: Final = 30.0
"""How often it is looked for tenants that other processes began with."""


class AlarmWatch:
    """Looks after tenants: those that this process took events of, and those that any process looked after before.

    `stateful` says whether a tenant that nobody spoke of yet has states: the one of the settings.
    """

    def __init__(self, around: Surroundings, *, own: Tenant, stateful: Callable[[Tenant], Awaitable[bool]]) -> None:
        self._around = around
        self._own = own
        self._stateful = stateful
        self._tasks: dict[Tenant, asyncio.Task[None]] = {}
        self._closed = False
        self._log = structlog.stdlib.get_logger("twin.alarms")

    def took(self, committed: Committed) -> None:
        """Look after a tenant from the first events on that this process takes."""
        if not self._closed:
            self._begin(committed.tenant)

    async def run(self) -> None:
        """Look for tenants, without end; at its end, leave what is held to others."""
        try:
            while True:
                await self._find()
                await self._around.pause(LOOK_SECONDS)
        finally:
            self._closed = True
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            if self._tasks:
                await self._around.board.alarms.release(self._around.holder)

    async def _find(self) -> None:
        try:
            for tenant in await self._around.board.alarms.tenants():
                self._begin(tenant)
            if self._own not in self._tasks and await self._stateful(self._own):
                self._begin(self._own)
        except TwinError as error:
            self._log.warning("no alarms are looked after now", error=str(error))

    def _begin(self, tenant: Tenant) -> None:
        if tenant not in self._tasks:
            self._tasks[tenant] = asyncio.create_task(TenantWatch(tenant, self._around).run())
