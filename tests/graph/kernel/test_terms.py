"""Values of groups are those of a plain count, in groups larger than whole networks can be drawn."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.kernel.arrays import ALL, ONE
from graph.kernel.terms import quorum

VALUES = st.integers(0, ONE) | st.sampled_from([0, ONE // 2, ONE])


@given(st.lists(VALUES, max_size=60), st.integers(0, 62), st.booleans())
def test_a_quorum_is_the_kth_largest(values: list[int], needs: int, rising: bool) -> None:
    listed = np.array(sorted(values) if rising else values, np.int32)
    members = np.arange(listed.size, dtype=np.int32)
    expected = ONE if needs == 0 else (sorted(values, reverse=True) + [0] * 63)[needs - 1]
    assert quorum(0, members.size, needs, members, listed, listed, ALL) == expected


@given(st.lists(st.tuples(VALUES, st.booleans(), st.integers(0, 9)), max_size=30), st.integers(1, 31))
def test_open_members_and_those_of_higher_rank_give_nothing(drawn: list[tuple[int, bool, int]], needs: int) -> None:
    values = np.array([value for value, _, _ in drawn], np.int32)
    rank = np.array([rank for _, _, rank in drawn], np.int32)
    members = np.array([~at if open_ else at for at, (_, open_, _) in enumerate(drawn)], np.int32)
    counted = sorted((value for value, open_, rank in drawn if not open_ and rank < 5), reverse=True)
    expected = (counted + [0] * 32)[needs - 1]
    assert quorum(0, members.size, needs, members, values, rank, 5) == expected
