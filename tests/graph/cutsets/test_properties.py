"""Laws that hold for every topology, judged by looking at every subset of the events."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.cutsets import CutSetQuestion, CutSets, minimal_cut_sets
from graph.cutsets.budget import Meter
from graph.cutsets.families import Families
from graph.cutsets.model import build_model
from graph.cutsets.small import SmallCutSets
from graph.impact import Kind, Topology, build_topology
from graph.impact.network import network
from tests.graph.cutsets import judge
from tests.graph.cutsets.asking import PLENTY
from tests.graph.impact.drawing import topologies

SHARES = st.sampled_from([0.0, 0.001, 0.1, 0.3, 0.5, 0.9, 1.0])

Asked = tuple[Topology, CutSetQuestion, dict[str, float]]


@st.composite
def asked(draw: st.DrawFn, *, most: int = 7, kinds: tuple[Kind, ...] = tuple(Kind)) -> Asked:
    """A topology, a question that lists all cut sets of a target, and the probabilities of its events."""
    topology = draw(topologies(most=most, kinds=kinds))
    target, *others = draw(st.permutations(sorted(topology.assets)))
    events = {each: draw(SHARES) for each in others[: draw(st.integers(0, len(others)))]}
    return topology, CutSetQuestion(target=target, events=events, first=1000), events


@settings(deadline=None, max_examples=200)
@given(asked())
def test_every_number_is_what_all_subsets_say(drawn: Asked) -> None:
    _judge(*drawn)


@settings(deadline=None)
@given(asked(most=6, kinds=(Kind.FLOW,)))
def test_the_same_where_all_is_flow(drawn: Asked) -> None:
    _judge(*drawn)


@settings(deadline=None)
@given(asked(most=6, kinds=(Kind.REQUIREMENT,)))
def test_the_same_where_all_is_requirement(drawn: Asked) -> None:
    _judge(*drawn)


def _judge(topology: Topology, question: CutSetQuestion, events: dict[str, float]) -> None:
    down = judge.downing(topology, question.target, events)
    answer = minimal_cut_sets(topology, question, budget=PLENTY)
    assert list(answer.cut_sets) == judge.minimal(down)
    assert answer.count == len(answer.cut_sets)
    assert answer.probability == pytest.approx(judge.probability(down, events), abs=1e-12)
    assert answer.truncated is None
    _judge_importance(answer, down, events)


def _judge_importance(answer: CutSets, down: set[judge.CutSet], events: dict[str, float]) -> None:
    assert {each.event for each in answer.importance} == {event for found in answer.cut_sets for event in found}
    top = judge.probability(down, events)
    for each in answer.importance:
        failed, working = (judge.conditional(each.event, value, down, events) for value in (1.0, 0.0))
        share = judge.fussell_vesely(each.event, down, events) if top else 0.0
        assert each.birnbaum == pytest.approx(failed - working, abs=1e-12)
        assert each.fussell_vesely == pytest.approx(share, abs=1e-9)
        assert each.risk_achievement_worth == pytest.approx(judge.ratio(failed, top))
        assert each.risk_reduction_worth == pytest.approx(judge.ratio(top, working))


@settings(deadline=None)
@given(asked(), st.integers(1, 4), st.integers(0, 5))
def test_an_order_and_a_number_cut_the_list_alone(drawn: Asked, order: int, first: int) -> None:
    topology, question, _ = drawn
    whole = minimal_cut_sets(topology, question, budget=PLENTY)
    some = minimal_cut_sets(topology, replace(question, max_order=order, first=first), budget=PLENTY)
    small = judge.cut(whole.cut_sets, order)
    assert list(some.cut_sets) == small[:first]
    assert some.count == len(small)
    assert (some.probability, some.importance) == (whole.probability, whole.importance)


@settings(deadline=None)
@given(asked(), st.integers(1, 7))
def test_small_cut_sets_need_no_diagram(drawn: Asked, order: int) -> None:
    topology, question, events = drawn
    meter = Meter(PLENTY, started=PLENTY.clock())
    model = build_model(network(topology), question, meter)
    families = Families(len(model.ids), meter)
    found = families.sets(model.top_event(SmallCutSets(families, order), meter))
    named = sorted((tuple(sorted(model.ids[each] for each in chosen)) for chosen in found), key=judge.by_size)
    assert named == judge.cut(judge.minimal(judge.downing(topology, question.target, events)), order)


@settings(deadline=None)
@given(asked(), st.integers(0, 99))
def test_nothing_depends_on_the_order_of_what_is_given(drawn: Asked, seed: int) -> None:
    topology, question, events = drawn
    shuffled = list(topology.supplies)
    random.Random(seed).shuffle(shuffled)
    other = build_topology(dict(reversed(list(topology.assets.items()))), shuffled)
    backwards = replace(question, events=dict(reversed(list(events.items()))))
    one = minimal_cut_sets(topology, question, budget=PLENTY)
    two = minimal_cut_sets(other, backwards, budget=PLENTY)
    assert (one.cut_sets, one.count) == (two.cut_sets, two.count)
    assert one.probability == pytest.approx(two.probability, rel=1e-12)
    assert one == minimal_cut_sets(network(topology), question, budget=PLENTY)
