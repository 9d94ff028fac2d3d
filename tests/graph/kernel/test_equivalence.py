"""The kernel says what the plain evaluator says, in every field, whatever the topology and the question."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.impact import (
    UNKNOWN,
    Answer,
    Baseline,
    Bounds,
    Evaluator,
    Kind,
    Operability,
    Question,
    Topology,
    replay,
)
from graph.kernel import ArrayAnswer, ArrayEvaluator, encode, run
from tests.graph.impact.drawing import added, drawn, fails, flow, need, pipe, questions, topologies, without

ADDED = {"NEEDS": Kind.REQUIREMENT}

FIELDS = (
    "failed",
    "impacted",
    "lowered_by_maintenance",
    "improved",
    "unsupplied",
    "already_down",
    "assumptions",
    "at_risk",
    "by_level",
)

OWN = (
    UNKNOWN,
    Bounds(lower=Operability(0), upper=Operability(0)),
    Bounds(lower=Operability(500_000), upper=Operability(500_000)),
    Bounds(lower=Operability(250_000), upper=Operability(999_999)),
)


def agree(answer: ArrayAnswer, judge: Answer) -> None:
    for field in FIELDS:
        assert tuple(getattr(answer, field)) == tuple(getattr(judge, field)), field
    assert answer.beyond_horizon == judge.beyond_horizon
    impacted = [each.asset for each in judge.impacted]
    for asset, proof in zip(impacted, answer.proofs(impacted), strict=True):
        together = answer.fell_together(asset)
        assert proof == judge.because(asset)
        assert together == judge.fell_together(asset)
        assert replay(proof, together) == ()


@st.composite
def asked(draw: st.DrawFn, topology: Topology) -> Question:
    """Questions with several stages, a horizon, and a baseline that may be known by bounds only."""
    question = draw(questions(topology, offsets=True))
    if draw(st.booleans()):
        own = draw(st.dictionaries(st.sampled_from(sorted(topology.assets)), st.sampled_from(OWN), max_size=3))
        question = replace(question, baseline=Baseline.LIVE, own=own)
    horizon = draw(st.sampled_from([None, None, 0, 1, 2]))
    return replace(question, horizon=None if horizon is None else timedelta(hours=horizon))


def equal(data: st.DataObject) -> None:
    topology = data.draw(topologies(delays=data.draw(st.booleans())))
    judge, evaluator = Evaluator(topology), ArrayEvaluator(encode(topology, also=ADDED))
    for question in data.draw(st.lists(asked(topology), min_size=1, max_size=3)):
        agree(evaluator.evaluate(question), judge.evaluate(question))


@given(st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_whatever_page_comes_first_it_is_that_of_the_whole_list(data: st.DataObject) -> None:
    topology = data.draw(topologies(delays=False))
    question = data.draw(asked(topology))
    judge = Evaluator(topology).evaluate(question)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(run, "FIRST_HOPS", data.draw(st.integers(0, 3)))
        answer = ArrayEvaluator(encode(topology, also=ADDED)).evaluate(question)
        first = data.draw(st.slices(len(judge.impacted)))
        assert answer.impacted[first] == list(judge.impacted[first])
        agree(answer, judge)


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_every_field_equals_the_plain_evaluators(data: st.DataObject) -> None:
    equal(data)


@pytest.mark.long
@pytest.mark.timeout(900)
@given(st.data())
@settings(max_examples=1500, suppress_health_check=[HealthCheck.too_slow])
def test_every_field_equals_the_plain_evaluators_many_times(data: st.DataObject) -> None:
    equal(data)


RING = (pipe("tank", "a"), pipe("a", "b"), pipe("b", "c"), pipe("c", "a"))

KEPT = {
    "a ring cut from its only source": (drawn(*RING, sources={"tank": "PIPE"}), fails("tank")),
    "a ring with a second feed": (
        drawn(*RING, pipe("well", "c"), sources={"tank": "PIPE", "well": "PIPE"}),
        fails("tank"),
    ),
    "a loop across types": (
        drawn(
            flow("POWER", "plant", "pump"),
            flow("WATER", "pump", "plant"),
            flow("WATER", "lake", "pump"),
            sources={"plant": "POWER", "lake": "WATER"},
        ),
        fails("lake"),
    ),
    "values that crept up a loop": (
        drawn(
            pipe("a", "b", needs=2, loss_share=0.3),
            flow("PIPE", "tank", "a", needs=2, loss_share=0.3),
            flow("PIPE", "tank", "b", needs=2, loss_share=0.3),
            flow("PIPE", "a", "c"),
            flow("PIPE", "c", "a", group="back"),
            sources={"tank": "PIPE"},
        ),
        fails("tank"),
    ),
    "the only supply there is": (drawn(need("a", "b", combine="CAPACITY", capacity=0.5)), fails("b")),
    "a link to itself taken away": (drawn(need("a", "a"), also="b"), without("NEEDS", "a", "a")),
    "put in beside a supply of the same provider": (
        drawn(need("g", "d"), need("e", "g", group="g"), need("e", "g", key="6", group="g", open=True)),
        replace(fails("d"), added=(added(need("e", "g", key="6", group="g")),)),
    ),
    "worst first among many values": (
        drawn(need("a", "x", loss_share=0.3), need("b", "x"), need("c", "x", loss_share=0.9)),
        fails("x"),
    ),
}


@pytest.mark.parametrize("name", KEPT)
def test_what_was_once_wrong(name: str) -> None:
    topology, question = KEPT[name]
    agree(ArrayEvaluator(encode(topology, also=ADDED)).evaluate(question), Evaluator(topology).evaluate(question))
