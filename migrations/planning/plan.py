"""The plan: what applying would do, as a frozen value made by a pure function of the files and the facts.

`apply` runs exactly this value, so what a plan shows is what happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.ontology.model import Ontology
from migrations.effects import replay, verify
from migrations.errors import ForeignDatabase, MigrationEdited, MigrationInvalid, MigrationRefused
from migrations.files import History
from migrations.ledger import Facts, MigrationRecord, Standing, standing
from migrations.planning.stages import Stage, Staging
from migrations.schema import SchemaDifference, difference, wanted_schema

ONE_EACH = (
    "One ontology per database: use another database and service for another ontology, "
    "or set TWIN_ONTOLOGY to the project this database belongs to"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What applying would do. `repairs` are commands for constraints and indexes that should be there already."""

    revision: str | None
    target: str | None
    repairs: tuple[str, ...]
    stages: tuple[Stage, ...]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.stages and not self.repairs

    @property
    def pending(self) -> tuple[str, ...]:
        """Revisions that would be applied, in order."""
        return tuple(stage.migration.revision for stage in self.stages)

    @property
    def commands(self) -> tuple[str, ...]:
        """All schema commands, in order."""
        return (
            *self.repairs,
            *(
                each
                for stage in self.stages
                for each in (*stage.commands, *stage.relaxed, *stage.ending, *stage.dropped)
            ),
        )

    @property
    def anew(self) -> tuple[str, ...]:
        """Channels that begin anew: nothing that was kept of them before is told any more."""
        found = (each for stage in self.stages for each in stage.anew)
        return tuple(dict.fromkeys(f"{each.declared_by}.{each.name}" for each in found))

    @property
    def operations(self) -> int:
        """How many operations all stages have together."""
        return sum(stage.operations for stage in self.stages)


def make_plan(history: History, facts: Facts, *, complete: bool = False) -> Plan:
    """Return what brings a database of these `facts` to the head of `history`; or `complete`s what waits for that.

    What a migration takes away stays until it is completed, and what builds on it waits as long. A database that nobody
    has written to needs no such care: there everything runs at once.

    Raises:
        HistoryInvalid: there are several heads.
        MigrationInvalid: a pending file contradicts itself.
        ForeignDatabase, MigrationEdited, MigrationRefused: the database can't be brought there.
    """
    target = history.head
    compared = standing(history, facts)
    refuse_strange(history, facts, compared)
    problems = tuple(verify(history, compared.pending))
    if problems:
        raise MigrationInvalid("Pending migrations contradict themselves", problems)
    present = compared.present
    current = replay(history, present, compared.reaches) if present else None
    if current is not None and (facts.ontology is None or facts.ontology.hash != current.hash):
        raise not_the_ledgers(facts, current)
    if compared.undoing:
        raise _undoing(compared.undoing[0])
    there = facts.schema
    repairs = difference(wanted_schema(current), there) if current is not None else None
    if repairs is not None:
        there = (*(each for each in there if each.name not in repairs.replaced), *repairs.missing)
    stages = Staging(history, facts, compared, current, there).stages(complete=complete)
    gone = () if repairs is None else _unwanted(repairs, history, compared, stages)
    return Plan(
        revision=facts.ontology.revision if facts.ontology else None,
        target=target,
        repairs=(*(repairs.commands if repairs is not None else ()), *gone),
        stages=stages,
    )


def _unwanted(
    repairs: SchemaDifference, history: History, compared: Standing, stages: Sequence[Stage]
) -> tuple[str, ...]:
    """Return what drops that which nobody wants, such as a run leaves that was killed before it had dropped it."""
    ahead = [ontology for stage in stages for ontology in (stage.middle, stage.after)]
    if compared.waiting:
        ahead.append(replay(history, compared.applied))
    wanted = {each.content for ontology in ahead for each in wanted_schema(ontology)}
    return tuple(
        each.drop for each in repairs.extra if each.content not in wanted and each.name not in repairs.replaced
    )


def refuse_strange(history: History, facts: Facts, compared: Standing) -> None:
    """Raise ForeignDatabase, MigrationRefused or MigrationEdited unless files and ledger belong together."""
    _refuse_foreign(facts, compared, _name(history) if len(history) else None)
    _refuse_edited(history, facts, compared)


def _name(history: History) -> str:
    return replay(history, history.order[:1]).name


def _refuse_foreign(facts: Facts, compared: Standing, name: str | None) -> None:
    if facts.strangers:
        raise ForeignDatabase(
            "This database holds data that no twin put there",
            expected="an empty database, or one that this project was applied to",
            actual=f"{facts.strangers:,} nodes, labelled {_some(facts.labels) or 'nothing'}",
            hint="Use an empty database; nothing was changed in this one",
        )
    stored = facts.ontology
    if stored is not None and name is not None and stored.name != name:
        raise ForeignDatabase(
            f"This database holds data of another ontology, {stored.name!r}",
            expected=f"the ontology {name!r}, or an empty database",
            actual=f"{stored.name!r} at {stored.revision}",
            hint=ONE_EACH,
        )
    if stored is not None and not facts.records:
        raise ForeignDatabase(
            "This database has an ontology but no record of how it came there",
            expected="a ledger entry for its ontology",
            actual=f"{stored.revision} without one",
            hint=ONE_EACH,
        )
    if compared.unknown and not compared.applied:
        raise ForeignDatabase(
            "This database was migrated by another project",
            expected=f"versions of the ontology {name!r}" if name else "versions of this project",
            actual=_some(compared.unknown),
            hint=ONE_EACH,
        )
    if compared.unknown:
        raise MigrationRefused(
            "This database has versions that the project lacks",
            expected="a file for every applied version",
            actual=_some(compared.unknown),
            hint="Bring the project's folder up to date, then apply again",
        )


def _refuse_edited(history: History, facts: Facts, compared: Standing) -> None:
    if not compared.edited:
        return
    entries: dict[str, MigrationRecord] = {record.revision: record for record in facts.records}
    first = compared.edited[0]
    raise MigrationEdited(
        f"Files were changed after they were applied: {', '.join(compared.edited)}",
        place=history[first].file,
        expected=f"the file that was applied, {entries[first].checksum}",
        actual=history[first].checksum,
        hint="Put the file back as it was (version control has it), and write a new version for what should differ",
    )


def not_the_ledgers(facts: Facts, current: Ontology) -> MigrationRefused:
    """Return that the ledger gives another ontology than is stored."""
    return ForeignDatabase(
        "The ontology in this database is not the one that its applied versions give",
        expected=current.hash,
        actual=facts.ontology.hash if facts.ontology else "no ontology",
        hint=ONE_EACH,
    )


def _undoing(revision: str) -> MigrationRefused:
    return MigrationRefused(
        f"{revision} is being taken back",
        expected="a migration that goes forward",
        actual="one that was left half-way back",
        hint="Run `twin ontology rollback` again to end that, then apply again",
    )


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
