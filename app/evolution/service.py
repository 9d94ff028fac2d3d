"""Planning, applying and completing for architects without a password of the database.

A run is a task of the service: who asked for it may hang up, and it goes on to its end. One runs at a time, on all
services of a database: the lease sees to that.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum

import structlog

import migrations
from graph.access import Principal, Scope
from graph.clock import Clock
from graph.database import Database
from graph.errors import TwinError, Unavailable
from graph.identity import Tenant
from migrations import Applied, DataInTheWay, Forecast, Project, Undone
from migrations.errors import StepFailed
from migrations.gate import WINDOW_DAYS, Force, Gate, Interface, Verdict
from migrations.governance import Entry
from migrations.steps import Breach


class Verb(StrEnum):
    """What a run does."""

    APPLY = "apply"
    COMPLETE = "complete"
    ROLLBACK = "rollback"
    ABORT = "abort"
    RESUME = "resume"


class RunRefused(Unavailable):
    """The service is stopping, and begins no run any more."""

    code = "MIGRATIONS_STOPPING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What applying (or completing) would do to data, and to consumers; `verdict` is None where nothing is judged."""

    forecast: Forecast
    verdict: Verdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked of a run beside its verb.

    `force` and `window` are for completing; `to` (None: the version before) and `erase` for taking versions back.
    """

    force: Force | None = None
    window: int = WINDOW_DAYS
    to: str | None = None
    erase: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A run that was begun: who asked for it, and its task."""

    verb: Verb
    by: str
    task: asyncio.Task[Applied | Undone]

    async def ended(self, within: float | None = None) -> Applied | Undone | None:
        """Return what the run did, or None where it goes on after so many seconds; raise what it failed for."""
        await asyncio.wait([self.task], timeout=within)
        return self.task.result() if self.task.done() else None


class Evolution:
    """What architects ask of the service. `load` reads the project's files, in a thread."""

    def __init__(
        self,
        database: Database,
        load: Callable[[], Project],
        interface: Interface,
        clock: Clock,
        *,
        share: float = 1.0,
    ) -> None:
        self._database = database
        self._load = load
        self._interface = interface
        self._clock = clock
        self._share = share
        self._tasks: set[asyncio.Task[Applied | Undone]] = set()
        self._stopping = False
        self._log = structlog.stdlib.get_logger("twin.migrations")

    async def plan(self, principal: Principal, *, complete: bool = False, window: int = WINDOW_DAYS) -> Outlook:
        """Return what a run would do now; changes nothing.

        Raises Forbidden, ProjectInvalid, and what the plan refuses.
        """
        principal.demand(Scope.ARCHITECT)
        project = await asyncio.to_thread(self._load)
        found = await migrations.forecast(project, self._database, complete=complete)
        verdict = await migrations.judged(self._gate(project, window), found.plan)
        own = replace(
            found,
            breaches=_own(found.breaches, principal.tenant),
            later=_own(found.later, principal.tenant),
            unmet=tuple(replace(each, actual=None) if each.code == StepFailed.code else each for each in found.unmet),
        )
        return Outlook(forecast=own, verdict=verdict)

    def begin(self, principal: Principal, verb: Verb, wish: Wish | None = None) -> Run:
        """Begin a run and return it; what it is refused for is raised by `Run.ended`. Raises Forbidden, RunRefused."""
        principal.demand(Scope.ARCHITECT)
        if self._stopping:
            raise RunRefused("The service is stopping", hint="Ask again in a moment; nothing was begun")
        task = asyncio.create_task(self._run(verb, principal.name, wish or Wish()))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return Run(verb, principal.name, task)

    async def pause(self, principal: Principal) -> str:
        """Let what is under way stop at its next page, and return its version. Raises Forbidden, MigrationRefused."""
        principal.demand(Scope.ARCHITECT)
        self._log.info("a migration is paused", principal=principal.name)
        return await migrations.pause(self._database, actor=principal.name)

    async def approve(self, principal: Principal, revision: str) -> Entry:
        """Record that the principal approves a version, and return the entry. Raises what `migrations.approve` does."""
        principal.demand(Scope.ARCHITECT)
        project = await asyncio.to_thread(self._load)
        return await migrations.approve(project, self._database, revision, by=principal.name, clock=self._clock)

    async def close(self, seconds: float) -> None:
        """Wait so long for runs to end, then stop them: whoever runs again goes on where they were."""
        self._stopping = True
        tasks = list(self._tasks)
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, verb: Verb, by: str, wish: Wish) -> Applied | Undone:
        self._log.info("a migration is asked for", verb=verb.value, principal=by)
        try:
            project = await asyncio.to_thread(self._load)
            done = await self._done(verb, project, by, wish)
        except TwinError as error:
            self._log.warning("a migration was refused", verb=verb.value, principal=by, code=error.code)
            _leave_out_names(error)
            raise
        self._log.info("a migration ended", verb=verb.value, principal=by, revision=done.revision)
        return done

    async def _done(self, verb: Verb, project: Project, by: str, wish: Wish) -> Applied | Undone:
        database, clock, owner = self._database, self._clock, run_owner()
        match verb:
            case Verb.APPLY:
                return await migrations.apply(project, database, owner=owner, actor=by, clock=clock, share=self._share)
            case Verb.COMPLETE:
                gate = self._gate(project, wish.window)
                return await migrations.complete(
                    project,
                    database,
                    owner=owner,
                    actor=by,
                    clock=clock,
                    share=self._share,
                    gate=gate,
                    force=wish.force,
                )
            case Verb.ROLLBACK:
                return await migrations.rollback(
                    project,
                    database,
                    owner=owner,
                    actor=by,
                    clock=clock,
                    share=self._share,
                    to=wish.to,
                    erase=wish.erase,
                )
            case Verb.ABORT:
                return await migrations.abort(
                    project, database, owner=owner, actor=by, clock=clock, share=self._share, erase=wish.erase
                )
            case Verb.RESUME:
                gate = self._gate(project, wish.window)
                return await migrations.resume(
                    project,
                    database,
                    owner=owner,
                    actor=by,
                    clock=clock,
                    share=self._share,
                    gate=gate,
                    force=wish.force,
                )

    def _gate(self, project: Project, window: int) -> Gate:
        return Gate(
            interface=self._interface,
            database=self._database,
            clock=self._clock,
            project=project.path,
            window=window,
        )


def run_owner() -> str:
    """Return a name for a run that no other has."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def _own(found: Sequence[tuple[str, Breach]], tenant: Tenant) -> tuple[tuple[str, Breach], ...]:
    """What is in the way, with samples of the caller's tenant alone."""
    return tuple(
        (revision, replace(each, samples=tuple(ids for ids in each.samples if ids[0] == str(tenant))))
        for revision, each in found
    )


def _leave_out_names(error: TwinError) -> None:
    """How many are in the way is for every architect to know; what other tenants call theirs, and hold, is not."""
    if isinstance(error, DataInTheWay):
        shown = ((each, (each.actual or "").partition(", e.g. ")[0]) for each in error.problems)
        error.problems = tuple(replace(each, actual=actual) for each, actual in shown)
    elif isinstance(error, StepFailed):
        error.actual = None
