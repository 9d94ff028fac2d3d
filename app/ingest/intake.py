"""Takes decoded events of any transport: what was wrong with some and what became of the others, in one answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from graph.access import Principal
from graph.clock import Clock, epoch_micros
from graph.errors import Problem
from graph.identity import Tenant
from graph.state import Event, EventsRefused, Outcome, Ready, Receipt, Step, Taken

Decoded: TypeAlias = Event | Problem
_ATTEMPTS: Final = 5


class Taking(Protocol):
    """Takes events, as `graph.state.StateService` does."""

    async def ingest(self, principal: Principal, events: Sequence[Event]) -> Receipt:
        """Take events; returns once what was accepted is committed."""
        ...


class TakingWithSteps(Protocol):
    """Takes events that were read from partitions, as `graph.state.StateService` does."""

    async def check(self, principal: Principal, events: Sequence[Event]) -> tuple[Problem | None, ...]:
        """Return why each event would be refused, None where it would be taken; nothing is written."""
        ...

    async def prepare(self, principal: Principal, events: Sequence[Event]) -> Ready | None:
        """Do what can be done before it is their turn; None where one of them can't be taken."""
        ...

    async def ingest_with(
        self, principal: Principal, events: Sequence[Event], steps: Sequence[Step], *, ready: Ready | None = None
    ) -> Receipt:
        """Take events, and the steps with them: all or nothing. Raises EventsRefused, PositionLost."""
        ...


class Noted(Protocol):
    """Is told of events that were taken or refused: for metrics."""

    def events(self, tenant: Tenant, transport: str, outcome: str, count: int) -> None:
        """Count what became of events: CURRENT, LATE or a code."""
        ...

    def queryable(self, tenant: Tenant, transport: str, *, since_event: Sequence[float], since_receipt: float) -> None:
        """Events can be asked for, each so many seconds after its own time, all so many after their receipt."""
        ...

    def heard(self, tenant: Tenant, source: str, received: float) -> None:
        """An event of a source was taken, received so many seconds after 1970."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of all that came, in its order."""

    revision: int
    outcomes: tuple[Outcome, ...]

    @property
    def accepted(self) -> int:
        """How many are durable now."""
        return sum(isinstance(each, Taken) for each in self.outcomes)

    @property
    def late(self) -> int:
        """How many of these are history alone."""
        return sum(each is Taken.LATE for each in self.outcomes)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why the others were refused; each names its place among all, counted from 0, as `change`."""
        return tuple(_placed(each, index) for index, each in enumerate(self.outcomes) if isinstance(each, Problem))


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """What became of events that were taken without a step: why some were refused, and how the others were taken."""

    problems: list[Problem]
    events: list[Decoded]
    told: Told


class Intake:
    """Takes what a transport decoded, and tells the metrics."""

    def __init__(self, states: Taking, clock: Clock, noted: Noted | None = None) -> None:
        self._states = states
        self._clock = clock
        self._noted = noted

    async def take(
        self, principal: Principal, decoded: Sequence[Decoded], *, transport: str, received: int | None = None
    ) -> Told:
        """Take the events among `decoded`; returns when they are committed. Raises what `Taking.ingest` does.

        `received` is when they came, in microseconds since 1970: now, unless the transport knows better.
        """
        came = epoch_micros(self._clock.now()) if received is None else received
        told = await self.untold(principal, decoded)
        self.note(principal.tenant, decoded, told, transport=transport, came=came)
        return told

    async def untold(self, principal: Principal, decoded: Sequence[Decoded]) -> Told:
        """Take events without telling the metrics; arguments and errors as of `take`."""
        receipt = await self._states.ingest(principal, [each for each in decoded if isinstance(each, Event)])
        outcomes = iter(receipt.outcomes)
        return Told(
            revision=receipt.revision,
            outcomes=tuple([next(outcomes) if isinstance(each, Event) else each for each in decoded]),
        )

    def note(self, tenant: Tenant, decoded: Sequence[Decoded], told: Told, *, transport: str, came: int) -> None:
        """Tell the metrics what became of what came at `came`, microseconds since 1970."""
        if self._noted is None:
            return
        now = epoch_micros(self._clock.now())
        taken = [
            (event, outcome)
            for event, outcome in zip(decoded, told.outcomes, strict=True)
            if isinstance(outcome, Taken) and isinstance(event, Event)
        ]
        current = [(now - event.time) / 1e6 for event, outcome in taken if outcome is Taken.CURRENT]
        if current:
            self._noted.queryable(tenant, transport, since_event=current, since_receipt=(now - came) / 1e6)
        for source in {event.source for event, _ in taken}:
            self._noted.heard(tenant, source, came / 1e6)
        names = Counter([each.value if isinstance(each, Taken) else each.code for each in told.outcomes])
        for name, count in names.items():
            self._noted.events(tenant, transport, name, count)


class PartitionIntake:
    """Takes what was read from partitions of a log: where these stand is written with what came of it, or neither is.

    What is refused is parked before, so that a step is never taken over something that is nowhere.
    """

    def __init__(self, states: TakingWithSteps, intake: Intake) -> None:
        self._states = states
        self._intake = intake

    async def take(
        self,
        principal: Principal,
        decoded: Sequence[Decoded],
        steps: Sequence[Step],
        *,
        park: Callable[[Sequence[Decoded]], Awaitable[None]],
        origin: tuple[str, int],
        ready: Ready | None = None,
    ) -> None:
        """Take the events among `decoded` and the steps; returns when they are committed. `ready` is of `prepare`.

        `park` is given all of them in their order, each an event that will be taken or why it is not; it may be called
        again with the same. `origin` is the transport, and when they came. Raises PositionLost, and what `Taking` does.
        """
        transport, came = origin
        sound = not any(isinstance(each, Problem) for each in decoded)
        for attempt in range(_ATTEMPTS):
            # Most often nothing is wrong: then all are taken as they came, and are refused before anything is written
            # if something is.
            judged = decoded if sound and not attempt else await self._judged(principal, decoded)
            await park(judged)
            try:
                receipt = await self._states.ingest_with(
                    principal,
                    [each for each in judged if isinstance(each, Event)],
                    steps,
                    ready=None if attempt else ready,
                )
            except EventsRefused:  # what was so when it was checked isn't so any more, and nothing was taken
                if attempt == _ATTEMPTS - 1:
                    raise
                continue
            taken = iter(receipt.outcomes)
            outcomes = tuple([next(taken) if isinstance(each, Event) else each for each in judged])
            told = Told(revision=receipt.revision, outcomes=outcomes)
            self._intake.note(principal.tenant, decoded, told, transport=transport, came=came)
            return

    async def prepare(self, principal: Principal, decoded: Sequence[Decoded]) -> Ready | None:
        """Do what can be done before it is their turn; None where one of them can't be taken. Raises as `take`."""
        if any(isinstance(each, Problem) for each in decoded):
            return None
        return await self._states.prepare(principal, [each for each in decoded if isinstance(each, Event)])

    async def apart(self, principal: Principal, decoded: Sequence[Decoded]) -> Apart:
        """Take the events among `decoded` without any step, and tell no metrics: until a step is taken they come again.

        For what a database refuses together: it is sorted out, and to take the same again with a step changes nothing.
        """
        told = await self._intake.untold(principal, decoded)
        both = list(zip(decoded, told.outcomes, strict=True))
        return Apart(
            problems=[outcome for _, outcome in both if isinstance(outcome, Problem)],
            events=[each for each, outcome in both if isinstance(outcome, Taken)],
            told=Told(revision=told.revision, outcomes=tuple([each for _, each in both if isinstance(each, Taken)])),
        )

    def note(self, tenant: Tenant, apart: Apart, *, origin: tuple[str, int]) -> None:
        """Tell the metrics of what was taken apart, after the step; `take` tells of what it was given as problems."""
        transport, came = origin
        self._intake.note(tenant, apart.events, apart.told, transport=transport, came=came)

    async def _judged(self, principal: Principal, decoded: Sequence[Decoded]) -> list[Decoded]:
        problems = iter(await self._states.check(principal, [each for each in decoded if isinstance(each, Event)]))
        return [(next(problems) or each) if isinstance(each, Event) else each for each in decoded]


def _placed(problem: Problem, index: int) -> Problem:
    place = f"events[{index}]" + (f".{problem.place}" if problem.place else "")
    return Problem(
        code=problem.code,
        message=problem.message,
        place=place,
        change=index,
        expected=problem.expected,
        actual=problem.actual,
        hint=problem.hint,
    )
