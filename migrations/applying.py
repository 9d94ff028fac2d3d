"""What a project does to a database: `plan`, `apply` and `complete`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from graph.clock import Clock, SystemClock
from graph.database import Database, Row, WriteUnit
from migrations.effects import BACKWARDS
from migrations.errors import MigrationRefused
from migrations.gate import Force, Judge
from migrations.lease import LeaseTiming
from migrations.ledger import read_facts
from migrations.permission import Permission
from migrations.planning import Plan, make_plan
from migrations.progress import Progress
from migrations.project import Project
from migrations.running import Applied, Migrator, Runner, Undoer, Undone, swept
from queries import named


def _silent(_progress: Progress) -> None:
    """Tell nobody."""


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
    share: float = 1.0,
    tell: Callable[[Progress], None] = _silent,
) -> Applied:
    """Bring `database` to the head of `project`; safe to run again, and at once from several places.

    `owner` names this run and no other (host, process and something random), `actor` who asked for it; `tell` hears of
    every step. `share` is how much of the time steps over data work, above 0 and up to 1; the rest is left to others.

    Raises:
        HistoryInvalid, MigrationInvalid: the project's files are wrong.
        ForeignDatabase, MigrationEdited, MigrationRefused: the database is not one of this project.
        VersionIsDraft, ApprovalMissing: a version is not agreed, as the project asks for.
        LeaseHeld, LeaseLost: somebody else is migrating.
        SchemaCommandFailed: Neo4j refused a constraint or index.
    """
    permit = Permission(governance=project.governance, actor=actor)
    migrator = _migrator(database, owner, actor, clock=clock, timing=timing, share=share, tell=tell)
    return await Runner(migrator=migrator, permit=permit).run(project.history)


async def complete(
    project: Project,
    database: Database,
    *,
    owner: str,
    actor: str,
    clock: Clock | None = None,
    timing: LeaseTiming | None = None,
    share: float = 1.0,
    tell: Callable[[Progress], None] = _silent,
    gate: Judge | None = None,
    force: Force | None = None,
) -> Applied:
    """Take away what the applied migration that waits for it no longer needs; arguments and errors as of `apply`.

    The `gate` is asked whether consumers would break; `force` lets it through all the same, and its reason stays in the
    ledger.

    Raises also:
        OperationsBroken: consumers would break.
        DataInTheWay: data uses what would be taken away.
    """
    permit = Permission(governance=project.governance, actor=actor, gate=gate, force=force)
    migrator = _migrator(database, owner, actor, clock=clock, timing=timing, share=share, tell=tell)
    return await Runner(migrator=migrator, permit=permit).run(project.history, complete=True)


async def rollback(
    project: Project,
    database: Database,
    *,
    owner: str,
    actor: str,
    to: str | None = None,
    erase: bool = False,
    clock: Clock | None = None,
    timing: LeaseTiming | None = None,
    share: float = 1.0,
    tell: Callable[[Progress], None] = _silent,
) -> Undone:
    """Take `database` back to version `to`, by default by one version; arguments and errors as of `apply`.

    Data becomes what it was, but for what was written since. `erase` lets go what was written into properties that go.

    Raises also:
        DataInTheWay: data uses what would be taken away.
    """
    migrator = _migrator(database, owner, actor, clock=clock, timing=timing, share=share, tell=tell)
    return await Undoer(migrator=migrator).run(project.history, to, erase=erase)


async def abort(
    project: Project,
    database: Database,
    *,
    owner: str,
    actor: str,
    erase: bool = False,
    clock: Clock | None = None,
    timing: LeaseTiming | None = None,
    share: float = 1.0,
    tell: Callable[[Progress], None] = _silent,
) -> Undone:
    """Take back a version whose application did not end; arguments and errors as of `rollback`."""
    migrator = _migrator(database, owner, actor, clock=clock, timing=timing, share=share, tell=tell)
    return await Undoer(migrator=migrator).run(project.history, None, erase=erase, only_begun=True)


async def pause(database: Database, *, actor: str) -> str:
    """Let the version that is being applied, completed or taken back stop at its next page; return its revision.

    Needs no lock. Raises MigrationRefused where there is none.
    """
    rows = await database.write(None, partial(_paused, actor))
    if not rows:
        raise MigrationRefused("No migration is under way", hint="`twin ontology status` tells how the database stands")
    return rows[0][0]


async def resume(
    project: Project,
    database: Database,
    *,
    owner: str,
    actor: str,
    clock: Clock | None = None,
    timing: LeaseTiming | None = None,
    share: float = 1.0,
    tell: Callable[[Progress], None] = _silent,
    gate: Judge | None = None,
    force: Force | None = None,
) -> Applied | Undone:
    """Let what was paused, or left by a run that died, go on in its direction; arguments and errors as of `apply`.

    Raises also:
        MigrationRefused: nothing is under way.
    """
    await database.write(None, _unpaused)
    facts = await read_facts(database)
    under_way = next((record for record in facts.records if record.under_way), None)
    if under_way is None:
        raise MigrationRefused("No migration is under way", hint="`twin ontology status` tells how the database stands")
    migrator = _migrator(database, owner, actor, clock=clock, timing=timing, share=share, tell=tell)
    if under_way.swept_only:
        return await swept(migrator)
    if under_way.reach in BACKWARDS:
        return await Undoer(migrator=migrator).run(project.history, None, erase=under_way.undo_erase)
    permit = Permission(governance=project.governance, actor=actor, gate=gate, force=force)
    return await Runner(migrator=migrator, permit=permit).run(project.history, complete=under_way.waiting)


async def _paused(actor: str, unit: WriteUnit) -> list[Row]:
    return await unit.write(named("migrations/pause_migration"), {"actor": actor})


async def _unpaused(unit: WriteUnit) -> list[Row]:
    return await unit.write(named("migrations/resume_migration"))


def _migrator(
    database: Database,
    owner: str,
    actor: str,
    *,
    clock: Clock | None,
    timing: LeaseTiming | None,
    share: float,
    tell: Callable[[Progress], None],
) -> Migrator:
    return Migrator(
        database=database,
        owner=owner,
        actor=actor,
        clock=clock or SystemClock(),
        timing=timing or LeaseTiming(),
        share=share,
        tell=tell,
    )
