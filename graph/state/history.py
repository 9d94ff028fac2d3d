"""What states ask of whoever keeps all values that ever were: it comes first, and twice the same is once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from graph.identity import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value of one channel; `time` is microseconds since 1970, `value` None a tombstone."""

    asset: str
    channel: str
    time: int
    epoch: int
    sequence: int
    event: str
    source: str
    value: float | int | str | bool | None
    quality: str


class History(Protocol):
    """Keeps the values of channels over time."""

    async def append(self, tenant: Tenant, points: Sequence[Point]) -> None:
        """Keep points; one that is kept already is kept once."""
        ...
