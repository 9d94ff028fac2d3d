"""Analyses are kept as long as promised, and no longer than there is room."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from graph.analysis import Analysis, ImpactRequest, TooManyAnalyses
from graph.analysis.live import NOMINAL
from graph.analysis.store import AnalysisStore
from graph.identity import Revision, Tenant
from graph.impact import Question, build_topology
from graph.kernel import ArrayAnswer, ArrayEvaluator, containment_of, encode
from graph.kernel.arrays import I32, NO_ASSETS
from graph.kernel.pools import Pools
from graph.snapshot import Snapshot
from tests.pumping import pumping


def analysis(revision: int, *, assets: int = 0) -> Analysis:
    supplies = encode(build_topology({f"{number:02}": frozenset() for number in range(assets)}, ()))
    nothing = np.zeros(0, np.int32)
    snapshot = Snapshot(
        tenant=Tenant("t"),
        revision=Revision(revision),
        supplies=supplies,
        kinds=np.zeros(assets, np.int16),
        kind_names=("Pump",),
        containment=containment_of(nothing, nothing, assets=assets),
    )
    answer = ArrayEvaluator(supplies).evaluate(Question())
    return Analysis(
        ImpactRequest(), answer, snapshot, pumping(), name=f"at {revision}", live=NOMINAL, ontology_revision="0001"
    )


class Hands:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_what_gave_no_cursor_makes_room() -> None:
    store = AnalysisStore(seconds=Hands(), most=2)
    first, second, third = (analysis(number) for number in range(3))
    for each in (first, second, third):
        store.keep(each)
    assert store.find(first.id) is None
    assert store.find(second.id) is second
    assert store.find(third.id) is third


def test_what_gave_a_cursor_stays_ten_minutes() -> None:
    hands = Hands()
    store = AnalysisStore(seconds=hands, most=2)
    pinned = analysis(0)
    store.pin(pinned)
    hands.at = 599.0
    for number in range(1, 10):
        store.keep(analysis(number))
    assert store.find(pinned.id) is pinned
    hands.at = 601.0
    for number in range(10, 20):
        store.keep(analysis(number))
    assert store.find(pinned.id) is None


def test_each_cursor_prolongs_it() -> None:
    hands = Hands()
    store = AnalysisStore(seconds=hands, most=1, kept_for=timedelta(seconds=10))
    pinned = analysis(0)
    store.pin(pinned)
    hands.at = 9.0
    store.pin(pinned)
    hands.at = 18.0
    store.keep(analysis(1))
    assert store.find(pinned.id) is pinned


def test_no_room_is_told_instead_of_breaking_the_promise() -> None:
    store = AnalysisStore(seconds=Hands(), most=2)
    kept = [analysis(number) for number in range(2)]
    for each in kept:
        store.pin(each)
    with pytest.raises(TooManyAnalyses):
        store.pin(analysis(2))
    assert all(store.find(each.id) is each for each in kept)


def test_large_snapshots_take_more_room() -> None:
    store = AnalysisStore(seconds=Hands(), room=500)
    first, second, third = (analysis(number, assets=10) for number in range(3))
    for each in (first, second, third):
        store.keep(each)
    assert [store.find(each.id) for each in (first, second, third)] == [None, second, third]
    store.pin(second)
    store.pin(third)
    with pytest.raises(TooManyAnalyses):
        store.pin(analysis(4, assets=10))
    store.pin(second)


def test_networks_copied_for_a_question_count_as_snapshots() -> None:
    store = AnalysisStore(seconds=Hands(), room=500)
    shared = analysis(0, assets=10)
    copied = [on_a_copy(shared, name) for name in ("one", "two", "three")]
    for each in copied:
        store.keep(each)
    assert [store.find(each.id) for each in copied] == [None, None, copied[2]]


def on_a_copy(of: Analysis, name: str) -> Analysis:
    """The same of the same snapshot, as if there had been no room left for what the question changes."""
    (case,) = of.answer.cases
    pools, net = Pools.of(case.after.net)
    apart = replace(case, after=replace(case.after, net=net, pools=pools))
    answer = ArrayAnswer(of.answer.question, (apart,), unsupplied=case.touched, standing=lambda: (), risk=_no_risk)
    return Analysis(of.request, answer, of.snapshot, pumping(), name=name, live=NOMINAL, ontology_revision="0001")


def _no_risk() -> I32:
    return NO_ASSETS


def test_one_analysis_is_kept_however_large() -> None:
    store = AnalysisStore(seconds=Hands(), room=1)
    large = analysis(0, assets=10)
    store.pin(large)
    assert store.find(large.id) is large
