"""The stores beside the graph: what channels' values were, and what could not be taken."""

from __future__ import annotations

from functools import cached_property

from app.settings import Settings
from graph.clock import Clock
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

    @property
    def url(self) -> str | None:
        """The PostgreSQL of the settings, with its password; None: files."""
        url = self._settings.history_url
        return None if url is None else url.get_secret_value()

    async def close(self) -> None:
        """Finish what was taken, and close what was opened."""
        if "history" in vars(self):
            await self.history.close()
