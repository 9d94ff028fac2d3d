"""Every explained symptom has a proof."""

from __future__ import annotations

import pytest

from graph.errors import NotFound
from graph.impact import DOWN, Evaluator, replay
from graph.rootcause import TopologyForecast, evidence, is_own_failure, own_failure
from tests.graph.impact.drawing import drawn, flow, need, part

TOPOLOGY = drawn(flow("POWER", "a", "rack"), flow("POWER", "b", "rack"), need("app", "rack", loss_share=0.5))


def test_the_proof_is_that_of_impact_under_the_causes() -> None:
    evaluator = Evaluator(TOPOLOGY)
    question = TopologyForecast(evaluator).question(["b", "a"])
    proofs = evidence(evaluator, question, ["app", "rack"])
    answer = evaluator.evaluate(question)
    assert list(proofs) == ["app", "rack"]
    assert proofs["app"] == answer.because("app")
    assert all(replay(proof, answer.fell_together(asset)) == () for asset, proof in proofs.items())
    assert not any(map(is_own_failure, proofs.values()))


def test_a_symptom_that_is_a_cause_failed_of_itself() -> None:
    evaluator = Evaluator(TOPOLOGY)
    proof = evidence(evaluator, TopologyForecast(evaluator).question(["rack"]), ["rack"])["rack"]
    assert is_own_failure(proof)
    assert proof == own_failure("rack")
    decides = proof.decides
    assert (decides.group.label, decides.member_count, decides.lost_count) == ("own", 0, 0)
    assert (decides.value, decides.term, decides.after, decides.before) == (DOWN, DOWN, DOWN, part(1))
    assert decides.tripped
    assert proof.failed == {"rack"}


def test_an_own_failure_follows_from_its_members_as_any_group_does() -> None:
    assert replay(own_failure("rack"), ()) == ("there is no path",)


def test_what_does_not_fall_has_no_proof() -> None:
    evaluator = Evaluator(TOPOLOGY)
    with pytest.raises(NotFound):
        evidence(evaluator, TopologyForecast(evaluator).question(["a"]), ["rack"])
    with pytest.raises(NotFound):
        own_failure("rack", before=DOWN)
