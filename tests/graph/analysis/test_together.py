"""Many who ask the same at the same moment have it computed once, in a thread."""

from __future__ import annotations

import asyncio
from threading import Event, get_ident
from typing import TYPE_CHECKING, cast

import numpy as np

from graph.access import operator
from graph.analysis import ImpactRequest, ImpactService, LiveState
from graph.identity import Revision, Tenant
from graph.impact import EXACTLY_DOWN, Baseline, Bounds
from graph.kernel import ArrayEvaluator, containment_of, encode
from graph.snapshot import Evaluators, Snapshot, SnapshotService
from graph.work import Ended, Outcome, Workers
from tests.graph.impact.drawing import drawn, need
from tests.pumping import pumping

if TYPE_CHECKING:
    from _collections_abc import dict_items

TENANT = Tenant("site")
LIVE = ImpactRequest(baseline=Baseline.LIVE)


class Twin:
    """A tenant of two assets, one of which is down just now; it notes in which threads its state is looked at."""

    def __init__(self) -> None:
        supplies, nobody = encode(drawn(need("b", "a"))), np.zeros(0, np.int32)
        self.threads = set[int]()
        self.snapshot = Snapshot(
            tenant=TENANT,
            revision=Revision(1),
            supplies=supplies,
            kinds=np.zeros(2, np.int16),
            kind_names=("Pump",),
            containment=containment_of(nobody, nobody, assets=2),
        )

    async def current(self, _tenant: Tenant) -> Snapshot:
        return self.snapshot

    async def live(self, tenant: Tenant) -> LiveState:
        threads = self.threads

        class Looked(dict[str, Bounds]):
            def items(self) -> dict_items[str, Bounds]:
                threads.add(get_ident())
                return super().items()

        return LiveState(version="1", own=Looked(a=EXACTLY_DOWN))


class Held(Evaluators):
    """Evaluators that are not made until it is allowed, and how often they were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.allowed = Event()
        self.asked = 0

    def of(self, snapshot: Snapshot) -> ArrayEvaluator:
        self.asked += 1
        self.allowed.wait(10)
        return super().of(snapshot)


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_question_is_computed_once_for_all_who_ask_it() -> None:
    twin, held = Twin(), Held()
    impact = ImpactService(
        cast("SnapshotService", twin), lambda: ("0001", pumping()), evaluators=held, state=twin, workers=Workers()
    )
    asking = [asyncio.create_task(impact.ask(operator(TENANT), LIVE)) for _ in range(5)]
    await settle()
    asking[0].cancel()
    held.allowed.set()
    first, *others = await asyncio.gather(*asking[1:])
    assert all(each is first for each in others)
    assert held.asked == 1
    assert twin.threads
    assert get_ident() not in twin.threads


async def test_the_last_who_goes_away_ends_the_work() -> None:
    twin, held, told = Twin(), Held(), list[Ended]()
    pool = Workers(ended=told.append)
    impact = ImpactService(
        cast("SnapshotService", twin), lambda: ("0001", pumping()), evaluators=held, state=twin, workers=pool
    )
    asking = [asyncio.create_task(impact.ask(operator(TENANT), LIVE)) for _ in range(2)]
    await settle()
    for each in asking:
        each.cancel()
    await settle()
    held.allowed.set()
    while pool.long.running:  # noqa: ASYNC110  its thread ends by itself
        await asyncio.sleep(0.001)
    await settle()
    assert [each.outcome for each in told] == [Outcome.GIVEN_UP]
