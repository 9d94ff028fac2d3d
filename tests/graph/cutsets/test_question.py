"""What can't be asked."""

from __future__ import annotations

import math

import pytest

from graph.cutsets import TargetAmongEvents
from graph.errors import NotFound, ValueInvalid
from tests.graph.cutsets.asking import ask, fails_with_any
from tests.graph.impact.drawing import drawn

TOPOLOGY = drawn(fails_with_any("top", "a", "b"))


def test_unknown_target() -> None:
    with pytest.raises(NotFound) as caught:
        ask(TOPOLOGY, {}, target="nobody")
    assert (caught.value.place, caught.value.code) == ("target", "UNKNOWN_ASSET")


def test_unknown_event() -> None:
    with pytest.raises(NotFound) as caught:
        ask(TOPOLOGY, {"nobody": 0.1})
    assert caught.value.place == "events[nobody]"


def test_target_among_the_events() -> None:
    with pytest.raises(TargetAmongEvents) as caught:
        ask(TOPOLOGY, {"a": 0.1, "top": 0.1})
    assert caught.value.target == "top"


@pytest.mark.parametrize("wrong", [-0.1, 1.1, math.nan, math.inf])
def test_probability_outside_its_range(wrong: float) -> None:
    with pytest.raises(ValueInvalid) as caught:
        ask(TOPOLOGY, {"a": wrong})
    assert caught.value.place == "events[a]"


@pytest.mark.parametrize(("place", "order", "first"), [("maxOrder", 0, 1), ("first", 1, -1)])
def test_numbers_outside_their_range(place: str, order: int, first: int) -> None:
    with pytest.raises(ValueInvalid) as caught:
        ask(TOPOLOGY, {}, max_order=order, first=first)
    assert caught.value.place == place


def test_an_event_that_matters_without_probability_leaves_the_rest() -> None:
    answer = ask(TOPOLOGY, {"a": 0.1, "b": None})
    assert (answer.cut_sets, answer.count) == ((("a",), ("b",)), 2)
    assert (answer.probability, answer.bounds, answer.importance, answer.truncated) == (None, None, (), None)


def test_an_event_that_does_not_matter_needs_no_probability() -> None:
    topology = drawn(fails_with_any("top", "a"), fails_with_any("other", "b"))
    answer = ask(topology, {"a": 0.1, "b": None})
    assert answer.probability == 0.1
    assert [each.event for each in answer.importance] == ["a"]
