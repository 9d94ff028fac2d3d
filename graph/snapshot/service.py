"""Keeps the newest snapshot of each tenant, and makes a new one when something was written."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict
from functools import partial
from typing import Final

from graph.database import Database, ReadUnit, Row, WriteUnit
from graph.identity import Revision, Tenant
from graph.ontology.model import Ontology
from graph.snapshot.model import Snapshot
from graph.snapshot.reading import NOTHING, Material, build, read
from graph.work import Workers
from queries import named

TRIES: Final = 2
KEPT: Final = 16


class SnapshotService:
    """Snapshots of tenants; each is read once a revision, whoever asks meanwhile waits for the same one.

    `kept` is the number of tenants whose last snapshot stays in memory.
    """

    def __init__(
        self, database: Database, ontology: Ontology, *, kept: int = KEPT, workers: Workers | None = None
    ) -> None:
        self._database = database
        self._workers = workers or Workers()
        self._ontology = ontology
        self._kept = kept
        self._snapshots: OrderedDict[Tenant, Snapshot] = OrderedDict()
        self._locks: defaultdict[Tenant, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def current(self, tenant: Tenant) -> Snapshot:
        """The tenant at its newest revision, or a newer one if something is written meanwhile."""
        revision = await self.revision(tenant)
        snapshot = self._known(tenant, revision)
        if snapshot is not None:
            return snapshot
        # Who goes away doesn't end it: others wait for the same one, or will ask for it.
        renewing = asyncio.ensure_future(self._renewed(tenant, revision))
        renewing.add_done_callback(_seen)
        return await asyncio.shield(renewing)

    async def _renewed(self, tenant: Tenant, revision: Revision) -> Snapshot:
        async with self._locks[tenant]:
            snapshot = self._known(tenant, revision)
            return snapshot if snapshot is not None else await self._renew(tenant)

    async def revision(self, tenant: Tenant) -> Revision:
        """Newest committed revision of the tenant; 0 before the first write."""
        return _revision(await self._database.rows(tenant, named("changes/read_revision")))

    def _known(self, tenant: Tenant, revision: Revision) -> Snapshot | None:
        snapshot = self._snapshots.get(tenant)
        if snapshot is None or snapshot.revision < revision:
            return None
        self._snapshots.move_to_end(tenant)
        return snapshot

    async def _renew(self, tenant: Tenant) -> Snapshot:
        material = await self._read(tenant)
        work = partial(build, material, self._ontology, tenant)
        snapshot = await self._workers.whole(tenant, "snapshot", work)
        self._snapshots[tenant] = snapshot
        self._snapshots.move_to_end(tenant)
        while len(self._snapshots) > self._kept:
            forgotten, _ = self._snapshots.popitem(last=False)
            self._locks.pop(forgotten, None)
        return snapshot

    async def _read(self, tenant: Tenant) -> Material:
        # Neo4j reads what is committed, statement by statement, and even a single commit comes into sight piece by
        # piece: its counter may be seen before its assets. Who gets the counter's lock knows that every commit before
        # is in sight whole; the same revision under the lock before and after proves that nothing came between. Where
        # writers never pause, the last try makes them wait.
        for _ in range(TRIES):
            material = await self._read_freely(tenant)
            if material is not None:
                return material
        return await self._database.write(tenant, self._read_held)

    async def _read_freely(self, tenant: Tenant) -> Material | None:
        revision = await self._database.write(tenant, _held_revision)
        if revision == 0:
            return NOTHING

        async def work(unit: ReadUnit) -> Material:
            return await read(unit, self._ontology, revision)

        material = await self._database.read(tenant, work)
        return material if await self._database.write(tenant, _held_revision) == revision else None

    async def _read_held(self, unit: WriteUnit) -> Material:
        return await read(unit, self._ontology, await _held_revision(unit))


def _seen(renewing: asyncio.Task[Snapshot]) -> None:
    """Look at how it ended, where nobody waits for it any more."""
    if not renewing.cancelled():
        renewing.exception()


async def _held_revision(unit: WriteUnit) -> Revision:
    return _revision(await unit.write(named("snapshot/hold_tenant")))


def _revision(rows: list[Row]) -> Revision:
    return Revision(rows[0][0] if rows else 0)
