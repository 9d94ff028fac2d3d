"""Dates, times and durations as text and back. ISO 8601, without the parts of it that mean two things."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from graph.errors import ValueInvalid

_DURATION = re.compile(
    r"P(?!$)(?:(?P<weeks>\d{1,9})W)?(?:(?P<days>\d{1,9})D)?"
    r"(?:T(?!$)(?:(?P<hours>\d{1,12})H)?(?:(?P<minutes>\d{1,12})M)?(?:(?P<seconds>\d{1,15}(?:[.,]\d{1,12})?)S)?)?",
    re.ASCII,
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATETIME = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,12}))?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_SECONDS = {"weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}


def parse_duration(text: str) -> timedelta:
    """Return an ISO 8601 duration of weeks to seconds, to the microsecond; a day is 24 hours.

    Raises:
        ValueInvalid: not one; or years or months, whose length nobody knows; or finer than a microsecond.
    """
    found = _DURATION.fullmatch(text)
    if found is None:
        raise _not_a_duration(text)
    seconds = sum(
        (Fraction(part.replace(",", ".")) * _SECONDS[name] for name, part in found.groupdict().items() if part),
        Fraction(0),
    )
    microseconds = seconds * 1_000_000
    if microseconds.denominator != 1:
        raise _not_a_duration(text)
    try:
        return timedelta(microseconds=int(microseconds))
    except OverflowError as error:
        raise _not_a_duration(text) from error


def format_duration(duration: timedelta) -> str:
    """Return the one ISO 8601 spelling we use of `duration`, e.g. PT15M, P1DT2H, PT0.5S."""
    hours, rest = divmod(duration.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{duration.microseconds:06d}".rstrip("0") if duration.microseconds else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or fraction:
        clock += f"{seconds}{fraction}S"
    days = f"{duration.days}D" if duration.days else ""
    return f"P{days}T{clock}" if clock else f"P{days}" if days else "PT0S"


def parse_date(text: str) -> date:
    """Return a date written YYYY-MM-DD, or raise ValueInvalid."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueInvalid("Not a date", expected="a date of the calendar, written YYYY-MM-DD", actual=repr(text[:80]))


def parse_datetime(text: str) -> datetime:
    """Return a date and time with its offset, in UTC, cut to the millisecond; or raise ValueInvalid."""
    found = _DATETIME.fullmatch(text)
    try:
        if found:
            clock, fraction, offset = found.groups()
            moment = datetime.fromisoformat(clock + ("+00:00" if offset == "Z" else offset)).astimezone(UTC)
            return moment.replace(microsecond=int((fraction or "0")[:3].ljust(3, "0")) * 1000)
    except (ValueError, OverflowError):
        pass
    raise ValueInvalid(
        "Not a date and time",
        expected="ISO 8601 with an offset, such as 2026-01-31T12:00:00.000Z",
        actual=repr(text[:80]),
    )


def format_datetime(moment: datetime) -> str:
    """Return `moment` in UTC with milliseconds, e.g. 2026-01-31T12:00:00.000Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def _not_a_duration(text: str) -> ValueInvalid:
    return ValueInvalid(
        "Not a duration",
        expected="ISO 8601, weeks to seconds, at most microseconds, such as PT15M or P1DT12H",
        actual=repr(text[:80]),
        hint="Months and years have no fixed length: write days" if re.match(r"P[^T]*[YM]", text) else None,
    )
