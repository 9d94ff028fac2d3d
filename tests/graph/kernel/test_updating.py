"""Supplies that follow from others by writes say what supplies made from nothing say, and the others go on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.impact import Evaluator, Level, Topology
from graph.kernel import ArrayEvaluator, Criticality, count_falls, decode, encode
from graph.kernel.updating import Contradicted, Written, written
from tests.graph.impact.drawing import drawn, fails, need, pipe, without
from tests.graph.kernel.changing import TYPES, following, write_of
from tests.graph.kernel.test_equivalence import agree, asked


def equal(data: st.DataObject) -> None:
    """Answers after each write, and then once more about every step on the way there."""
    delays = data.draw(st.booleans())
    topology = data.draw(following(drawn(also="a b"), delays=delays))
    evaluator = ArrayEvaluator(encode(topology, also=TYPES))
    steps = [(topology, evaluator)]
    for _ in range(data.draw(st.integers(1, 4))):
        after = data.draw(following(topology, delays=delays))
        made = written(evaluator.supplies, write_of(evaluator.supplies, topology, after))
        topology, evaluator = after, evaluator.following(made.supplies, made.changed)
        same(evaluator, topology)
        steps.append((topology, evaluator))
    for topology, evaluator in steps:
        judge = Evaluator(topology)
        for question in data.draw(st.lists(asked(topology), min_size=1, max_size=2)):
            agree(evaluator.evaluate(question), judge.evaluate(question))


def same(evaluator: ArrayEvaluator, topology: Topology) -> None:
    """What questions don't show: supplies, single points, criticality, ids."""
    supplies = evaluator.supplies
    there = [at for at in range(supplies.size) if supplies.ids.is_there(at)]
    decoded = decode(supplies, there)
    assert decoded.assets == topology.assets
    assert sorted(decoded.supplies, key=repr) == sorted(topology.supplies, key=repr)
    assert {supplies.ids[at] for at in there} == topology.assets.keys()
    fresh = ArrayEvaluator(encode(topology, also=TYPES))
    for asset in sorted(topology.assets):
        for level in (Level.DOWN, Level.DEGRADED):
            assert list(evaluator.single_points(asset, level)) == list(fresh.single_points(asset, level))
    assert critical(evaluator) == critical(fresh)


def critical(evaluator: ArrayEvaluator) -> dict[str, tuple[int, int, float]]:
    size = evaluator.supplies.size
    counted = Criticality.blank(size)
    count_falls(evaluator.engine, range(size), np.ones(size), counted)
    return {
        evaluator.supplies.ids[at]: (int(counted.impacted[at]), int(counted.down[at]), float(counted.weight[at]))
        for at in range(size)
        if evaluator.supplies.ids.is_there(at)
    }


@given(st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_what_follows_equals_what_is_made_anew(data: st.DataObject) -> None:
    equal(data)


@pytest.mark.long
@pytest.mark.timeout(1800)
@given(st.data())
@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_what_follows_equals_what_is_made_anew_many_times(data: st.DataObject) -> None:
    equal(data)


def through(*topologies: Topology) -> list[tuple[ArrayEvaluator, Written | None]]:
    evaluator = ArrayEvaluator(encode(topologies[0], also=TYPES))
    found: list[tuple[ArrayEvaluator, Written | None]] = [(evaluator, None)]
    for before, after in pairwise(topologies):
        made = written(evaluator.supplies, write_of(evaluator.supplies, before, after))
        evaluator = evaluator.following(made.supplies, made.changed)
        found.append((evaluator, made))
    return found


def test_an_id_that_comes_again_has_another_position() -> None:
    with_b, without_b = drawn(need("b", "a"), also="c"), drawn(also="a c")
    (first, _), (second, _), (third, _) = through(with_b, without_b, with_b)
    assert [each.supplies.ids.find("b") for each in (first, second, third)] == [1, None, 3]
    assert [list(each.single_points("b", Level.DOWN)) for each in (first, third)] == [["a"], ["a"]]
    assert third.supplies.ids.gone == 1


def test_lists_are_in_the_order_of_ids_whenever_they_came() -> None:
    few = drawn(need("d", "m"), need("x", "m"))
    many = drawn(need("d", "m"), need("x", "m"), need("a", "m"), need("e", "m"), need("z", "m"), need("de", "m"))
    *_, (evaluator, _) = through(few, many)
    answer = evaluator.evaluate(fails("m"))
    assert [each.asset for each in answer.impacted] == ["a", "d", "de", "e", "x", "z"]


def test_what_is_untouched_is_shared() -> None:
    ring = (pipe("tank", "a", type_="POWER"), pipe("a", "b", type_="POWER"), need("c", "b"))
    (before, _), (after, made) = through(
        drawn(*ring, sources={"tank": "POWER"}), drawn(*ring, need("d", "b"), sources={"tank": "POWER"})
    )
    assert made is not None
    assert np.shares_memory(before.supplies.net.members, after.supplies.net.members)
    assert [after.supplies.ids[at] for at in made.changed.tolist()] == ["d"]


def test_more_than_there_is_room_for_is_taken_in_all_the_same() -> None:
    many = [need("x", f"p{number}") for number in range(6000)]
    before = drawn(need("x", "p0"), also=" ".join(f"p{number}" for number in range(6000)))
    (evaluator, _), (later, _) = through(before, drawn(*many))
    assert len(list(later.single_points("x", Level.DOWN))) == 6000
    assert list(evaluator.single_points("x", Level.DOWN)) == ["p0"]


def test_what_ifs_and_writes_take_room_at_the_same_time() -> None:
    topology = drawn(need("x", "a"), need("y", "x"), need("z", "y"))
    evaluator = ArrayEvaluator(encode(topology, also=TYPES))
    question = without("NEEDS", "a", "x")
    expected = Evaluator(topology).evaluate(question)
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(evaluator.evaluate, question) for _ in range(60)]
        latest, now = evaluator, topology
        for number in range(30):
            after = drawn(need("x", "a"), need("y", "x"), need("z", "y"), need(f"n{number}", "a"))
            made = written(latest.supplies, write_of(latest.supplies, now, after))
            latest, now = latest.following(made.supplies, made.changed), after
        for each in asked:
            agree(each.result(), expected)
    agree(latest.evaluate(question), Evaluator(now).evaluate(question))


def test_a_write_that_does_not_fit_changes_nothing() -> None:
    one, other = drawn(need("b", "a")), drawn(need("b", "a"), need("c", "a"))
    supplies = encode(other, also=TYPES)
    write = write_of(supplies, other, one)
    once = written(supplies, write).supplies
    with pytest.raises(Contradicted):
        written(once, write)
    assert decode(supplies).relationships == other.relationships
