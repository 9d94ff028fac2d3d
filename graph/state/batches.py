"""Events that wait at the same moment for one tenant share a transaction; nobody's wait in memory without bound.

Where a database refuses what shares one, its requests are halved until the one that is to blame is alone.

Taking them has two steps, of which the first (checking, history) of one batch is done while the second (the states) of
the one before is under way: at once where it is full, else as soon as that was begun. Each step is done for one batch
of a tenant at a time, in their order.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar

from graph.errors import Unavailable
from graph.identity import Tenant
from graph.state.errors import TooManyEvents
from graph.state.event import Event
from graph.state.positions import Step
from graph.state.ready import Ready
from graph.state.receipt import Receipt
from graph.state.sifting import REFUSALS

P = TypeVar("P")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Events that were handed in together. With `steps` they are taken all or none.

    What has steps, and what is to be `apart`, shares its transaction with nobody else's. `ready` is what was prepared
    of it already.
    """

    events: Sequence[Event]
    steps: Sequence[Step] = ()
    apart: bool = False
    ready: Ready | None = None

    @property
    def alone(self) -> bool:
        """Whether it shares its transaction with nobody."""
        return self.apart or bool(self.steps)


Prepare: TypeAlias = Callable[[Tenant, Sequence[Part]], Awaitable[P]]
Commit: TypeAlias = Callable[[Tenant, P], Awaitable[list[Receipt]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many events may wait for one tenant, and how many may share a transaction."""

    waiting: int = 50_000
    shared: int = 1_000


@dataclass(slots=True)
class _Ticket:
    part: Part
    answer: asyncio.Future[Receipt]
    sharing: int
    """How many may share a transaction with it: fewer where some that did were refused."""


@dataclass(slots=True)
class _Queue:
    tickets: deque[_Ticket] = field(default_factory=deque[_Ticket])
    events: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by whoever hands something in, and when a transaction has ended."""

    def full(self, shared: int) -> bool:
        """Whether what waits makes a batch that nothing more would be added to."""
        return bool(self.tickets) and (self.tickets[0].part.alone or self.events >= shared)

    def halve(self, tickets: Sequence[_Ticket]) -> None:
        """Put back what was refused together, to be taken in two halves."""
        for each in tickets:
            each.sharing = len(tickets) // 2
        self.tickets.extendleft(reversed(tickets))
        self.events += sum(len(each.part.events) for each in tickets)


class Batches(Generic[P]):
    """Collects events per tenant and hands them to `prepare` together, the requests' apart, and then to `commit`."""

    def __init__(self, prepare: Prepare[P], commit: Commit[P], *, waiting: Waiting) -> None:
        self._prepare = prepare
        self._commit = commit
        self._limits = waiting
        self._queues: dict[Tenant, _Queue] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped = False

    async def submit(self, tenant: Tenant, part: Part) -> Receipt:
        """Return what became of the part once it is committed. Raises TooManyEvents, or what taking them did.

        Whoever is cancelled while waiting takes them out of the queue; what is being taken goes on.
        """
        queue = self._queues.get(tenant)
        waiting = 0 if queue is None else queue.events
        if self._stopped or (waiting and waiting + len(part.events) > self._limits.waiting):
            raise _too_many(self._limits.waiting, waiting, stopped=self._stopped)
        ticket = _Ticket(part, asyncio.get_running_loop().create_future(), self._limits.shared)
        if queue is None:
            queue = self._queues[tenant] = _Queue()
            task = asyncio.create_task(self._drain(tenant, queue))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        queue.tickets.append(ticket)
        queue.events += len(part.events)
        queue.changed.set()
        return await ticket.answer

    async def close(self) -> None:
        """Take nothing more; return when all that was handed in is done."""
        self._stopped = True
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _drain(self, tenant: Tenant, queue: _Queue) -> None:
        # Whoever is ready at this moment gets in before the first transaction starts.
        await asyncio.sleep(0)
        before: asyncio.Task[None] | None = None
        while True:
            while tickets := self._next(queue):
                try:
                    prepared = await self._prepare(tenant, [ticket.part for ticket in tickets])
                except Exception as error:  # noqa: BLE001  handed to whoever waits
                    _refuse(queue, tickets, error)
                    continue
                if before is not None:
                    await before
                before = asyncio.create_task(self._settle(tenant, queue, tickets, prepared))
                before.add_done_callback(lambda _: queue.changed.set())
            if before is None:
                break
            # What comes meanwhile is prepared at once where it is a whole batch; else more is waited for, to share it.
            while not (before.done() or queue.full(self._limits.shared)):
                queue.changed.clear()
                await queue.changed.wait()
            if before.done():
                before = None
        del self._queues[tenant]

    def _next(self, queue: _Queue) -> list[_Ticket]:
        taken: list[_Ticket] = []
        size = 0
        while queue.tickets:
            ticket = queue.tickets[0]
            if taken and not (_may_share(taken, ticket) and size + len(ticket.part.events) <= self._limits.shared):
                break
            queue.tickets.popleft()
            queue.events -= len(ticket.part.events)
            if not ticket.answer.cancelled():
                taken.append(ticket)
                size += len(ticket.part.events)
        return taken

    async def _settle(self, tenant: Tenant, queue: _Queue, tickets: Sequence[_Ticket], prepared: P) -> None:
        try:
            for ticket, receipt in zip(tickets, await self._commit(tenant, prepared), strict=True):
                if not ticket.answer.done():
                    ticket.answer.set_result(receipt)
        except Exception as error:  # noqa: BLE001  handed to whoever waits
            _refuse(queue, tickets, error)


async def overlapping(works: Iterable[Coroutine[Any, Any, Receipt]]) -> list[Receipt]:
    """Do works in their order, each begun while the one before is under way, and return what came of them.

    Raises what the first of them does that fails; the next is given up then, and no other is begun.
    """
    found: list[Receipt] = []
    under_way: deque[asyncio.Task[Receipt]] = deque()
    try:
        for work in works:
            under_way.append(asyncio.create_task(work))
            if len(under_way) > 1:
                found.append(await under_way.popleft())
        found += [await each for each in under_way]
    finally:
        for each in under_way:
            each.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
    return found


def _may_share(taken: Sequence[_Ticket], ticket: _Ticket) -> bool:
    first = taken[0]
    if first.part.alone or ticket.part.alone:
        return False
    return first.sharing == ticket.sharing > len(taken)


def _refuse(queue: _Queue, tickets: Sequence[_Ticket], error: Exception) -> None:
    """Tell who waits, unless one of several may be what the others failed for: that shows when they are parted."""
    if len(tickets) > 1 and (isinstance(error, REFUSALS) or not isinstance(error, Unavailable)):
        queue.halve(tickets)
        return
    for ticket in tickets:
        if not ticket.answer.done():
            ticket.answer.set_exception(error)


def _too_many(most: int, waiting: int, *, stopped: bool) -> TooManyEvents:
    if stopped:
        return TooManyEvents("The service is shutting down", hint="Send the events again in a moment")
    return TooManyEvents(
        f"{waiting} events wait already",
        expected=f"at most {most} waiting for one tenant",
        hint="Send the same again shortly: what was taken meanwhile is not taken twice",
    )
