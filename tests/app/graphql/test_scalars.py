"""Scalars out and in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.graphql.scalars import read_duration, read_moment, shown_duration, shown_moment
from graph.errors import ValueInvalid

MILLIS = some.integers(0, 4_000_000_000_000)
MICROS = some.integers(0, 10**15)


@given(MILLIS)
def test_moments_come_back(millis: int) -> None:
    shown = shown_moment(millis)
    assert shown == shown_moment(datetime.fromtimestamp(millis / 1000, UTC).replace(microsecond=millis % 1000 * 1000))
    assert round(read_moment(shown).timestamp() * 1000) == millis


@given(MICROS)
def test_durations_come_back(micros: int) -> None:
    assert read_duration(shown_duration(micros)) == timedelta(microseconds=micros)
    assert shown_duration(micros) == shown_duration(timedelta(microseconds=micros))


@pytest.mark.parametrize(
    ("micros", "text"),
    [(0, "PT0S"), (900_000_000, "PT15M"), (500_000, "PT0.5S"), (86_400_000_000 + 7_200_000_000, "P1DT2H")],
)
def test_durations_are_spelled_in_one_way(micros: int, text: str) -> None:
    assert shown_duration(micros) == text


@pytest.mark.parametrize("wrong", ["P1Y", "P1M", "1h", "", 15, None, True])
def test_what_is_no_duration_is_refused(wrong: object) -> None:
    with pytest.raises(ValueInvalid):
        read_duration(wrong)


@pytest.mark.parametrize("wrong", ["2026-01-01", "2026-01-01T12:00:00", "now", 0, None])
def test_what_is_no_moment_is_refused(wrong: object) -> None:
    with pytest.raises(ValueInvalid):
        read_moment(wrong)


def test_text_that_is_a_moment_already_passes() -> None:
    assert shown_moment("2026-01-01T12:00:00.000Z") == "2026-01-01T12:00:00.000Z"
