"""Limits of the search are said, and the margin index leads to joint causes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count

import pytest

from graph.impact import Evaluator
from graph.rootcause import (
    Budget,
    Margin,
    Outcome,
    Promise,
    Reach,
    RootCauseQuestion,
    TopologyForecast,
    find_root_causes,
    joint,
    likelihood,
    search,
    upstream,
)
from graph.work import Stopped, Token, watched_seconds
from tests.graph.impact.drawing import drawn, flow, need, pipe
from tests.graph.rootcause.asking import ask, sets, symptoms


@dataclass(slots=True)
class Counted:
    """A forecast that notes what it was asked."""

    inner: TopologyForecast
    asked: list[frozenset[str]] = field(default_factory=list)

    @property
    def assets(self) -> frozenset[str]:
        return frozenset(self.inner.assets)

    @property
    def delayed(self) -> bool:
        return self.inner.delayed

    def upstream(self, assets: Iterable[str]) -> frozenset[str]:
        return self.inner.upstream(assets)

    def reach(self, symptoms: Sequence[str], *, witnesses: Sequence[int], most: int, promise: Promise) -> Reach:
        return self.inner.reach(symptoms, witnesses=witnesses, most=most, promise=promise)

    def outcome(self, causes: frozenset[str], *, watched: frozenset[str], most: int | None = None) -> Outcome | None:
        self.asked.append(causes)
        return self.inner.outcome(causes, watched=watched, most=most)

    def margins(self, asset: str) -> Sequence[Margin]:
        return self.inner.margins(asset)

    def redundant(self, assets: Iterable[str]) -> list[Margin]:
        return self.inner.redundant(assets)


STRIPS = drawn(
    *(flow("POWER", f"ups{path}", f"strip{path}{rack:02}") for path in "AB" for rack in range(20)),
    *(flow("POWER", f"strip{path}{rack:02}", f"rack{rack:02}") for path in "AB" for rack in range(20)),
)
RACKS = tuple(f"rack{each:02}" for each in range(20))


def test_each_set_is_forecast_once_and_no_more_than_allowed() -> None:
    forecast = Counted(TopologyForecast(Evaluator(STRIPS)))
    question = RootCauseQuestion(symptoms=symptoms(*RACKS))
    answer = find_root_causes(question, forecast)
    assert len(forecast.asked) == len(set(forecast.asked)) == answer.forecasts <= 62 + 3 * 3 * search.BEAM
    assert sets(answer)[0] == "upsA upsB"


def test_a_budget_that_is_spent_is_said() -> None:
    forecast = Counted(TopologyForecast(Evaluator(STRIPS)))
    question = RootCauseQuestion(symptoms=symptoms(*RACKS))
    answer = find_root_causes(question, forecast, budget=Budget(forecasts=20))
    assert len(forecast.asked) == answer.forecasts <= 20
    assert any("48 of 62 assets upstream" in note for note in answer.notes)
    assert sets(answer)[0] == "upsA upsB"  # those upstream of most are looked at first
    assert any("20 forecasts was spent" in note for note in answer.notes)
    assert find_root_causes(question, forecast, budget=Budget(forecasts=1)).forecasts == 1


@pytest.mark.parametrize("budget", range(100, 260, 20))
def test_no_budget_is_overdrawn(budget: int) -> None:
    both = drawn(STRIPS.supplies, *(need(f"desk{each}", "switch") for each in range(5)))
    seen = symptoms(*RACKS, *(f"desk{each}" for each in range(5)))
    answer = find_root_causes(
        RootCauseQuestion(symptoms=seen), TopologyForecast(Evaluator(both)), budget=Budget(forecasts=budget)
    )
    assert answer.forecasts <= budget
    assert {"upsA", "upsB"} <= set(answer.candidates[0].causes)


@pytest.mark.parametrize("seconds", [3, 40, 80, 120])
def test_no_time_is_overdrawn(seconds: int) -> None:
    ticks = count()
    forecast = Counted(TopologyForecast(Evaluator(STRIPS)))
    allowed = Budget(seconds=seconds, clock=lambda: float(next(ticks)))
    answer = find_root_causes(RootCauseQuestion(symptoms=symptoms(*RACKS)), forecast, budget=allowed)
    assert len(forecast.asked) <= seconds
    assert any(f"{seconds} seconds was spent" in note for note in answer.notes)
    assert answer.candidates  # what was found by then


def test_a_search_ends_when_nobody_waits_for_it() -> None:
    token = Token()
    forecast = Counted(TopologyForecast(Evaluator(STRIPS)))

    def clock() -> float:
        if len(forecast.asked) == 7:
            token.stop()
        return watched_seconds()

    question = RootCauseQuestion(symptoms=symptoms(*RACKS))
    with pytest.raises(Stopped):
        token.run(lambda: find_root_causes(question, forecast, budget=Budget(clock=clock)))
    assert len(forecast.asked) == 7


HUB = drawn(
    *(need(f"desk{each}", "switch") for each in range(6)),
    need("switch", "core"),
    *(need(f"other{each:03}", "core") for each in range(400)),
)


def test_what_takes_down_far_too_much_is_not_weighed_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likelihood, "FEW_FALLEN", 10)
    answer = ask(HUB, symptoms(*(f"desk{each}" for each in range(6))), max_causes=2)
    assert sets(answer)[0] == "switch"
    assert "core" not in sets(answer)
    assert any(note.startswith("1 assets upstream of the symptoms were not weighed") for note in answer.notes)


def test_nothing_likely_is_lost_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = symptoms(*(f"desk{each}" for each in range(6)), "other001", "other002")
    whole = ask(HUB, seen)
    monkeypatch.setattr(likelihood, "FEW_FALLEN", 1)
    likely = [each for each in whole.candidates if each.score >= 1e-4]
    assert [each.causes for each in ask(HUB, seen).candidates][: len(likely)] == [each.causes for each in likely]
    assert len(likely) > 1


def test_of_very_much_upstream_the_nearest_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upstream, "MOST_UPSTREAM", 10)
    answer = ask(STRIPS, symptoms(*RACKS))
    assert sets(answer)[0] == "upsA upsB"
    assert any("40 of 62 assets upstream" in note for note in answer.notes)


def test_of_many_that_take_members_those_upstream_of_most_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joint, "MOST_TAKERS", 2)
    assert sets(ask(STRIPS, symptoms(*RACKS)))[0] == "upsA upsB"


def test_a_search_that_looked_at_everything_has_nothing_to_say() -> None:
    assert ask(drawn(need("app", "db")), symptoms("app")).notes == ()


def test_where_no_asset_may_be_a_cause_there_is_no_candidate() -> None:
    answer = ask(drawn(need("app", "db")), symptoms("app"), priors={"app": 0, "db": 0})
    assert (answer.candidates, answer.looked_at) == ((), 0)


def test_a_symptom_that_was_down_before_has_no_cause() -> None:
    island = drawn(pipe("a", "b"), pipe("tank", "c"), need("app", "c"), sources={"tank": "PIPE"})
    answer = ask(island, symptoms("a", "app"))
    assert answer.notes == ("1 symptoms were down before anything failed, nothing explains them: a",)
    assert all("a" in each.unexplained for each in answer.candidates)
    assert ask(island, symptoms("a")).candidates == ()


def test_the_two_cuts_of_a_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "FEW_SETS", 0)
    ring = drawn(*(pipe(f"n{at:02}", f"n{(at + 1) % 20:02}") for at in range(20)), sources={"n00": "PIPE"})
    dark = TopologyForecast(Evaluator(ring)).falls(frozenset({"n06", "n14"}))
    answer = ask(ring, symptoms(*dark), healthy="n05 n15")
    assert sets(answer)[0] == "n06 n14"


def test_two_outages_of_which_one_is_a_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "FEW_SETS", 0)
    both = drawn(STRIPS.supplies, *(need(f"desk{each}", "switch") for each in range(5)))
    answer = ask(both, symptoms(*RACKS, *(f"desk{each}" for each in range(5))))
    assert sets(answer)[0] == "switch upsA upsB"


def test_many_symptoms_are_witnessed_by_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upstream, "WITNESSES", 4)
    assert sets(ask(STRIPS, symptoms(*RACKS)))[0] == "upsA upsB"
    forecast = TopologyForecast(Evaluator(STRIPS))
    found = upstream.Upstream(forecast, RACKS)
    assert all(found.reach[f"strip{path}{rack:02}"] >> rack & 1 for path in "AB" for rack in range(20))
    assert found.ranked()[:2] == ["upsA", "upsB"]


def test_margins_leave_out_what_gives_nothing() -> None:
    topology = drawn(
        need("app", "a", "b", "c", group="g", needs=2),
        need("app", "spare", key="2", group="g", needs=2, open=True),
        need("app", "none", group="h", needs=0),
        need("hall", "x", group="cooling", combine="CAPACITY", needs=1.5, capacity=2),
        need("hall", "y", group="cooling", combine="CAPACITY", needs=1.5, capacity=1),
        pipe("tank", "app"),
        sources={"tank": "PIPE"},
    )
    forecast = TopologyForecast(Evaluator(topology))
    assert [(dict(each.members), each.slack, each.flow) for each in forecast.margins("app")] == [
        ({"tank": 1}, 0, "PIPE"),
        ({"a": 1, "b": 1, "c": 1}, 1, None),
    ]
    (cooling,) = forecast.margins("hall")
    assert (dict(cooling.members), cooling.slack) == ({"x": 2000, "y": 1000}, 1500)
    assert cooling.lost({"x"})
    assert not cooling.lost({"y", "z"})
    assert forecast.upstream(["app"]) == {"app", "a", "b", "c", "tank"}
    assert forecast.margins("tank") == []
