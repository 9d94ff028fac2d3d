"""Loading: everything is checked first, then written in batches that each are one change set and one revision.

A batch and how far the load has come commit together, so a load that was stopped goes on where it stopped when the same
input is loaded again and nobody wrote meanwhile; else it begins again, which changes nothing that is right already.
Rules that only hold once everything has arrived are checked over the whole of it before.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, aclosing, suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from graph.access.principal import Principal, Scope
from graph.bulk.arrival import Arrived, receive
from graph.bulk.batches import BATCH_LINES, Batch, batches, hand_over_refused
from graph.bulk.errors import BulkRefused
from graph.bulk.existing import stage_existing
from graph.bulk.foresight import Foresight
from graph.bulk.inputs import Source
from graph.bulk.interpreter import tuned
from graph.bulk.records import Position, Stage, Status, mark, position
from graph.bulk.refusals import Refusals
from graph.bulk.report import LoadReport, Progress
from graph.bulk.staging import Staging
from graph.bulk.whole import refuse_what_breaks_rules
from graph.bulk.writing import BatchWriter
from graph.changes.rules import Rulebook, rulebook
from graph.clock import Clock, epoch_millis
from graph.database import Database, ReadUnit, WriteUnit
from graph.errors import TwinError
from graph.identity import Revision, Tenant
from graph.ontology.model import Ontology
from queries import named

_GIVING_UP = 10.0
"""Seconds that a cancelled load waits for its thread, which may hang in reading a pipe."""

T = TypeVar("T")


def _silent(_progress: Progress) -> None:
    """Show nothing."""


class Loader:
    """Loads bulk inputs.

    `folder` takes temporary files about twice as large as the unpacked input; `batch` is the most lines written at
    once.
    """

    def __init__(
        self,
        database: Database,
        ontology: Callable[[], Ontology],
        clock: Clock,
        *,
        folder: Path,
        batch: int = BATCH_LINES,
    ) -> None:
        self._database = database
        self._ontology = ontology
        self._clock = clock
        self._folder = folder
        self._batch = batch

    @property
    def folder(self) -> Path:
        """Where temporary files lie."""
        return self._folder

    async def load(
        self,
        principal: Principal,
        source: Source,
        *,
        refusals: Refusals,
        strict: bool = False,
        dry_run: bool = False,
        progress: Callable[[Progress], None] = _silent,
    ) -> LoadReport:
        """Load `source` for the tenant of `principal`; what can't be loaded goes to `refusals`.

        `strict` loads nothing unless all lines are valid; `dry_run` checks and writes nothing.
        Raises Forbidden, BulkInputBroken, BulkRefused, Unavailable.
        """
        principal.demand(Scope.WRITE)
        self._folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            stack.enter_context(tuned())
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="load-", dir=self._folder)))
            staging = Staging(folder)
            stack.callback(staging.close)
            run = _Run(self._database, principal, rulebook(self._ontology()), self._clock, staging, refusals, progress)
            arrived = await run.receive(source)
            await run.judge()
            report = LoadReport(lines=arrived.lines, refused=refusals.count)
            if strict and report.refused:
                raise BulkRefused(
                    f"{report.refused} of {report.lines} lines can't be loaded, so nothing was",
                    hint="Correct them, or load without --strict to leave them out",
                )
            return report if dry_run else await run.write(source.name, arrived, report, batch=self._batch)


class _Run:
    """One load under way."""

    def __init__(
        self,
        database: Database,
        principal: Principal,
        rules: Rulebook,
        clock: Clock,
        staging: Staging,
        refusals: Refusals,
        progress: Callable[[Progress], None],
    ) -> None:
        self._database = database
        self._principal = principal
        self._rules = rules
        self._clock = clock
        self._staging = staging
        self._refusals = refusals
        self._progress = progress
        self._stopped = threading.Event()
        self._empty_at: Revision | None = None

    @property
    def _tenant(self) -> Tenant:
        return self._principal.tenant

    async def receive(self, source: Source) -> Arrived:
        def heard(lines: int) -> None:
            if self._stopped.is_set():
                raise InterruptedError
            self._tell("reading", source.position, source.total, lines)

        def work() -> Arrived:
            return receive(source, self._staging, self._refusals, rules=self._rules, heard=heard)

        return await self._in_thread(work)

    async def judge(self) -> None:
        self._tell("checking", 0, None, 0)
        self._empty_at = await self._database.write(self._tenant, self._find_empty)
        if self._empty_at is None:
            await self._database.read(self._tenant, self._stage_existing)
        await self._in_thread(self._judge_whole)

    def _judge_whole(self) -> None:
        refuse_what_breaks_rules(self._staging, self._rules.ontology)
        hand_over_refused(self._staging, self._refusals)

    async def write(self, name: str, arrived: Arrived, report: LoadReport, *, batch: int) -> LoadReport:
        resume = await self._resumable(arrived.digest)
        beginning = {"started": self._now(), "written": 0, "refused": 0}
        await self._mark(
            arrived.digest,
            {
                "name": name,
                "status": Status.RUNNING,
                "lines": arrived.lines,
                "actor": self._principal.name,
                "ontology": self._rules.ontology.hash,
                **({} if resume else beginning),
            },
        )
        try:
            foresight = self._foresight()
            made = batches(self._staging, self._rules, foresight, actor=self._principal.name, resume=resume, most=batch)
            report = await self._write_all(arrived, replace(report, resumed=resume is not None), made, foresight)
        except BaseException:
            # Where the database is gone the load stays RUNNING though nothing runs; that is told apart by its age.
            with suppress(TwinError):
                await asyncio.shield(self._mark(arrived.digest, {"status": Status.STOPPED}))
            raise
        await self._mark(arrived.digest, {"status": Status.COMPLETE, "refused": report.refused})
        return report

    async def _write_all(
        self, arrived: Arrived, report: LoadReport, made: Iterator[Batch], foresight: Foresight | None
    ) -> LoadReport:
        report = replace(report, revision=await self._revision())
        total = self._staging.assets.count + self._staging.relationships.count
        writer = BatchWriter(
            self._database, self._rules, self._clock, self._refusals, tenant=self._tenant, load=arrived.digest
        )
        async with aclosing(writer.write_all(made, foresight)) as written:
            async for batch, receipt in written:
                report = report.plus(receipt)
                done = batch.through + (0 if batch.stage is Stage.ASSETS else self._staging.assets.count)
                self._tell("writing", done, total, arrived.lines)
        return replace(report, refused=self._refusals.count)

    # ---- going on ----------------------------------------------------------------------------------------------------

    async def _resumable(self, load: str) -> Position | None:
        """Return where to go on, if nothing was written since by anyone and the ontology is the same."""
        found = await position(self._database, self._tenant, load)
        if found is None or found.ontology != self._rules.ontology.hash:
            return None
        return found if found.revision == await self._revision() else None

    async def _revision(self) -> int:
        rows = await self._database.rows(self._tenant, named("changes/read_revision"))
        return int(rows[0][0]) if rows else 0

    async def _mark(self, load: str, values: Mapping[str, object]) -> None:
        async def work(unit: WriteUnit) -> None:
            await mark(unit, load, {"updated": self._now(), **values})

        await self._database.write(self._tenant, work)

    # ---- everything else ---------------------------------------------------------------------------------------------

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """Run `work` in a thread; a cancelled load has its thread stop before its files go."""
        running = asyncio.ensure_future(asyncio.to_thread(work))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            self._stopped.set()
            self._staging.database.interrupt()
            await asyncio.wait([running], timeout=_GIVING_UP)
            if running.done() and not running.cancelled():
                running.exception()  # seen: it was stopped on purpose
            raise

    async def _find_empty(self, unit: WriteUnit) -> Revision | None:
        """Return the revision at which the tenant holds no asset, or None where it holds some.

        A commit comes into sight piece by piece; under the counter's lock every one before is there whole.
        """
        rows = await unit.write(named("snapshot/hold_tenant"))
        if await unit.rows(named("bulk/read_any_asset")):
            return None
        return Revision(rows[0][0] if rows else 0)

    def _foresight(self) -> Foresight | None:
        if self._empty_at is None:
            return None
        return Foresight(self._staging, self._rules, self._clock, tenant=self._tenant, revision=self._empty_at)

    async def _stage_existing(self, unit: ReadUnit) -> None:
        await stage_existing(unit, self._staging, self._rules)

    def _now(self) -> int:
        return epoch_millis(self._clock.now())

    def _tell(self, step: str, done: int, total: int | None, lines: int) -> None:
        refused = self._refusals.count
        self._progress(Progress(step=step, done=done, total=total, lines=lines, refused=refused))
