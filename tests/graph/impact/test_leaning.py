"""What leans on an asset, at the cost of what is touched, equals a full evaluation where it is on a loop with it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graph.impact import Evaluator
from graph.impact.fixpoint import Fixpoint, lowered
from graph.impact.leaning import Leaning
from graph.impact.loops import loops
from tests.graph.impact.drawing import drawn, flow, pipe, questions, topologies

BUDGET = 1_000_000


def agree(state: Fixpoint) -> None:
    component = loops(state.network.dependants)
    leaning = Leaning(state, component, budget=BUDGET)
    for at in range(state.network.size):
        own = [0 if each == at else value for each, value in enumerate(state.own)]
        full = lowered(state, state.network, own, budget=BUDGET)
        touched = leaning.without(at)
        inside = [each for each in range(state.network.size) if component[each] == component[at]]
        assert [touched[each] for each in inside] == [full.values[each] for each in inside]


@given(st.data())
def test_without_one_asset_is_a_full_evaluation_with_it_at_0(data: st.DataObject) -> None:
    topology = data.draw(topologies(most=8))
    (case,) = Evaluator(topology).evaluate(data.draw(questions(topology))).cases
    agree(case.s)


def test_a_value_that_crept_up_by_a_loop_is_not_trusted() -> None:
    """a and b raise each other step by step: each owes its last step to one that rose no earlier."""
    topology = drawn(
        pipe("a", "b", needs=2, loss_share=0.3),
        flow("PIPE", "tank", "a", needs=2, loss_share=0.3),
        flow("PIPE", "tank", "b", needs=2, loss_share=0.3),
        flow("PIPE", "a", "c"),
        flow("PIPE", "c", "a", group="back"),
        sources={"tank": "PIPE"},
    )
    nominal = Evaluator(topology).nominal
    agree(nominal)
