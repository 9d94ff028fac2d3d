"""Dead letters sent again, by the same way that events come: decoded as things stand now, checked, taken."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.ingest.decoding import Message, decoded
from app.ingest.intake import Decoded, Intake
from app.ingest.mapping import Mapping
from app.ingest.parking import KAFKA, key_at
from app.ingest.sparkplug import Host
from graph.access import Principal
from graph.deadletters import DeadLetters, Parked
from graph.errors import Problem
from graph.state import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What became of a dead letter: how many events were taken (of a dry run: would be), and why others weren't."""

    id: str
    accepted: int
    problems: tuple[Problem, ...]


class Checking(Protocol):
    """Says what would be refused, as `graph.state.StateService` does."""

    async def check(self, principal: Principal, events: Sequence[Event]) -> tuple[Problem | None, ...]:
        """Return why each event would be refused, None where it would be taken."""
        ...


class Replayer:
    """Replays dead letters. One of which all is taken waits no longer; the others go on waiting."""

    def __init__(self, letters: DeadLetters, intake: Intake, states: Checking, mapping: Mapping | None) -> None:
        self._letters = letters
        self._intake = intake
        self._states = states
        self._mapping = mapping
        # Births among the letters are remembered; data of which the birth isn't among them stays parked.
        self._host = None if mapping is None or not mapping.sparkplug_filters else Host(mapping, time.monotonic)

    async def replay(self, principal: Principal, ids: Sequence[str], *, dry_run: bool = False) -> tuple[Replay, ...]:
        """Replay letters one after the other, or (`dry_run`) tell what would become of them; in the order of the ids.

        Raises UnknownDeadLetter, LimitExceeded, Forbidden, and what taking events raises: then some may be taken.
        """
        found = await self._letters.get(principal.tenant, ids)
        return tuple([await (self._tried if dry_run else self._taken)(principal, each) for each in found])

    async def _taken(self, principal: Principal, parked: Parked) -> Replay:
        events = self._decoded(parked)
        told = await self._intake.take(principal, events, transport=parked.letter.transport)
        if not told.problems:
            await self._letters.mark_replayed(principal.tenant, [parked.id])
        return Replay(id=parked.id, accepted=told.accepted, problems=told.problems)

    async def _tried(self, principal: Principal, parked: Parked) -> Replay:
        events = self._decoded(parked)
        checked = await self._states.check(principal, [each for each in events if isinstance(each, Event)])
        problems = [each for each in (*events, *checked) if isinstance(each, Problem)]
        return Replay(id=parked.id, accepted=sum(each is None for each in checked), problems=tuple(problems))

    def _decoded(self, parked: Parked) -> list[Decoded]:
        letter = parked.letter
        if not parked.whole:
            cut = Problem(
                code="EVENT_TOO_LARGE",
                message="Only the beginning of the payload was kept",
                actual=f"{len(letter.payload):,} of {parked.size:,} bytes",
                hint="Its source has to send it again, in smaller pieces",
            )
            return [cut]
        message = Message(
            topic=letter.source,
            payload=letter.payload,
            received=letter.received,
            media=letter.media,
            transport=letter.transport,
            time=letter.time,
            key=key_at(letter.offset) if letter.transport == KAFKA else "",
        )
        return decoded(message, self._mapping, self._host)
