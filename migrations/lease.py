"""The lease: one migrates at a time. It has an owner, an expiry by the server's clock, and a fence.

The fence counts how often the lease was taken. Every transaction that writes data or the ledger prolongs the lease
first, under its fence: a runner whose lease went to another finds no row and writes nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from graph.database import Database, WriteUnit
from graph.errors import DatabaseUnavailable
from graph.identity import Tenant
from migrations.errors import LeaseHeld, LeaseLost
from queries import named

NAME = "migrations"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseTiming:
    """How long a lease lasts unless prolonged, how often it is, and how long to wait for another's; in seconds.

    `transaction` is how long one under it may be open: a runner that stands still (a machine put to sleep) in the midst
    of one holds its locks, and the database can't tell it from one that is slow.
    """

    lasts: float = 10.0
    renewed_every: float = 3.0
    wait: float = 15.0
    poll: float = 0.2
    transaction: float = 600.0

    @property
    def millis(self) -> int:
        """How long a lease lasts, in milliseconds."""
        return round(self.lasts * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A lease that was taken. `owner` is unique to the run that took it."""

    owner: str
    fence: int
    timing: LeaseTiming

    async def hold(self, unit: WriteUnit) -> None:
        """Prolong the lease within `unit`, or raise LeaseLost; what `unit` writes is then written under the lease."""
        parameters = {"name": NAME, "owner": self.owner, "fence": self.fence, "millis": self.timing.millis}
        if not await unit.write(named("migrations/renew_lease"), parameters):
            raise LeaseLost(
                "Another runner has taken over the migration, because this one did not answer in time",
                expected=f"the lease under fence {self.fence}",
                hint="Nothing was written since; look with `twin ontology status`, then apply again",
            )

    async def write(
        self,
        database: Database,
        work: Callable[[WriteUnit], Awaitable[T]],
        *,
        tenant: Tenant | None = None,
        unlimited: bool = False,
    ) -> T:
        """Return what `work` does in a transaction that prolongs the lease first. Raises LeaseLost.

        `unlimited`: it may be open for as long as it takes, for it looks at all data that there is.
        """

        async def held(unit: WriteUnit) -> T:
            await self.hold(unit)
            return await work(unit)

        return await database.write(tenant, held, seconds=None if unlimited else self.timing.transaction)

    async def prolong(self, database: Database) -> None:
        """Prolong the lease and do nothing else. Raises LeaseLost."""
        await database.write(None, self.hold, seconds=self.timing.transaction)


@asynccontextmanager
async def leased(
    database: Database, *, owner: str, timing: LeaseTiming, waiting: Callable[[str], None]
) -> AsyncGenerator[Lease]:
    """Hold the lease inside the block, prolonging it in the background.

    `waiting` is told who holds it, each time that changes. Raises LeaseHeld when another still has it after
    `timing.wait` seconds.
    """
    lease = await _taken(database, owner=owner, timing=timing, waiting=waiting)
    ended = asyncio.Event()
    heart = asyncio.create_task(_beat(database, lease, ended))
    try:
        yield lease
    finally:
        # Cancelled in the midst of a statement, the driver would drop its connection without closing it.
        ended.set()
        await asyncio.gather(heart, return_exceptions=True)
        await _release(database, lease)


async def _taken(database: Database, *, owner: str, timing: LeaseTiming, waiting: Callable[[str], None]) -> Lease:
    deadline = time.monotonic() + timing.wait
    told: str | None = None
    parameters = {"name": NAME, "owner": owner, "millis": timing.millis}

    async def take(unit: WriteUnit) -> tuple[bool, str, int, int]:
        ((taken, holder, fence, remaining),) = await unit.write(named("migrations/take_lease"), parameters)
        return taken, holder, fence, remaining

    while True:
        taken, holder, fence, remaining = await database.write(None, take, seconds=timing.transaction)
        if taken:
            return Lease(owner=owner, fence=fence, timing=timing)
        if holder != told:
            waiting(holder)
            told = holder
        if time.monotonic() >= deadline:
            raise LeaseHeld(
                "Somebody else is migrating this database",
                actual=f"{holder}, for another {max(0, remaining) / 1000:.1f} s unless prolonged",
                hint="Wait until they are done, then apply again; a runner that died lets go by itself",
            )
        await asyncio.sleep(timing.poll)


async def _beat(database: Database, lease: Lease, ended: asyncio.Event) -> None:
    while not await _within(ended, lease.timing.renewed_every):
        try:
            await lease.prolong(database)
        except (LeaseLost, DatabaseUnavailable):
            # The runner meets the same in its next transaction, which holds the lease itself, and reports it there.
            return


async def _within(event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event, at most so long, and say whether it has come."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True


async def _release(database: Database, lease: Lease) -> None:
    async def release(unit: WriteUnit) -> None:
        await unit.write(named("migrations/release_lease"), {"name": NAME, "owner": lease.owner, "fence": lease.fence})

    await database.write(None, release, seconds=lease.timing.transaction)
