"""The weights of a million assets are put in order while the event loop goes on."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import pytest

from graph.access import operator
from graph.analysis import CriticalityService, Evaluators
from graph.identity import Revision, Tenant
from graph.impact import build_topology
from graph.kernel import containment_of, encode, warm
from graph.snapshot import Snapshot
from tests.pumping import pumping

TENANT = Tenant("site")
PIECE = 20_000
LONGEST = 0.5
"""Seconds that the loop may stand still on a machine with other work; each step takes far longer than that in all."""


@dataclass
class Fixed:
    """A snapshot that is always the newest, and weights of all its assets in pieces."""

    snapshot: Snapshot
    pieces: list[tuple[list[str], list[float]]] = field(default_factory=list[tuple[list[str], list[float]]])

    def __post_init__(self) -> None:
        ids = list(self.snapshot.ids)
        for start in range(0, len(ids), PIECE):
            piece = ids[start : start + PIECE]
            self.pieces.append((piece, [2.0] * len(piece)))

    async def current(self, _tenant: Tenant) -> Snapshot:
        return self.snapshot

    async def weights(self, _principal: object, _name: str) -> list[tuple[list[str], list[float]]]:
        return self.pieces


async def longest_pause(ended: asyncio.Event) -> float:
    """The longest time that the loop let this wait beyond what it asked for."""
    longest = 0.0
    while not ended.is_set():
        began = time.monotonic()
        await asyncio.sleep(0.005)
        longest = max(longest, time.monotonic() - began - 0.005)
    return longest


@pytest.mark.parametrize("assets", [2_000, pytest.param(1_000_000, marks=pytest.mark.long)])
async def test_the_loop_goes_on_meanwhile(assets: int) -> None:
    warm()
    supplies = encode(build_topology({f"{number:07}": frozenset() for number in range(assets)}, ()))
    nothing = np.zeros(0, np.int32)
    fixed = Fixed(
        Snapshot(
            tenant=TENANT,
            revision=Revision(1),
            supplies=supplies,
            kinds=np.zeros(assets, np.int16),
            kind_names=("Pump",),
            containment=containment_of(nothing, nothing, assets=assets),
        )
    )
    given = cast("Any", fixed)
    service = CriticalityService(given, Evaluators(), given, pumping())
    ended = asyncio.Event()
    watching = asyncio.create_task(longest_pause(ended))
    ranking = await service.ask(operator(TENANT), weight_by="ratedFlow", patience=300)
    page = ranking.page(first=3, after=None)
    ended.set()
    assert [each.asset for each in page.items] == ["0000000", "0000001", "0000002"]
    assert len(ranking.order) == assets
    assert await watching < LONGEST
