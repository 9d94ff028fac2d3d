"""Minimal combinations of works are those that trying every subset finds, by the plain evaluator."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.analysis.outage import Outage
from graph.impact import Evaluator, Level, Question, Topology
from graph.kernel import ArrayEvaluator, encode
from graph.maintenance import Budget, Cut, Found, PlannedWork, busiest, find_combinations, window
from tests.graph.impact.drawing import drawn, need, pipe, topologies

MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)
PLENTY = 100_000


def hour(at: int) -> datetime:
    return MIDNIGHT + timedelta(hours=at)


def work(name: str, assets: str, start: int, end: int) -> PlannedWork:
    return PlannedWork(name=name, assets=tuple(assets.split()), start=hour(start), end=hour(end))


def search(
    topology: Topology,
    works: list[PlannedWork],
    *,
    level: Level = Level.DOWN,
    max_order: int = 6,
    evaluations: int = PLENTY,
    watched: Iterable[str] | None = None,
) -> tuple[Found, dict[str, set[str]], dict[tuple[str, ...], set[str]]]:
    """What is found, and the same by names: alone, and together."""
    evaluator = ArrayEvaluator(encode(topology))
    ids = list(evaluator.supplies.ids)
    outage = Outage(evaluator, level)
    mask = np.array([watched is None or asset in set(watched) for asset in ids], np.bool_)
    spots = [np.array([ids.index(asset) for asset in each.assets], np.int32) for each in works]
    found = find_combinations(
        busiest(works),
        lambda chosen: outage.lowered(np.unique(np.concatenate([spots[at] for at in chosen])).astype(np.int32)),
        watched=mask,
        max_order=max_order,
        budget=Budget(evaluations=evaluations, seconds=60, clock=time.monotonic),
    )
    alone = {each.name: {ids[at] for at in found.alone[number]} for number, each in enumerate(works)}
    named = {
        tuple(works[at].name for at in chosen): {ids[at] for at in assets} for chosen, assets in found.together.items()
    }
    return found, alone, named


def subsets(of: tuple[int, ...]) -> Iterable[tuple[int, ...]]:
    return chain.from_iterable(combinations(of, size) for size in range(1, len(of) + 1))


class EverySubset:
    """The definition, subset by subset."""

    def __init__(self, topology: Topology, works: list[PlannedWork], level: Level) -> None:
        self._judge = Evaluator(topology)
        self._topology = topology
        self._works = works
        self._level = level
        self._fallen: dict[frozenset[str], set[str]] = {}

    def at_once(self, chosen: tuple[int, ...]) -> bool:
        moments = [each.begins for each in self._works]
        return any(all(self._works[at].begins <= moment < self._works[at].ends for at in chosen) for moment in moments)

    def lowered(self, chosen: tuple[int, ...]) -> set[str]:
        down = frozenset(asset for at in chosen for asset in self._works[at].assets)
        if down not in self._fallen:
            answer = self._judge.evaluate(Question(maintenance=tuple(sorted(down))))
            least = {asset: answer.before(asset).lower for asset in self._topology.assets}
            fell = {asset for asset, value in least.items() if value < answer.baseline(asset).lower}
            self._fallen[down] = {each for each in fell if self._level is Level.DEGRADED or least[each] == 0}
        return self._fallen[down]

    def together(self, max_order: int) -> dict[tuple[str, ...], set[str]]:
        found: dict[tuple[str, ...], set[str]] = {}
        for chosen in subsets(tuple(range(len(self._works)))):
            if 1 < len(chosen) <= max_order and self.at_once(chosen):
                fewer = [self.lowered(each) for each in subsets(chosen) if each != chosen]
                assets = self.lowered(chosen) - set[str]().union(*fewer)
                if assets:
                    found[tuple(self._works[at].name for at in chosen)] = assets
        return found


@st.composite
def redundant(draw: st.DrawFn) -> Topology:
    """Halls that need some of several providers, lines among them that come from two sources."""
    parts = [pipe("east", "p"), pipe("p", "q"), pipe("q", "r"), pipe("r", "west")]
    names = [*"abcpqr"]
    for number in range(draw(st.integers(1, 4))):
        providers = draw(st.lists(st.sampled_from(names), min_size=2, max_size=3, unique=True))
        spare = draw(st.sampled_from([1, 1, 2]))
        loss = draw(st.sampled_from([1.0, 1.0, 0.5]))
        parts.append(need(f"h{number}", *providers, group="g", needs=spare, loss_share=loss))
        others = draw(st.lists(st.sampled_from(names), min_size=3, max_size=3, unique=True))
        parts.append(need(f"h{number}", *others, group="other", key="other"))
        names.append(f"h{number}")
    return drawn(*parts, sources={"east": "PIPE", "west": "PIPE"}, also="a b c")


@st.composite
def planned(draw: st.DrawFn, topology: Topology) -> list[PlannedWork]:
    assets = st.lists(st.sampled_from(sorted(topology.assets)), min_size=1, max_size=2, unique=True)
    hours = st.tuples(st.integers(0, 3), st.integers(2, 4))
    drawn_works = draw(st.lists(st.tuples(assets, hours), min_size=3, max_size=6))
    return [work(f"w{n}", " ".join(of), start, start + lasts) for n, (of, (start, lasts)) in enumerate(drawn_works)]


@given(st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_combinations_are_those_of_every_subset(data: st.DataObject) -> None:
    topology = data.draw(redundant() | redundant() | redundant() | topologies())
    works = data.draw(planned(topology))
    level = data.draw(st.sampled_from([Level.DOWN, Level.DEGRADED]))
    max_order = data.draw(st.sampled_from([2, 3, 6]))
    judge = EverySubset(topology, works, level)
    found, alone, together = search(topology, works, level=level, max_order=max_order)
    assert together == judge.together(max_order)
    assert alone == {each.name: judge.lowered((number,)) for number, each in enumerate(works)}
    missing = set[str]().union(*judge.together(6).values()) - set[str]().union(*together.values())
    assert (found.truncated == Cut(reason="MAINTENANCE_ORDER", limit=max_order)) or not missing


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(1, 5)), min_size=1, max_size=7))
def test_the_busiest_sets_hold_all_that_are_in_progress_at_once(hours: list[tuple[int, int]]) -> None:
    works = [work(f"w{n}", "a", start, start + lasts) for n, (start, lasts) in enumerate(hours)]
    sets = [frozenset(each) for each in busiest(works)]
    at = [frozenset(n for n, each in enumerate(works) if each.begins <= hour(h) < each.ends) for h in range(14)]
    assert set(sets) == {each for each in at if each and not any(each < other for other in at)}
    for number, each in enumerate(sets):
        start, end = window(works, each)
        assert start < end
        assert all(each & other <= sets[number - 1] for other in sets[:number])


REDUNDANT = drawn(need("rack", "a", "b", group="feeds"), need("hall", "x", "y", "z", group="fans"), need("rack", "key"))


def test_two_works_that_overlap_take_a_pair() -> None:
    works = [work("left", "a", 0, 4), work("right", "b", 3, 6)]
    _, alone, together = search(REDUNDANT, works)
    assert together == {("left", "right"): {"rack"}}
    assert alone == {"left": {"a"}, "right": {"b"}}
    assert window(works, (0, 1)) == (hour(3), hour(4))


def test_only_what_is_new_at_a_moment_is_searched_then() -> None:
    works = [work("left", "a", 0, 6), work("fan", "x", 0, 2), work("right", "b", 4, 6), work("fans", "y z", 5, 6)]
    assert search(REDUNDANT, works)[2] == {("left", "right"): {"rack"}}


def test_works_one_after_the_other_do_nothing() -> None:
    assert search(REDUNDANT, [work("left", "a", 0, 3), work("right", "b", 3, 6)])[2] == {}


def test_what_another_work_has_down_anyway_is_found_all_the_same() -> None:
    """The third work takes the rack down alone, and would hide that the other two do."""
    works = [work("left", "a", 0, 4), work("right", "b", 0, 4), work("lock", "key", 0, 4)]
    assert search(REDUNDANT, works)[2] == {("left", "right"): {"rack"}}


def test_larger_combinations_than_asked_for_are_told_of() -> None:
    works = [work(each, each, 0, 4) for each in "xyz"]
    found, _, together = search(REDUNDANT, works, max_order=2)
    assert (together, found.truncated) == ({}, Cut(reason="MAINTENANCE_ORDER", limit=2))
    found, _, together = search(REDUNDANT, works, max_order=3)
    assert (together, found.truncated) == ({("x", "y", "z"): {"hall"}}, None)


def test_an_asset_may_have_pairs_and_larger_combinations() -> None:
    groups = ["ab", "cde", "acd", "bef"]
    topology = drawn(*(need("hall", *members, group=members, key=members) for members in groups))
    works = [work(each, each, 0, 4) for each in "abcdef"]
    assert search(topology, works)[2] == {tuple(members): {"hall"} for members in groups}


def test_only_what_is_watched_counts() -> None:
    works = [work("left", "a", 0, 4), work("right", "b", 0, 4)]
    assert search(REDUNDANT, works, watched=["hall"])[2] == {}


def test_a_spent_budget_is_told_of() -> None:
    works = [work(each, each, 0, 4) for each in "abxyz"]
    found, alone, together = search(REDUNDANT, works, evaluations=4)
    assert found.truncated == Cut(reason="MAINTENANCE_EVALUATIONS", limit=4)
    assert len(alone) == 5
    assert together.items() <= search(REDUNDANT, works)[2].items()


@pytest.mark.parametrize("pairs", [12])
def test_a_few_evaluations_find_one_pair_among_many(pairs: int) -> None:
    """One pair lacks its third feed: far fewer evaluations than there are pairs find it."""
    feeds = [need(f"rack{n}", f"a{n}", f"b{n}", *(["c"] if n else []), group="feeds") for n in range(pairs)]
    works = [work(each, each, 0, 4) for n in range(pairs) for each in (f"a{n}", f"b{n}")]
    found, _, together = search(drawn(*feeds), works, max_order=2, evaluations=120)
    assert found.truncated is None
    assert together == {("a0", "b0"): {"rack0"}}
