"""What the failure of each asset alone does is what a question about it says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.impact import BudgetSpent, Evaluator, Level
from graph.kernel import Criticality, count_falls, encode
from graph.kernel.evaluation import Engine
from tests.graph.impact.drawing import drawn, fails, need, topologies


@given(st.data())
@settings(max_examples=60)
def test_counts_equal_the_plain_evaluators(data: st.DataObject) -> None:
    topology = data.draw(topologies())
    engine, judge = Engine(encode(topology)), Evaluator(topology)
    size = engine.supplies.size
    weights = np.arange(1.0, size + 1)
    counted = Criticality.blank(size)
    middle = size // 2
    for part in (range(middle), range(middle, size), range(1)):
        count_falls(engine, part, weights, counted)
    for at, asset in enumerate(engine.supplies.ids):
        answer = judge.evaluate(fails(asset))
        down = [each.asset for each in answer.impacted if each.level is Level.DOWN]
        assert counted.impacted[at] == len(answer.impacted)
        assert counted.down[at] == len(down)
        assert counted.weight[at] == sum(weights[list(engine.supplies.ids).index(each)] for each in down)


def test_a_loop_that_creeps_is_no_count() -> None:
    loop = drawn(
        need("a", "b", group="g", combine="CAPACITY", needs=1000, capacity=999.999),
        need("a", "crutch", group="g", combine="CAPACITY", needs=1000, capacity=1),
        need("b", "a"),
    )
    engine = Engine(encode(loop), budget=1000)
    with pytest.raises(BudgetSpent):
        count_falls(engine, range(3), np.ones(3), Criticality.blank(3))
