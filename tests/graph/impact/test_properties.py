"""Laws that hold for every topology and question."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.impact import (
    Answer,
    Direction,
    Evaluator,
    Failure,
    Kind,
    Question,
    RelationshipId,
    Supply,
    SupplyRef,
    Terms,
    build_topology,
    evaluate,
    supplies_of,
)
from tests.graph.impact.drawing import drawn, fails, need, questions, topologies
from tests.graph.impact.judge import subsets


def fallen(answer: Answer) -> set[str]:
    return {each.asset for each in answer.impacted} | set(answer.failed)


@given(st.data())
def test_more_failures_never_raise_anything(data: st.DataObject) -> None:
    topology = data.draw(topologies())
    question = data.draw(questions(topology))
    more = Failure(asset=data.draw(st.sampled_from(sorted(topology.assets))))
    if any(each.asset == more.asset for each in question.failures):
        return
    evaluator = Evaluator(topology)
    one = evaluator.evaluate(question)
    other = evaluator.evaluate(replace(question, failures=(*question.failures, more)))
    assert all(other.after(asset).lower <= one.after(asset).lower for asset in topology.assets)


@given(st.data())
def test_the_joint_impact_holds_the_single_ones(data: st.DataObject) -> None:
    topology = data.draw(topologies())
    question = data.draw(questions(topology, changes=False))
    question = replace(question, maintenance=())
    evaluator = Evaluator(topology)
    joint = evaluator.evaluate(question)
    single = [evaluator.evaluate(replace(question, failures=(each,))) for each in question.failures]
    assert set().union(*(fallen(each) for each in single)) <= fallen(joint)


@given(st.data())
def test_nothing_depends_on_the_order_of_what_is_given(data: st.DataObject) -> None:
    topology = data.draw(topologies(delays=True))
    question = data.draw(questions(topology, offsets=True))
    shuffled = list(topology.supplies)
    random.Random(data.draw(st.integers(0, 99))).shuffle(shuffled)
    assets = dict(reversed(list(topology.assets.items())))
    other = build_topology(assets, shuffled)
    backwards = replace(question, failures=tuple(reversed(question.failures)))
    one, two = evaluate(topology, question), evaluate(other, backwards)
    assert one.impacted == two.impacted
    assert one.at_risk == two.at_risk
    assert (one.improved, one.lowered_by_maintenance) == (two.improved, two.lowered_by_maintenance)
    assert [one.because(each.asset) for each in one.impacted] == [two.because(each.asset) for each in two.impacted]


@given(st.data())
def test_names_and_levels_of_an_answer_hold_together(data: st.DataObject) -> None:
    topology = data.draw(topologies())
    question = data.draw(questions(topology))
    answer = Evaluator(topology).evaluate(question)
    lower = {each.asset for each in answer.impacted}
    assert lower.isdisjoint(answer.failed)
    assert lower.isdisjoint(answer.improved)
    assert lower.isdisjoint(answer.unsupplied)
    assert set(answer.already_down) == set()
    assert sum(count for _, count in answer.by_level) == len(answer.impacted)
    for one, other in pairwise(answer.impacted):
        assert (one.after.lower, one.hops, one.asset) < (other.after.lower, other.hops, other.asset)


@pytest.mark.parametrize("seed", range(25))
def test_flow_alone_both_ways_is_reachability_from_the_sources(seed: int) -> None:
    """For every single failure and every single relationship taken away, as networkx sees it."""
    rng = random.Random(seed)
    size = rng.randint(3, 14)
    net = nx.gnm_random_graph(size, rng.randint(size - 1, 2 * size), seed=seed)
    sources = set(rng.sample(sorted(net), rng.randint(1, 2)))
    topology = build_topology(
        {str(node): frozenset({"PIPE"} if node in sources else ()) for node in net},
        [supply for one, other in net.edges for supply in _pipe(str(one), str(other))],
    )
    evaluator = Evaluator(topology)
    assert set(evaluator.evaluate(Question()).unsupplied) == _dry(net, net, sources)
    for node in net:
        rest = net.subgraph(set(net) - {node})
        lost = _dry(net, rest, sources - {node}) - _dry(net, net, sources) - {str(node)}
        assert {each.asset for each in evaluator.evaluate(fails(str(node))).impacted} == lost
    for one, other in net.edges:
        cut = net.copy()
        cut.remove_edge(one, other)
        answer = evaluator.evaluate(Question(removed=(_ref(str(one), str(other)),)))
        assert {each.asset for each in answer.impacted} == _dry(net, cut, sources) - _dry(net, net, sources)


def _dry(net: nx.Graph, rest: nx.Graph, sources: set[int]) -> set[str]:
    """Assets with a pipe that no source reaches; one without pipes needs none."""
    wet = set(sources).union(*(nx.descendants(rest, source) for source in sources))
    return {str(node) for node in net if node not in wet and net.degree[node]}


def _pipe(one: str, other: str) -> tuple[Supply, ...]:
    id_ = RelationshipId(type="PIPE", source=one, target=other)
    return supplies_of(id_, direction=Direction.BOTH, kind=Kind.FLOW, terms=Terms())


def _ref(one: str, other: str) -> SupplyRef:
    return SupplyRef(type="PIPE", source=one, target=other)


@pytest.mark.parametrize("seed", range(25))
def test_requirements_alone_are_a_coherent_fault_tree(seed: int) -> None:
    """Random trees of OR, AND and VOTE gates over shared events, every set of up to three failures."""
    rng = random.Random(seed)
    events = [f"e{number}" for number in range(6)]
    gates: dict[str, tuple[int, list[str]]] = {}
    supplies: list[Supply] = []
    for number in range(5):
        below = rng.sample([*events, *gates], rng.randint(2, 4))
        fail_at = rng.randint(1, len(below))
        gates[f"g{number}"] = (fail_at, below)
        supplies += need(f"g{number}", *below, group="gate", needs=len(below) - fail_at + 1)
    evaluator = Evaluator(drawn(supplies, also=" ".join(events)))
    for failed in subsets(events, 3):
        answer = evaluator.evaluate(fails(*failed))
        assert {each.asset for each in answer.impacted} == _broken(gates, failed)
        assert all(each.after.lower == 0 for each in answer.impacted)


def _broken(gates: dict[str, tuple[int, list[str]]], failed: frozenset[str]) -> set[str]:
    broken: set[str] = set()
    for gate, (fail_at, below) in gates.items():
        if sum(each in failed or each in broken for each in below) >= fail_at:
            broken.add(gate)
    return broken
