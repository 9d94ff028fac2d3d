"""Follows the change log. A follower's position is a revision and nothing else: it holds no queue that could run over.

Whoever falls behind reads on from the log at its own pace; whoever comes back goes on where it was. Followers at the
same place that want the same of a change share one read of the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from functools import partial
from typing import Final, Protocol, TypeAlias, cast

from graph.access.principal import Principal, Scope
from graph.errors import Unavailable, ValueInvalid
from graph.feed.errors import ChangesGone
from graph.feed.heads import Head, Heads
from graph.identity import Revision
from graph.reading.selection import ChangeConnectionSelection, ChangeSelection, Page, Row
from graph.work import Sharing

PAGE: Final = 20
"""Changes that are read at once; each may hold a thousand entries."""

_FEWEST: Final = 0.01
_LONGEST: Final = 2.0
GONE_SECONDS: Final = 2.0
"""How long a change that must be there is waited for: a commit comes into sight piece by piece, within milliseconds."""

Found: TypeAlias = list[tuple[Revision, Row]]


class ChangeReads(Protocol):
    """Reads the change log, as `graph.reading.ReadingService` does."""

    async def changes(
        self, principal: Principal, connection: ChangeConnectionSelection, *, after: int | None = None
    ) -> Row:
        """Return changes after a revision, oldest first, as a connection whose cursors are revisions."""
        ...

    async def await_revision(self, principal: Principal, minimum: int) -> int:
        """Return the tenant's revision once it is at least `minimum`."""
        ...


class ChangeFeed:
    """Follows the logs of tenants. `pause` waits some seconds."""

    def __init__(
        self, reading: ChangeReads, heads: Heads, *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._reading = reading
        self._heads = heads
        self._pause = pause
        self._pages = Sharing[Found]()

    async def changes(
        self, principal: Principal, selection: ChangeSelection, *, after: int | None = None
    ) -> AsyncGenerator[Row]:
        """Yield each change after a revision once, in order, without end; `after` None begins with the next one.

        A database that doesn't answer is waited for. Raises Forbidden without scope read, ValueInvalid for a negative
        revision, RevisionNotReached for one that is not there within 5 seconds, ChangesGone.
        """
        principal.demand(Scope.READ)
        if after is not None and after < 0:
            raise ValueInvalid("A revision is not negative", place="after", expected="0 or more", actual=str(after))
        with self._heads.followed(principal.tenant) as head:
            newest = await self._reading.await_revision(principal, after or 0)
            head.reached(Revision(newest))
            position = Revision(newest if after is None else after)
            while True:
                await head.beyond(position)
                for revision, row in await self._next(principal, selection, position, head):
                    position = revision
                    yield row

    async def _next(self, principal: Principal, selection: ChangeSelection, position: Revision, head: Head) -> Found:
        """Return the changes that follow `position` without a gap, at least one. Raises ChangesGone."""
        pause, waited = _FEWEST, 0.0
        while True:
            try:
                question = (principal.tenant, selection, position)
                page = await self._pages.of(question, partial(self._page, principal, selection, position))
                found = _unbroken(page, position)
            except Unavailable:
                await self._pause(pause)
            else:
                if found:
                    return found
                if waited >= GONE_SECONDS:
                    raise _gone(position, head.newest)
                await self._pause(pause)
                waited += pause
            pause = min(pause * 2, _LONGEST)

    async def _page(self, principal: Principal, selection: ChangeSelection, position: Revision) -> Found:
        connection = ChangeConnectionSelection(edges=selection, page=Page(first=PAGE))
        row = await self._reading.changes(principal, connection, after=position)
        edges = cast("list[Row]", row["edges"])
        return [(Revision(int(cast("str", edge["cursor"]))), cast("Row", edge["node"])) for edge in edges]


def _unbroken(found: Found, position: Revision) -> Found:
    """The changes up to the first gap: revisions count up by one, so what is missing is not in sight yet, or gone."""
    return [each for number, each in enumerate(found, position + 1) if each[0] == number]


def _gone(position: Revision, newest: Revision) -> ChangesGone:
    return ChangesGone(
        f"The change log no longer holds revision {position + 1}",
        place="after",
        expected=f"a revision from which on the log is whole, up to {newest}",
        actual=f"revision {position}",
        hint="Read anew what you follow, and go on from the revision that it was read at",
    )
