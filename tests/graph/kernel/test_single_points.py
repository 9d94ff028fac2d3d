"""Single points of failure are what the plain evaluator says of each asset's failure alone."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import NotFound
from graph.impact import BudgetSpent, Evaluator, Level, Topology
from graph.kernel import ArrayEvaluator, encode
from tests.graph.impact.drawing import drawn, fails, flow, need, pipe, topologies

RING = (pipe("tank", "a"), pipe("a", "b"), pipe("b", "c"), pipe("c", "a"))


def found(topology: Topology, target: str, level: Level = Level.DOWN) -> list[str]:
    return list(ArrayEvaluator(encode(topology)).single_points(target, level))


def judged(topology: Topology, target: str, level: Level) -> list[str]:
    """By the definition: each other asset fails, and the target is among the impacted."""
    judge = Evaluator(topology)
    return [
        asset
        for asset in sorted(topology.assets.keys() - {target})
        for each in judge.evaluate(fails(asset)).impacted
        if each.asset == target and (level is Level.DEGRADED or each.level is Level.DOWN)
    ]


def equal(topology: Topology) -> None:
    evaluator = ArrayEvaluator(encode(topology))
    for target in sorted(topology.assets):
        for level in (Level.DOWN, Level.DEGRADED):
            assert list(evaluator.single_points(target, level)) == judged(topology, target, level), (target, level)


@given(topologies())
@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
def test_they_are_what_the_plain_evaluator_says(topology: Topology) -> None:
    equal(topology)


@pytest.mark.long
@pytest.mark.timeout(900)
@given(st.data())
@settings(max_examples=3000, suppress_health_check=[HealthCheck.too_slow])
def test_they_are_what_the_plain_evaluator_says_many_times(data: st.DataObject) -> None:
    equal(data.draw(topologies(most=data.draw(st.sampled_from([7, 10])))))


def test_a_chain_and_a_pair() -> None:
    topology = drawn(need("app", "db", "cache"), need("db", "disk"), need("cache", "n1", "n2", group="nodes"))
    assert found(topology, "app") == ["cache", "db", "disk"]
    assert found(topology, "app", Level.DEGRADED) == ["cache", "db", "disk"]
    assert found(topology, "disk") == []


def test_degraded_counts_any_fall() -> None:
    topology = drawn(need("app", "cache", loss_share=0.3), need("app", "db"))
    assert found(topology, "app") == ["db"]
    assert found(topology, "app", Level.DEGRADED) == ["cache", "db"]


def test_a_ring_has_the_ways_in_alone() -> None:
    assert found(drawn(*RING, sources={"tank": "PIPE"}), "b") == ["a", "tank"]
    assert found(drawn(*RING, pipe("well", "c"), sources={"tank": "PIPE", "well": "PIPE"}), "b") == []


def test_a_loop_across_types() -> None:
    topology = drawn(
        flow("POWER", "plant", "pump"),
        flow("WATER", "pump", "plant"),
        flow("WATER", "lake", "pump"),
        sources={"plant": "POWER", "lake": "WATER"},
    )
    assert found(topology, "plant") == ["lake", "pump"]


def test_an_open_supply_and_one_of_a_source_count_for_nothing() -> None:
    topology = drawn(
        flow("PIPE", "tank", "a", open=True), flow("PIPE", "well", "a"), sources={"a": "PIPE"}, also="tank"
    )
    assert found(topology, "a") == []


def test_a_target_that_is_down_anyway_has_none() -> None:
    topology = drawn(flow("PIPE", "tank", "a", open=True), sources={"tank": "PIPE"})
    assert found(topology, "a") == found(topology, "a", Level.DEGRADED) == []


def test_questions_leave_no_trace() -> None:
    evaluator = ArrayEvaluator(encode(drawn(*RING, need("mill", "c"), sources={"tank": "PIPE"})))
    before = evaluator.evaluate(fails("a"))
    for _ in range(3):
        assert list(evaluator.single_points("mill", Level.DOWN)) == ["a", "c", "tank"]
    assert tuple(evaluator.evaluate(fails("a")).impacted) == tuple(before.impacted)


def test_an_unknown_target_is_refused() -> None:
    with pytest.raises(NotFound) as refused:
        found(drawn(need("a", "b")), "nobody")
    assert refused.value.place == "asset"


def test_the_budget_is_of_the_whole_question() -> None:
    wide = drawn(*(need("app", f"n{number}", f"m{number}", group=str(number)) for number in range(40)))
    evaluator = ArrayEvaluator(encode(wide), budget=60)
    with pytest.raises(BudgetSpent):
        evaluator.single_points("app", Level.DOWN)
    assert found(wide, "app") == []
