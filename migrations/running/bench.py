"""Who migrates, and what they work with under the lease: ledger, ontology in force, schema commands, data in pages.

Whatever is written here prolongs the lease first, in the same transaction.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from graph.changes.rules import Rulebook
from graph.clock import Clock, epoch_millis
from graph.database import Database, ReadUnit, WriteUnit
from graph.identity import Tenant
from graph.ontology.model import Json, Ontology
from migrations.effects import AS_THEY_ARE, Demand, Relabelling, TakeLabel
from migrations.errors import MigrationPaused
from migrations.governance.entries import EntryKind, NewEntry, append
from migrations.lease import Lease, LeaseTiming, leased
from migrations.ledger import StoredOntology, write_ontology
from migrations.progress import Progress, Step
from migrations.running.advice import interruptible
from migrations.schema import SchemaCommands
from migrations.steps import (
    AnyStep,
    Cursor,
    DataStep,
    Page,
    Turn,
    follow_labels,
    hindrances,
    left_of,
    page_of,
    ready_for,
    refuse,
    steps_rules,
    verify_data,
)
from queries import named

_AHEAD: Final = "labels"
_SWEEP: Final = "sweep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrator:
    """Migrates one database. `owner` names this run and no other, `actor` who asked for it.

    `share` is how much of the time steps over data work, above 0 and up to 1.
    """

    database: Database
    owner: str
    actor: str
    clock: Clock
    timing: LeaseTiming
    tell: Callable[[Progress], None]
    share: float = 1.0

    @property
    def commands(self) -> SchemaCommands:
        """What runs schema commands."""
        return SchemaCommands(database=self.database, tell=self.tell)

    @asynccontextmanager
    async def at_work(self) -> AsyncGenerator[Bench]:
        """Hold the lease inside the block.

        Raises LeaseHeld; and from what is done under it LeaseLost, and MigrationInterrupted where the database fails.
        """
        with interruptible():
            async with leased(self.database, owner=self.owner, timing=self.timing, waiting=self._waiting) as lease:
                self.tell(Progress(step=Step.LEASED))
                yield Bench(
                    database=self.database,
                    lease=lease,
                    actor=self.actor,
                    clock=self.clock,
                    tell=self.tell,
                    share=self.share,
                )

    def _waiting(self, holder: str) -> None:
        self.tell(Progress(step=Step.WAITING, detail=holder))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Writes under a lease. `actor` is who asked for it."""

    database: Database
    lease: Lease
    actor: str
    clock: Clock
    tell: Callable[[Progress], None]
    share: float = 1.0

    async def start(self, revision: str, facts: Mapping[str, object]) -> None:
        """Enter a version in the ledger."""
        await self._ledger("migrations/start_migration", revision, facts)

    async def record(self, revision: str, facts: Mapping[str, object], *entries: NewEntry) -> None:
        """Record how far a version came, and `entries` of it in the chain over the ledger."""
        await self._ledger("migrations/update_migration", revision, facts, *entries)

    async def note(self, *entries: NewEntry) -> None:
        """Append to the chain over the ledger."""

        async def work(unit: WriteUnit) -> None:
            await append(unit, *entries, at=epoch_millis(self.clock.now()))

        if entries:
            await self.lease.write(self.database, work)

    def entry(self, kind: EntryKind, revision: str, facts: Mapping[str, Json] | None = None) -> NewEntry:
        """Return what is to stand in the chain: who asks for this run did that."""
        return NewEntry(kind=kind, revision=revision, by=self.actor, facts=facts or {})

    async def command(self, commands: Sequence[str], *, revision: str | None, size: int = 1) -> None:
        """Run schema commands, `size` in one transaction; see `SchemaCommands`."""
        await SchemaCommands(database=self.database, tell=self.tell).run(
            commands, self.lease, revision=revision, size=size
        )

    async def look(self, wanted: Sequence[Demand]) -> None:
        """Raise DataInTheWay before anything is done, where data does not meet `wanted`; nobody waits meanwhile."""
        if wanted:
            await self.database.read(None, partial(_verified, wanted))

    async def look_at_steps(self, steps: Sequence[DataStep]) -> None:
        """Raise DataInTheWay before anything is done, where data is in the way of the steps themselves."""
        await self.database.read(None, partial(_unhindered, steps))

    async def hold(
        self,
        revision: str,
        after: Ontology,
        wanted: Sequence[Demand],
        facts: Mapping[str, object],
        *entries: NewEntry,
        stored_as: str | None = None,
        relabelled: Relabelling = AS_THEY_ARE,
        dropped: Sequence[str] = (),
    ) -> None:
        """Put `after` in force, if the data that is there meets what is `wanted`; record `facts` and `entries`.

        It is looked at with every tenant's counter locked, so that nobody writes meanwhile: a writer waits, and finds
        another ontology than the one it checked by. `stored_as` names the ontology, by default `revision` does;
        `entries` go into the chain over the ledger. `relabelled` says what labels do: before, then, and afterwards.
        `dropped` is what `drop` is to run next: noted, so that whoever goes on after a crash does it.
        """
        stored = StoredOntology(revision=stored_as or revision, hash=after.hash, canonical=after.canonical)
        if relabelled.before is not None and relabelled.ahead:
            # Noted before they are given, so that they are taken away where it doesn't come to that ontology.
            await self.record(revision, {"sweep": sorted({each.label for each in relabelled.ahead})})
            await self.over_data(revision, _AHEAD, relabelled.ahead, relabelled.before)
        noted = {**facts, "sweep": list(relabelled.behind) or None, "drops": list(dropped) or None}

        async def work(unit: WriteUnit) -> None:
            await write_ontology(unit, stored)
            await follow_labels(unit, relabelled)
            await verify_data(unit, wanted)
            await unit.write(named("migrations/update_migration"), {"revision": revision, "facts": noted})
            await append(unit, *entries, at=epoch_millis(self.clock.now()))
            if wanted:
                await self.lease.hold(unit)  # looking may have taken longer than a lease lasts

        await self.lease.write(self.database, work, unlimited=True)
        await self.sweep(revision, relabelled.behind, after)

    async def sweep(self, revision: str, labels: Sequence[str], held: Ontology) -> None:
        """Take away the labels that a version left behind."""
        if labels:
            await self.over_data(revision, _SWEEP, tuple(TakeLabel(label=each) for each in labels), held)
            await self.record(revision, {"sweep": None})

    async def drop(self, revision: str, commands: Sequence[str], *, size: int = 1) -> None:
        """Take away the constraints and indexes that a version left behind."""
        if commands:
            await self.command(commands, revision=revision, size=size)
            await self.record(revision, {"drops": None})

    async def over_data(self, revision: str, phase: str, steps: Sequence[AnyStep], held: Ontology) -> int:
        """Run steps over data under the ontology `held` in force, from the cursor on; return how many were changed.

        Raises MigrationPaused between two pages, where somebody asked for that.
        """
        if not steps:
            return 0
        rules = steps_rules(held)
        kept = await self.database.rows(None, named("migrations/read_cursor"), {"revision": revision})
        cursor = Cursor.read(kept[0][0] if kept else None, phase)
        changed = 0
        for number in range(cursor.step, len(steps)):
            changed += await self._step(revision, steps[number], rules, replace(cursor, step=number), cursor)
        await self.record(revision, {"cursor": None, "doing": None})
        return changed

    async def _step(self, revision: str, step: AnyStep, rules: Rulebook, begin: Cursor, cursor: Cursor) -> int:
        total = await self.database.read(None, partial(_left, step))
        if not total:
            return 0
        so_far = Progress(step=Step.PAGE, revision=revision, total=total, detail=str(step))
        started = time.monotonic()
        # Read anew: a tenant may have begun to write since.
        tenants = [row[0] for row in await self.database.rows(None, named("migrations/list_tenants"))]
        for tenant in (each for each in tenants if begin.step > cursor.step or each >= cursor.tenant):
            resumed = begin.step == cursor.step and tenant == cursor.tenant
            after: str | None = cursor.after if resumed else ""
            ready = await ready_for(self.database, step, Tenant(tenant))
            while after is not None:
                began = time.monotonic()
                so_far = replace(so_far, seconds=began - started)
                page = await self._page(so_far, ready, rules, replace(begin, tenant=tenant, after=after))
                await asyncio.sleep((time.monotonic() - began) * (1 / self.share - 1))
                after, so_far = page.last, _further(so_far, page, time.monotonic() - started)
                self.tell(so_far)
        return so_far.done

    async def _page(self, so_far: Progress, step: AnyStep, rules: Rulebook, at: Cursor) -> Page:
        """Do a page and move the cursor, in one transaction under the lease."""
        revision, began = so_far.revision or "", time.monotonic()

        async def work(unit: WriteUnit) -> Page:
            turn = Turn(revision=revision, actor=self.actor, now=self.clock.now())
            page = await page_of(unit, step, rules, at.after, turn)
            doing = _further(so_far, page, so_far.seconds + time.monotonic() - began)
            moved = {"cursor": replace(at, after=page.last or at.after).text, "doing": doing.written}
            rows = await unit.write(named("migrations/move_cursor"), {"revision": revision, "facts": moved})
            if rows and rows[0][0] is not None:
                raise MigrationPaused(
                    f"{revision} was paused by {rows[0][0]}",
                    expected="a migration that may go on",
                    hint="`twin ontology resume` lets it go on where it stopped",
                )
            if page.changed:
                await unit.write(named("migrations/add_changed"), {"revision": revision, "changed": page.changed})
            return page

        return await self.lease.write(self.database, work, tenant=Tenant(at.tenant))

    async def _ledger(self, query: str, revision: str, facts: Mapping[str, object], *entries: NewEntry) -> None:
        async def work(unit: WriteUnit) -> None:
            await unit.write(named(query), {"revision": revision, "facts": facts})
            await append(unit, *entries, at=epoch_millis(self.clock.now()))

        await self.lease.write(self.database, work)


def _further(so_far: Progress, page: Page, seconds: float) -> Progress:
    """Return how far it is with a page more. There may be more to do than was counted before the first."""
    done = so_far.done + page.changed
    return replace(so_far, done=done, total=max(so_far.total, done), seconds=seconds)


async def _verified(wanted: Sequence[Demand], unit: ReadUnit) -> None:
    await verify_data(unit, wanted)


async def _unhindered(steps: Sequence[DataStep], unit: ReadUnit) -> None:
    refuse(await hindrances(unit, steps))


async def _left(step: AnyStep, unit: ReadUnit) -> int:
    return await left_of(unit, step)
