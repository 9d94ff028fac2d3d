"""Taking back: the ontology of an earlier version, and the data as it was under that, by what the change log keeps.

Each version is taken back as it was applied, the other way round: first what it took away comes back (OPENED), then
what it added goes (LEAVING). What somebody has written since is never overwritten and never dropped unasked: it is
converted where another property has taken the place of the one that comes back, and stands in the way otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from graph.clock import epoch_millis
from graph.ontology.model import Ontology
from migrations.effects import Demand, Reach, Relabelling, asked_by, demands, heirs_of, relabelling, replay
from migrations.errors import MigrationRefused
from migrations.files import History, Migration
from migrations.governance.entries import EntryKind, NewEntry
from migrations.ledger import Facts, MigrationRecord, MigrationStatus, Standing, read_facts, sealing, standing
from migrations.operations import Phase
from migrations.planning import edits_placed, exchange, not_the_ledgers, refuse_strange
from migrations.progress import Progress, Step
from migrations.running.advice import advised, not_undone
from migrations.running.bench import Bench, Migrator
from migrations.running.runner import sweep_up
from migrations.running.unsaid import refuse_unsaid
from migrations.steps import (
    DataStep,
    Restore,
    apart_from_returns,
    given,
    leading,
    left_by,
    operation_of,
    returning,
    taking_back,
)

_RETURN: Final = "return"
_LEAVE: Final = "leave"


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing:
    """One version to be taken back: its ontologies, how far it reaches now, and the schema commands on the way.

    `opening` make the schema of its middle, `ending` that of the ontology before; `closed` and `dropped` take away what
    is wanted no more then. `parent` names the version whose ontology is in force afterwards.
    """

    migration: Migration
    record: MigrationRecord
    parent: str
    held: Ontology
    opened: Ontology
    middle: Ontology
    leaving: Ontology
    before: Ontology
    opening: tuple[str, ...]
    closed: tuple[str, ...]
    ending: tuple[str, ...]
    dropped: tuple[str, ...]

    @property
    def returning(self) -> bool:
        """Whether anything was taken away, or is being, that comes back first."""
        return _returning(self.migration, self.record)

    def returns(self, *, erase: bool) -> tuple[DataStep | Restore, ...]:
        """Steps over data that bring back what was taken away."""
        begun = operation_of(self.migration.revision)
        done = tuple(f"{begun}{verb}" for verb in ("erase", "replace", "retype", "promote", "demote"))
        return Restore(operations=done, since=self.record.since, erase=erase), *returning(self.migration, self.opened)

    @property
    def rewiring(self) -> tuple[DataStep, ...]:
        """Those of the steps that bring back which data may be in the way of; none where it is too late to say so."""
        if not self.returning or self.record.reach is Reach.OPENED:
            return ()
        return returning(self.migration, self.opened)

    @property
    def wanted(self) -> tuple[Demand, ...]:
        """What the ontology before asks of data in the end."""
        return asked_by(demands(self.leaving, self.before), self.migration)

    @property
    def opening_labels(self) -> Relabelling:
        """What labels do where what was taken away comes back."""
        return relabelling(self.held, self.opened, self.ancestors)

    @property
    def ancestors(self) -> Mapping[str, str]:
        """What types were called whose names were changed, where that has come to pass."""
        return {new: old for old, new in heirs_of(self.migration).items() if old not in self.held.asset_types}

    def in_the_way(self, *, erase: bool, returned: bool = False) -> tuple[Demand, ...]:
        """What data must not use that nothing here takes away; values that were filled in are judged one by one.

        Before anything has come back (`returned`), what is missing, or of another type, for that alone is no fault.
        """
        gone = given(self.migration, self.middle)
        steps = (*taking_back(self.migration, self.before, self.leaving, everything=erase), *gone)
        wanted = left_by(steps, self.wanted)
        if returned or not self.returning:
            return wanted
        return apart_from_returns(self.migration, wanted)

    def leaves(self, *, erase: bool) -> tuple[DataStep | Restore, ...]:
        """Steps over data that take away what was added."""
        begun = operation_of(self.migration.revision)
        steps = taking_back(self.migration, self.before, self.leaving, everything=erase)
        return Restore(operations=(f"{begun}fill", f"{begun}compute"), since=self.record.since), *steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What was taken back, newest first; `revision` and `hash` are of the ontology in force now."""

    migrations: tuple[str, ...]
    revision: str | None
    hash: str | None
    objects: int


def plan_undoing(history: History, facts: Facts, to: str | None, *, only_begun: bool = False) -> tuple[Undoing, ...]:
    """Return what takes the database back to `to`, newest version first; None: the newest alone.

    With `only_begun` that is a version whose application did not end.

    Raises:
        ForeignDatabase, MigrationEdited, MigrationRefused: the database can't be brought there.
    """
    compared = standing(history, facts)
    refuse_strange(history, facts, compared)
    present = [revision for revision in history.order if revision in compared.present]
    targets = _targets(history, compared, facts, to, only_begun=only_begun)
    records = {record.revision: record for record in facts.records}
    reaches = dict(compared.reaches)
    current = replay(history, present, reaches)
    if facts.ontology is None or facts.ontology.hash != current.hash:
        raise not_the_ledgers(facts, current)
    found = list(facts.schema)
    stages: list[Undoing] = []
    for revision in targets:
        left = [each for each in present if each != revision]
        if not left:
            raise MigrationRefused(
                f"{revision} is the first version: nothing is before it",
                hint="Start anew with another database",
            )

        reaches.pop(revision, None)

        def at(reach: Reach, revision: str = revision, there: tuple[str, ...] = tuple(present)) -> Ontology:
            return replay(history, there, {**reaches, revision: reach})

        middle, before = at(Reach.MIDDLE), replay(history, left, reaches)
        # A run that died may have left what serves the version's end, though something else is in force.
        end = replay(history, present, reaches)
        opening = exchange(found, current, middle, beyond=end)
        left_then = opening.left if _returning(history[revision], records[revision]) else found
        ending = exchange(left_then, middle, before, beyond=end)
        stages.append(
            Undoing(
                migration=history[revision],
                record=records[revision],
                parent=left[-1],
                held=current,
                opened=at(Reach.OPENED),
                middle=middle,
                leaving=at(Reach.LEAVING),
                before=before,
                opening=opening.commands,
                closed=opening.dropped,
                ending=ending.commands,
                dropped=ending.dropped,
            )
        )
        present, current, found = left, before, list(ending.left)
    return tuple(stages)


def _returning(migration: Migration, record: MigrationRecord) -> bool:
    return bool(migration.contract) and record.reach not in (Reach.MIDDLE, Reach.LEAVING)


def _targets(history: History, compared: Standing, facts: Facts, to: str | None, *, only_begun: bool) -> list[str]:
    """Return which versions are taken back, in this order: what was not ended first, for nothing builds on that."""
    present = compared.present
    if only_begun:
        if not compared.filling:
            raise MigrationRefused(
                "No version is half applied",
                hint="`twin ontology rollback` takes back one that was applied",
            )
        return list(compared.filling)
    unended = [each for each in (*compared.undoing, *compared.filling, *compared.waiting) if each in present]
    if to is None:
        return [unended[0]] if unended else _newest(history, compared, facts)
    if to not in present:
        raise MigrationRefused(
            f"{to} is not applied, so nothing leads back to it",
            expected=f"one of {', '.join(present)}",
            actual=to,
        )
    kept = {*history.ancestors(to), to}
    if turning := [each for each in compared.undoing if each in kept]:
        raise MigrationRefused(
            f"{turning[0]} is being taken back, and {to} builds on it",
            hint="Run `twin ontology rollback` without `--to` to end that first",
        )
    order = dict.fromkeys((*unended, *reversed([each for each in history.order if each in present])))
    return [revision for revision in order if revision not in kept]


def _barely_begun(history: History, facts: Facts) -> MigrationRecord | None:
    """Return the version that was begun, and of which nothing is in force yet."""
    filling = standing(history, facts).filling
    running = (record for record in facts.records if record.status is MigrationStatus.RUNNING)
    return next((record for record in running if record.revision not in filling), None)


def _newest(history: History, compared: Standing, facts: Facts) -> list[str]:
    """Return the version that was applied last, of those that no other builds on."""
    below = {parent for revision in compared.present for parent in history[revision].parents}
    leaves = [
        record for record in facts.applied if record.revision in compared.present and record.revision not in below
    ]
    newest = max(leaves, key=lambda record: (record.applied_at or record.started_at, record.revision), default=None)
    return [] if newest is None else [newest.revision]


def _turned(*, erase: bool) -> dict[str, object]:
    """What is recorded of a version that turns round: what it was at is no longer of use, nor a pause."""
    return {"cursor": None, "doing": None, "pausedBy": None, "undoErase": erase, "undoing": True}


def _ended(bench: Bench) -> dict[str, object]:
    """What is recorded of a version of which nothing is left."""
    return {
        "status": MigrationStatus.ROLLED_BACK,
        "phase": None,
        "amid": None,
        "cursor": None,
        "doing": None,
        "pausedBy": None,
        "undoing": None,
        "rolledBackAt": epoch_millis(bench.clock.now()),
        "rolledBackBy": bench.actor,
    }


def _gone(bench: Bench, revision: str, checksum: str, *, parent: str | None) -> NewEntry:
    return bench.entry(EntryKind.ROLLED_BACK, revision, {"checksum": checksum, "parent": parent})


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoer:
    """Takes versions back."""

    migrator: Migrator

    async def run(self, history: History, to: str | None, *, erase: bool, only_begun: bool = False) -> Undone:
        """Take the database back to `to`; safe to run again after a crash, where it goes on."""
        async with self.migrator.at_work() as bench:
            found = await read_facts(bench.database)
            facts = await sweep_up(bench, found)
            if to is None and not only_begun and any(record.swept_only for record in found.records):
                return await self._undone((), 0)  # an earlier rollback had only this left
            await bench.note(*sealing(facts))
            if only_begun and (barely := _barely_begun(history, facts)) is not None:
                entry = _gone(bench, barely.revision, barely.checksum, parent=None)
                await bench.record(barely.revision, _ended(bench), entry)
                return await self._undone((barely.revision,), 0)
            async with edits_placed(bench.database, history):
                stages = plan_undoing(history, facts, to, only_begun=only_begun)
            changed = 0
            for stage in stages:
                with advised(not_undone(stage.migration.revision)):
                    await bench.look(stage.in_the_way(erase=erase))
                    await bench.look_at_steps(stage.rewiring)
                    changed += await self._bring_back(stage, bench, erase=erase)
                    changed += await self._take_away(stage, bench, erase=erase)
        return await self._undone(tuple(stage.migration.revision for stage in stages), changed)

    async def _undone(self, revisions: tuple[str, ...], changed: int) -> Undone:
        after = (await read_facts(self.migrator.database)).ontology
        return Undone(
            migrations=revisions,
            revision=None if after is None else after.revision,
            hash=None if after is None else after.hash,
            objects=changed,
        )

    async def _bring_back(self, stage: Undoing, bench: Bench, *, erase: bool) -> int:
        """Bring back what was taken away, if anything was or is being."""
        revision = stage.migration.revision
        if not stage.returning:
            return 0
        await bench.command(stage.opening, revision=revision)
        if stage.record.reach is not Reach.OPENED:
            facts = {"amid": Reach.OPENED, "phase": Phase.CONTRACT, "completedAt": None, **_turned(erase=erase)}
            wanted = demands(stage.held, stage.opened, stage.ancestors)
            await bench.hold(revision, stage.opened, wanted, facts, relabelled=stage.opening_labels)
        changed = await bench.over_data(revision, _RETURN, stage.returns(erase=erase), stage.opened)
        if not erase:
            await refuse_unsaid(bench.database, leading(stage.migration, stage.opened))
        await bench.look(stage.in_the_way(erase=erase, returned=True))
        wanted = demands(stage.opened, stage.middle)
        await bench.hold(revision, stage.middle, wanted, {"amid": None}, dropped=stage.closed)
        await bench.drop(revision, stage.closed)
        return changed

    async def _take_away(self, stage: Undoing, bench: Bench, *, erase: bool) -> int:
        """Take away what was added; what is in the way of that is looked for first."""
        revision = stage.migration.revision
        steps = stage.leaves(erase=erase)
        wanted = stage.wanted
        if stage.record.reach is not Reach.LEAVING:
            await bench.hold(revision, stage.leaving, (), {"amid": Reach.LEAVING, **_turned(erase=erase)})
        # What goes is another list of steps with `erase`: a cursor in one means nothing in the other.
        phase = f"{_LEAVE}, all" if erase else _LEAVE
        changed = await bench.over_data(revision, phase, steps, stage.leaving)
        await bench.look(wanted)
        await bench.command(stage.ending, revision=revision)
        entry = _gone(bench, revision, stage.migration.checksum, parent=stage.parent)
        await bench.hold(
            revision,
            stage.before,
            wanted,
            _ended(bench),
            entry,
            stored_as=stage.parent,
            relabelled=relabelling(stage.leaving, stage.before),
            dropped=stage.dropped,
        )
        await bench.drop(revision, stage.dropped)
        bench.tell(Progress(step=Step.ROLLED_BACK, revision=revision))
        return changed
