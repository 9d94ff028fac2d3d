"""Finds the events that a database refuses among those that were to be taken together, so that the others are taken.

They are halved until what is refused is one event each. Those are the culprits if they are refused again after a while,
and if the database takes something else at that moment; otherwise it is the database that takes nothing, and nothing is
anybody's fault.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from structlog.stdlib import get_logger

from graph.database import ConstraintBroken, DatabaseRefused
from graph.errors import Problem, TwinError
from graph.history import HistoryRefused
from graph.state.errors import EventUnstorable
from graph.state.event import Event
from graph.state.receipt import Outcome, Receipt

REFUSALS: Final = (DatabaseRefused, ConstraintBroken, HistoryRefused)
"""What a database raises that answers, and doesn't take what it was given; what it was given may be the cause."""

PAUSES: Final = (0.2, 0.8)
"""Seconds that all culprits of a sift are given: what refused them may pass, and for others later than for one."""

Take: TypeAlias = Callable[[Sequence[Event]], Awaitable[Receipt]]


@dataclass(slots=True)
class _Found:
    """What became of each event so far, by its place; `refused` has those that were refused alone, and why."""

    outcomes: list[Outcome | None]
    refused: dict[int, TwinError] = field(default_factory=dict[int, TwinError])
    revision: int = 0

    def take(self, places: range, receipt: Receipt) -> None:
        """Note that events were taken."""
        self.outcomes[places.start : places.stop] = receipt.outcomes
        self.revision = max(self.revision, receipt.revision)
        for each in places:
            self.refused.pop(each, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """Sorts events out. `take` takes some, all or none of them; `probe` writes something else, and raises if it can't.

    Costs a transaction for each halving: some 2 log n for one culprit among n, 2 n where all are; then one for each
    pause, and n for the last, or 2 n where some of them were taken then.
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
        found = _Found([None] * len(events))
        await self._part(events, range(len(events)), refusal, found)
        await self._try_again(events, found)
        if found.refused:
            await self.probe()
        for index, last in found.refused.items():
            found.outcomes[index] = _told(events[index], last)
        return Receipt(revision=found.revision, outcomes=tuple([each for each in found.outcomes if each is not None]))

    async def _part(self, events: Sequence[Event], places: range, refusal: TwinError, found: _Found) -> None:
        """Halve what was refused together until each is taken or refused alone."""
        if len(places) == 1:
            found.refused[places[0]] = refusal
            return
        half = len(places) // 2
        for some in (places[:half], places[half:]):
            answer = await self._tried(events[some.start : some.stop])
            if isinstance(answer, Receipt):
                found.take(some, answer)
            else:
                await self._part(events, some, answer, found)

    async def _try_again(self, events: Sequence[Event], found: _Found) -> None:
        """Try what was refused alone after each pause, as long as it is taken; after the last pause all of it."""
        for left, pause in zip(reversed(range(len(self.pauses))), self.pauses, strict=True):
            if not found.refused:
                return
            await asyncio.sleep(pause)
            if await self._each(events, found, all_of_it=not left) and not left:
                await self._each(events, found, all_of_it=True)  # what hindered may have passed amid the last round

    async def _each(self, events: Sequence[Event], found: _Found, *, all_of_it: bool) -> bool:
        """Try each of what was refused by itself, up to the next refusal or all of it; whether any was taken."""
        took = False
        for index in tuple(found.refused):
            answer = await self._tried([events[index]])
            if isinstance(answer, Receipt):
                found.take(range(index, index + 1), answer)
                took = True
                continue
            found.refused[index] = answer
            if not all_of_it:
                break
        return took

    async def _tried(self, events: Sequence[Event]) -> Receipt | TwinError:
        try:
            return await self.take(events)
        except REFUSALS as refusal:  # an error that others are raised in would be told with all of them
            return refusal


def _told(event: Event, refusal: TwinError) -> Problem:
    get_logger("twin.state").error(
        "a database refuses an event", asset=event.asset, source=event.source, event_id=event.id, error=str(refusal)
    )
    return EventUnstorable(
        f"A database refuses the event about {event.asset[:80]}, and takes others",
        actual=(refusal.actual or refusal.message)[:300],
        hint="An index or a constraint that was made by hand on states may be why",
    ).problem
