"""Applying a plan: under the lease, stage by stage, each step safe to run again.

Neo4j lets no schema command share a transaction with data. So a stage is: record that it begins, with its commands;
run them, each harmless where it ran before; wait for the indexes; then ontology, tenants and ledger in one transaction,
which looks at the data first wherever the new ontology asks more of it. Steps over data come page by page, each with
the cursor in one transaction. What is taken away comes last, and on live data only when it is asked for.
Whoever runs again after a crash finds how far it came, and goes on there.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

from graph.changes.counter import count_anew
from graph.changes.rules import Rulebook, rulebook
from graph.clock import epoch_millis
from graph.database import Database, WriteUnit
from graph.identity import Tenant
from graph.ontology import ontology_from_canonical
from migrations.effects import Reach, asked_by, demands, require
from migrations.files import History
from migrations.governance.entries import EntryKind, NewEntry
from migrations.ledger import Facts, MigrationStatus, applied_facts, counters, read_facts, sealing
from migrations.operations import Phase
from migrations.planning import Plan, Stage, edits_placed, make_plan
from migrations.progress import Progress, Step
from migrations.running.advice import advised, not_begun, not_completed
from migrations.running.bench import Bench, Migrator
from migrations.schema import difference, ledger_schema
from migrations.steps import erasing, filling, left_by, refuse_unreadable
from queries import named

_TOGETHER = 16

Permit = Callable[[Plan, Facts], Awaitable[tuple[NewEntry, ...]]]


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
    """Runs plans. `permit` raises where one may not be run, and otherwise says what is to be recorded before it is."""

    migrator: Migrator
    permit: Permit

    async def run(self, history: History, *, complete: bool = False) -> Applied:
        """Bring the database to the head of `history`, or `complete` what waits; does nothing where it is there."""
        database = self.migrator.database
        facts = await read_facts(database)
        async with edits_placed(database, history):
            plan = make_plan(history, facts, complete=complete)
        if plan.empty and not any(record.left for record in facts.records):
            return _applied(plan, facts, 0)
        lacking = difference(ledger_schema(), facts.schema).missing
        await self.migrator.commands.execute(tuple(each.create for each in lacking))
        async with self.migrator.at_work() as bench:
            # Another may have run between the look and the lease: what counts is what is there now.
            facts = await sweep_up(bench, await read_facts(database))
            plan = make_plan(history, facts, complete=complete)
            await bench.note(*sealing(facts), *await self.permit(plan, facts))
            changed = await self._execute(plan, facts, bench)
        return _applied(plan, await read_facts(database), changed)

    async def _execute(self, plan: Plan, facts: Facts, bench: Bench) -> int:
        # Together is several times quicker, but locks the labels: only while nobody can be using them.
        size = 1 if facts.tenants else _TOGETHER
        await bench.command(plan.repairs, revision=plan.revision, size=size)
        await _count(bench.database, facts)
        return sum([await self._stage(stage, bench, size) for stage in plan.stages])

    async def _stage(self, stage: Stage, bench: Bench, size: int) -> int:
        revision = stage.migration.revision
        started = epoch_millis(bench.clock.now())
        changed = 0
        if stage.expand:
            await require(bench.database, stage.migration)
            await refuse_unreadable(bench.database, filling(stage.migration, stage.middle))
            asked = demands(stage.before, stage.middle) if stage.before is not None else ()
            wanted = asked_by(asked, stage.migration)
            with advised(not_begun(revision)):
                await bench.look(wanted)
            since = await counters(bench.database)
            await bench.start(revision, _as_begun(stage, bench, started, since))
            bench.tell(Progress(step=Step.BEGUN, revision=revision, total=len(stage.commands)))
            await bench.command(stage.commands, revision=revision, size=size)
            held = {"phase": Phase.BACKFILL, "schemaDone": True}
            await bench.hold(revision, stage.middle, wanted, held, relabelled=stage.beginning, dropped=stage.relaxed)
            await bench.drop(revision, stage.relaxed, size=size)
            bench.tell(Progress(step=Step.EXPANDED, revision=revision))
        if stage.backfill:
            changed += await bench.over_data(
                revision, Phase.BACKFILL, filling(stage.migration, stage.middle), stage.middle
            )
            written = _as_applied(stage, bench, started)
            said = applied_facts(stage.migration, stage.chain, written)
            await bench.record(revision, written, bench.entry(EntryKind.APPLIED, revision, said))
            bench.tell(Progress(step=Step.APPLIED, revision=revision))
        if stage.contract:
            with advised(not_completed(revision)):
                changed += await self._contract(stage, bench, size)
        return changed

    async def _contract(self, stage: Stage, bench: Bench, size: int) -> int:
        """Take away: values first, once nobody may write them; the ontology as a whole; then what served it.

        What is in the way is looked for before anything is taken away.
        """
        revision = stage.migration.revision
        closing = asked_by(demands(stage.middle, stage.closing), stage.migration)
        wanted = asked_by(demands(stage.closing, stage.after, stage.heirs), stage.migration)
        foreseen = erasing(stage.migration, stage.middle)
        await bench.look(left_by(foreseen, (*closing, *wanted)))
        await bench.look_at_steps(foreseen)
        steps = erasing(stage.migration, stage.closing)
        if not stage.closed and (steps or stage.closing.hash != stage.middle.hash):
            await bench.hold(revision, stage.closing, closing, {"amid": Reach.CLOSING})
        changed = await bench.over_data(revision, Phase.CONTRACT, steps, stage.closing)
        await bench.look(wanted)
        await bench.command(stage.ending, revision=revision, size=size)
        done: dict[str, object] = {
            "phase": None,
            "amid": None,
            "pausedBy": None,
            "completedAt": epoch_millis(bench.clock.now()),
        }
        entry = bench.entry(EntryKind.COMPLETED, revision, {"checksum": stage.migration.checksum})
        await bench.hold(revision, stage.after, wanted, done, entry, relabelled=stage.end, dropped=stage.dropped)
        await bench.drop(revision, stage.dropped, size=size)
        bench.tell(Progress(step=Step.COMPLETED, revision=revision))
        return changed


def _as_begun(stage: Stage, bench: Bench, started: int, since: Mapping[str, int]) -> dict[str, object]:
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
        "appliedBy": bench.actor,
        "source": migration.text,
        "changed": 0,
        "cursor": None,
        "doing": None,
        "schemaCommands": list(stage.commands),
        "schemaDone": False,
        "since": json.dumps(since),
        "completedAt": None,
        "undoing": None,
    }


def _as_applied(stage: Stage, bench: Bench, started: int) -> dict[str, object]:
    now = epoch_millis(bench.clock.now())
    return {
        "appliedBy": bench.actor,
        "status": MigrationStatus.APPLIED,
        "phase": Phase.CONTRACT if stage.migration.contract else None,
        "appliedAt": now,
        "pausedBy": None,
        "durationMs": max(0, now - started),  # the clock may have been put back
    }


async def swept(migrator: Migrator) -> Applied:
    """Take away the labels, constraints and indexes that were left behind, and do nothing else."""
    async with migrator.at_work() as bench:
        stored = (await sweep_up(bench, await read_facts(migrator.database))).ontology
    return Applied(
        revision=stored.revision if stored else None, hash=stored.hash if stored else None, migrations=(), commands=0
    )


async def sweep_up(bench: Bench, facts: Facts) -> Facts:
    """Take away what a run left behind which died after its last step but one; return the facts then."""
    left = [record for record in facts.records if record.left]
    if facts.ontology is None or not left:
        return facts
    held = ontology_from_canonical(facts.ontology.canonical)
    for record in left:
        await bench.sweep(record.revision, record.sweep, held)
        await bench.drop(record.revision, record.drops)
    return await read_facts(bench.database)


async def _count(database: Database, facts: Facts) -> None:
    """Count the assets of tenants that were written by who kept no counts; till then each total counts rows."""
    tenants = await database.rows(None, named("migrations/list_uncounted_tenants"))
    if not tenants or facts.ontology is None:
        return
    rules = rulebook(ontology_from_canonical(facts.ontology.canonical))
    for (tenant,) in tenants:
        await database.write(Tenant(tenant), partial(_counted, rules))


async def _counted(rules: Rulebook, unit: WriteUnit) -> None:
    await count_anew(unit, rules)


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
