"""Assets that have lost their margin."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from graph.impact import Evaluator, Failure, GroupId, Question, Supply, Topology, evaluate
from tests.graph.impact.drawing import added, drawn, fails, flow, need, part, pipe, questions, topologies
from tests.graph.impact.judge import ONE, by_iteration, operator
from tests.graph.impact.test_fixpoint import changed, own_of


def test_one_of_two_feeds_gone() -> None:
    topology = drawn(flow("POWER", "a", "rack"), flow("POWER", "b", "rack"), need("app", "rack"), need("tool", "a"))
    answer = evaluate(topology, fails("a"))
    assert answer.at_risk == ("rack",)
    assert evaluate(topology, Question()).at_risk == ()


def test_what_hung_on_one_member_before_is_not_newly_at_risk() -> None:
    topology = drawn(need("app", "db"), need("app", "a", "b", "c", group="g"))
    assert evaluate(topology, fails("a")).at_risk == ()
    assert evaluate(topology, fails("a", "b")).at_risk == ("app",)


def test_maintenance_spends_a_margin_too() -> None:
    topology = drawn(need("cluster", "a", "b", "c", group="nodes", needs=2))
    assert evaluate(topology, Question(maintenance=("a",))).at_risk == ("cluster",)


def test_what_is_lower_is_impacted_not_at_risk() -> None:
    topology = drawn(need("hall", "a", "b", "c", group="cooling", combine="CAPACITY", needs=2))
    assert evaluate(topology, fails("a")).at_risk == ("hall",)
    assert evaluate(topology, fails("a", "b")).at_risk == ()


def test_what_maintenance_lowered_is_not_at_risk() -> None:
    topology = drawn(need("app", "cache", loss_share=0.3), need("app", "a", "b", group="g"))
    assert evaluate(topology, fails("a")).at_risk == ("app",)
    lower = evaluate(topology, replace(fails("a"), maintenance=("cache",)))
    assert lower.at_risk == ()


def test_the_member_that_gives_most_is_the_one_to_lose() -> None:
    topology = drawn(
        need("hall", "big", group="cooling", combine="CAPACITY", needs=2, capacity=2),
        need("hall", "a", "b", group="cooling", combine="CAPACITY", needs=2, capacity=1),
    )
    assert evaluate(topology, Question()).at_risk == ()
    assert evaluate(topology, fails("a")).at_risk == ("hall",)


def test_on_a_ring_the_neighbour_that_one_feeds_oneself_is_no_support() -> None:
    ring = drawn(
        pipe("tank", "a"), pipe("tank", "d"), pipe("a", "b"), pipe("b", "c"), pipe("c", "d"), sources={"tank": "PIPE"}
    )
    answer = evaluate(ring, Question(failures=(Failure(asset="d"),)))
    assert answer.impacted == ()
    assert answer.at_risk == ("a", "b", "c")


def test_a_failed_asset_is_not_at_risk() -> None:
    topology = drawn(need("app", "a", "b", group="g"))
    question = Question(failures=(Failure(asset="a"), Failure(asset="app", operability=part(0.5))))
    assert evaluate(topology, question).at_risk == ()


def test_a_group_that_was_not_there_before() -> None:
    topology = drawn(need("app", "db"), also="licence")
    assert evaluate(topology, Question(added=(added(need("app", "licence")),))).at_risk == ("app",)


@given(st.data())
def test_at_risk_is_what_the_definition_says(data: st.DataObject) -> None:
    topology = data.draw(topologies(most=5))
    question = data.draw(questions(topology))
    answer = Evaluator(topology).evaluate(question)
    rewired = changed(topology, question)
    own = own_of(topology, question)
    full = dict.fromkeys(topology.assets, ONE)
    s, b = by_iteration(rewired, own), by_iteration(topology, full)
    failed = {failure.asset for failure in question.failures}
    expected: list[str] = []
    for asset in sorted(topology.assets):
        now = exposed(rewired, own, s, asset)
        before = exposed(topology, full, b, asset)
        if asset not in failed and s[asset] >= b[asset] and now - before:
            expected.append(asset)
    assert list(answer.at_risk) == expected


def exposed(topology: Topology, own: dict[str, int], values: dict[str, int], asset: str) -> set[GroupId]:
    """The groups of an asset of which the loss of one more member lowers it, member by member."""
    alone = by_iteration(topology, {**own, asset: 0})
    found: set[GroupId] = set()
    for id_, group in topology.groups.items():
        if id_.dependant != asset or id_.flow_type in topology.assets[asset]:
            continue
        for lost in range(len(group.supplies)):
            seen: dict[str, int] = {asset: ONE}
            supplies: list[Supply] = []
            for number, supply in enumerate(group.supplies):
                keeps = alone[supply.provider] == values[supply.provider] and number != lost
                seen[f"{number}:"] = values[supply.provider] if keeps else 0
                supplies.append(replace(supply, provider=f"{number}:"))
            view = Topology(assets={asset: frozenset()}, supplies=tuple(supplies), groups={}, relationships={})
            left = operator(view, dict.fromkeys(seen, ONE))(seen, None, seen)[asset]
            if left < values[asset]:
                found.add(id_)
    return found
