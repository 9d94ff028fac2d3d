"""The newest revision seen of each tenant that somebody follows, and all who wait for a newer one.

Whoever learns of a revision says so here: a commit of this process at once, the watch that looks at the database for
those of others. A follower costs an entry in a set while it waits, and no task of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

from graph.identity import Revision, Tenant
from graph.waiting import Waiters


def _never() -> bool:
    return False


class Head:
    """The newest revision seen of one tenant."""

    def __init__(self) -> None:
        self.newest = Revision(0)
        self.followers = 0
        self._waiters = Waiters()

    def reached(self, revision: Revision) -> None:
        """Take note of a revision, and wake all who wait if it is newer."""
        if revision <= self.newest:
            return
        self.newest = revision
        self.wake()

    def wake(self) -> None:
        """Have all who wait look again at what they wait for."""
        self._waiters.wake()

    async def beyond(self, revision: Revision, *, unless: Callable[[], bool] = _never) -> Revision:
        """Return the newest revision seen once it is newer than `revision`, or once `unless` holds after a `wake`."""
        while self.newest <= revision and not unless():
            await self._waiters.woken()
        return self.newest


class Heads:
    """The heads of all tenants that are followed now."""

    def __init__(self) -> None:
        self._heads: dict[Tenant, Head] = {}

    def tenants(self) -> list[Tenant]:
        """Return the tenants that somebody follows: those whose revision is to be looked at."""
        return list(self._heads)

    def reached(self, tenant: Tenant, revision: Revision) -> None:
        """Take note of a tenant's revision, if anybody follows it."""
        head = self._heads.get(tenant)
        if head is not None:
            head.reached(revision)

    def wake(self) -> None:
        """Have all who wait look again at what they wait for."""
        for head in self._heads.values():
            head.wake()

    @contextmanager
    def followed(self, tenant: Tenant) -> Generator[Head]:
        """Follow a tenant while the block lasts; what is reached meanwhile is never missed."""
        head = self._heads.setdefault(tenant, Head())
        head.followers += 1
        try:
            yield head
        finally:
            head.followers -= 1
            if not head.followers:
                del self._heads[tenant]
