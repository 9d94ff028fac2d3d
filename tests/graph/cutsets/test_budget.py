"""A budget that is spent is told, and what is answered all the same is right."""

from __future__ import annotations

import itertools
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.cutsets import Budget, CutSets, Phase, Reason
from graph.impact import Topology
from tests.graph.cutsets import judge
from tests.graph.cutsets.asking import alike, ask, chain, fails_with_any, leaves, vote
from tests.graph.impact.drawing import drawn


def nodes(number: int) -> Budget:
    return Budget(nodes=number, seconds=60, clock=time.monotonic)


def network(seed: int) -> Topology:
    """Gates over shared events."""
    rng = random.Random(seed)
    known = [f"e{number:02}" for number in range(14)]
    gates: list[list[str]] = []
    for number in range(7):
        gates.append(rng.sample(known, rng.randint(2, 5)))
        known.append(f"g{number}")
    return drawn(
        *(vote(f"g{at}", rng.randint(1, 3), *members) for at, members in enumerate(gates)),
        vote("top", 2, *(f"g{at}" for at in range(3, 7))),
    )


def _check_part(part: CutSets, whole: CutSets, max_order: int | None) -> None:
    assert part.count in (None, whole.count)
    assert part.probability in (None, whole.probability)
    assert part.importance in ((), whole.importance)
    if part.complete_to is None:
        assert part.cut_sets == whole.cut_sets
    else:
        assert part.cut_sets == tuple(judge.cut(whole.cut_sets, part.complete_to))
        assert max_order is None or part.complete_to < max_order
    if part.bounds and whole.probability is not None:
        assert part.bounds.lower <= whole.probability * (1 + 1e-12)
        assert part.bounds.upper >= whole.probability * (1 - 1e-12)
    if part.truncated is None:
        assert part == whole


@settings(deadline=None)
@given(st.integers(0, 30), st.integers(0, 3000), st.sampled_from([None, 1, 2, 3]))
def test_no_number_is_ever_wrong(seed: int, budget: int, max_order: int | None) -> None:
    topology = network(seed)
    events = dict.fromkeys(leaves(topology), 0.05)
    whole = ask(topology, events, max_order=max_order)
    assert whole.truncated is None
    _check_part(ask(topology, events, max_order=max_order, budget=nodes(budget)), whole, max_order)


@settings(deadline=None)
@given(st.integers(0, 10), st.integers(0, 60))
def test_nor_when_time_ends_at_any_look(seed: int, looks: int) -> None:
    topology = network(seed)
    events = dict.fromkeys(leaves(topology), 0.05)
    ticks = itertools.count()
    part = ask(topology, events, budget=Budget(nodes=500_000, seconds=looks, clock=lambda: float(next(ticks))))
    _check_part(part, ask(topology, events), None)
    assert part.truncated is None or part.truncated.reason is Reason.SECONDS


def test_what_is_cut_is_said() -> None:
    answer = alike(chain(20, all_fail=True), 0.1, budget=nodes(50))
    assert answer.truncated is not None
    assert (answer.truncated.reason, answer.truncated.limit) == (Reason.NODES, 50)
    assert answer.truncated.phase is Phase.DIAGRAM
    assert (answer.count, answer.probability, answer.importance) == (None, None, ())


def test_small_cut_sets_are_found_where_the_diagram_is_too_large() -> None:
    """A diagram of 300 events in the worst of orders takes far more nodes than pairs there are."""
    one, other = ([f"{side}{number:03}" for number in range(150)] for side in "ab")
    pairs = [vote(f"p{number:03}", 2, *pair) for number, pair in enumerate(zip(one, other, strict=True))]
    ahead = vote("ahead", 150, *one)
    topology = drawn(*pairs, ahead, fails_with_any("top", "ahead", *(f"p{number:03}" for number in range(150))))
    answer = ask(topology, dict.fromkeys([*one, *other], 0.001), max_order=2, budget=nodes(20_000))
    assert (answer.count, answer.complete_to) == (150, None)
    assert answer.cut_sets == tuple(zip(one, other, strict=True))
    assert answer.truncated is not None
    assert answer.truncated.phase is Phase.DIAGRAM
    assert answer.bounds is not None
    assert answer.bounds.lower == pytest.approx(1e-6)
    assert 1 - (1 - 1e-6) ** 150 < answer.bounds.upper < 0.005


def test_more_events_than_a_diagram_may_tell_apart() -> None:
    events = [f"e{number:05}" for number in range(20_001)]
    topology = drawn(fails_with_any("top", *events))
    answer = ask(topology, events, max_order=1, first=2, budget=nodes(1_000_000))
    assert answer.truncated is not None
    assert (answer.truncated.reason, answer.truncated.limit) == (Reason.EVENTS, 20_000)
    assert answer.count == 20_001
    assert answer.cut_sets == (("e00000",), ("e00001",))


def test_cut_sets_up_to_an_order_where_all_are_too_many() -> None:
    """The diagram of a vote is small and so is its family; the one of its importance is not."""
    answer = alike(drawn(vote("top", 10, *(f"e{number:02}" for number in range(40)))), 0.1, budget=nodes(1_500))
    assert answer.probability is not None
    assert answer.truncated is not None
    assert answer.truncated.phase in (Phase.CUT_SETS, Phase.IMPORTANCE)
