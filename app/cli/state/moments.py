"""Moments as people write them: a date and time, or how long ago; and how they are shown."""

from __future__ import annotations

from datetime import datetime

from graph.clock import epoch_micros, text_of_micros
from graph.errors import ValueInvalid
from graph.ontology.temporal import parse_datetime, parse_duration


def moment_of(text: str, *, now: datetime, place: str) -> int:
    """Return a moment in microseconds since the epoch: `2026-06-03T12:00Z`, or `PT1H` for an hour before `now`.

    Raises ValueInvalid.
    """
    try:
        return epoch_micros(now - parse_duration(text) if text.startswith("P") else parse_datetime(text))
    except (ValueInvalid, OverflowError) as error:
        raise ValueInvalid(
            "Not a moment", place=place, expected="a date and time, as 2026-06-03T12:00Z, or how long ago, as PT1H",
            actual=repr(text[:80]),
        ) from error  # fmt: skip


def shown_moment(micros: int, *, seconds: bool = False) -> str:
    """Return a moment as text, in UTC; `seconds` leaves out what is finer."""
    return text_of_micros(micros - micros % 1_000_000 if seconds else micros)
