"""Where questions that take long are computed: few at a time, the short ones first, and only while somebody waits.

Nobody can tell by its looks how long a question takes: the failure of a leaf touches nothing, that of a source all.
So each that may be short is tried on a lane of its own, for a moment (QUICK_SECONDS); one that isn't done by then goes
on as one of the long lane where that has room, and is else stopped and begun anew when it is its turn there. So a short
one never waits for a long one. The moment is one of processor time, so that a short question stays one where the
machine is busy. See `docs/adr/0012-queue-and-cancel.md`.
"""

from __future__ import annotations

import asyncio
import math
import os
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeVar

from graph.identity import Tenant
from graph.work.errors import QuestionTimedOut, TooBusy
from graph.work.lane import Ended, Lane, Outcome
from graph.work.token import Token

QUICK_SECONDS: Final = 0.1
"""Processor time that a question is tried for before it counts as a long one."""

TRIAL_PATIENCE: Final = 10
"""How many times that may pass on the clock: a question that waits for the disk or for a processor gets no further."""

T = TypeVar("T")


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkLimits:
    """How much is computed: `at_once` questions at a time (None: one a core), `line` waiting, `seconds` for each.

    The seconds count from the moment of asking. `ceilings` bound kinds that take much memory.
    """

    at_once: int | None = None
    line: int = 64
    seconds: float = 25.0
    ceilings: Mapping[str, int] | None = None


class _Slow(Exception):
    """A trial was not done in time."""


class Workers:
    """Computes questions in threads. `ended` is told of each when its thread is free again.

    `prepare` is done once, in a thread, before the first question, whose time doesn't count meanwhile. For one event
    loop; `clock` gives seconds and never goes back.
    """

    def __init__(
        self,
        limits: WorkLimits | None = None,
        *,
        ended: Callable[[Ended], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        quick_seconds: float = QUICK_SECONDS,
        prepare: Callable[[], None] | None = None,
    ) -> None:
        limits = limits or WorkLimits()
        threads = limits.at_once or cores()
        self.quick = Lane("quick", threads=threads, line=max(limits.line, threads))  # a trial is over in a moment
        self.long = Lane("long", threads=threads, line=limits.line, ceilings=limits.ceilings)
        self.background = Lane("background", threads=threads, line=sys.maxsize)
        self._threads = ThreadPoolExecutor(sum(lane.threads for lane in self.lanes), thread_name_prefix="twin-work")
        self._seconds = limits.seconds
        self._quick_seconds = quick_seconds
        self._ended = ended
        self._prepare = prepare
        self._preparing: asyncio.Future[None] | None = None
        self._clock = clock

    @property
    def lanes(self) -> tuple[Lane, Lane, Lane]:
        """The lanes, short questions first."""
        return self.quick, self.long, self.background

    async def run(self, tenant: Tenant, kind: str, work: Callable[[], T], *, quick: bool = False) -> T:
        """What `work` returns, done in a thread; `quick` says that it may be short, and can be begun twice.

        Work asks `checkpoint` whether it is still wanted; when the caller is cancelled or out of time it is told to
        end, and its thread counts as busy until it has. Raises TooBusy, QuestionTimedOut, and what `work` does.
        """
        if self._prepare is not None:
            await self._prepared(tenant, self._prepare)
        until = self._clock() + self._seconds
        if quick:
            try:
                await self._turn(self.quick, tenant, kind, until)
                return await self._entered(self.quick, kind, work, until=until)
            except (_Slow, TooBusy):
                pass
        await self._turn(self.long, tenant, kind, until)
        return await self._entered(self.long, kind, work, until=until)

    async def aside(self, tenant: Tenant, kind: str, work: Callable[[], T]) -> T:
        """What `work` returns, done in the background, with no limit but that of threads; it ends with its caller."""
        await self.background.enter(tenant, kind)
        return await self._entered(self.background, kind, work, until=math.inf)

    @property
    def spare(self) -> int:
        """How many threads the background may take so that no question goes short; one is always its own."""
        return max(1, self.long.threads - self.long.running)

    def close(self) -> None:
        """Take no more work; what is under way goes on by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _prepared(self, tenant: Tenant, prepare: Callable[[], None]) -> None:
        if self._preparing is None:
            self._preparing = asyncio.ensure_future(self.aside(tenant, "prepare", prepare))
        await asyncio.shield(asyncio.gather(self._preparing, return_exceptions=True))  # a fault shows where it matters
        self._prepare = None

    async def _turn(self, lane: Lane, tenant: Tenant, kind: str, until: float) -> None:
        """Wait for a turn with some time left in it. Raises TooBusy."""
        try:
            async with asyncio.timeout(max(0.0, until - self._clock())):
                await lane.enter(tenant, kind)
        except TimeoutError:
            raise lane.busy() from None
        if until <= self._clock():
            lane.leave(kind)
            raise lane.busy()

    async def _entered(self, lane: Lane, kind: str, work: Callable[[], T], *, until: float) -> T:
        token, began = Token(), self._clock()
        outcome = Outcome.GIVEN_UP  # unless something else comes first

        def ended(future: asyncio.Future[T]) -> None:
            told = outcome
            if told is Outcome.GIVEN_UP and not token.stopped:
                told = Outcome.DONE if not future.cancelled() and future.exception() is None else Outcome.FAILED
            elif not future.cancelled():
                future.exception()  # seen, where nobody waits for it any more
            self._left(lane, kind, told, began)

        doing = asyncio.get_running_loop().run_in_executor(self._threads, token.run, work)
        doing.add_done_callback(ended)
        try:
            if lane is self.quick and not await self._tried(doing, token):
                if not self.long.enter_at_once(kind):
                    outcome = Outcome.MOVED
                    raise _Slow
                self._left(lane, kind, Outcome.MOVED, began)
                lane = self.long
            await asyncio.wait({doing}, timeout=None if until == math.inf else until - self._clock())
            if doing.done():
                return doing.result()
            outcome = Outcome.TIMED_OUT
            raise self._timed_out()
        finally:
            if not doing.done():
                token.stop()

    def _left(self, lane: Lane, kind: str, outcome: Outcome, began: float) -> None:
        """End a turn on a lane, and tell of it."""
        took = self._clock() - began
        lane.leave(kind, seconds=took)
        if self._ended is not None:
            self._ended(Ended(lane=lane.name, kind=kind, outcome=outcome, seconds=took))

    async def _tried(self, doing: asyncio.Future[T], token: Token) -> bool:
        """Whether the work was done within what a trial may take."""
        given_up = self._clock() + TRIAL_PATIENCE * self._quick_seconds
        while not doing.done() and self._clock() < given_up:
            left = self._quick_seconds - token.spent_seconds
            if left <= 0:
                break
            await asyncio.wait({doing}, timeout=max(left, self._quick_seconds / 10))
        return doing.done()

    def _timed_out(self) -> QuestionTimedOut:
        return QuestionTimedOut(
            "The question took too long to compute",
            expected=f"at most {self._seconds:g} seconds, waiting among them",
            hint="Ask for less, or have TWIN_QUESTION_TIMEOUT raised",
        )
