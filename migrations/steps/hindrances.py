"""What data is in the way of steps themselves, whatever ontology comes after them; looked for before any runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from graph.database import ReadUnit
from migrations.steps.verification import Breach


@runtime_checkable
class Hindered(Protocol):
    """A step that data may be in the way of."""

    async def hindrances(self, unit: ReadUnit) -> tuple[Breach, ...]:
        """Return the data that is. Cost: a look at all that the step changes."""
        ...


async def hindrances(unit: ReadUnit, steps: Iterable[object]) -> tuple[Breach, ...]:
    """Return the data that is in the way of steps."""
    found = [await each.hindrances(unit) for each in steps if isinstance(each, Hindered)]
    return tuple(breach for each in found for breach in each)
