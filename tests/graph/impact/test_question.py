"""Questions that can't be answered say where and why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from graph.errors import NotFound, TwinError, ValueInvalid
from graph.impact import (
    Ambiguous,
    Baseline,
    Bounds,
    BudgetSpent,
    Direction,
    Evaluator,
    Failure,
    Kind,
    Operability,
    Question,
    QuestionInvalid,
    RelationshipId,
    SupplyRef,
    Terms,
    UnknownRelationship,
    evaluate,
    supplies_of,
)
from graph.impact.question import AddedRelationship
from tests.graph.impact.drawing import added, drawn, fails, flow, need

HOUR = timedelta(hours=1)
TOPOLOGY = drawn(
    need("app", "db"),
    flow("POWER", "grid", "db", key="one"),
    flow("POWER", "grid", "db", key="two"),
    sources={"grid": "POWER"},
)
NEW = RelationshipId(type="NEEDS", source="db", target="app")

REFUSED: list[tuple[Question, type[TwinError], str]] = [
    (fails("app", "nobody"), NotFound, "failures[1]"),
    (fails("app", "app"), QuestionInvalid, "failures[1]"),
    (
        Question(failures=(Failure(asset="app", operability=Operability(1_000_001)),)),
        QuestionInvalid,
        "failures[0].operability",
    ),
    (
        Question(failures=(Failure(asset="app", operability=Operability(-1)),)),
        QuestionInvalid,
        "failures[0].operability",
    ),
    (Question(failures=(Failure(asset="app", at=-HOUR),)), QuestionInvalid, "failures[0].at"),
    (Question(maintenance=("app", "nobody")), NotFound, "maintenance[1]"),
    (Question(horizon=-HOUR), QuestionInvalid, "horizon"),
    (Question(horizon=timedelta.max), QuestionInvalid, "horizon"),
    (Question(failures=(Failure(asset="app", at=timedelta.max),)), QuestionInvalid, "failures[0].at"),
    (Question(own={"app": Bounds(lower=Operability(0), upper=Operability(0))}), QuestionInvalid, "baseline"),
    (
        Question(baseline=Baseline.LIVE, own={"nobody": Bounds(lower=Operability(0), upper=Operability(0))}),
        NotFound,
        "own",
    ),
    (
        Question(baseline=Baseline.LIVE, own={"app": Bounds(lower=Operability(2), upper=Operability(1))}),
        QuestionInvalid,
        "own",
    ),
    (
        Question(removed=(SupplyRef(type="POWER", source="db", target="grid"),)),
        UnknownRelationship,
        "removedRelationships[0]",
    ),
    (Question(removed=(SupplyRef(type="POWER", source="grid", target="db"),)), Ambiguous, "removedRelationships[0]"),
    (
        Question(removed=(SupplyRef(type="POWER", source="grid", target="db", key="three"),)),
        UnknownRelationship,
        "removedRelationships[0]",
    ),
    (Question(added=(added(need("app", "nobody")),)), NotFound, "addedRelationships[0]"),
    (
        Question(added=(added(need("app", "grid")), added(need("app", "grid")))),
        QuestionInvalid,
        "addedRelationships[1]",
    ),
    (
        Question(added=(AddedRelationship(relationship=NEW, supplies=tuple(need("app", "grid"))),)),
        QuestionInvalid,
        "addedRelationships[0]",
    ),
    (
        Question(removed=(SupplyRef(type="NEEDS", source="db", target="app"),), added=(added(need("app", "db")),)),
        QuestionInvalid,
        "addedRelationships",
    ),
]


@pytest.mark.parametrize(("question", "error", "place"), REFUSED)
def test_a_question_that_cannot_be_asked_is_refused(question: Question, error: type[TwinError], place: str) -> None:
    with pytest.raises(error) as refusal:
        evaluate(TOPOLOGY, question)
    assert refusal.value.place == place
    assert refusal.value.expected


def test_an_ambiguous_reference_names_the_keys() -> None:
    with pytest.raises(Ambiguous, match="'one', 'two'"):
        evaluate(TOPOLOGY, Question(removed=(SupplyRef(type="POWER", source="grid", target="db"),)))


def test_a_key_tells_parallel_relationships_apart() -> None:
    one = SupplyRef(type="POWER", source="grid", target="db", key="one")
    two = SupplyRef(type="POWER", source="grid", target="db", key="two")
    assert evaluate(TOPOLOGY, Question(removed=(one,))).impacted == ()
    assert len(evaluate(TOPOLOGY, Question(removed=(one, two))).impacted) == 2


def test_the_same_reference_twice_is_once() -> None:
    one = SupplyRef(type="POWER", source="grid", target="db", key="one")
    assert evaluate(TOPOLOGY, Question(removed=(one, one))).impacted == ()


def test_an_added_relationship_is_checked_like_any_other() -> None:
    flow_of_capacity = supplies_of(
        RelationshipId(type="POWER", source="grid", target="app"),
        direction=Direction.FORWARD,
        kind=Kind.FLOW,
        terms=Terms(needs=1500),
    )
    with pytest.raises(ValueInvalid):
        evaluate(TOPOLOGY, Question(added=(added(flow_of_capacity),)))


def test_a_loop_that_creeps_ends_in_an_error_not_a_guess() -> None:
    """Each gives the other a millionth less than it has, round after round."""
    loop = drawn(
        need("a", "b", combine="CAPACITY", needs=1000, capacity=999.999),
        need("b", "a", combine="CAPACITY", needs=1000, capacity=999.999),
    )
    with pytest.raises(BudgetSpent) as refusal:
        Evaluator(loop, budget=1000).evaluate(Question())
    assert set(refusal.value.assets) <= {"a", "b"}
    assert refusal.value.assets
    assert refusal.value.budget == 1000


def test_a_loop_that_creeps_is_exact_within_the_budget() -> None:
    loop = drawn(
        need("a", "b", combine="CAPACITY", needs=1, capacity=0.9),
        need("b", "a", combine="CAPACITY", needs=1, capacity=0.9),
    )
    assert evaluate(loop, Question()).unsupplied == ("a", "b")
