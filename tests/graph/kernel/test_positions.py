"""Few positions and many are treated alike, and as numpy's sets say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.kernel.arrays import I32
from graph.kernel.positions import in_order, looked_up, many, place_of, without

SIZE = 200
POSITIONS = st.lists(st.integers(0, SIZE - 1), unique=True, max_size=SIZE).map(lambda each: np.array(each, np.int32))


@given(POSITIONS)
def test_in_order(positions: I32) -> None:
    found = in_order(positions, SIZE)
    assert found.dtype == np.int32
    assert found.tolist() == sorted(positions.tolist())


@given(POSITIONS, POSITIONS)
def test_without(positions: I32, others: I32) -> None:
    expected = sorted(set(positions.tolist()) - set(others.tolist()))
    assert without(np.sort(positions), np.sort(others)).tolist() == expected


@given(POSITIONS, st.integers(0, SIZE - 1))
def test_place_of(positions: I32, at: int) -> None:
    listed = sorted(positions.tolist())
    assert place_of(np.sort(positions), at) == (listed.index(at) if at in listed else None)


@given(POSITIONS, POSITIONS)
def test_looked_up(positions: I32, wanted: I32) -> None:
    positions = np.sort(positions)
    otherwise = np.arange(SIZE, dtype=np.int32)
    expected = [1000 + at if at in set(positions.tolist()) else at for at in wanted.tolist()]
    assert looked_up(positions, positions + np.int32(1000), wanted, otherwise).tolist() == expected


@pytest.mark.parametrize(("count", "are_many"), [(0, False), (SIZE // 16, False), (SIZE // 16 + 1, True), (SIZE, True)])
def test_a_sixteenth_is_many(count: int, are_many: bool) -> None:
    assert many(np.arange(count, dtype=np.int32), SIZE) == are_many
