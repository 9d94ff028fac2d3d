"""Levels of channels: thresholds, hysteresis, hold-down, staleness and quality."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.health.levels import ChannelRule, Held, Judged, LevelRules
from graph.impact import Level
from graph.ontology import parse_ontology
from graph.ontology.priority import Priority
from tests.graph.state.test_event import reading

SECOND = 1_000_000


def rules(body: str) -> LevelRules:
    return LevelRules(
        parse_ontology(
            "format: twin-ontology/1\nname: levels\nenums: {Run: {values: [ON, ALARM, OFF]}}\n"
            f"assetTypes: {{A: {{channels: {{c: {body}}}}}}}"
        )
    )


def rule(body: str) -> ChannelRule:
    return rules(body).of_type["A"]["c"]


def level(of: ChannelRule, value: object, held: Held | None = None, now: int = 0) -> Level:
    return of.judge(reading(value=value, time=now), now, held).level


LIMITS = "levels: {DEGRADED: {above: 27, below: 15, operability: 0.7}, DOWN: {above: 40}}"


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(20, "OK"), (27, "OK"), (27.5, "DEGRADED"), (15, "OK"), (14, "DEGRADED"), (40, "DEGRADED"), (41, "DOWN")],
)
def test_a_level_holds_past_its_threshold(value: float, wanted: str) -> None:
    assert level(rule(f"{{datatype: float, {LIMITS}}}"), value) == wanted


def test_a_value_among_those_named() -> None:
    run = rule("{datatype: enum, enum: Run, levels: {DEGRADED: {equals: ALARM}, DOWN: {equals: ['OFF']}}}")
    assert [level(run, value) for value in ("ON", "ALARM", "OFF")] == ["OK", "DEGRADED", "DOWN"]
    truth = rule("{datatype: boolean, levels: {DOWN: {equals: false}}}")
    assert [level(truth, value) for value in (True, False)] == ["OK", "DOWN"]
    number = rule("{datatype: int, levels: {DOWN: {equals: 0}}}")
    assert [level(number, value) for value in (1, 0)] == ["OK", "DOWN"]


def test_a_level_ends_when_the_value_has_come_back_far_enough() -> None:
    calm = rule(f"{{datatype: float, {LIMITS}, hysteresis: 1}}")
    held: Held | None = None
    found: list[str] = []
    for value in (26.5, 27.5, 26.5, 26, 26.5, 41, 39.5, 39, 26.5, 26):
        judged = calm.judge(reading(value=value), 0, held)
        held = judged.held
        found.append(judged.level)
    assert found == ["OK", "DEGRADED", "DEGRADED", "OK", "OK", "DOWN", "DOWN", "DEGRADED", "DEGRADED", "OK"]


def test_alarms_on_a_level_have_the_priority_that_is_declared() -> None:
    told = rule("{datatype: float, levels: {DEGRADED: {above: 1, priority: LOW}, DOWN: {above: 2}}}")
    assert [told.priority(level) for level in (Level.DEGRADED, Level.DOWN, Level.OK)] == [Priority.LOW, None, None]


def test_a_better_level_waits_a_worse_one_does_not() -> None:
    slow = rule(f"{{datatype: float, {LIMITS}, holdDown: PT60S}}")

    def after(value: float, second: int, held: Held | None, *, now: int | None = None) -> Judged:
        at = second if now is None else now
        return slow.judge(reading(value=value, time=second * SECOND), at * SECOND, held)

    down = after(41, 0, None)
    better = after(20, 10, down.held)
    assert (down.level, better.level, better.until) == ("DOWN", "DOWN", 70 * SECOND)
    still = after(21, 50, better.held)
    assert (still.level, still.until) == ("DOWN", 70 * SECOND)
    assert after(21, 50, still.held, now=70).level == "OK"
    again = after(41, 60, still.held)
    assert after(20, 65, again.held).until == 125 * SECOND


@pytest.mark.parametrize(
    ("when", "levels"),
    [("UNKNOWN", ["DOWN", "UNKNOWN", "UNKNOWN"]), ("LAST", ["DOWN", "DOWN", "UNKNOWN"]), ("OK", ["DOWN", "OK", "OK"])],
)
def test_what_is_stale_unseen_or_bad_is_what_the_channel_says(when: str, levels: list[str]) -> None:
    of = rule(f"{{datatype: float, {LIMITS}, staleAfter: PT5M, setsOperability: true, whenStale: {when}}}")
    last = reading(value=50, time=0)
    fresh, stale = of.judge(last, 300 * SECOND), of.judge(last, 300 * SECOND + 1)
    assert (fresh.stale, fresh.until, stale.stale, stale.until) == (False, 300 * SECOND, True, None)
    assert [fresh.level, stale.level, of.judge(None, 0).level] == levels
    for nothing in (reading(value=None, time=0), reading(value=1, quality="BAD", time=0)):
        assert of.judge(nothing, 0).level == levels[2]


def test_an_asset_is_what_its_channels_say_together() -> None:
    made = rules(f"{{datatype: float, {LIMITS}}}")
    level, own = made.unseen["A"]
    assert (level, own.lower, own.upper) == ("UNKNOWN", 1_000_000, 1_000_000)  # it sets no operability
    sets = rules(f"{{datatype: float, {LIMITS}, setsOperability: true}}")
    assert (sets.unseen["A"][1].lower, sets.unseen["A"][1].upper) == (0, 1_000_000)
    assert rules("{datatype: float}").unseen["A"][0] == "OK"


@given(st.lists(st.floats(-50, 50), max_size=8))
def test_without_calming_a_level_depends_on_the_last_value_alone(values: list[float]) -> None:
    plain = rule(f"{{datatype: float, {LIMITS}}}")
    held: Held | None = None
    for value in values:
        judged = plain.judge(reading(value=value), 0, held)
        held = judged.held
        assert judged.level == level(plain, value)
