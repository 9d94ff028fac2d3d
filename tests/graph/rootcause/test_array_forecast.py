"""The forecast on arrays says what the plain one says, whatever the topology."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from graph.impact import Evaluator, Topology
from graph.kernel import ArrayEvaluator, encode
from graph.rootcause import ArrayForecast, TopologyForecast, find_root_causes
from tests.graph.impact.drawing import drawn, flow, need, topologies
from tests.graph.rootcause.test_properties import asked


def both(topology: Topology, maintenance: tuple[str, ...] = ()) -> tuple[ArrayForecast, TopologyForecast]:
    return (
        ArrayForecast(ArrayEvaluator(encode(topology)), maintenance=maintenance),
        TopologyForecast(Evaluator(topology), maintenance=maintenance),
    )


def some_of(topology: Topology, least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(topology.assets)), min_size=least, max_size=most, unique=True)


@given(st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_it_equals_the_plain_forecast(data: st.DataObject) -> None:
    topology = data.draw(topologies(delays=data.draw(st.booleans())))
    fast, plain = both(topology, tuple(data.draw(some_of(topology, 0, 2))))
    assert sorted(fast.assets) == sorted(plain.assets)
    for asset in topology.assets:
        assert fast.margins(asset) == plain.margins(asset)
    begin = data.draw(some_of(topology, 1, 2))
    assert fast.upstream(begin) == plain.upstream(begin)
    for _ in range(3):
        causes = frozenset(data.draw(some_of(topology, 1, 3)))
        assert fast.question(causes) == plain.question(causes)
        falls = plain.falls(causes)
        assert fast.falls(causes) == falls
        watched = frozenset(data.draw(some_of(topology, 0, 4)))
        for most in (None, 1, 3):
            outcome = fast.outcome(causes, watched=watched, most=most)
            assert outcome == plain.outcome(causes, watched=watched, most=most)
            assert (outcome is None) == (most is not None and len(falls) > most)


def reached_first(reached: NDArray[np.float64], _: NDArray[np.float64]) -> NDArray[np.float64]:
    """A promise that doesn't ask how much an asset could take down, which one forecast knows by estimate alone."""
    return reached


@given(st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_what_is_upstream_is_ranked_alike(data: st.DataObject) -> None:
    topology = data.draw(topologies(delays=False))
    fast, plain = both(topology)
    seen = data.draw(some_of(topology, 1, 4))
    witnesses = sorted(data.draw(st.sets(st.integers(0, len(seen) - 1), min_size=1)))
    ranked = plain.reach(seen, witnesses=witnesses, most=100, promise=reached_first)
    for most in (100, 2):
        found = fast.reach(seen, witnesses=witnesses, most=most, promise=reached_first)
        assert list(found.symptoms.items()) == list(ranked.symptoms.items())[:most]
        assert found.total == ranked.total == len(plain.upstream(seen))
    assert fast.redundant(seen) == plain.redundant(seen)


def test_more_witnesses_than_one_search_takes() -> None:
    fast, plain = both(drawn(*(need(f"desk{each:03}", f"switch{each % 3}") for each in range(130))))
    seen = [f"desk{each:03}" for each in range(130)]
    found = [each.reach(seen, witnesses=range(0, 130, 2), most=7, promise=reached_first) for each in (fast, plain)]
    assert found[0] == found[1]


@pytest.mark.parametrize("size", [1, 30, 1000])
def test_how_much_an_asset_could_take_down_is_known_roughly(size: int) -> None:
    fast, plain = both(drawn(*(need(f"desk{each:04}", "switch") for each in range(size)), need("switch", "core")))
    told: list[float] = []

    def promise(reached: NDArray[np.float64], breadths: NDArray[np.float64]) -> NDArray[np.float64]:
        told.append(float(breadths.max()))
        return reached

    for each in (fast, plain):
        each.reach(["desk0000"], witnesses=[0], most=3, promise=promise)
    assert told[1] == size + 2
    assert 0.3 <= told[0] / told[1] <= 3


@given(st.data())
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_the_same_question_has_the_same_answer_on_both(data: st.DataObject) -> None:
    topology = data.draw(topologies(delays=True))
    question = data.draw(asked(topology))
    fast, plain = both(topology)
    assert find_root_causes(question, fast) == find_root_causes(question, plain)


def test_margins_of_capacity_and_of_several_groups() -> None:
    fast, plain = both(
        drawn(
            need("hall", "c1", "c2", "c3", group="cooling", combine="CAPACITY", needs=2.5),
            need("hall", "network"),
            flow("POWER", "grid", "hall"),
            flow("POWER", "diesel", "hall", open=True),
        )
    )
    assert len(fast.margins("hall")) == 3
    assert fast.margins("hall") == plain.margins("hall")
    assert fast.margins("nobody") == []


def test_what_was_down_before_does_not_fall() -> None:
    fast, _ = both(drawn(need("app", "db")), ("db",))
    assert fast.falls(frozenset({"db"})) == {}
    assert fast.upstream(["app"]) == {"app"}
