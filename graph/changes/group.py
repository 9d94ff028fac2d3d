"""Group commit: change sets that wait at the same moment for one tenant share a transaction.

Writers of one tenant queue up at its counter anyway; together they pay for one commit. Each is still judged and
refused alone. If a shared transaction fails all the same, its change sets run singly, so that none suffers for another.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from graph.changes.errors import OntologyChanged, TooManyWaiting, WritingStopped
from graph.changes.request import Outcome, Request
from graph.database import CommitUnknown, DatabaseUnreachable
from graph.identity import Tenant

Commit: TypeAlias = Callable[[Tenant, Sequence[Request]], Awaitable[list[Outcome]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How much may wait and share: change sets waiting for a tenant, and sets and changes of one transaction."""

    waiting: int = 1_000
    sets: int = 128
    changes: int = 2_000


@dataclass(frozen=True, slots=True)
class _Ticket:
    request: Request
    answer: asyncio.Future[Outcome]


class GroupCommit:
    """Collects requests per tenant and hands them to `commit` together. `grouped=False` hands over each alone."""

    def __init__(self, commit: Commit, *, grouped: bool = True, waiting: Waiting) -> None:
        self._commit = commit
        self._grouped = grouped
        self._limits = waiting
        self._queues: dict[Tenant, deque[_Ticket]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped = False

    async def submit(self, tenant: Tenant, request: Request) -> Outcome:
        """Wait until `request` is committed or refused.

        Whoever is cancelled while waiting in the queue takes the request out of it; what runs already is finished.
        Raises TooManyWaiting, WritingStopped, or what the commit raised.
        """
        if self._stopped:
            raise WritingStopped("The service is shutting down", hint="Send the change set again in a moment")
        ticket = _Ticket(request, asyncio.get_running_loop().create_future())
        if self._grouped:
            self._enqueue(tenant, ticket)
        else:
            self._start(self._settle(tenant, [ticket]))
        return await ticket.answer

    async def close(self) -> None:
        """Take nothing more; return when all that was taken is done."""
        self._stopped = True
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _enqueue(self, tenant: Tenant, ticket: _Ticket) -> None:
        queue = self._queues.get(tenant)
        if queue is None:
            queue = self._queues[tenant] = deque()
            self._start(self._drain(tenant, queue))
        elif len(queue) >= self._limits.waiting:
            raise TooManyWaiting(
                f"{len(queue)} change sets wait already",
                expected=f"at most {self._limits.waiting} waiting for one tenant",
                hint="Send fewer at a time, or several changes in one change set; then try again",
            )
        queue.append(ticket)

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, tenant: Tenant, queue: deque[_Ticket]) -> None:
        # Whoever is ready at this moment gets in before the first transaction starts.
        await asyncio.sleep(0)
        while tickets := self._next(queue):
            await self._settle(tenant, tickets)
        del self._queues[tenant]

    def _next(self, queue: deque[_Ticket]) -> list[_Ticket]:
        taken: list[_Ticket] = []
        changes = 0
        while queue and len(taken) < self._limits.sets:
            size = len(queue[0].request.change_set.changes)
            if taken and changes + size > self._limits.changes:
                break
            ticket = queue.popleft()
            if not ticket.answer.cancelled():
                taken.append(ticket)
                changes += size
        return taken

    async def _settle(self, tenant: Tenant, tickets: Sequence[_Ticket]) -> None:
        error = await self._run(tenant, tickets)
        if error is None:
            return
        if len(tickets) == 1 or isinstance(error, _FOR_ALL):
            _fail(tickets, error)
        else:
            await self._singly(tenant, tickets)

    async def _singly(self, tenant: Tenant, tickets: Sequence[_Ticket]) -> None:
        # One after the other: side by side they would wait for the same counter, each on a connection of the pool.
        for position, ticket in enumerate(tickets):
            if ticket.answer.done():
                continue
            error = await self._run(tenant, [ticket])
            if isinstance(error, DatabaseUnreachable):
                _fail(tickets[position:], error)
                return
            if error is not None:
                _fail([ticket], error)

    async def _run(self, tenant: Tenant, tickets: Sequence[_Ticket]) -> Exception | None:
        """Commit together and hand out the outcomes, or return why it failed."""
        try:
            outcomes = await self._commit(tenant, [ticket.request for ticket in tickets])
        except Exception as error:  # noqa: BLE001  handed to whoever waits
            return error
        for ticket, outcome in zip(tickets, outcomes, strict=True):
            if not ticket.answer.done():
                ticket.answer.set_result(outcome)
        return None


_FOR_ALL = (CommitUnknown, DatabaseUnreachable, OntologyChanged)
"""What no single change set can be to blame for, or must not be tried again after."""


def _fail(tickets: Sequence[_Ticket], error: Exception) -> None:
    for ticket in tickets:
        if not ticket.answer.done():
            ticket.answer.set_exception(error)
