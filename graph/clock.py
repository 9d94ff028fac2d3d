"""Time as a collaborator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> datetime:
        """Return the current moment, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the current moment, in UTC."""
        return datetime.now(UTC)


def epoch_millis(moment: datetime) -> int:
    """Return `moment` as milliseconds since 1970-01-01T00:00:00Z."""
    return round(moment.timestamp() * 1000)


def epoch_micros(moment: datetime) -> int:
    """Return `moment` as microseconds since 1970-01-01T00:00:00Z, exactly."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_epoch_micros(micros: int) -> datetime:
    """Return the UTC moment of `micros` microseconds since the epoch."""
    return _EPOCH + timedelta(microseconds=micros)


def text_of_micros(micros: int) -> str:
    """Return the moment of `micros` microseconds since the epoch as ISO 8601 in UTC, as fine as it is and no finer."""
    return from_epoch_micros(micros).isoformat().removesuffix("+00:00") + "Z"


def from_epoch_millis(millis: int) -> datetime:
    """Return the UTC moment of `millis` milliseconds since the epoch."""
    return datetime.fromtimestamp(millis / 1000, UTC)
