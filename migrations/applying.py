"""What a project does to a database: `plan`, `apply` and `complete`."""

from __future__ import annotations

from collections.abc import Callable

from graph.clock import Clock, SystemClock
from graph.database import Database
from migrations.gate import Force, Judge
from migrations.lease import LeaseTiming
from migrations.ledger import read_facts
from migrations.permission import Permission
from migrations.plan import Plan, make_plan
from migrations.progress import Progress
from migrations.project import Project
from migrations.runner import Applied, Runner


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
    tell: Callable[[Progress], None] = _silent,
) -> Applied:
    """Bring `database` to the head of `project`; safe to run again, and at once from several places.

    `owner` names this run and no other (host, process and something random), `actor` who asked for it; `tell` hears of
    every step.

    Raises:
        HistoryInvalid, MigrationInvalid: the project's files are wrong.
        ForeignDatabase, MigrationEdited, MigrationRefused: the database is not one of this project.
        VersionIsDraft, ApprovalMissing: a version is not agreed, as the project asks for.
        LeaseHeld, LeaseLost: somebody else is migrating.
        SchemaCommandFailed: Neo4j refused a constraint or index.
    """
    permit = Permission(governance=project.governance, actor=actor)
    runner = _runner(database, owner, actor, permit, clock=clock, timing=timing, tell=tell)
    return await runner.run(project.history)


async def complete(
    project: Project,
    database: Database,
    *,
    owner: str,
    actor: str,
    clock: Clock | None = None,
    timing: LeaseTiming | None = None,
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
    runner = _runner(database, owner, actor, permit, clock=clock, timing=timing, tell=tell)
    return await runner.run(project.history, complete=True)


def _runner(
    database: Database,
    owner: str,
    actor: str,
    permit: Permission,
    *,
    clock: Clock | None,
    timing: LeaseTiming | None,
    tell: Callable[[Progress], None],
) -> Runner:
    return Runner(
        database=database,
        owner=owner,
        actor=actor,
        clock=clock or SystemClock(),
        timing=timing or LeaseTiming(),
        tell=tell,
        permit=permit,
    )
