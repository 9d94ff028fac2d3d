"""Applying a plan: under the lease, stage by stage, each step safe to run again.

Neo4j lets no schema command share a transaction with data. So a stage is: record that it begins, with its commands;
run them, each harmless where it ran before; wait for the indexes; then ontology, tenants and ledger in one transaction.
Whoever runs again after a crash finds the stage begun, and does the same once more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from neo4j.exceptions import Neo4jError, TransientError

from graph.clock import Clock, SystemClock, epoch_millis
from graph.database import Database, WriteUnit
from graph.errors import DatabaseUnavailable
from migrations.errors import SchemaCommandFailed
from migrations.history import History
from migrations.lease import Lease, LeaseTiming, leased
from migrations.ledger import MigrationStatus, StoredOntology, read_facts, write_ontology
from migrations.plan import Plan, Stage, make_plan
from migrations.project import Project
from migrations.schema import difference, ledger_schema
from queries import named

INDEX_SECONDS = 3600
_ATTEMPTS = 8
_TOGETHER = 16


class Step(StrEnum):
    """Points of a run that it can be stopped after; what was done by then is kept."""

    WAITING = "waiting"
    LEASED = "leased"
    BEGUN = "begun"
    COMMAND = "command"
    ONLINE = "online"
    APPLIED = "applied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is: `done` of `total` schema commands; `detail` is the holder waited for, or the command run."""

    step: Step
    revision: str | None = None
    done: int = 0
    total: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a run did. `revision` and `hash` are those of the ontology that the database holds now."""

    revision: str | None
    hash: str | None
    migrations: tuple[str, ...]
    commands: int

    @property
    def changed(self) -> bool:
        """Whether anything was done."""
        return bool(self.migrations or self.commands)


def _silent(_progress: Progress) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Runs plans on one database. `owner` names this run and no other, `actor` who asked for it."""

    database: Database
    owner: str
    actor: str
    clock: Clock
    timing: LeaseTiming
    tell: Callable[[Progress], None]

    async def run(self, history: History) -> Applied:
        """Bring the database to the head of `history`; does nothing where it is there."""
        facts = await read_facts(self.database)
        plan = make_plan(history, facts)
        if plan.empty:
            return _applied(plan, facts.ontology)
        await self._schema(tuple(each.create for each in difference(ledger_schema(), facts.schema).missing))
        async with leased(self.database, owner=self.owner, timing=self.timing, waiting=self._waiting) as lease:
            self.tell(Progress(step=Step.LEASED))
            # Another may have run between the look and the lease: what counts is what is there now.
            facts = await read_facts(self.database)
            plan = make_plan(history, facts)
            await self._execute(plan, lease)
        return _applied(plan, (await read_facts(self.database)).ontology)

    async def _execute(self, plan: Plan, lease: Lease) -> None:
        # Together is several times quicker, but locks the labels: only while nobody can be using them.
        size = _TOGETHER if plan.revision is None else 1
        await self._commands(plan.repairs, lease, revision=plan.revision, size=size)
        for stage in plan.stages:
            await self._stage(stage, lease, size)

    async def _stage(self, stage: Stage, lease: Lease, size: int) -> None:
        revision = stage.migration.revision
        started = epoch_millis(self.clock.now())
        await self._record(lease, "migrations/start_migration", revision, self._begin(stage, started))
        self.tell(Progress(step=Step.BEGUN, revision=revision, total=len(stage.commands)))
        await self._commands(stage.commands, lease, revision=revision, size=size)
        await self._finish(stage, lease, started)
        self.tell(Progress(step=Step.APPLIED, revision=revision))

    def _begin(self, stage: Stage, started: int) -> dict[str, object]:
        migration = stage.migration
        return {
            "position": stage.position,
            "parents": list(migration.parents),
            "status": MigrationStatus.RUNNING,
            "phase": "expand",
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

    async def _finish(self, stage: Stage, lease: Lease, started: int) -> None:
        ontology = stage.ontology
        stored = StoredOntology(revision=stage.migration.revision, hash=ontology.hash, canonical=ontology.canonical)
        now = epoch_millis(self.clock.now())
        facts: dict[str, object] = {
            "status": MigrationStatus.APPLIED,
            "phase": None,
            "appliedAt": now,
            "durationMs": now - started,
            "schemaDone": True,
        }

        async def work(unit: WriteUnit) -> None:
            await lease.hold(unit)
            await write_ontology(unit, stored)
            await unit.write(named("migrations/update_migration"), {"revision": stored.revision, "facts": facts})

        await self.database.write(None, work)

    async def _record(self, lease: Lease, query: str, revision: str, facts: dict[str, object]) -> None:
        async def work(unit: WriteUnit) -> None:
            await lease.hold(unit)
            await unit.write(named(query), {"revision": revision, "facts": facts})

        await self.database.write(None, work)

    async def _commands(self, commands: Sequence[str], lease: Lease, *, revision: str | None, size: int) -> None:
        if not commands:
            return
        for done in range(0, len(commands), size):
            batch = commands[done : done + size]
            await self._schema(batch)
            self.tell(_ran(revision, done + len(batch), len(commands), batch[-1]))
        await self.database.rows(None, named("migrations/await_indexes"), {"seconds": INDEX_SECONDS})
        await self.database.write(None, lease.hold)
        self.tell(Progress(step=Step.ONLINE, revision=revision, done=len(commands), total=len(commands)))

    async def _schema(self, commands: Sequence[str]) -> None:
        if len(commands) > 1:
            try:
                await self.database.execute_schema_together(commands)
            except DatabaseUnavailable as error:
                # One by one, to keep what can be made and to name what can't.
                if not _is_about_schema(error):
                    raise
            else:
                return
        for command in commands:
            await self._command(command)

    async def _command(self, command: str) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                await self.database.execute_schema((command,))
            except DatabaseUnavailable as error:
                # Two runners that make the same constraint at once may block each other: one is sent back.
                if isinstance(error.__cause__, TransientError) and attempt < _ATTEMPTS:
                    await asyncio.sleep(0.05 * attempt)
                    continue
                raise _schema_error(command, error) from error
            return

    def _waiting(self, holder: str) -> None:
        self.tell(Progress(step=Step.WAITING, detail=holder))


async def plan(project: Project, database: Database) -> Plan:
    """Return what `apply` would do to `database` now; changes nothing and needs no lock."""
    return make_plan(project.history, await read_facts(database))


async def apply(
    project: Project,
    database: Database,
    *,
    owner: str,
    actor: str,
    clock: Clock | None = None,
    timing: LeaseTiming | None = None,
    tell: Callable[[Progress], None] = _silent,
) -> Applied:
    """Bring `database` to the head of `project`; safe to run again, and at once from several places.

    `owner` names this run and no other (host, process and something random), `actor` who asked for it; `tell` hears of
    every step.

    Raises:
        HistoryInvalid, MigrationInvalid: the project's files are wrong.
        ForeignDatabase, MigrationEdited, MigrationRefused: the database is not one of this project.
        LeaseHeld, LeaseLost: somebody else is migrating.
        SchemaCommandFailed: Neo4j refused a constraint or index.
    """
    runner = Runner(
        database=database,
        owner=owner,
        actor=actor,
        clock=clock or SystemClock(),
        timing=timing or LeaseTiming(),
        tell=tell,
    )
    return await runner.run(project.history)


def _applied(done: Plan, stored: StoredOntology | None) -> Applied:
    return Applied(
        revision=stored.revision if stored else None,
        hash=stored.hash if stored else None,
        migrations=done.pending,
        commands=len(done.commands),
    )


def _schema_error(command: str, error: DatabaseUnavailable) -> DatabaseUnavailable | SchemaCommandFailed:
    if not _is_about_schema(error):
        return error
    cause = error.__cause__
    return SchemaCommandFailed(
        f"Neo4j refused a constraint or index: {command}",
        actual=str(cause)[:500],
        hint="Remove what is in its way (doubled values, or an index made by hand), then apply again: it goes on there",
    )


def _is_about_schema(error: DatabaseUnavailable) -> bool:
    cause = error.__cause__
    return isinstance(cause, Neo4jError) and ".Schema." in (cause.code or "")


def _ran(revision: str | None, done: int, total: int, command: str) -> Progress:
    return Progress(step=Step.COMMAND, revision=revision, done=done, total=total, detail=command)
