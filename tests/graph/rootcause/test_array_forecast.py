"""The forecast on arrays says what the plain one says, whatever the topology."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
        assert fast.falls(causes) == plain.falls(causes)


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
