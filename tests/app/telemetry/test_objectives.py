"""Whether events come in time, by windows of several lengths; the moment is set by hand."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from prometheus_client import CollectorRegistry

from app.telemetry import Metrics, Objective, Objectives, Verdict


@dataclass
class Hands:
    time: float = 1_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def objectives(clock: Hands) -> Objectives:
    return Objectives(Objective(seconds=1.0, share=0.9), clock)


def rates(objectives: Objectives) -> dict[str, float]:
    return {each.window: round(each.rate, 3) for each in objectives.burns("t")}


def test_what_is_late_is_counted_by_window(objectives: Objectives, clock: Hands) -> None:
    assert [objectives.queryable("t", took) for took in (0.5, 1.0, 1.1, 0.1)] == [True, True, False, True]
    assert rates(objectives) == {"5m": 2.5, "30m": 2.5, "1h": 2.5, "6h": 2.5}
    clock.time += 400
    assert objectives.queryable("t", 0.1)
    assert rates(objectives) == {"5m": 0.0, "30m": 2.0, "1h": 2.0, "6h": 2.0}
    (five, *_, six) = objectives.burns("t")
    assert ((five.events, five.late), (six.events, six.late)) == ((1, 0), (5, 1))
    clock.time += 7 * 3_600
    objectives.queryable("t", 0.1)
    assert objectives.burns("t")[-1].events == 1
    assert objectives.tenants == ["t"]


def test_nothing_came(objectives: Objectives) -> None:
    assert set(rates(objectives).values()) == {0.0}
    assert objectives.verdict("t") is Verdict.MET


def test_both_windows_have_to_burn(clock: Hands) -> None:
    objectives = Objectives(Objective(seconds=1.0, share=0.95), clock)
    for _ in range(100):
        objectives.queryable("t", 0.1)
    clock.time += 1_000
    for _ in range(400):
        objectives.queryable("t", 2.0)
    assert objectives.verdict("t") is Verdict.FAST_BURN
    clock.time += 600
    objectives.queryable("t", 0.1)
    assert objectives.verdict("t") is Verdict.SLOW_BURN
    clock.time += 3_000
    for _ in range(10):
        objectives.queryable("t", 0.1)
    assert objectives.verdict("t") is Verdict.MET


def test_metrics_show_it(clock: Hands) -> None:
    metrics = Metrics(CollectorRegistry(), Objectives(Objective(seconds=1.0, share=0.95), clock))
    metrics.queryable("t", "http", since_event=[9.0], since_receipt=2.0)
    metrics.queryable("t", "http", since_event=[9.0], since_receipt=0.1)
    for number in range(1_002):
        metrics.heard("t", f"s{number}", 7.0)
    text = metrics.text().decode()
    assert 'twin_objective_burn_rate{tenant="t",window="5m"} 10.0' in text
    assert 'twin_objective_events_total{met="false",tenant="t"} 1.0' in text
    assert "twin_objective_seconds 1.0" in text
    assert text.count("twin_source_last_receipt_timestamp_seconds{") == 1_000
