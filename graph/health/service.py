"""Keeps the health of tenants current: the topology's snapshot, the states that follow their revisions, and the time.

What this process commits is taken from memory; what others do is found by a look at the counter of states, at most
four times a second. A tenant is followed from the first question about it on.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from graph.analysis import LiveState
from graph.clock import Clock, epoch_micros
from graph.health.histories import Histories, no_history
from graph.health.levels import LevelRules
from graph.health.standing import Standing
from graph.health.view import View, view_of
from graph.identity import Tenant
from graph.kernel import OwnList
from graph.ontology.model import Ontology
from graph.snapshot import SnapshotService
from graph.state import Committed, StateStore
from graph.work import Workers

KEPT: Final = 16
"""Tenants whose states stay in memory."""

FRESH_SECONDS: Final = 0.25
"""How old a look at the counter may be that an answer rests on: states of other processes come so late at most."""

WAITING: Final = 100_000
"""Readings that wait to be taken into what nobody asks for; beyond it they are read from the database instead."""

MANY: Final = 500
"""Assets that take too long to be judged on the event loop."""


@dataclass(slots=True)
class _Kept:
    standing: Standing
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: list[Committed] = field(default_factory=list[Committed])
    readings: int = 0
    looked: float = -1.0
    view: View | None = None
    live: LiveState | None = None


class HealthService:
    """The health of tenants, by one ontology. `seconds` is a clock that never goes back."""

    def __init__(
        self,
        store: StateStore,
        snapshots: SnapshotService,
        ontology: Ontology,
        clock: Clock,
        *,
        seconds: Callable[[], float],
        workers: Workers | None = None,
        kept: int = KEPT,
        histories: Histories | None = None,
    ) -> None:
        self.histories = histories or Histories(no_history, clock)
        self.rules = LevelRules(ontology)
        self._store = store
        self._snapshots = snapshots
        self._clock = clock
        self._seconds = seconds
        self._workers = workers or Workers()
        self._limit = kept
        self._life = f"{epoch_micros(clock.now()):x}"
        self._tenants: OrderedDict[Tenant, _Kept] = OrderedDict()

    def took(self, committed: Committed) -> None:
        """Take note of what this process committed, if the tenant is followed. Cost: none until somebody asks."""
        kept = self._tenants.get(committed.tenant)
        if kept is None:
            return
        kept.waiting.append(committed)
        kept.readings += len(committed.readings)
        if kept.readings > WAITING:
            _drop(kept)

    async def view(self, tenant: Tenant) -> View:
        """The health of a tenant's assets now. Raises what `SnapshotService.current` and `Workers.run` do."""
        kept = self._kept(tenant)
        async with kept.lock:
            await self._refresh(tenant, kept)
            standing = kept.standing
            known = kept.view
            if known is None or known.owned.version != standing.version or known.snapshot is not standing.snapshot:
                owned = standing.owned()
                evaluator = partial(self._snapshots.evaluators.of, owned.snapshot)
                known = kept.view = await self._workers.run(
                    tenant, "health", lambda: view_of(owned, evaluator()), quick=True
                )
            return known

    async def standing(self, tenant: Tenant) -> tuple[Standing, int]:
        """The readings of a tenant's assets now, and the moment in microseconds. To be read before the next await."""
        kept = self._kept(tenant)
        async with kept.lock:
            await self._refresh(tenant, kept)
        return kept.standing, self._now()

    async def live(self, tenant: Tenant) -> LiveState:
        """The tenant's state as impact asks for it: own operabilities of the assets that aren't surely at 1."""
        kept = self._kept(tenant)
        async with kept.lock:
            await self._refresh(tenant, kept)
            standing = kept.standing
            version = standing.name
            if kept.live is None or kept.live.version != version:
                owned = standing.owned()
                unwell = owned.unwell
                own = OwnList(owned.snapshot.ids, unwell, owned.lower[unwell], owned.upper[unwell])
                kept.live = LiveState(version=version, own=own, notes=_notes(own), family=owned.snapshot.family)
            return kept.live

    def keep_journal(self, tenant: Tenant, *, kept: bool) -> None:
        """Begin, or end, to remember which channels have new readings. A tenant is not forgotten meanwhile."""
        self._kept(tenant).standing.journal = {} if kept else None

    def journal(self, tenant: Tenant) -> list[tuple[str, str]]:
        """Return the assets and channels with new readings since the last time, in their order."""
        standing = self._kept(tenant).standing
        found = list(standing.journal or ())
        if standing.journal is not None:
            standing.journal = {}
        return found

    def keep_suspects(self, tenant: Tenant, *, kept: bool) -> None:
        """Begin, or end, to remember which assets are not OK by themselves, or no longer. As `keep_journal`."""
        standing = self._kept(tenant).standing
        standing.suspects = set() if kept else None
        standing.told.clear()

    async def suspects(self, tenant: Tenant) -> set[str]:
        """Return the assets that were judged since the last time and are not OK by themselves, or weren't before.

        One whose channels all stay on the level that they had when it was returned is not returned again.
        """
        kept = self._kept(tenant)
        async with kept.lock:  # nobody judges meanwhile in a thread
            found = kept.standing.suspects
            if found is None:
                return set()
            kept.standing.suspects = set()
            return found

    def next_due(self, tenant: Tenant) -> float | None:
        """In how many seconds time alone may change the health of a followed tenant; None where it won't."""
        kept = self._tenants.get(tenant)
        due = None if kept is None else kept.standing.next_due
        return None if due is None else max(0.0, (due - self._now()) / 1e6)

    async def _refresh(self, tenant: Tenant, kept: _Kept) -> None:
        snapshot = await self._snapshots.current(tenant)
        began = self._seconds()
        # Before what waits is taken: what this process committed is heard of by now, and needn't be read.
        newest = await self._store.revision(tenant) if began - kept.looked > FRESH_SECONDS else None
        standing, now = kept.standing, self._now()
        whole = standing.snapshot is None
        for committed in _following(kept):
            standing.take(committed.readings, committed.revision, now)
        if kept.looked < 0 or newest not in (None, standing.revision):
            difference = await self._store.since(tenant, standing.revision)
            if difference is not None:
                if len(difference.states) > MANY:
                    await asyncio.to_thread(standing.catch_up, difference, now)
                else:
                    standing.catch_up(difference, now)
            kept.looked = began
        elif newest is not None:
            kept.looked = began
        if whole or not standing.follows(snapshot):
            await asyncio.to_thread(standing.place, snapshot, now)
        else:
            standing.place(snapshot, now)
        standing.pass_time(now)

    def _kept(self, tenant: Tenant) -> _Kept:
        kept = self._tenants.get(tenant)
        if kept is None:
            kept = self._tenants[tenant] = _Kept(Standing(self.rules, self._life))
        self._tenants.move_to_end(tenant)
        for other in list(self._tenants)[: max(0, len(self._tenants) - self._limit)]:
            if self._tenants[other].standing.journal is None:
                del self._tenants[other]
        return kept

    def _now(self) -> int:
        return epoch_micros(self._clock.now())


def _following(kept: _Kept) -> list[Committed]:
    """What waits, in order, as far as it follows the revision that is known; where it doesn't, the database is read."""
    waiting = sorted(kept.waiting, key=lambda each: each.revision)
    kept.waiting, kept.readings = [], 0
    found: list[Committed] = []
    revision = kept.standing.revision
    for each in waiting:
        if each.revision <= revision:
            continue  # read from the database before it was heard of
        if each.revision != revision + 1 or kept.looked < 0:
            kept.looked = -1.0
            break
        found.append(each)
        revision = each.revision
    return found


def _drop(kept: _Kept) -> None:
    kept.waiting.clear()
    kept.readings = 0
    kept.looked = -1.0


def _notes(own: OwnList) -> tuple[str, ...]:
    unknown = own.unknown
    if not unknown:
        return ()
    counted = "1 asset has" if unknown == 1 else f"{unknown} assets have"
    return (f"{counted} a channel that sets operability and is stale or was never seen",)
