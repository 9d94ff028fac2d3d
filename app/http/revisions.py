"""Which revision an answer is at least as new as, without a statement of its own for every request.

A watch reads the newest revisions of the tenants that are being served twice a second, in one statement, and with
them the hash of the ontology in force. What it has seen before a request began is a revision that the request's
answer is at least as new as.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

import structlog

from graph.database import Database
from graph.errors import RevisionNotReached, TwinError
from graph.identity import Revision, Tenant
from queries import named

EVERY_SECONDS: Final = 0.5
FRESH_SECONDS: Final = 2.0
WATCHED_SECONDS: Final = 60.0
WAIT_SECONDS: Final = 5.0
_RETRY_SECONDS: Final = 0.02


class RevisionWatch:
    """Knows the newest revisions seen.

    `found_ontology` is told the hash in force (None: none yet) twice a second, apart from requests. `followed` gives
    tenants to look at whether or not a request asks for them.
    """

    def __init__(
        self,
        database: Database,
        *,
        found_ontology: Callable[[str | None], Awaitable[None]],
        found_revision: Callable[[Tenant, Revision], None],
        followed: Callable[[], Iterable[Tenant]] = tuple,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._found_ontology = found_ontology
        self._found_revision = found_revision
        self._followed = followed
        self._seconds = seconds
        self._seen: dict[Tenant, tuple[Revision, float]] = {}
        self._asked: dict[Tenant, float] = {}
        self._log = structlog.stdlib.get_logger("twin.revisions")

    async def newest(self, tenant: Tenant) -> Revision:
        """Return a revision that whatever is read from now on is at least as new as."""
        self._asked[tenant] = self._seconds()
        seen = self._seen.get(tenant)
        if seen is not None and self._seconds() - seen[1] < FRESH_SECONDS:
            return seen[0]
        return await self.look(tenant)

    async def look(self, tenant: Tenant) -> Revision:
        """Return the tenant's newest revision as the database has it now."""
        await self._read([tenant])
        return self._seen[tenant][0]

    async def reach(self, tenant: Tenant, minimum: int) -> Revision:
        """Return the tenant's revision once it is at least `minimum`. Raises RevisionNotReached after 5 seconds."""
        until = self._seconds() + WAIT_SECONDS
        pause = _RETRY_SECONDS
        revision = await self.newest(tenant)
        while revision < minimum:
            if self._seconds() + pause > until:
                raise RevisionNotReached(
                    f"Revision {minimum} has not arrived within {WAIT_SECONDS:g} seconds",
                    place="header Twin-Min-Revision",
                    expected=f"revision {minimum}",
                    actual=f"revision {revision}",
                    hint="Send the request again; if it stays so, the revision is not one of this tenant",
                )
            await asyncio.sleep(pause)
            pause = min(pause * 2, 0.25)
            revision = await self.look(tenant)
        return revision

    async def run(self) -> None:
        """Look twice a second, until cancelled. Whatever goes wrong is logged once, and looked at again."""
        failing: str | None = None
        while True:
            try:
                await self._found_ontology(await self._read(self._watched()))
                failing = None
            except Exception as error:  # noqa: BLE001 - a watch that ended would be noticed by old answers alone
                if failing != repr(error):
                    self._tell(error)
                failing = repr(error)
            await asyncio.sleep(EVERY_SECONDS)

    def _tell(self, error: Exception) -> None:
        if isinstance(error, TwinError):
            self._log.warning("the newest revisions can't be read", error=str(error))
        else:
            self._log.error("unexpected error while looking at the newest revisions", exc_info=error)

    def _watched(self) -> list[Tenant]:
        now = self._seconds()
        self._asked = {tenant: asked for tenant, asked in self._asked.items() if now - asked < WATCHED_SECONDS}
        self._seen = {tenant: seen for tenant, seen in self._seen.items() if tenant in self._asked}
        return list(dict.fromkeys((*self._asked, *self._followed())))

    async def _read(self, tenants: list[Tenant]) -> str | None:
        """Take note of the tenants' revisions, and return the hash of the ontology in force."""
        began = self._seconds()
        ((ontology, revisions),) = await self._database.rows(
            None, named("access/list_revisions"), {"tenants": list(tenants)}
        )
        found: dict[str, int] = dict(revisions)
        for tenant in tenants:
            known, _ = self._seen.get(tenant, (Revision(0), 0.0))
            newest = Revision(max(known, found.get(tenant, 0)))
            self._seen[tenant] = (newest, began)
            self._found_revision(tenant, newest)
        return ontology
