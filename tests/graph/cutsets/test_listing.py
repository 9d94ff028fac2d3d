"""The list begins with the smallest, by ids, however many there are."""

from __future__ import annotations

from itertools import combinations, islice, product

import pytest

from tests.graph.cutsets.asking import alike, chain, fails_with_any, leaves, stage, vote
from tests.graph.impact.drawing import drawn


@pytest.mark.parametrize("first", [0, 1, 7, 300])
def test_the_first_of_very_many(first: int) -> None:
    """4 ** 30 cut sets of 90 events: of each stage three of four."""
    answer = alike(chain(30, all_fail=True), 0.1, first=first)
    of_stage = [
        [tuple(f"{stage(number)}{part}" for part in chosen) for chosen in combinations("abcd", 3)]
        for number in range(30)
    ]
    expected = islice(product(*of_stage), first)
    assert answer.cut_sets == tuple(tuple(part for chosen in each for part in chosen) for each in expected)
    assert answer.count == 4**30


def test_ids_decide_and_not_the_order_of_variables() -> None:
    """The supplies are written backwards, so the search meets the last ids first."""
    members = [f"e{number:02}" for number in range(16, 0, -1)]
    answer = alike(drawn(vote("top", 5, *members)), 0.1, first=1500)
    assert answer.cut_sets == tuple(islice(combinations(sorted(members), 5), 1500))
    assert answer.count == 4368


def test_sizes_come_before_ids() -> None:
    topology = drawn(fails_with_any("top", "z", "pair", "three"), vote("pair", 2, "x", "y"), vote("three", 3, *"abc"))
    assert alike(topology, 0.1).cut_sets == (("z",), ("x", "y"), ("a", "b", "c"))
    assert alike(topology, 0.1, max_order=2).cut_sets == (("z",), ("x", "y"))


def test_equal_questions_get_equal_answers() -> None:
    one, other = (alike(chain(12, all_fail=True), 0.1) for _ in range(2))
    assert one == other
    assert [each.event for each in one.importance] == leaves(chain(12))
