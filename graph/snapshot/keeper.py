"""Keeps one tenant's newest snapshot: made once, then following the change log, whoever asks and whoever hangs up."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import Final

import structlog

from graph.identity import Revision, Tenant
from graph.impact import BudgetSpent
from graph.kernel import Contradicted
from graph.snapshot.evaluators import Evaluators
from graph.snapshot.following import followed
from graph.snapshot.model import Snapshot
from graph.snapshot.reading import build
from graph.snapshot.records import Difference
from graph.snapshot.rules import Rules
from graph.snapshot.shelf import Shelf
from graph.snapshot.source import Record, Source
from graph.snapshot.tidying import tidied
from graph.work import Workers

FEWEST: Final = 20_000
"""So many entries of the log are followed rather than reading everything anew, however small the tenant is."""

LARGEST_SHARE: Final = 0.25
"""Of the assets and supplies there are: a log with more entries takes longer to follow than everything to read."""


class Keeper:
    """The newest snapshot of a tenant.

    Questions wait for rounds. A round reads the log once for all who asked before it began; whoever asks while it is
    under way waits for the next, because what was written meanwhile may not be in this one. No round ends because one
    of those who wait does.
    """

    def __init__(
        self,
        tenant: Tenant,
        source: Source,
        rules: Rules,
        *,
        shelf: Shelf | None,
        evaluators: Evaluators,
        workers: Workers,
    ) -> None:
        self._tenant = tenant
        self._source = source
        self._rules = rules
        self._shelf = shelf
        self._evaluators = evaluators
        self._workers = workers
        self._snapshot: Snapshot | None = None
        self._running: asyncio.Task[Snapshot] | None = None
        self._next: asyncio.Task[Snapshot] | None = None
        self._tidying: asyncio.Task[Snapshot] | None = None
        self._outgrown: Snapshot | None = None
        self._forgotten = False
        self._log = structlog.stdlib.get_logger("twin.snapshot")

    @property
    def newest(self) -> Snapshot | None:
        """The newest version that was made."""
        return self._snapshot

    async def current(self) -> Snapshot:
        """The tenant at its newest revision, or a newer one if something is written meanwhile."""
        if self._next is None:
            self._next = asyncio.create_task(self._round(self._running))
            self._next.add_done_callback(_seen)
        return await asyncio.shield(self._next)

    @property
    def busy(self) -> bool:
        """Whether anything runs in the background."""
        return any(each is not None and not each.done() for each in (self._running, self._next, self._tidying))

    def forget(self) -> None:
        """Answer who waits, and leave nothing behind: no file is written, and nothing is put in order."""
        self._forgotten = True

    async def close(self) -> None:
        """End what runs in the background."""
        tasks = [each for each in (self._running, self._next, self._tidying) if each is not None and not each.done()]
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _round(self, before: asyncio.Task[Snapshot] | None) -> Snapshot:
        if before is not None:
            await asyncio.wait([before])
        self._running, self._next = self._next, None
        known = self._snapshot
        self._take_tidied()
        snapshot = self._snapshot = await self._caught_up()
        if self._forgotten:
            return snapshot
        if snapshot is not known and self._shelf is not None:
            self._shelf.offer(snapshot)
        if snapshot is not known or snapshot.is_crowded:
            self._tidy(snapshot)
        return snapshot

    async def _caught_up(self) -> Snapshot:
        snapshot = self._snapshot
        if snapshot is None and self._shelf is not None:
            snapshot = await self._shelf.find(self._tenant)
        if snapshot is None:
            return await self._whole()
        log = await self._source.since(self._tenant, snapshot.revision)
        if log.revision < snapshot.revision:
            return await self._whole()  # the database is an older one now
        newest, missing = log.revision, False
        while snapshot.revision < newest:
            if not log.records:
                if missing or await self._is_long(snapshot, newest):
                    return await self._whole()
                missing = True
                await self._source.settle(self._tenant)
            elif len(log.records) > 1 and not missing and await self._is_long(snapshot, newest):
                return await self._whole()
            else:
                if snapshot.baseline is not None:  # before it is lost: what follows is made from this one's evaluator
                    await asyncio.to_thread(self._evaluators.of, snapshot)
                try:
                    # Kept at once: of one version only one other may be made, whatever fails after it.
                    snapshot = self._snapshot = await asyncio.to_thread(self._followed, snapshot, log.records)
                except Contradicted as error:
                    self._log.warning("the change log doesn't fit the snapshot", tenant=self._tenant, why=str(error))
                    return await self._whole()
            if snapshot.revision < newest:
                log = await self._source.since(self._tenant, snapshot.revision)
        return snapshot

    async def _is_long(self, snapshot: Snapshot, newest: Revision) -> bool:
        """Whether so much was written that it is better to read everything."""
        held = snapshot.size + snapshot.supplies.net.members.size
        if newest - snapshot.revision < 2:
            return False
        return await self._source.entries_since(self._tenant, snapshot.revision) > max(FEWEST, LARGEST_SHARE * held)

    def _followed(self, snapshot: Snapshot, records: list[Record]) -> Snapshot:
        difference = Difference()
        for record in records:
            difference.add(record.entries, self._rules)
        return followed(snapshot, difference, records[-1].revision, self._rules)

    async def _whole(self) -> Snapshot:
        self._leave_untidied()
        material = await self._source.whole(self._tenant)
        # In the background, whose line is never full: what was read is not thrown away.
        return await self._workers.aside(self._tenant, "snapshot", partial(build, material, self._rules, self._tenant))

    # ---- putting in order --------------------------------------------------------------------------------------------

    def _tidy(self, snapshot: Snapshot) -> None:
        """Begin to put an outgrown snapshot in order; until it is, it goes on as it is."""
        if self._tidying is None and snapshot.outgrown:
            self._outgrown = snapshot
            self._tidying = asyncio.create_task(asyncio.to_thread(self._tidied, snapshot))
            self._tidying.add_done_callback(_seen)

    def _tidied(self, snapshot: Snapshot) -> Snapshot:
        evaluator = None
        with suppress(BudgetSpent):  # who asks of the snapshot is told so; it can be put in order all the same
            evaluator = self._evaluators.of(snapshot)
        made = tidied(snapshot, self._rules, evaluator)
        if evaluator is not None:
            self._evaluators.of(made)
        return made

    def _leave_untidied(self) -> None:
        """What is being put in order is of the past."""
        if self._tidying is not None:
            self._tidying.cancel()
        self._tidying = self._outgrown = None

    def _take_tidied(self) -> None:
        """Go over to what was put in order; what was written meanwhile is followed as usual."""
        if self._tidying is None or not self._tidying.done():
            return
        tidying, self._tidying = self._tidying, None
        outgrown, self._outgrown = self._outgrown, None
        if tidying.cancelled():
            return
        if (error := tidying.exception()) is not None:
            self._log.error("a snapshot could not be put in order", tenant=self._tenant, exc_info=error)
        elif outgrown is not None and self._snapshot is not None and self._snapshot.family is outgrown.family:
            self._snapshot = tidying.result()


def _seen(task: asyncio.Task[Snapshot]) -> None:
    """Look at an error that nobody may wait for any more."""
    if not task.cancelled():
        task.exception()
