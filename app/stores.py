"""The stores beside the graph: what channels' values were, what could not be taken, and alarms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import cached_property

from app.settings import Settings
from graph.alarms import Alarms, open_alarms
from graph.clock import Clock, SystemClock
from graph.deadletters import DeadLetters, open_dead_letters
from graph.history import History, open_history


class Stores:
    """Each is opened when it is first used: most verbs of the command line need none of them."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    @cached_property
    def history(self) -> History:
        """The history of channels' values. Raises ValueInvalid where TWIN_HISTORY_URL names another database."""
        return open_history(
            self.url,
            folder=self._settings.data_dir / "history",
            clock=self._clock,
            days=self._settings.history_days or None,
        )

    @cached_property
    def dead_letters(self) -> DeadLetters:
        """What came in and could not be taken. Raises ValueInvalid as `history` does."""
        return open_dead_letters(
            self.url,
            folder=self._settings.data_dir,
            clock=self._clock,
            most=self._settings.dead_letters,
            days=self._settings.dead_letter_days,
        )

    @cached_property
    def alarms(self) -> Alarms:
        """Alarms, and what became of them. Raises ValueInvalid as `history` does."""
        return open_alarms(self.url, folder=self._settings.data_dir, clock=self._clock, days=self._settings.alarm_days)

    async def open(self) -> None:
        """Open all of them now, for a process that serves. Raises ValueInvalid as `history` does."""
        await asyncio.to_thread(lambda: (self.history, self.dead_letters, self.alarms))

    @property
    def url(self) -> str | None:
        """The PostgreSQL of the settings, with its password; None: files."""
        url = self._settings.history_url
        return None if url is None else url.get_secret_value()

    async def close(self) -> None:
        """Finish what was taken, and close what was opened."""
        if "history" in vars(self):
            await self.history.close()
        if "dead_letters" in vars(self):
            await self.dead_letters.close()
        if "alarms" in vars(self):
            await self.alarms.close()


@asynccontextmanager
async def opened_stores(settings: Settings) -> AsyncGenerator[Stores]:
    """Open the stores of the settings alone, without the graph, and close them at the end of the block."""
    stores = Stores(settings, SystemClock())
    try:
        yield stores
    finally:
        await stores.close()
