"""Fault trees and networks whose numbers are known in closed form."""

from __future__ import annotations

import math

import pytest

from tests.graph.cutsets.asking import (
    alike,
    ask,
    chain,
    fails_with_all,
    fails_with_any,
    importance_of,
    probability_of,
    sets,
    vote,
)
from tests.graph.impact.drawing import drawn, pipe

Q = 0.1


def exactly(value: float) -> object:
    return pytest.approx(value, rel=1e-12)


def test_two_of_three() -> None:
    answer = alike(drawn(vote("top", 2, "a", "b", "c")), Q)
    top = 3 * Q**2 - 2 * Q**3
    assert (answer.cut_sets, answer.count, answer.truncated) == (sets("ab ac bc"), 3, None)
    assert answer.probability == exactly(top)
    assert [each.event for each in answer.importance] == ["a", "b", "c"]
    for each in answer.importance:
        assert each.birnbaum == exactly(2 * Q * (1 - Q))
        assert each.fussell_vesely == exactly(Q * (2 * Q - Q**2) / top)
        assert each.risk_achievement_worth == exactly((2 * Q - Q**2) / top)
        assert each.risk_reduction_worth == exactly(top / Q**2)


def test_bridge() -> None:
    """Five pipes as assets: 1 and 2 leave the source, 4 and 5 reach the top, 3 lies across (Barlow and Proschan)."""
    ends = ["1S", "1A", "2S", "2B", "3A", "3B", "4A", "5B"]
    topology = drawn(*(pipe(*end) for end in ends), pipe("4", "top"), pipe("5", "top"), sources={"S": "PIPE"})
    answer = ask(topology, dict.fromkeys("12345", Q))
    assert answer.cut_sets == sets("12 45 135 234")
    assert answer.count == 4
    assert answer.probability == exactly(2 * Q**2 + 2 * Q**3 - 5 * Q**4 + 2 * Q**5)
    across = importance_of(answer, "3")
    open_, closed = (2 * Q - Q**2) ** 2, 1 - (1 - Q**2) ** 2
    assert across.birnbaum == exactly(open_ - closed)
    assert across.risk_achievement_worth == exactly(open_ / probability_of(answer))
    assert across.risk_reduction_worth == exactly(probability_of(answer) / closed)
    assert across.fussell_vesely == exactly(Q * (2 * Q**2 - Q**4) / probability_of(answer))
    assert answer.importance[-1] == across


def test_pressure_tank() -> None:
    """The tank rupture of the Fault Tree Handbook (NUREG-0492, chapter VIII), with its numbers."""
    topology = drawn(
        fails_with_any("top", "T", "overfilled"),
        fails_with_any("overfilled", "K2", "unnoticed"),
        fails_with_all("unnoticed", "S", "kept on"),
        fails_with_any("kept on", "S1", "relays"),
        fails_with_any("relays", "K1", "R"),
    )
    p = {"T": 5e-6, "K2": 3e-5, "S": 1e-4, "S1": 3e-5, "K1": 3e-5, "R": 1e-4}
    answer = ask(topology, p)
    on = 1 - (1 - p["S1"]) * (1 - p["K1"]) * (1 - p["R"])
    assert answer.cut_sets == (("K2",), ("T",), ("K1", "S"), ("R", "S"), ("S", "S1"))
    assert answer.probability == pytest.approx(1 - (1 - p["T"]) * (1 - p["K2"]) * (1 - p["S"] * on), rel=1e-9)
    assert [each.event for each in answer.importance] == ["K2", "T", "S", "R", "K1", "S1"]
    assert importance_of(answer, "S").fussell_vesely == pytest.approx(p["S"] * on / probability_of(answer))
    assert importance_of(answer, "T").fussell_vesely == pytest.approx(p["T"] / probability_of(answer))
    assert importance_of(answer, "T").risk_achievement_worth == pytest.approx(1 / probability_of(answer))


@pytest.mark.parametrize("stages", [1, 2, 5, 60])
def test_chain_that_fails_with_any_stage(stages: int) -> None:
    answer = alike(chain(stages), Q)
    failed = 4 * Q**3 * (1 - Q) + Q**4
    top = 1 - (1 - failed) ** stages
    assert answer.count == 4 * stages
    assert answer.probability == exactly(top)
    pair = 3 * Q**2 * (1 - Q) + Q**3
    for each in answer.importance:
        assert each.birnbaum == exactly((pair - Q**3) * (1 - failed) ** (stages - 1))
        assert each.fussell_vesely == exactly(Q * pair / top)
        assert each.risk_achievement_worth == exactly((1 - (1 - pair) * (1 - failed) ** (stages - 1)) / top)


@pytest.mark.parametrize("stages", [1, 2, 5, 60])
def test_chain_that_fails_with_all_stages(stages: int) -> None:
    answer = alike(chain(stages, all_fail=True), Q, first=50)
    failed = 4 * Q**3 * (1 - Q) + Q**4
    assert answer.count == 4**stages
    assert answer.probability == exactly(failed**stages)
    pair = 3 * Q**2 * (1 - Q) + Q**3
    for each in answer.importance:
        assert each.birnbaum == exactly((pair - Q**3) * failed ** (stages - 1))
        assert each.fussell_vesely == exactly(Q * pair / failed)
        assert each.risk_reduction_worth == exactly(failed / Q**3)


def test_without_an_event_of_every_cut_set_the_top_cannot_fail() -> None:
    answer = alike(drawn(fails_with_all("top", "a", "b")), Q)
    assert importance_of(answer, "a").risk_reduction_worth == math.inf
    assert importance_of(answer, "a").fussell_vesely == 1.0
    assert importance_of(answer, "a").risk_achievement_worth == exactly(10)


def test_small_probabilities_are_not_lost_in_large_ones() -> None:
    tiny = 1e-200
    answer = ask(
        drawn(fails_with_any("top", "pair", "c"), fails_with_all("pair", "a", "b")), dict.fromkeys("abc", tiny)
    )
    assert answer.probability == tiny
    assert importance_of(answer, "a").birnbaum == tiny
    assert importance_of(answer, "c").risk_reduction_worth == math.inf


def test_tiny_differences_are_exact() -> None:
    """P(top | a works) is 1e-30 beside a P(top) of 0.5; as a difference of the two it would be noise."""
    answer = ask(drawn(fails_with_any("top", "a", "b")), {"a": 0.5, "b": 1e-30})
    assert importance_of(answer, "a").risk_reduction_worth == exactly(0.5 / 1e-30)
