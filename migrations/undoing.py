"""Taking back: the ontology of an earlier version, and the data as it was under that, by what the change log keeps.

Each version is taken back as it was applied, the other way round: first what it took away comes back (OPENED), then
what it added goes (LEAVING). What somebody has written since is never overwritten and never dropped unasked: it is
converted where another property has taken the place of the one that comes back, and stands in the way otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from graph.clock import Clock, epoch_millis
from graph.database import Database
from graph.ontology.model import Ontology
from migrations.bench import Bench
from migrations.data_steps import DataStep, Erase, Fill, filling, left_by, operation_of, returning, taking_back
from migrations.demands import Demand, demands
from migrations.document import Migration
from migrations.errors import MigrationRefused
from migrations.history import History
from migrations.lease import LeaseTiming, leased
from migrations.ledger import Facts, MigrationRecord, MigrationStatus, read_facts
from migrations.operations import Phase
from migrations.plan import not_the_ledgers, refuse_strange
from migrations.progress import Progress, Step
from migrations.reach import Reach
from migrations.replay import replay
from migrations.restoring import Restore
from migrations.schema_commands import SchemaCommands
from migrations.stages import exchange
from migrations.standing import Standing, standing

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
        return bool(self.migration.contract) and self.record.reach not in (Reach.MIDDLE, Reach.LEAVING)

    @property
    def returns(self) -> tuple[DataStep | Restore, ...]:
        """Steps over data that bring back what was taken away."""
        operation = f"{operation_of(self.migration.revision)}erase"
        return Restore(operation=operation, since=self.record.since), *returning(self.migration, self.opened)

    def in_the_way(self, *, erase: bool) -> tuple[Demand, ...]:
        """What data must not use that nothing here takes away; values that were filled in are judged one by one."""
        filled = filling(self.migration, self.middle)
        gone = (
            Erase(type=each.type, definition=each.definition, of_relationships=each.of_relationships)
            for each in filled
            if isinstance(each, Fill)
        )
        steps = (*taking_back(self.migration, self.before, self.leaving, everything=erase), *gone)
        return left_by(steps, demands(self.leaving, self.before))

    def leaves(self, *, erase: bool) -> tuple[DataStep | Restore, ...]:
        """Steps over data that take away what was added."""
        operation = f"{operation_of(self.migration.revision)}fill"
        steps = taking_back(self.migration, self.before, self.leaving, everything=erase)
        return Restore(operation=operation, since=self.record.since), *steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What was taken back, newest first; `revision` and `hash` are of the ontology in force now."""

    migrations: tuple[str, ...]
    revision: str
    hash: str
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
    targets = _targets(history, compared, present, to, only_begun=only_begun)
    records = {record.revision: record for record in facts.records}
    current = replay(history, present, compared.reaches)
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

        def at(reach: Reach, revision: str = revision, there: tuple[str, ...] = tuple(present)) -> Ontology:
            return replay(history, there, {revision: reach})

        middle, before = at(Reach.MIDDLE), replay(history, left)
        opening = exchange(found, current, middle)
        ending = exchange(opening.left, middle, before)
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


def _targets(
    history: History, compared: Standing, present: list[str], to: str | None, *, only_begun: bool
) -> list[str]:
    if only_begun:
        if not compared.filling:
            raise MigrationRefused(
                "No version is half applied",
                hint="`twin ontology rollback` takes back one that was applied",
            )
        return list(compared.filling)
    if to is None:
        return present[-1:]
    if to not in present:
        raise MigrationRefused(
            f"{to} is not applied, so nothing leads back to it",
            expected=f"one of {', '.join(present)}",
            actual=to,
        )
    kept = {*history.ancestors(to), to}
    return [revision for revision in reversed(present) if revision not in kept]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoer:
    """Takes versions back on one database. `owner` names this run and no other, `actor` who asked for it."""

    database: Database
    owner: str
    actor: str
    clock: Clock
    timing: LeaseTiming
    tell: Callable[[Progress], None]

    async def run(self, history: History, to: str | None, *, erase: bool, only_begun: bool = False) -> Undone:
        """Take the database back to `to`; safe to run again after a crash, where it goes on."""
        async with leased(self.database, owner=self.owner, timing=self.timing, waiting=self._waiting) as lease:
            self.tell(Progress(step=Step.LEASED))
            facts = await read_facts(self.database)
            stages = plan_undoing(history, facts, to, only_begun=only_begun)
            bench = Bench(database=self.database, lease=lease, actor=self.actor, clock=self.clock, tell=self.tell)
            changed = 0
            for stage in stages:
                await bench.look(stage.in_the_way(erase=erase))
                changed += await self._bring_back(stage, bench) + await self._take_away(stage, bench, erase=erase)
        after = (await read_facts(self.database)).ontology
        assert after is not None, "a first version is never taken back"
        return Undone(
            migrations=tuple(stage.migration.revision for stage in stages),
            revision=after.revision,
            hash=after.hash,
            objects=changed,
        )

    async def _bring_back(self, stage: Undoing, bench: Bench) -> int:
        """Bring back what was taken away, if anything was or is being."""
        revision = stage.migration.revision
        if not stage.returning:
            return 0
        await self._commands.run(stage.opening, bench.lease, revision=revision, size=1)
        if stage.record.reach is not Reach.OPENED:
            facts = {"amid": Reach.OPENED, "phase": Phase.CONTRACT, "completedAt": None, "cursor": None}
            await bench.hold(revision, stage.opened, demands(stage.held, stage.opened), facts)
        changed = await bench.over_data(revision, _RETURN, stage.returns, stage.opened)
        await bench.hold(revision, stage.middle, demands(stage.opened, stage.middle), {"amid": None})
        await self._commands.run(stage.closed, bench.lease, revision=revision, size=1)
        return changed

    async def _take_away(self, stage: Undoing, bench: Bench, *, erase: bool) -> int:
        """Take away what was added; what is in the way of that is looked for first."""
        revision = stage.migration.revision
        steps = stage.leaves(erase=erase)
        wanted = demands(stage.leaving, stage.before)
        if stage.record.reach is not Reach.LEAVING:
            await bench.hold(revision, stage.leaving, (), {"amid": Reach.LEAVING, "cursor": None})
        changed = await bench.over_data(revision, _LEAVE, steps, stage.leaving)
        await bench.look(wanted)
        await self._commands.run(stage.ending, bench.lease, revision=revision, size=1)
        facts: dict[str, object] = {
            "status": MigrationStatus.ROLLED_BACK,
            "phase": None,
            "amid": None,
            "pausedBy": None,
            "rolledBackAt": epoch_millis(self.clock.now()),
            "rolledBackBy": self.actor,
        }
        await bench.hold(revision, stage.before, wanted, facts, stored_as=stage.parent)
        await self._commands.run(stage.dropped, bench.lease, revision=revision, size=1)
        self.tell(Progress(step=Step.ROLLED_BACK, revision=revision))
        return changed

    @property
    def _commands(self) -> SchemaCommands:
        return SchemaCommands(database=self.database, tell=self.tell)

    def _waiting(self, holder: str) -> None:
        self.tell(Progress(step=Step.WAITING, detail=holder))
