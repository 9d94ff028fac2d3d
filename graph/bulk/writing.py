"""Writes a load batch by batch; a batch and how far the load has come commit together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

from graph.bulk.arrival import in_line
from graph.bulk.batches import Batch, draft_of
from graph.bulk.foresight import Foresight
from graph.bulk.records import mark
from graph.bulk.refusals import Refusals
from graph.changes.draft import Draft
from graph.changes.engine import apply_drafts_in
from graph.changes.model import Receipt
from graph.changes.prepared import Prepared, apply_prepared_in
from graph.changes.request import Outcome
from graph.changes.rules import Rulebook
from graph.clock import Clock, epoch_millis
from graph.database import ConstraintBroken, Database, WriteUnit
from graph.errors import ChangesRefused
from graph.identity import Tenant


class BatchWriter:
    """Writes the batches of one load (`load` is the SHA-256 of its lines)."""

    def __init__(
        self, database: Database, rules: Rulebook, clock: Clock, refusals: Refusals, *, tenant: Tenant, load: str
    ) -> None:
        self._database = database
        self._rules = rules
        self._clock = clock
        self._refusals = refusals
        self._tenant = tenant
        self._load = load

    async def write_all(
        self, made: Iterator[Batch], foresight: Foresight | None
    ) -> AsyncGenerator[tuple[Batch, Receipt]]:
        """Write batch after batch and yield each with what it did, once it is committed."""
        async with aclosing(_ahead(made)) as ready:
            async for batch in ready:
                yield batch, await self._write(batch, foresight)

    async def _write(self, batch: Batch, foresight: Foresight | None) -> Receipt:
        if batch.prepared is not None and foresight is not None and not foresight.lost:
            receipt = await self._commit_prepared(batch, batch.prepared)
            if receipt is not None:
                return receipt
            foresight.lost = True
        return await self._write_as_read(batch)

    async def _write_as_read(self, batch: Batch) -> Receipt:
        """Write a batch; lines that the database refuses now are handed over and the rest is written without them."""
        entries, draft = list(batch.entries), batch.draft
        while True:
            outcome = await self._commit(draft, batch)
            if isinstance(outcome, Receipt):
                return outcome
            if not isinstance(outcome, ChangesRefused):
                raise outcome
            for index in sorted({problem.change or 0 for problem in outcome.problems}, reverse=True):
                problems = [problem for problem in outcome.problems if (problem.change or 0) == index]
                self._refusals.refuse(entries[index].line, in_line(problems), entries[index].data)
                del entries[index]
            draft = draft_of(tuple(entries), self._rules, actor=draft.request.actor, stage=batch.stage)

    async def _commit(self, draft: Draft, batch: Batch) -> Outcome:
        async def work(unit: WriteUnit) -> Outcome:
            (outcome,) = await apply_drafts_in(unit, [draft], rules=self._rules, now=self._clock.now())
            if isinstance(outcome, Receipt):
                await self._mark(unit, batch, outcome)
            return outcome

        return await self._database.write(self._tenant, work)

    async def _commit_prepared(self, batch: Batch, prepared: Prepared) -> Receipt | None:
        """Write what was prepared; None, and nothing written, where the database is not as it was foreseen."""

        async def work(unit: WriteUnit) -> Receipt | None:
            receipt = await apply_prepared_in(unit, prepared, rules=self._rules, now=self._clock.now())
            if receipt is not None:
                await self._mark(unit, batch, receipt)
            return receipt

        try:
            return await self._database.write(self._tenant, work)
        except ConstraintBroken:
            return None

    async def _mark(self, unit: WriteUnit, batch: Batch, receipt: Receipt) -> None:
        values = {"stage": batch.stage, "written": batch.through, "revision": receipt.revision}
        await mark(unit, self._load, {**values, "updated": epoch_millis(self._clock.now())})


async def _ahead(made: Iterator[Batch]) -> AsyncGenerator[Batch]:
    """Yield batches, the next one being made in a thread while the database writes the one before."""
    upcoming = asyncio.ensure_future(asyncio.to_thread(next, made, None))
    try:
        while (batch := await asyncio.shield(upcoming)) is not None:
            upcoming = asyncio.ensure_future(asyncio.to_thread(next, made, None))
            yield batch
    finally:
        # The thread reads files that are about to go.
        await asyncio.wait([upcoming])
