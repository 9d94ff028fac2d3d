"""When a channel's level changed is told from its history: by values, by time alone, and by hold-down."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from graph.health.transitions import LevelTransition, transitions_of
from graph.history import Point
from graph.impact import Level
from tests.graph.health.test_levels import LIMITS, SECOND, rule

NEVER = 10_000 * SECOND


def point(second: int, value: object, quality: str = "GOOD") -> Point:
    return Point(
        asset="A", channel="c", time=second * SECOND, epoch=0, sequence=0, event=str(second), source="s",
        value=value, quality=quality,  # pyright: ignore[reportArgumentType] - any scalar
    )  # fmt: skip


def found_in(body: str, *points: Point, until: int = NEVER) -> list[LevelTransition]:
    return list(transitions_of(rule(f"{{datatype: float, {LIMITS}{body}}}"), points, until))


def told(body: str, *points: Point, until: int = NEVER) -> list[tuple[int, str, object]]:
    """Seconds, levels, values."""
    found = found_in(body, *points, until=until)
    return [(each.time // SECOND, str(each.level), each.value) for each in found]


def test_each_change_is_told_once_with_the_value_behind_it() -> None:
    values = [point(second, value) for second, value in enumerate((20, 21, 28, 29, 41, 20, None))]
    assert told("", *values) == [
        (0, "OK", 20),
        (2, "DEGRADED", 28),
        (4, "DOWN", 41),
        (5, "OK", 20),
        (6, "UNKNOWN", None),
    ]
    assert told("") == []
    assert told("", point(0, 41), point(1, 41, "BAD")) == [(0, "DOWN", 41), (1, "UNKNOWN", 41)]


def test_time_alone_changes_a_level_too() -> None:
    values = [point(0, 20), point(100, 41)]
    stale = [(0, "OK", 20), (60, "UNKNOWN", 20), (100, "DOWN", 41)]
    assert told(", staleAfter: PT60S", *values, until=120 * SECOND) == stale
    assert told(", staleAfter: PT60S", *values) == [*stale, (160, "UNKNOWN", 41)]
    held = told(", holdDown: PT30S", point(0, 41), point(10, 20), until=60 * SECOND)
    assert held == [(0, "DOWN", 41), (40, "OK", 20)]


def test_a_level_is_held_until_a_value_is_well_back() -> None:
    values = [point(second, value) for second, value in enumerate((28, 26.5, 25))]
    assert told(", hysteresis: 1", *values) == [(0, "DEGRADED", 28), (2, "OK", 25)]


@given(st.lists(st.tuples(st.integers(0, 300), st.sampled_from([20.0, 28.0, 41.0, None])), max_size=12))
def test_neighbours_differ_and_times_rise(said: list[tuple[int, float | None]]) -> None:
    values = [point(second, value) for second, value in sorted(dict(said).items())]
    found = found_in(", staleAfter: PT20S, holdDown: PT5S, hysteresis: 1", *values)
    for one, other in itertools.pairwise(found):
        assert one.time < other.time
        assert one.level is not other.level
    if values:
        assert found[-1].level is Level.UNKNOWN
