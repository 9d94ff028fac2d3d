"""Alarms that come together are a flood, and each flood is one of its own."""

from __future__ import annotations

from graph.alarms import FloodRule
from graph.alarms.floods import FloodWatch


def test_the_same_alarm_may_begin_another_flood() -> None:
    watch = FloodWatch(FloodRule(alarms=2, seconds=1))
    assert watch.raised([(1, "a")], 1) == ()
    assert watch.raised([(2, "b")], 2) == ("a", "b")
    first = watch.flood
    assert first is not None
    assert (first.began, first.alarms) == (1, 2)
    assert watch.over(2_000_000)
    assert watch.raised([(3_000_000, "a"), (3_000_000, "b")], 3_000_000) == ("a", "b")
    second = watch.flood
    assert second is not None
    assert second.id != first.id
