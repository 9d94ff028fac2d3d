"""Applying a plan: under the lease, stage by stage, each step safe to run again.

Neo4j lets no schema command share a transaction with data. So a stage is: record that it begins, with its commands;
run them, each harmless where it ran before; wait for the indexes; then ontology, tenants and ledger in one transaction,
which looks at the data first wherever the new ontology asks more of it. Steps over data come page by page, each with
the cursor in one transaction. What is taken away comes last, and on live data only when it is asked for.
Whoever runs again after a crash finds how far it came, and goes on there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from graph.changes.counter import count_anew
from graph.changes.rules import Rulebook, rulebook
from graph.clock import Clock, epoch_millis
from graph.database import Database, ReadUnit, WriteUnit
from graph.identity import Tenant
from graph.ontology import ontology_from_canonical
from graph.ontology.model import Ontology
from migrations.data_steps import (
    Cursor,
    DataStep,
    Page,
    do_page,
    erasing,
    filling,
    left_by,
    size_of,
    steps_rules,
)
from migrations.demands import Demand, demands
from migrations.history import History
from migrations.lease import Lease, LeaseTiming, leased
from migrations.ledger import Facts, MigrationStatus, StoredOntology, read_facts, write_ontology
from migrations.operations import Phase
from migrations.plan import Plan, make_plan
from migrations.progress import Progress, Step
from migrations.requirements import require
from migrations.schema import difference, ledger_schema
from migrations.schema_commands import SchemaCommands
from migrations.stages import Stage
from migrations.verification import verify_data
from queries import named

_TOGETHER = 16
_ROUNDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a run did. `revision` and `hash` are those of the ontology that the database holds now.

    `objects` counts assets and relationships that were changed; `waiting` is the revision that waits to be completed.
    """

    revision: str | None
    hash: str | None
    migrations: tuple[str, ...]
    commands: int
    objects: int = 0
    waiting: str | None = None

    @property
    def changed(self) -> bool:
        """Whether anything was done."""
        return bool(self.migrations or self.commands or self.objects)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Runs plans on one database. `owner` names this run and no other, `actor` who asked for it."""

    database: Database
    owner: str
    actor: str
    clock: Clock
    timing: LeaseTiming
    tell: Callable[[Progress], None]

    async def run(self, history: History, *, complete: bool = False) -> Applied:
        """Bring the database to the head of `history`, or `complete` what waits; does nothing where it is there."""
        facts = await read_facts(self.database)
        plan = make_plan(history, facts, complete=complete)
        if plan.empty:
            return _applied(plan, facts, 0)
        await self._commands.execute(tuple(each.create for each in difference(ledger_schema(), facts.schema).missing))
        async with leased(self.database, owner=self.owner, timing=self.timing, waiting=self._waiting) as lease:
            self.tell(Progress(step=Step.LEASED))
            # Another may have run between the look and the lease: what counts is what is there now.
            facts = await read_facts(self.database)
            plan = make_plan(history, facts, complete=complete)
            changed = await self._execute(plan, facts, lease)
        return _applied(plan, await read_facts(self.database), changed)

    async def _execute(self, plan: Plan, facts: Facts, lease: Lease) -> int:
        # Together is several times quicker, but locks the labels: only while nobody can be using them.
        size = 1 if facts.tenants else _TOGETHER
        await self._commands.run(plan.repairs, lease, revision=plan.revision, size=size)
        await self._count(facts)
        return sum([await self._stage(stage, lease, size) for stage in plan.stages])

    async def _count(self, facts: Facts) -> None:
        """Count the assets of tenants that were written by who kept no counts; till then each total counts rows."""
        tenants = await self.database.rows(None, named("migrations/list_uncounted_tenants"))
        if not tenants or facts.ontology is None:
            return
        rules = rulebook(ontology_from_canonical(facts.ontology.canonical))
        for (tenant,) in tenants:
            await self.database.write(Tenant(tenant), partial(_counted, rules))

    async def _stage(self, stage: Stage, lease: Lease, size: int) -> int:
        revision = stage.migration.revision
        started = epoch_millis(self.clock.now())
        changed = 0
        if stage.expand:
            await require(self.database, stage.migration)
            wanted = demands(stage.before, stage.middle) if stage.before is not None else ()
            await self._look(wanted)
            await self._record(lease, "migrations/start_migration", revision, self._begin(stage, started))
            self.tell(Progress(step=Step.BEGUN, revision=revision, total=len(stage.commands)))
            await self._commands.run(stage.commands, lease, revision=revision, size=size)
            await self._hold(stage, stage.middle, wanted, lease, {"phase": Phase.BACKFILL, "schemaDone": True})
            await self._commands.run(stage.relaxed, lease, revision=revision, size=size)
            self.tell(Progress(step=Step.EXPANDED, revision=revision))
        if stage.backfill:
            changed += await self._over_data(stage, Phase.BACKFILL, lease)
            await self._record(lease, "migrations/update_migration", revision, self._applied(stage, started))
            self.tell(Progress(step=Step.APPLIED, revision=revision))
        if stage.contract:
            changed += await self._contract(stage, lease, size)
        return changed

    async def _contract(self, stage: Stage, lease: Lease, size: int) -> int:
        """Take away: values first, while nothing else has changed; the ontology as a whole; then what served it.

        What is in the way is looked for before anything is taken away. Values that somebody writes behind the step that
        erases them are found by the next look, and erased as well.
        """
        revision = stage.migration.revision
        wanted = demands(stage.middle, stage.after)
        await self._look(left_by(erasing(stage.migration, stage.middle), wanted))
        changed = 0
        for _ in range(_ROUNDS):
            more = await self._over_data(stage, Phase.CONTRACT, lease)
            changed += more
            if not more:
                break
        await self._look(wanted)
        await self._commands.run(stage.closing, lease, revision=revision, size=size)
        done: dict[str, object] = {"phase": None, "completedAt": epoch_millis(self.clock.now())}
        await self._hold(stage, stage.after, wanted, lease, done)
        await self._commands.run(stage.dropped, lease, revision=revision, size=size)
        self.tell(Progress(step=Step.COMPLETED, revision=revision))
        return changed

    async def _hold(
        self, stage: Stage, after: Ontology, wanted: Sequence[Demand], lease: Lease, facts: dict[str, object]
    ) -> None:
        """Put `after` in force, if the data that is there meets what is `wanted`.

        It is looked at with every tenant's counter locked, so that nobody writes meanwhile: a writer waits, and finds
        another ontology than the one it checked by.
        """
        revision = stage.migration.revision
        stored = StoredOntology(revision=revision, hash=after.hash, canonical=after.canonical)

        async def work(unit: WriteUnit) -> None:
            await lease.hold(unit)
            await write_ontology(unit, stored)
            await verify_data(unit, wanted)
            await unit.write(named("migrations/update_migration"), {"revision": revision, "facts": facts})
            await lease.hold(unit)  # looking may have taken longer than a lease lasts

        await self.database.write(None, work)

    async def _look(self, wanted: Sequence[Demand]) -> None:
        """Raise DataInTheWay before anything is done, where data does not meet `wanted`; nobody waits meanwhile."""
        if wanted:
            await self.database.read(None, partial(_verified, wanted))

    async def _over_data(self, stage: Stage, phase: Phase, lease: Lease) -> int:
        """Run the steps over data of a phase from the cursor on; returns how many were changed."""
        steps = (filling if phase is Phase.BACKFILL else erasing)(stage.migration, stage.middle)
        if not steps:
            return 0
        rules = steps_rules(stage.middle)
        kept = await self.database.rows(None, named("migrations/read_cursor"), {"revision": stage.migration.revision})
        cursor = Cursor.read(kept[0][0] if kept else None, phase)
        changed = 0
        for number in range(cursor.step, len(steps)):
            step = steps[number]
            total = await self.database.read(None, partial(_size, step))
            if not total:
                continue
            done = 0
            # Read anew: a tenant may have begun to write since.
            tenants = [row[0] for row in await self.database.rows(None, named("migrations/list_tenants"))]
            for tenant in (each for each in tenants if number > cursor.step or each >= cursor.tenant):
                resumed = number == cursor.step and tenant == cursor.tenant
                after: str | None = cursor.after if resumed else ""
                while after is not None:
                    at = replace(cursor, step=number, tenant=tenant, after=after)
                    page = await self._page(stage, step, rules, at, lease)
                    after, done = page.last, done + page.changed
                    self.tell(
                        Progress(
                            step=Step.PAGE,
                            revision=stage.migration.revision,
                            done=done,
                            total=max(total, done),
                            detail=str(step),
                        )
                    )
            changed += done
        await self._record(lease, "migrations/update_migration", stage.migration.revision, {"cursor": None})
        return changed

    async def _page(self, stage: Stage, step: DataStep, rules: Rulebook, at: Cursor, lease: Lease) -> Page:
        """Do a page and move the cursor, in one transaction under the lease."""
        revision = stage.migration.revision

        async def work(unit: WriteUnit) -> Page:
            await lease.hold(unit)
            page = await do_page(unit, step, rules, at.after, actor=self.actor, now=self.clock.now())
            moved = {"cursor": replace(at, after=page.last or at.after).text}
            await unit.write(named("migrations/update_migration"), {"revision": revision, "facts": moved})
            if page.changed:
                await unit.write(named("migrations/add_changed"), {"revision": revision, "changed": page.changed})
            return page

        return await self.database.write(Tenant(at.tenant), work)

    def _begin(self, stage: Stage, started: int) -> dict[str, object]:
        migration = stage.migration
        return {
            "position": stage.position,
            "parents": list(migration.parents),
            "status": MigrationStatus.RUNNING,
            "phase": Phase.EXPAND,
            "startedAt": started,
            "checksum": migration.checksum,
            "chain": stage.chain,
            "before": migration.before,
            "after": migration.after,
            "message": migration.message,
            "author": migration.author,
            "appliedBy": self.actor,
            "source": migration.text,
            "changed": 0,
            "schemaCommands": list(stage.commands),
            "schemaDone": False,
        }

    def _applied(self, stage: Stage, started: int) -> dict[str, object]:
        now = epoch_millis(self.clock.now())
        return {
            "status": MigrationStatus.APPLIED,
            "phase": Phase.CONTRACT if stage.migration.contract else None,
            "appliedAt": now,
            "durationMs": now - started,
        }

    async def _record(self, lease: Lease, query: str, revision: str, facts: dict[str, object]) -> None:
        async def work(unit: WriteUnit) -> None:
            await lease.hold(unit)
            await unit.write(named(query), {"revision": revision, "facts": facts})

        await self.database.write(None, work)

    @property
    def _commands(self) -> SchemaCommands:
        return SchemaCommands(database=self.database, tell=self.tell)

    def _waiting(self, holder: str) -> None:
        self.tell(Progress(step=Step.WAITING, detail=holder))


async def _verified(wanted: Sequence[Demand], unit: ReadUnit) -> None:
    await verify_data(unit, wanted)


async def _counted(rules: Rulebook, unit: WriteUnit) -> None:
    await count_anew(unit, rules)


async def _size(step: DataStep, unit: ReadUnit) -> int:
    return await size_of(unit, step)


def _applied(done: Plan, facts: Facts, changed: int) -> Applied:
    stored = facts.ontology
    return Applied(
        revision=stored.revision if stored else None,
        hash=stored.hash if stored else None,
        migrations=done.pending,
        commands=len(done.commands),
        objects=changed,
        waiting=next((record.revision for record in facts.records if record.waiting), None),
    )
