"""The door of events for whoever holds a principal: events in, what became of each out.

What is accepted is durable: history first, which takes the same twice as once, then the states in one transaction. Who
sends an event again after a breakdown changes nothing by it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from typing import Final

from structlog.stdlib import get_logger

from graph.access.principal import Principal, Scope
from graph.clock import Clock, epoch_micros
from graph.database import Database
from graph.errors import Problem, TwinError
from graph.identity import Tenant
from graph.ontology.model import Ontology
from graph.state.batches import Batches, Part, Waiting, overlapping
from graph.state.checking import EventRules, Span
from graph.state.errors import EventsRefused
from graph.state.event import Event, Reading
from graph.state.history import Keeping
from graph.state.known import FRESH_SECONDS, KnownAssets
from graph.state.positions import Step
from graph.state.ready import Checked, Ready
from graph.state.receipt import Committed, Outcome, Receipt, Taken
from graph.state.sifting import PAUSES, REFUSALS, Sieve
from graph.state.store import Applied, StateStore

CHUNK: Final = 1_000
"""Events of one request that share a transaction at most: a longer one is taken in pieces."""

BRIEF: Final = 1_000
"""Values that are checked in less time than a thread is worth: some three microseconds each."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    events: Sequence[Event]
    parts: Sequence[Part]
    checked: Checked
    readings: list[Reading]


def _untold(_committed: Committed) -> None:
    """Tell nobody."""


class StateService:
    """Takes events; those that wait at the same moment for one tenant share a transaction.

    `ontology` gives the current ontology whenever it is asked. `history` gives who is told of everything first;
    events before its horizon are refused. `committed` is told of what became current as soon as it is committed;
    it must not block.
    """

    def __init__(
        self,
        database: Database,
        ontology: Callable[[], Ontology],
        clock: Clock,
        *,
        history: Callable[[], Keeping] | None = None,
        committed: Callable[[Committed], None] = _untold,
        waiting: Waiting | None = None,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._store = StateStore(database)
        self._ontology = ontology
        self._clock = clock
        self._history = history
        self._committed = committed
        self._pauses = pauses
        self._rules: EventRules | None = None
        self._known = KnownAssets(self._store)
        self._batches = Batches(self._prepare, self._commit, waiting=waiting or Waiting())

    async def ingest(self, principal: Principal, events: Sequence[Event]) -> Receipt:
        """Take events about assets of the principal's tenant; returns once what was accepted is committed.

        Each is accepted whole or refused alone, also where it is a database that refuses it again and again and takes
        others. Raises Forbidden without scope operate, TooManyEvents, and what the database or the history raise: then
        some may have been taken, and to send all again is right.
        """
        principal.demand(Scope.OPERATE)
        if not events:
            return Receipt(revision=0, outcomes=())
        if len(events) <= CHUNK:
            return await self._taken(principal.tenant, events)
        starts = range(0, len(events), CHUNK)
        receipts = await overlapping(self._taken(principal.tenant, events[start : start + CHUNK]) for start in starts)
        return Receipt(
            revision=max((each.revision for each in receipts), default=0),
            outcomes=tuple(chain.from_iterable(each.outcomes for each in receipts)),
        )

    async def prepare(self, principal: Principal, events: Sequence[Event]) -> Ready | None:
        """Check events that are to be taken with steps, and tell history of them, while others are taken before them.

        None where one of them can't be taken. Raises what `ingest` does.
        """
        principal.demand(Scope.OPERATE)
        history, rules, now = self._kept(), self._current(), epoch_micros(self._clock.now())
        checked = await self._judged(principal.tenant, events, history)
        if any(isinstance(each, Problem) for each in checked.outcomes):
            return None
        await _tell(history, principal.tenant, list(chain.from_iterable(checked.readings)))
        return Ready(checked, rules, now)

    async def ingest_with(
        self, principal: Principal, events: Sequence[Event], steps: Sequence[Step], *, ready: Ready | None = None
    ) -> Receipt:
        """Take events that were read from partitions, and the steps in these, in one transaction: all or nothing.

        `ready` is what `prepare` made of these events; it is made anew where much time has passed since.

        Raises EventsRefused where one of the events can't be taken, PositionLost where a partition is another's by
        now, and what `ingest` does. History may have what was not taken then: it takes the same twice as once.
        """
        principal.demand(Scope.OPERATE)
        return await self._batches.submit(principal.tenant, Part(events=events, steps=steps, ready=ready))

    async def check(self, principal: Principal, events: Sequence[Event]) -> tuple[Problem | None, ...]:
        """Return why each event would be refused, None where it would be taken; nothing is written."""
        principal.demand(Scope.OPERATE)
        checked = await self._judged(principal.tenant, events, self._kept())
        return tuple(each if isinstance(each, Problem) else None for each in checked.outcomes)

    async def close(self) -> None:
        """Take no more events and finish those that were taken."""
        await self._batches.close()

    async def _taken(self, tenant: Tenant, events: Sequence[Event]) -> Receipt:
        """Take events; of those that a database refuses together, all that it takes without the others."""

        async def take(some: Sequence[Event]) -> Receipt:
            return await self._batches.submit(tenant, Part(events=some, apart=True))

        try:
            return await self._batches.submit(tenant, Part(events=events))
        except REFUSALS as refusal:
            sieve = Sieve(take=take, probe=partial(self._store.probe, tenant), pauses=self._pauses)
            return await sieve.sift(events, refusal)

    async def _judged(self, tenant: Tenant, events: Sequence[Event], history: Keeping | None) -> Checked:
        rules = self._current()
        now = self._clock.now()
        span = Span.at(now, oldest=None if history is None else history.horizon)
        kinds = await self._known.kinds(tenant, {event.asset for event in events}, rules.ontology)

        def check() -> Checked:
            return _checked(events, rules, kinds, span, epoch_micros(now))

        return await asyncio.to_thread(check) if sum(len(event.values) for event in events) > BRIEF else check()

    async def _prepare(self, tenant: Tenant, parts: Sequence[Part]) -> _Prepared:
        """Check the events of several requests, and tell history of what is right in them."""
        ready = parts[0].ready
        if len(parts) == 1 and ready is not None and self._holds(ready):
            return _Prepared(parts[0].events, parts, ready.checked, list(chain.from_iterable(ready.checked.readings)))
        events = [event for part in parts for event in part.events]
        history = self._kept()
        checked = await self._judged(tenant, events, history)
        readings = list(chain.from_iterable(checked.readings))
        if any(part.steps for part in parts):
            _demand_all(checked.outcomes)
        await _tell(history, tenant, readings)
        return _Prepared(events, parts, checked, readings)

    def _holds(self, ready: Ready) -> bool:
        """Whether what was checked then is still checked: as long as types of assets are taken to stay as they were."""
        passed = epoch_micros(self._clock.now()) - ready.moment
        return ready.rules is self._current() and 0 <= passed < FRESH_SECONDS * 1e6

    def _kept(self) -> Keeping | None:
        return None if self._history is None else self._history()

    async def _commit(self, tenant: Tenant, prepared: _Prepared) -> list[Receipt]:
        """Take what was prepared into the states; returns a receipt for each request."""
        applied = Applied(revision=0, current=(), missing=frozenset())
        steps = [step for part in prepared.parts for step in part.steps]
        if prepared.readings or steps:
            applied = await self._applied(tenant, prepared.readings, steps)
            if applied.current:
                self._committed(Committed(tenant=tenant, revision=applied.revision, readings=applied.current))
        outcomes = iter(_outcomes(prepared, applied))
        return [
            Receipt(revision=applied.revision, outcomes=tuple(islice(outcomes, len(part.events))))
            for part in prepared.parts
        ]

    async def _applied(self, tenant: Tenant, readings: list[Reading], steps: Sequence[Step]) -> Applied:
        applied = await self._apply(tenant, readings, steps)
        if not applied.missing:
            return applied
        if steps:
            self._known.forget(tenant)
            raise _refused([_vanished(asset) for asset in sorted(applied.missing)])
        # Deleted since it was looked at, and perhaps made anew: then it has no state yet, and is tried once more.
        self._known.forget(tenant)
        there = await self._known.kinds(tenant, applied.missing, self._current().ontology)
        again = [each for each in readings if each.asset in there]
        if not again:
            return applied
        second = await self._apply(tenant, again, ())
        return Applied(
            revision=max(applied.revision, second.revision),
            current=(*applied.current, *second.current),
            missing=applied.missing - there.keys() | second.missing,
        )

    async def _apply(self, tenant: Tenant, readings: list[Reading], steps: Sequence[Step]) -> Applied:
        assets = {each.asset for each in readings}
        applied = await self._store.apply(tenant, readings, new=self._known.without_state(tenant, assets), steps=steps)
        if not (steps and applied.missing):
            self._known.have_state(tenant, assets - applied.missing)
        return applied

    def _current(self) -> EventRules:
        ontology = self._ontology()
        if self._rules is None or self._rules.ontology is not ontology:
            self._rules = EventRules(ontology)
            self._known.forget_all()
        return self._rules


def _checked(events: Sequence[Event], rules: EventRules, kinds: dict[str, str], span: Span, received: int) -> Checked:
    checked = Checked([], [])
    for event in events:
        try:
            readings = rules.check(event, kinds.get(event.asset), span, received=received)
        except TwinError as refusal:
            readings = ()
            checked.outcomes.append(refusal.problem)
        except (ArithmeticError, TypeError, ValueError):
            # Nothing that one event says may stop its neighbours.
            get_logger("twin.state").exception("an event can't be checked", asset=event.asset[:80])
            readings = ()
            checked.outcomes.append(Problem(code="EVENT_INVALID", message="The event can't be checked"))
        else:
            checked.outcomes.append(None)
        checked.readings.append(readings)
    return checked


async def _tell(history: Keeping | None, tenant: Tenant, readings: Sequence[Reading]) -> None:
    if history is not None and readings:
        await history.append(tenant, readings)


def _outcomes(prepared: _Prepared, applied: Applied) -> list[Outcome]:
    checked = prepared.checked
    if len(applied.current) == len(prepared.readings):  # all of them
        return [Taken.CURRENT if outcome is None else outcome for outcome in checked.outcomes]
    current = frozenset(map(id, applied.current))
    found: list[Outcome] = []
    for event, outcome, readings in zip(prepared.events, checked.outcomes, checked.readings, strict=True):
        if outcome is not None:
            found.append(outcome)
        elif event.asset in applied.missing:
            found.append(_vanished(event.asset))
        else:
            found.append(Taken.CURRENT if any(id(each) in current for each in readings) else Taken.LATE)
    return found


def _demand_all(outcomes: Sequence[Outcome | None]) -> None:
    problems = [each for each in outcomes if isinstance(each, Problem)]
    if problems:
        raise _refused(problems)


def _refused(problems: Sequence[Problem]) -> EventsRefused:
    return EventsRefused("Of events that were to be taken together some can't be", tuple(problems))


def _vanished(asset: str) -> Problem:
    return Problem(
        code="UNKNOWN_ASSET",
        message=f"{asset} was deleted while its event was taken",
        place="subject",
        hint="If it is there again, send the event again",
    )
