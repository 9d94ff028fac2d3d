"""Dates, times and durations: one spelling out, only what has one meaning in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import ValueInvalid
from graph.ontology.temporal import format_datetime, format_duration, parse_date, parse_datetime, parse_duration


@pytest.mark.parametrize(
    ("text", "duration", "canonical"),
    [
        ("PT15M", timedelta(minutes=15), "PT15M"),
        ("PT90M", timedelta(minutes=90), "PT1H30M"),
        ("P1W", timedelta(weeks=1), "P7D"),
        ("P1DT2H", timedelta(hours=26), "P1DT2H"),
        ("PT0S", timedelta(), "PT0S"),
        ("PT0.5S", timedelta(milliseconds=500), "PT0.5S"),
        ("PT0,000001S", timedelta(microseconds=1), "PT0.000001S"),
    ],
)
def test_durations(text: str, duration: timedelta, canonical: str) -> None:
    assert parse_duration(text) == duration
    assert format_duration(duration) == canonical


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "15M", "P1M", "P1Y", "-PT1S", "PT0.0000001S", "PT1H1H", "P999999999W", "PT١S"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueInvalid):
        parse_duration(text)


def test_months_are_refused_with_advice() -> None:
    with pytest.raises(ValueInvalid) as caught:
        parse_duration("P1M")
    assert "days" in (caught.value.hint or "")


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=100_000)))
def test_any_duration_comes_back(duration: timedelta) -> None:
    assert parse_duration(format_duration(duration)) == duration


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000Z"),
        ("2026-01-31T14:00+02:00", "2026-01-31T12:00:00.000Z"),
        ("2026-01-31T12:00:00.1Z", "2026-01-31T12:00:00.100Z"),
        ("2026-01-31T12:00:00.123999999Z", "2026-01-31T12:00:00.123Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
    ],
)
def test_datetimes(text: str, canonical: str) -> None:
    moment = parse_datetime(text)
    assert moment.tzinfo is UTC
    assert format_datetime(moment) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-01-31",
        "2026-01-31T12:00:00",
        "2026-02-30T12:00:00Z",
        "2026-01-31T25:00:00Z",
        "20260131T120000Z",
        "2026-01-31 12:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "2026-W05-6T12:00:00Z",
        "2026-01-31T12:00:00+99:00",
    ],
)
def test_what_is_no_datetime_is_refused(text: str) -> None:
    with pytest.raises(ValueInvalid):
        parse_datetime(text)


@given(st.datetimes(timezones=st.just(UTC)))
def test_any_datetime_comes_back_to_the_millisecond(moment: datetime) -> None:
    cut = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert parse_datetime(format_datetime(moment)) == cut


@pytest.mark.parametrize("text", ["", "20260131", "2026-02-30", "2026-W05-6", "0000-01-01", "２026-01-01"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueInvalid):
        parse_date(text)


@given(st.dates())
def test_any_date_comes_back(day: date) -> None:
    assert parse_date(day.isoformat()) == day
