"""The door of events for whoever holds a principal: events in, what became of each out.

What is accepted is durable: history first, which takes the same twice as once, then the states in one transaction. Who
sends an event again after a breakdown changes nothing by it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from graph.access.principal import Principal, Scope
from graph.clock import Clock, epoch_micros
from graph.database import Database
from graph.errors import Problem, TwinError
from graph.identity import Tenant
from graph.ontology.model import Ontology
from graph.state.batches import Batches, Waiting
from graph.state.checking import EventRules, Span
from graph.state.event import Event, Reading
from graph.state.history import History, Point
from graph.state.known import KnownAssets
from graph.state.receipt import Outcome, Receipt, Taken
from graph.state.store import Applied, StateStore

CHUNK: Final = 1_000
"""Events of one request that share a transaction at most: a longer one is taken in pieces."""

BRIEF: Final = 100
"""Events that are checked in less time than a thread is worth: some ten microseconds each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """Readings of a tenant that became current together, with the state revision that they made."""

    tenant: Tenant
    revision: int
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class _Checked:
    readings: list[tuple[Reading, ...]]
    outcomes: list[Outcome | None]


def _untold(_committed: Committed) -> None:
    """Tell nobody."""


class StateService:
    """Takes events; those that wait at the same moment for one tenant share a transaction.

    `ontology` gives the current ontology whenever it is asked. `history` is told of everything before the states are;
    events older than `retention` are refused. `committed` is told of what became current as soon as it is committed;
    it must not block.
    """

    def __init__(
        self,
        database: Database,
        ontology: Callable[[], Ontology],
        clock: Clock,
        *,
        history: History | None = None,
        retention: timedelta | None = None,
        committed: Callable[[Committed], None] = _untold,
        waiting: Waiting | None = None,
    ) -> None:
        self._store = StateStore(database)
        self._ontology = ontology
        self._clock = clock
        self._history = history
        self._retention = retention
        self._committed = committed
        self._rules: EventRules | None = None
        self._known = KnownAssets(self._store)
        self._batches = Batches(self._take, waiting=waiting or Waiting())

    async def ingest(self, principal: Principal, events: Sequence[Event]) -> Receipt:
        """Take events about assets of the principal's tenant; returns once what was accepted is committed.

        Each is accepted whole or refused alone. Raises Forbidden without scope operate, TooManyEvents, and what the
        database or the history raise: then some may have been taken, and to send all again is right.
        """
        principal.demand(Scope.OPERATE)
        revision, outcomes = 0, list[Outcome]()
        for start in range(0, len(events), CHUNK):
            taken = await self._batches.submit(principal.tenant, events[start : start + CHUNK])
            revision = max(revision, taken.revision)
            outcomes += taken.outcomes
        return Receipt(revision=revision, outcomes=tuple(outcomes))

    async def close(self) -> None:
        """Take no more events and finish those that were taken."""
        await self._batches.close()

    async def _take(self, tenant: Tenant, parts: Sequence[Sequence[Event]]) -> list[Receipt]:
        """Take the events of several requests together; returns a receipt for each."""
        events = [event for part in parts for event in part]
        receipt = await self._taken(tenant, events)
        receipts: list[Receipt] = []
        start = 0
        for part in parts:
            outcomes = receipt.outcomes[start : start + len(part)]
            receipts.append(Receipt(revision=receipt.revision, outcomes=outcomes))
            start += len(part)
        return receipts

    async def _taken(self, tenant: Tenant, events: Sequence[Event]) -> Receipt:
        rules = self._current()
        now = self._clock.now()
        span, received = Span.at(now, self._retention), epoch_micros(now)
        kinds = await self._known.kinds(tenant, {event.asset for event in events}, rules.ontology)

        def check() -> _Checked:
            return _checked(events, rules, kinds, span, received)

        checked = await asyncio.to_thread(check) if len(events) > BRIEF else check()
        readings = [each for of in checked.readings for each in of]
        if not readings:
            return Receipt(revision=0, outcomes=_outcomes(events, checked, frozenset(), frozenset()))
        if self._history is not None:
            await self._history.append(tenant, [_point(each) for each in readings])
        applied = await self._applied(tenant, readings)
        if applied.current:
            self._committed(Committed(tenant=tenant, revision=applied.revision, readings=applied.current))
        current = frozenset(map(id, applied.current))
        return Receipt(revision=applied.revision, outcomes=_outcomes(events, checked, current, applied.missing))

    async def _applied(self, tenant: Tenant, readings: list[Reading]) -> Applied:
        assets = {each.asset for each in readings}
        applied = await self._store.apply(tenant, readings, new=self._known.without_state(tenant, assets))
        self._known.have_state(tenant, assets - applied.missing)
        if applied.missing:
            # Deleted, or deleted and made anew, since it was looked at.
            self._known.forget(tenant)
        return applied

    def _current(self) -> EventRules:
        ontology = self._ontology()
        if self._rules is None or self._rules.ontology is not ontology:
            self._rules = EventRules(ontology)
            self._known.forget_all()
        return self._rules


def _checked(events: Sequence[Event], rules: EventRules, kinds: dict[str, str], span: Span, received: int) -> _Checked:
    checked = _Checked([], [])
    for event in events:
        try:
            readings = rules.check(event, kinds.get(event.asset), span, received=received)
        except TwinError as refusal:
            readings = ()
            checked.outcomes.append(refusal.problem)
        else:
            checked.outcomes.append(None)
        checked.readings.append(readings)
    return checked


def _outcomes(
    events: Sequence[Event], checked: _Checked, current: frozenset[int], missing: frozenset[str]
) -> tuple[Outcome, ...]:
    found: list[Outcome] = []
    for event, outcome, readings in zip(events, checked.outcomes, checked.readings, strict=True):
        if outcome is not None:
            found.append(outcome)
        elif event.asset in missing:
            found.append(_vanished(event.asset))
        else:
            found.append(Taken.CURRENT if any(id(each) in current for each in readings) else Taken.LATE)
    return tuple(found)


def _vanished(asset: str) -> Problem:
    return Problem(
        code="UNKNOWN_ASSET",
        message=f"{asset} was deleted while its event was taken",
        place="subject",
        hint="If it is there again, send the event again",
    )


def _point(reading: Reading) -> Point:
    return Point(
        asset=reading.asset,
        channel=reading.channel,
        time=reading.time,
        epoch=reading.epoch,
        sequence=reading.sequence,
        event=reading.event,
        source=reading.source,
        value=reading.value,
        quality=reading.quality,
    )
