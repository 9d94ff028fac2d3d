"""What of `docs/impact.md` shows in cut sets, one example each; `test_properties.py` has all at once."""

from __future__ import annotations

import pytest

from graph.cutsets.demand import least_value
from graph.impact.network import term
from tests.graph.cutsets.asking import ask, sets
from tests.graph.impact.drawing import ONE, drawn, flow, need, pipe


def test_a_ring_with_two_feeds() -> None:
    """Each of the four on the ring has two neighbours; cut sets cut both ways, or both sources."""
    ring = [pipe("a", "b"), pipe("b", "c"), pipe("c", "d"), pipe("d", "a"), pipe("s", "a"), pipe("t", "c")]
    topology = drawn(*ring, sources={"s": "PIPE", "t": "PIPE"})
    assert ask(topology, "abcst", target="d").cut_sets == sets("ac at cs st")


def test_a_ring_cannot_feed_itself() -> None:
    topology = drawn(pipe("a", "b"), pipe("b", "c"), pipe("c", "a"), pipe("s", "a"), sources={"s": "PIPE"})
    assert ask(topology, "abs", target="c").cut_sets == sets("a s")


def test_across_flow_types_a_loop_is_a_requirement() -> None:
    plant = [flow("POWER", "plant", "pump"), flow("WATER", "pump", "plant"), flow("WATER", "tank", "pump")]
    topology = drawn(*plant, flow("POWER", "plant", "top"), sources={"plant": "POWER", "tank": "WATER"})
    assert ask(topology, ["plant", "pump", "tank"]).cut_sets == (("plant",), ("pump",), ("tank",))


def test_two_that_require_each_other_fall_together() -> None:
    topology = drawn(need("a", "b", "c"), need("b", "a"), need("top", "a", "b", group="either"))
    assert ask(topology, "abc").cut_sets == sets("a b c")


def test_a_target_that_is_down_anyhow_has_the_empty_cut_set() -> None:
    topology = drawn(need("top", "a", group="two", needs=2))
    answer = ask(topology, {"a": 0.1})
    assert (answer.cut_sets, answer.count, answer.probability) == (((),), 1, 1.0)
    assert answer.importance == ()


def test_a_target_that_nothing_brings_down_has_none() -> None:
    topology = drawn(need("top", "a", loss_share=0.5), need("top", "b", group="none", needs=0), need("top", "c"))
    answer = ask(topology, {"a": 0.1, "b": 0.1})
    assert (answer.cut_sets, answer.count, answer.probability, answer.importance) == ((), 0, 0.0, ())


def test_an_open_supply_carries_nothing() -> None:
    topology = drawn(need("top", "a", group="g"), need("top", "b", group="g", open=True))
    assert ask(topology, "ab").cut_sets == sets("a")


def test_capacity_is_down_only_where_nothing_is_carried() -> None:
    both = need("top", "a", "b", group="g", combine="CAPACITY", needs=2)
    assert ask(drawn(both), "ab").cut_sets == sets("ab")


def test_what_degrades_counts_by_what_it_still_gives() -> None:
    """Without a, m gives a millionth less, which is what c alone makes up for: the sum must be 10^9 to count at all."""
    topology = drawn(
        need("m", "a", loss_share=0.000_001),
        need("top", "m", group="g", combine="CAPACITY", needs=1_000_000_000, capacity=1000),
        need("top", "c", group="g", combine="CAPACITY", needs=1_000_000_000, capacity=0.001),
    )
    assert ask(topology, "ac").cut_sets == sets("ac")
    assert ask(topology, "acm").cut_sets == sets("m ac")


@pytest.mark.parametrize("loss", [1, 2, 333_333, 500_000, 999_999, ONE])
@pytest.mark.parametrize("threshold", [1, 2, 500_000, 500_001, 666_667, 999_999, ONE])
def test_least_value_is_the_first_whose_term_is_not_below(loss: int, threshold: int) -> None:
    value = least_value(loss, threshold)
    if value > 0:
        assert term(loss, value) >= threshold > term(loss, value - 1)
    else:
        assert term(loss, 0) >= threshold
