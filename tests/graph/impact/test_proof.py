"""Proofs say why, and replay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import NotFound
from graph.impact import Answer, Evaluator, Evidence, Kind, Operability, Proof, Question, evaluate, replay
from tests.graph.impact.drawing import added, drawn, fails, flow, need, pipe, questions, topologies, without


def wrong(answer: Answer, asset: str) -> tuple[str, ...]:
    return replay(answer.because(asset), answer.fell_together(asset))


def path(proof: Proof) -> list[str]:
    return [f"{step.source}>{step.target}" for step in proof.path]


def ring() -> Answer:
    topology = drawn(pipe("tank", "a"), pipe("a", "b"), pipe("b", "c"), pipe("c", "a"), sources={"tank": "PIPE"})
    return evaluate(topology, fails("tank"))


def test_the_deciding_group_and_the_path() -> None:
    topology = drawn(
        need("cluster", "a", "b", "c", group="nodes", needs=2),
        need("app", "cluster"),
        need("app", "cache", loss_share=0.2),
    )
    answer = evaluate(topology, fails("a", "c"))
    proof = answer.because("app")
    assert wrong(answer, "app") == ()
    assert proof.decides.group.label == "NEEDS cluster -> app"
    assert path(proof) == ["a>cluster", "cluster>app"]
    cluster = proof.path[0].evidence
    assert (cluster.group.label, cluster.needs, cluster.value, cluster.relationship_type) == ("nodes", 2000, 0, "NEEDS")
    assert (cluster.member_count, cluster.lost_count) == (3, 2)
    assert [(each.asset, each.operability, each.lost) for each in cluster.members] == [
        ("a", 0, True),
        ("c", 0, True),
        ("b", 1_000_000, False),
    ]


def test_a_removed_supply_begins_the_path() -> None:
    topology = drawn(flow("POWER", "grid", "rack"), need("app", "rack"), sources={"grid": "POWER"})
    answer = evaluate(topology, without("POWER", "grid", "rack"))
    proof = answer.because("app")
    assert wrong(answer, "app") == ()
    assert path(proof) == ["grid>rack", "rack>app"]
    assert [step.removed for step in proof.path] == [True, False]


def test_a_removed_supply_may_be_nearer_than_a_failure() -> None:
    topology = drawn(need("mid", "root"), need("app", "mid"), need("app", "db"))
    question = replace(fails("root"), removed=without("NEEDS", "db", "app").removed)
    answer = evaluate(topology, question)
    assert {each.asset: each.hops for each in answer.impacted} == {"mid": 1, "app": 1}
    assert path(answer.because("app")) == ["db>app"]
    assert wrong(answer, "app") == ()


def test_a_supply_that_creates_a_need_begins_the_path() -> None:
    topology = drawn(pipe("a", "b"), need("app", "a"), sources={"a": "PIPE"}, also="island other")
    answer = evaluate(topology, Question(added=(added(flow("NET", "island", "app", open=True)),)))
    assert [each.asset for each in answer.impacted] == ["app"]
    proof = answer.because("app")
    assert wrong(answer, "app") == ()
    assert path(proof) == ["island>app"]
    assert proof.path[0].removed


def test_two_assets_that_are_made_to_feed_each_other_alone() -> None:
    topology = drawn(flow("PIPE", "a", "b"))
    answer = evaluate(topology, Question(added=(added(flow("PIPE", "b", "a")),)))
    assert [each.asset for each in answer.impacted] == ["a", "b"]
    assert all(wrong(answer, each.asset) == () for each in answer.impacted)


def test_a_supply_moved_to_another_group_is_missed_in_the_old_one() -> None:
    topology = drawn(
        need("app", "a", group="g", needs=2),
        need("app", "b", group="g", needs=2),
        need("app", "c", group="g", needs=1 + 1),
    )
    moved = Question(added=(added(need("app", "b", group="h")),), failures=fails("a").failures)
    answer = evaluate(topology, moved)
    proof = answer.because("app")
    assert wrong(answer, "app") == ()
    assert {each.asset for each in proof.decides.members if each.lost} == {"a", "b"}


def test_the_ring_fell_together() -> None:
    answer = ring()
    proof = answer.because("b")
    assert wrong(answer, "b") == ()
    assert [each.group.dependant for each in answer.fell_together("b")] == ["a", "b", "c"]
    assert path(proof) == ["tank>a", "a>b"]


def test_the_path_ends_in_the_deciding_group_where_several_decide() -> None:
    topology = drawn(
        need("x", "root", type_="A"),
        need("y", "x", type_="A"),
        need("app", "y", type_="A"),
        need("app", "root", type_="Z"),
    )
    proof = evaluate(topology, fails("root")).because("app")
    assert proof.decides.group.label == "Z root -> app"
    assert path(proof) == ["root>app"]


def test_there_is_no_proof_for_what_did_not_fall() -> None:
    answer = ring()
    with pytest.raises(NotFound):
        answer.because("tank")


FORGERIES: list[Callable[[Proof], Proof]] = [
    lambda proof: replace(proof, failed=frozenset()),
    lambda proof: replace(proof, path=()),
    lambda proof: replace(proof, path=proof.path[1:]),
    lambda proof: replace(proof, path=proof.path[:-1]),
    lambda proof: replace(proof, path=tuple(reversed(proof.path))),
    lambda proof: replace(proof, asset="c"),
    lambda proof: replace(proof, decides=replace(proof.decides, value=Operability(1))),
    lambda proof: replace(proof, decides=replace(proof.decides, term=Operability(1))),
    lambda proof: replace(proof, decides=replace(proof.decides, after=Operability(1))),
    lambda proof: replace(proof, decides=replace(proof.decides, before=Operability(0))),
    lambda proof: replace(proof, decides=replace(proof.decides, members=tuple(reversed(proof.decides.members)))),
    lambda proof: replace(
        proof, decides=replace(proof.decides, group=replace(proof.decides.group, kind=Kind.REQUIREMENT))
    ),
]


@pytest.mark.parametrize("forge", FORGERIES)
def test_a_forged_proof_does_not_replay(forge: Callable[[Proof], Proof]) -> None:
    topology = drawn(
        pipe("tank", "a"),
        pipe("a", "b"),
        pipe("b", "c"),
        flow("PIPE", "well", "b", open=True),
        sources={"tank": "PIPE", "well": "PIPE"},
    )
    answer = evaluate(topology, fails("tank"))
    proof, together = answer.because("b"), answer.fell_together("b")
    assert replay(proof, together) == ()
    assert replay(forge(proof), together) != ()
    assert replay(proof, ()) != ()


def test_a_member_that_gives_what_it_does_not_have_does_not_replay() -> None:
    proof = evaluate(drawn(need("app", "db")), fails("db")).because("app")
    (member,) = proof.decides.members
    forged = replace(proof.decides, members=(replace(member, operability=Operability(7)),))
    assert replay(replace(proof, decides=forged), ()) != ()


def test_a_ring_that_claims_to_be_up_by_itself_does_not_replay() -> None:
    """Half the value, handed round: every group's value follows from its members', but nothing comes from outside."""
    topology = drawn(
        pipe("tank", "a", loss_share=1), pipe("a", "b"), pipe("b", "c"), pipe("c", "a"), sources={"tank": "PIPE"}
    )
    answer = evaluate(topology, fails("tank"))
    proof = answer.because("b")
    half = Operability(500_000)

    def claim(evidence: Evidence) -> Evidence:
        members = tuple(
            each if each.asset == "tank" else replace(each, operability=half, gives=half) for each in evidence.members
        )
        return replace(evidence, members=members, value=half, term=half, after=half)

    forged = replace(
        proof,
        decides=claim(proof.decides),
        path=tuple(replace(step, evidence=claim(step.evidence)) for step in proof.path),
    )
    assert [
        each
        for each in replay(forged, [claim(each) for each in answer.fell_together("b")])
        if "from outside the set" in each
    ]


@given(st.data())
def test_every_proof_replays_and_its_path_is_as_long_as_its_hops(data: st.DataObject) -> None:
    topology = data.draw(topologies())
    question = data.draw(questions(topology, offsets=True))
    answer = Evaluator(topology).evaluate(question)
    for each in answer.impacted:
        proof = answer.because(each.asset)
        assert wrong(answer, each.asset) == ()
        assert len(proof.path) == each.hops >= 1
        assert proof.decides.after == each.after.lower
        assert proof.decides.before == each.before.lower
