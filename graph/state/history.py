"""What states ask of whoever keeps all values that ever were: it comes first, and twice the same is once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from graph.history import Point
from graph.identity import Tenant


class Keeping(Protocol):
    """Keeps the values of channels over time, as `graph.history.History` does."""

    @property
    def horizon(self) -> int | None:
        """The earliest time that is kept, in microseconds since 1970; None where everything is."""
        ...

    async def append(self, tenant: Tenant, points: Sequence[Point]) -> None:
        """Keep points; one that is kept already is kept once."""
        ...
