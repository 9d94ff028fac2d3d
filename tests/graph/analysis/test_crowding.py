"""Counts of one tenant shut no other out: who has most under way gives one up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from threading import Event
from typing import cast

import numpy as np
import pytest

from graph.access import operator
from graph.analysis import CriticalityService, StillCounting
from graph.identity import Revision, Tenant
from graph.kernel import ArrayEvaluator, containment_of, encode
from graph.reading import ReadingService
from graph.snapshot import Evaluators, Snapshot, SnapshotService
from graph.work import Workers, WorkLimits
from tests.graph.impact.drawing import drawn, need
from tests.pumping import pumping


class Tenants:
    """The same few assets for each tenant, none with a weight."""

    def __init__(self) -> None:
        self.known: dict[Tenant, Snapshot] = {}

    async def current(self, tenant: Tenant) -> Snapshot:
        supplies, nobody = encode(drawn(need("b", "a"))), np.zeros(0, np.int32)
        made = Snapshot(
            tenant=tenant,
            revision=Revision(1),
            supplies=supplies,
            kinds=np.zeros(2, np.int16),
            kind_names=("Pump",),
            containment=containment_of(nobody, nobody, assets=2),
        )
        return self.known.setdefault(tenant, made)

    async def weights(self, _principal: object, _name: str) -> list[tuple[list[str], list[float]]]:
        return []


class Held(Evaluators):
    """Evaluators that are not made until it is allowed."""

    def __init__(self) -> None:
        super().__init__()
        self.allowed = Event()

    def of(self, snapshot: Snapshot) -> ArrayEvaluator:
        self.allowed.wait(10)
        return super().of(snapshot)


@pytest.fixture
async def counting() -> AsyncIterator[CriticalityService]:
    tenants, held = Tenants(), Held()
    made = CriticalityService(
        cast("SnapshotService", tenants),
        held,
        cast("ReadingService", tenants),
        pumping(),
        workers=Workers(WorkLimits(at_once=9)),
    )
    yield made
    held.allowed.set()
    await made.close()


async def begin(counting: CriticalityService, tenant: str, weight_by: str | None) -> None:
    await counting.progress(operator(Tenant(tenant)), weight_by=weight_by)


async def test_a_tenant_has_few_under_way(counting: CriticalityService) -> None:
    for weight in ("one", "two"):
        await begin(counting, "greedy", weight)
    with pytest.raises(StillCounting):
        await begin(counting, "greedy", "three")
    await begin(counting, "greedy", "two")  # it is under way already


async def test_who_has_most_gives_one_up_for_who_has_none(counting: CriticalityService) -> None:
    for tenant in ("a", "b"):
        for weight in ("one", "two"):
            await begin(counting, tenant, weight)
    for tenant in ("c", "d"):
        await begin(counting, tenant, None)
    with pytest.raises(StillCounting):
        await begin(counting, "e", None)
