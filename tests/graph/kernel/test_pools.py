"""Pools say when they are full, and have room for what questions at a hub take."""

from __future__ import annotations

import math

import numpy as np

from graph.kernel import encode
from graph.kernel.arrays import OUT_COUNT
from graph.kernel.pools import HUBS, LEAST, Pools, room_for
from graph.kernel.rewiring import rewired
from tests.graph.impact.drawing import drawn, need


def test_pools_without_room_are_outgrown() -> None:
    pools, _ = Pools.of(encode(drawn(need("b", "a"))).net)
    assert pools.take("outs", LEAST) is not None
    assert not pools.exhausted
    assert pools.take("outs", 1) is None
    assert math.isinf(pools.grown)


def test_what_never_had_room_exhausts_nothing() -> None:
    pools, _ = Pools.of(encode(drawn(need("b", "a"))).net)
    assert pools.take("outs", 2 * LEAST) is None
    assert pools.grown == 0


def test_a_question_without_room_gets_pools_of_its_own() -> None:
    topology = drawn(need("b", "a"), need("c", "a"))
    supplies = encode(topology)
    assert supplies.pools.take("outs", LEAST) is not None
    copied = rewired(supplies, removed=list(topology.relationships)[:1], added={}).supplies
    assert copied.pools is not supplies.pools
    assert supplies.pools.exhausted
    assert not copied.pools.exhausted
    assert copied.pools.begun == supplies.pools.begun  # what went before is still in it


def test_there_is_room_for_changes_at_the_largest_hub() -> None:
    assets = np.zeros((3, 8), np.int32)
    assets[1, OUT_COUNT] = 10_000
    assert room_for("outs", 10_000, assets) == HUBS * 10_000
    assert room_for("members", 10_000, assets) == 2_500 + LEAST
