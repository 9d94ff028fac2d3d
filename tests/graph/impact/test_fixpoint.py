"""The evaluator's fixpoints against the judge."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.impact import Evaluator, Question, Topology
from tests.graph.impact.drawing import ONE, questions, shares, topologies
from tests.graph.impact.judge import by_enumeration, by_iteration


def own_of(topology: Topology, question: Question) -> dict[str, int]:
    own = dict.fromkeys(topology.assets, ONE)
    for asset in question.maintenance:
        own[asset] = 0
    for failure in question.failures:
        own[failure.asset] = min(own[failure.asset], failure.operability)
    return own


def changed(topology: Topology, question: Question) -> Topology:
    return topology.changed(
        removed=topology.find(question.removed),
        added={each.relationship: each.supplies for each in question.added},
    )


@given(st.data())
def test_b_m_and_s_are_what_the_definition_says(data: st.DataObject) -> None:
    topology = data.draw(topologies())
    question = data.draw(questions(topology, offsets=True))
    answer = Evaluator(topology).evaluate(question)
    own = own_of(topology, question)
    maintained = {each: 0 if each in question.maintenance else ONE for each in topology.assets}
    b = by_iteration(topology, dict.fromkeys(topology.assets, ONE))
    m = by_iteration(topology, maintained)
    s = by_iteration(changed(topology, question), own)
    assert {each: answer.baseline(each).lower for each in b} == b
    assert {each: answer.before(each).lower for each in m} == m
    assert {each: answer.after(each).lower for each in s} == s


@settings(max_examples=settings().max_examples // 5, deadline=None)
@given(st.data())
def test_both_judges_agree_by_knaster_and_tarski(data: st.DataObject) -> None:
    topology = data.draw(topologies(most=3, coarse=True))
    own = {asset: ONE - data.draw(shares(coarse=True)) for asset in sorted(topology.assets)}
    assert by_iteration(topology, own) == by_enumeration(topology, own, (0, ONE // 2, ONE))
