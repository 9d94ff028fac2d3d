"""What a question changes is taken back whole, questions run side by side, and nothing runs for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.impact import BudgetSpent, GroupDisagrees, Kind, Question, Terms
from graph.impact.question import resolve
from graph.kernel import ArrayEvaluator, encode, evaluation
from graph.kernel.evaluation import Engine
from graph.kernel.state import FRESH, LOOSE
from tests.graph.impact.drawing import added, drawn, fails, need, pipe, questions, topologies


@given(st.data())
@settings(max_examples=60)
def test_a_question_leaves_nothing_behind(data: st.DataObject) -> None:
    topology = data.draw(topologies(delays=True))
    engine = Engine(encode(topology, also={"NEEDS": Kind.REQUIREMENT}))
    asked = [resolve(each, topology) for each in data.draw(st.lists(questions(topology, offsets=True), max_size=4))]
    alone = [engine.evaluate(each, {}).s.tolist() for each in asked]
    again = [engine.evaluate(each, {}).s.tolist() for each in reversed(asked)]
    assert again == alone[::-1]
    fresh = Engine(engine.supplies)
    assert engine.nominal.tolist() == fresh.nominal.tolist()


def test_an_engine_of_supplies_that_were_read_keeps_what_it_compiles(monkeypatch: pytest.MonkeyPatch) -> None:
    supplies = encode(drawn(need("b", "a")))
    asked: list[str] = []
    monkeypatch.setattr(evaluation, "keep_on_disk", lambda: asked.append("keep"))

    Engine(supplies)

    assert asked == ["keep"]


def test_questions_run_side_by_side() -> None:
    chain = [need(f"n{number + 1}", f"n{number}") for number in range(2_000)]
    evaluator = ArrayEvaluator(encode(drawn(*chain)))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: len(evaluator.evaluate(fails(f"n{number}")).impacted), range(200)))
    assert found == [2_000 - number for number in range(200)]


def test_a_loop_that_creeps_ends_in_an_error_that_names_who_creeps() -> None:
    loop = drawn(
        need("a", "b", combine="CAPACITY", needs=1000, capacity=999.999),
        need("b", "a", combine="CAPACITY", needs=1000, capacity=999.999),
    )
    with pytest.raises(BudgetSpent) as refusal:
        ArrayEvaluator(encode(loop), budget=1000)
    assert refusal.value.assets == ("a", "b")
    assert refusal.value.budget == 1000


def test_after_a_spent_budget_other_questions_go_on() -> None:
    """Without the crutch, a and b each give the other a millionth less, round by round."""
    loop = drawn(
        need("a", "b", group="g", combine="CAPACITY", needs=1000, capacity=999.999),
        need("a", "crutch", group="g", combine="CAPACITY", needs=1000, capacity=1),
        need("b", "a"),
        need("y", "x"),
    )
    evaluator = ArrayEvaluator(encode(loop), budget=1000)
    with pytest.raises(BudgetSpent):
        evaluator.evaluate(fails("crutch"))
    assert [each.asset for each in evaluator.evaluate(fails("x")).impacted] == ["y"]


def test_members_that_disagree_are_refused_with_both_named() -> None:
    topology = drawn(need("d", "a", group="g", needs=2), also="b")
    other = need("d", "b", group="g", needs=1)
    question = Question(added=(added(other),))
    with pytest.raises(GroupDisagrees, match=r"NEEDS a -> d and NEEDS b -> d disagree") as refusal:
        ArrayEvaluator(encode(topology)).evaluate(question)
    assert (refusal.value.expected, refusal.value.actual) == (
        "needs 2, combine QUORUM, loss 1",
        "needs 1, combine QUORUM, loss 1",
    )


def test_ids_of_all_kinds_are_found_again() -> None:
    ids = ["a", "aa", "ab", "b/c", "é", "zürich", "日本", "😀", "urn:x:1 2"]
    supplies = encode(drawn(pipe("a", "b/c"), also="", sources=dict.fromkeys(ids, "")))
    assert list(supplies.ids) == sorted(ids)
    assert [supplies.ids.find(each) for each in sorted(ids)] == list(range(len(ids)))
    assert all(each not in supplies.ids for each in ("", "A", "abc", "zz", "😀😀"))
    assert Terms() == next(iter(supplies.supplies_of(0))).terms


def test_large_capacities_are_no_small_ones() -> None:
    """A dozen supplies of a gigawatt each: as thousandths times millionths more than 64 bits hold."""
    supplies = [need("d", f"p{number}", group="g", combine="CAPACITY", needs=1e9, capacity=1e9) for number in range(12)]
    evaluator = ArrayEvaluator(encode(drawn(*supplies)))
    assert set(evaluator.engine.nominal.tolist()) == {1_000_000}
    assert len(evaluator.evaluate(fails("p1")).impacted) == 0
    everything = evaluator.evaluate(fails(*(f"p{number}" for number in range(12))))
    assert [each.asset for each in everything.impacted] == ["d"]


def test_ranks_are_given_back_with_the_values() -> None:
    """Else they would run out, and a ring feed itself, after some thousand questions about a large network."""
    ring = [pipe("tank", "a"), pipe("a", "b"), pipe("b", "c"), pipe("c", "a"), pipe("well", "c")]
    engine = ArrayEvaluator(encode(drawn(*ring, sources={"tank": "PIPE", "well": "PIPE"}))).engine
    given = engine.lend(lambda state: int(state.counts[FRESH]))
    for _ in range(20):
        engine.evaluate(resolve(fails("tank"), engine.supplies), {})
        engine.evaluate(resolve(fails("tank", "well"), engine.supplies), {})
    assert engine.lend(lambda state: int(state.counts[FRESH])) == given


def test_a_long_loop_of_losses_is_not_quadratic() -> None:
    """Each asset leans on both its neighbours step by step: all are loose, and listed once."""
    size = 3_000
    chain = [pipe(f"n{number:05}", f"n{number + 1:05}", loss_share=0.5) for number in range(size)]
    evaluator = ArrayEvaluator(encode(drawn(*chain, sources={"n00000": "PIPE"})))
    answer = evaluator.evaluate(fails("n00000"))
    assert len(answer.impacted) > 0
    assert evaluator.engine.lend(lambda state: int(state.listed.sum()) == int(state.counts[LOOSE]))
