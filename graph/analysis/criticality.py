"""The door to criticality: what the failure of each asset alone takes down, counted in the background."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from graph.access.principal import Principal, Scope
from graph.analysis.errors import StillCounting
from graph.analysis.page import Slice, check_first
from graph.errors import ValueInvalid
from graph.identity import Revision, Tenant
from graph.kernel import Criticality, count_falls
from graph.kernel.arrays import U8
from graph.kernel.criticality import F64
from graph.ontology.model import Ontology
from graph.reading.cursors import question, read_cursor, write_cursor
from graph.reading.service import ReadingService
from graph.snapshot import Evaluators, Snapshot, SnapshotService

KEPT: Final = 4
"""How many counts are kept or under way, each with its snapshot."""

AT_ONCE: Final = 2
"""How many threads count for one question."""

CHUNK: Final = 256
"""Assets that a thread counts before it looks up."""

PATIENCE: Final = 20.0
"""Seconds that a question waits for its count; what takes longer goes on, and who asks again finds it further on."""

Key: TypeAlias = "tuple[Tenant, str | None]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Critical:
    """What one asset's failure alone does: how many others fall, how many of these to 0, and what these weigh."""

    asset: str
    impacted: int
    down: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticalPage(Slice[Critical]):
    """Assets, the most critical first; `asked` is the digest of the question they answer."""

    asked: str

    def cursor(self, number: int) -> str:
        """The cursor of item `number` of this page."""
        each = self.items[number]
        return write_cursor(self.asked, [each.weight, each.impacted, each.asset])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The assets of a snapshot by criticality: weight, then how many fall, then id; `order` are their positions."""

    snapshot: Snapshot
    counted: Criticality
    order: Sequence[int]
    asked: str

    @property
    def revision(self) -> Revision:
        """The revision it is exact at."""
        return self.snapshot.revision

    def page(self, *, first: int, after: str | None) -> CriticalPage:
        """The `first` of them after a cursor. Raises LimitExceeded, ValueInvalid or CursorInvalid."""
        check_first(first)
        start = 0
        if after is not None:
            cursor = read_cursor(after, ((int, float), int, str))
            cursor.demand(self.asked)
            weight, impacted, asset = cursor.keys
            assert isinstance(weight, int | float)
            assert isinstance(impacted, int)
            assert isinstance(asset, str)
            last = (-weight, -impacted, asset)
            start = bisect_right(self.order, last, key=self._place)
        items = [self._item(each) for each in self.order[start : start + first]]
        return CriticalPage(asked=self.asked, items=items, start=start, total=len(self.order))

    def _item(self, at: int) -> Critical:
        return Critical(
            asset=self.snapshot.ids[at],
            impacted=int(self.counted.impacted[at]),
            down=int(self.counted.down[at]),
            weight=float(self.counted.weight[at]),
        )

    def _place(self, at: int) -> tuple[float, int, str]:
        return (-float(self.counted.weight[at]), -int(self.counted.impacted[at]), self.snapshot.ids[at])


@dataclass(slots=True)
class _Progress:
    """How many assets are counted."""

    done: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    """A count under way, or done."""

    snapshot: Snapshot
    counted: Criticality
    progress: _Progress
    work: asyncio.Task[None]


class CriticalityService:
    """Counts what each asset's failure does, once for each revision and weight, and keeps the last counts."""

    def __init__(
        self, snapshots: SnapshotService, evaluators: Evaluators, reading: ReadingService, ontology: Ontology
    ) -> None:
        self._snapshots = snapshots
        self._evaluators = evaluators
        self._reading = reading
        self._ontology = ontology
        self._counts: OrderedDict[Key, _Count] = OrderedDict()

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
        snapshot = await self._snapshots.current(principal.tenant)
        count = await self._count(principal, snapshot, weight_by)
        await asyncio.wait([count.work], timeout=patience)
        if not count.work.done() or count.work.cancelled():
            raise _still(count)
        count.work.result()
        of = None if wanted is None else count.snapshot.of_kinds(wanted)
        return Ranking(
            snapshot=count.snapshot,
            counted=count.counted,
            order=await asyncio.to_thread(_order, count.counted, count.snapshot, of),
            asked=question("criticality", None if types is None else tuple(types), weight_by),
        )

    async def _count(self, principal: Principal, snapshot: Snapshot, weight_by: str | None) -> _Count:
        """The count of a snapshot. One of an older revision that is still under way is given up for it."""
        key = (snapshot.tenant, weight_by)
        if (known := self._known(key, snapshot)) is not None:
            return known
        weights = await self._weights(principal, snapshot, weight_by)
        if (known := self._known(key, snapshot)) is not None:  # who asked at the same time began it
            return known
        if (older := self._counts.pop(key, None)) is not None:
            older.work.cancel()
        self._make_room()
        counted = Criticality.blank(snapshot.size)
        progress = _Progress()
        work = asyncio.create_task(self._run(snapshot, counted, weights, progress))
        self._counts[key] = _Count(snapshot=snapshot, counted=counted, progress=progress, work=work)
        return self._counts[key]

    def _known(self, key: Key, snapshot: Snapshot) -> _Count | None:
        found = self._counts.get(key)
        if found is None or found.snapshot.revision != snapshot.revision or found.work.cancelled():
            return None
        self._counts.move_to_end(key)
        return found

    def _make_room(self) -> None:
        """Forget the oldest counts that are done. Raises StillCounting where all are under way."""
        done = [key for key, count in self._counts.items() if count.work.done()]
        for key in done[: max(0, len(self._counts) - KEPT + 1)]:
            del self._counts[key]
        if len(self._counts) >= KEPT:
            raise StillCounting(
                f"{KEPT} other counts are under way",
                expected="a count that is done",
                hint="Ask again in a while",
            )

    async def _run(self, snapshot: Snapshot, counted: Criticality, weights: F64, progress: _Progress) -> None:
        """Count everything, some chunks at a time. Raises BudgetSpent."""
        engine = (await asyncio.to_thread(self._evaluators.of, snapshot)).engine
        chunks = _chunks(snapshot.size)

        async def work() -> None:
            for chunk in chunks:
                await asyncio.to_thread(count_falls, engine, chunk, weights, counted)
                progress.done += len(chunk)

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))

    async def _weights(self, principal: Principal, snapshot: Snapshot, weight_by: str | None) -> F64:
        if weight_by is None:
            return np.ones(snapshot.size, np.float64)
        found = await self._reading.weights(principal, weight_by)
        return await asyncio.to_thread(_in_order, found, snapshot, weight_by)


def _in_order(found: Mapping[str, float], snapshot: Snapshot, weight_by: str) -> F64:
    """The weights by position. Raises ValueInvalid for a negative one."""
    _check_weights(found, weight_by)
    weights = np.zeros(snapshot.size, np.float64)
    weights[: len(snapshot.ids)] = [found.get(asset, 0.0) for asset in snapshot.ids]
    return weights


def _chunks(size: int) -> Iterator[range]:
    for start in range(0, size, CHUNK):
        yield range(start, min(start + CHUNK, size))


def _order(counted: Criticality, snapshot: Snapshot, wanted: U8 | None) -> list[int]:
    found = np.flatnonzero(snapshot.there if wanted is None else wanted).astype(np.int32)
    positions = snapshot.ids.in_order(found)
    places = np.lexsort((-counted.impacted[positions], -counted.weight[positions]))
    return positions[places].tolist()


def _check_weights(found: Mapping[str, float], weight_by: str) -> None:
    for asset, value in found.items():
        if value < 0:
            raise ValueInvalid(
                f"{asset} has a negative {weight_by}", place="weightBy", expected="0 or more", actual=str(value)
            )


def _still(count: _Count) -> StillCounting:
    return StillCounting(
        f"{count.progress.done:,} of {count.snapshot.size:,} assets are counted",
        expected="a count that is done",
        hint="Ask again: the count goes on meanwhile, and starts anew only when something was written",
    )
