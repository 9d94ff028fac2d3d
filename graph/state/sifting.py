"""Finds the events that a database refuses among those that were to be taken together, so that the others are taken.

They are halved until what is refused is one event. That is the culprit if it is refused again after a while, and if the
database takes something else at that moment; otherwise it is the database that takes nothing, and nothing is anybody's
fault.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from structlog.stdlib import get_logger

from graph.database import ConstraintBroken, DatabaseRefused
from graph.errors import TwinError
from graph.history import HistoryRefused
from graph.state.errors import EventUnstorable
from graph.state.event import Event
from graph.state.receipt import Outcome, Receipt

REFUSALS: Final = (DatabaseRefused, ConstraintBroken, HistoryRefused)
"""What a database raises that answers, and doesn't take what it was given; what it was given may be the cause."""

PAUSES: Final = (0.2, 0.8)
"""Seconds that the first culprit is given; those after it are no longer refused for a passing reason."""

Take: TypeAlias = Callable[[Sequence[Event]], Awaitable[Receipt]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """Sorts events out. `take` takes some, all or none of them; `probe` writes something else, and raises if it can't.

    Costs a transaction for each halving: some 2 log n for one culprit among n, 2 n where all are.
    """

    take: Take
    probe: Callable[[], Awaitable[None]]
    pauses: Sequence[float] = PAUSES

    async def sift(self, events: Sequence[Event], refusal: TwinError) -> Receipt:
        """Take all events but those that are refused alone; `refusal` is why they weren't taken together.

        Raises what `probe` does where nothing is taken at all, and what `take` raises but REFUSALS; then some may have
        been taken.
        """
        await self.probe()
        return await self._sorted(events, refusal, iter(self.pauses))

    async def _sorted(self, events: Sequence[Event], refusal: TwinError, pauses: Iterator[float]) -> Receipt:
        if len(events) == 1:
            return await self._alone(events[0], refusal, pauses)
        revision, outcomes = 0, list[Outcome]()
        half = len(events) // 2
        for some in (events[:half], events[half:]):
            found = await self._tried(some)
            receipt = found if isinstance(found, Receipt) else await self._sorted(some, found, pauses)
            revision = max(revision, receipt.revision)
            outcomes += receipt.outcomes
        return Receipt(revision=revision, outcomes=tuple(outcomes))

    async def _alone(self, event: Event, refusal: TwinError, pauses: Iterator[float]) -> Receipt:
        for pause in pauses:
            await asyncio.sleep(pause)
            found = await self._tried([event])
            if isinstance(found, Receipt):
                return found
            refusal = found
        await self.probe()
        get_logger("twin.state").error(
            "a database refuses an event", asset=event.asset, source=event.source, event_id=event.id, error=str(refusal)
        )
        return Receipt(revision=0, outcomes=(_unstorable(event, refusal).problem,))

    async def _tried(self, events: Sequence[Event]) -> Receipt | TwinError:
        try:
            return await self.take(events)
        except REFUSALS as refusal:  # an error that others are raised in would be told with all of them
            return refusal


def _unstorable(event: Event, refusal: TwinError) -> EventUnstorable:
    return EventUnstorable(
        f"A database refuses the event about {event.asset[:80]}, and takes others",
        actual=(refusal.actual or refusal.message)[:300],
        hint="An index or a constraint that was made by hand on states may be why",
    )
