"""The door to criticality: what the failure of each asset alone takes down, counted in the background."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

import numpy as np

from graph.access.principal import Principal, Scope
from graph.analysis.counting import Count
from graph.analysis.errors import StillCounting
from graph.analysis.ranking import Ranking, order_of
from graph.analysis.tally import Progress
from graph.analysis.tally_files import TallyFiles
from graph.errors import ValueInvalid
from graph.identity import Revision, Tenant
from graph.kernel.criticality import F64
from graph.ontology.model import Ontology
from graph.reading.cursors import question
from graph.reading.service import ReadingService
from graph.reading.weighing import Weights
from graph.snapshot import Evaluators, Snapshot, SnapshotService
from graph.work import Workers

KEPT: Final = 4
"""How many counts are kept or under way, each with its snapshot."""

EACH: Final = 2
"""How many of them one tenant may have under way."""

PATIENCE: Final = 20.0
"""Seconds that a question waits for its count; what takes longer goes on, and who asks again finds it further on."""

Key: TypeAlias = "tuple[Tenant, str | None]"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountProgress:
    """How far the count of a revision is."""

    revision: Revision
    progress: Progress


class CriticalityService:
    """Counts what each asset's failure does, once for each revision and weight, and keeps the last counts.

    With `files` a count that was stopped goes on where it was, also in another process; `clock` gives seconds.
    """

    def __init__(
        self,
        snapshots: SnapshotService,
        evaluators: Evaluators,
        reading: ReadingService,
        ontology: Ontology,
        *,
        workers: Workers | None = None,
        files: TallyFiles | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._snapshots = snapshots
        self._evaluators = evaluators
        self._reading = reading
        self._ontology = ontology
        self._workers = workers or Workers()
        self._files = files
        self._clock = clock
        self._counts: OrderedDict[Key, Count] = OrderedDict()

    async def ask(
        self,
        principal: Principal,
        *,
        types: Sequence[str] | None = None,
        weight_by: str | None = None,
        patience: float = PATIENCE,
    ) -> Ranking:
        """All assets of some types (any: None; subtypes count in), the most critical first, from the baseline NOMINAL.

        `weight_by` names a property that is a number: an asset that goes down then weighs its value, 0 without one; by
        default each weighs 1. Raises Forbidden without scope read, UnknownType, UnknownProperty, ValueInvalid for a
        property that can't be added up or a negative weight, BudgetSpent, and StillCounting where the count takes
        longer than `patience` seconds; it goes on, and who asks again finds it further on.
        """
        principal.demand(Scope.READ)
        wanted = None if types is None else frozenset[str]().union(*(self._ontology.concrete(name) for name in types))
        count = await self._count(principal, weight_by)
        await asyncio.wait([count.work], timeout=patience)
        if not count.work.done() or count.work.cancelled():
            raise _still(count.progress)
        count.work.result()
        of = None if wanted is None else count.snapshot.of_kinds(wanted)
        return Ranking(
            snapshot=count.snapshot,
            counted=count.counted,
            order=await asyncio.to_thread(order_of, count.counted, count.snapshot, of),
            asked=question("criticality", None if types is None else tuple(types), weight_by),
        )

    async def progress(self, principal: Principal, *, weight_by: str | None = None) -> CountProgress:
        """How far the count of the newest revision is; it is begun where it isn't yet.

        Raises what `ask` raises of its arguments, and what the count itself ended with.
        """
        principal.demand(Scope.READ)
        count = await self._count(principal, weight_by)
        if count.work.done() and not count.work.cancelled():
            count.work.result()
        return CountProgress(revision=count.snapshot.revision, progress=count.progress)

    def give_up(self) -> None:
        """End the counts that are under way; what is counted is in its file soon after."""
        for count in self._counts.values():
            count.work.cancel()

    async def close(self) -> None:
        """The same, and wait until it is."""
        self.give_up()
        await asyncio.gather(*(count.work for count in self._counts.values()), return_exceptions=True)

    async def _count(self, principal: Principal, weight_by: str | None) -> Count:
        """The count of the newest snapshot. One of an older revision that is still under way is given up for it."""
        snapshot = await self._snapshots.current(principal.tenant)
        key = (snapshot.tenant, weight_by)
        if (known := self._known(key, snapshot)) is not None:
            return known
        weights = await self._weights(principal, snapshot, weight_by)
        if (known := self._known(key, snapshot)) is not None:  # who asked at the same time began it
            return known
        if (older := self._counts.pop(key, None)) is not None:
            older.work.cancel()
        self._make_room(snapshot.tenant)
        count = Count(snapshot, weights, workers=self._workers, files=self._files, clock=self._clock)
        count.begin(self._evaluators)
        self._counts[key] = count
        return count

    def _known(self, key: Key, snapshot: Snapshot) -> Count | None:
        found = self._counts.get(key)
        if found is None or not found.snapshot.is_same(snapshot) or found.work.cancelled():
            return None
        self._counts.move_to_end(key)
        return found

    def _make_room(self, tenant: Tenant) -> None:
        """Forget the oldest counts that are done; where none is, a tenant with more under way gives one up.

        Raises StillCounting where the tenant has as many under way as it may, or nobody has more than it would.
        """
        done = [key for key, count in self._counts.items() if count.work.done()]
        for key in done[: max(0, len(self._counts) - KEPT + 1)]:
            del self._counts[key]
        busy = Counter(of for (of, _), count in self._counts.items() if not count.work.done())
        if busy[tenant] >= EACH:
            raise _crowded(f"{busy[tenant]} other counts of the tenant are under way")
        if len(self._counts) < KEPT:
            return
        most = max(busy, key=lambda each: busy[each])
        if busy[most] <= busy[tenant] + 1:
            raise _crowded(f"{KEPT} other counts are under way")
        least = min((key for key in self._counts if key[0] == most), key=lambda key: self._counts[key].progress.done)
        self._counts.pop(least).work.cancel()  # the one that loses least: with files it goes on from there

    async def _weights(self, principal: Principal, snapshot: Snapshot, weight_by: str | None) -> F64:
        if weight_by is None:
            return np.ones(snapshot.size, np.float64)
        found = await self._reading.weights(principal, weight_by)
        return await self._workers.aside(snapshot.tenant, "weights", partial(in_order, found, snapshot, weight_by))


def in_order(found: Weights, snapshot: Snapshot, weight_by: str) -> F64:
    """The weights by position; what is not in the snapshot yet has none. Raises ValueInvalid for a negative one."""
    weights = np.zeros(snapshot.size, np.float64)
    for ids, values in found:
        for asset, value in zip(ids, values, strict=True):
            if value < 0:
                raise ValueInvalid(
                    f"{asset} has a negative {weight_by}", place="weightBy", expected="0 or more", actual=str(value)
                )
            if (at := snapshot.ids.find(asset)) is not None:
                weights[at] = value
    return weights


def _crowded(message: str) -> StillCounting:
    return StillCounting(message, expected="a count that is done", hint="Ask again in a while")


def _still(progress: Progress) -> StillCounting:
    left = "" if progress.seconds_left is None else f", which takes some {progress.seconds_left:.0f} seconds more"
    error = StillCounting(
        f"{progress.done:,} of {progress.total:,} assets are counted{left}",
        expected="a count that is done",
        hint="Ask again: the count goes on meanwhile, and starts anew only when something was written",
    )
    error.retry_seconds = min(600, max(1, round(progress.seconds_left or 1)))
    return error
