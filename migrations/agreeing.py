"""What is written into the ledger by people: approvals of versions, and corrections."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from graph.clock import Clock, SystemClock, epoch_millis
from graph.database import Database, ReadUnit, WriteUnit
from graph.errors import NotFound
from graph.ontology.model import Json
from migrations.errors import MigrationInvalid, RepairRefused
from migrations.files import Migration, read_migration
from migrations.governance.approvals import approve as approval
from migrations.governance.corrections import Correction, append_corrections
from migrations.governance.entries import Entry, EntryKind, NewEntry, append
from migrations.ledger import Facts, MigrationRecord, Tampering, read_facts, standing, tampering
from migrations.planning import refuse_strange
from migrations.progress import Progress
from migrations.project import Project
from migrations.schema import SchemaCommands, difference, ledger_schema
from queries import named


class UnknownVersion(NotFound):
    """A version that the project doesn't have."""

    code = "UNKNOWN_VERSION"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """What a repair recorded: versions whose file was corrected, and what of the ledger is known to be changed."""

    corrections: tuple[Correction, ...]
    acknowledged: tuple[Tampering, ...]

    @property
    def empty(self) -> bool:
        """Whether there was nothing to repair."""
        return not self.corrections and not self.acknowledged


async def approve(project: Project, database: Database, revision: str, *, by: str, clock: Clock | None = None) -> Entry:
    """Record in the ledger that somebody approves a version as its file is, and return the entry.

    Raises:
        UnknownVersion: the project has no such version.
        ApprovalRefused: it is the author, or nobody.
        VersionIsDraft: it is not proposed yet.
        ForeignDatabase, MigrationEdited, MigrationRefused: the database is not one of this project.
    """
    if revision not in project.history:
        raise UnknownVersion(
            f"The project has no version {revision!r}",
            expected="one of " + ", ".join(project.history.order[-8:]),
            actual=revision,
        )
    entry = approval(project.history[revision], by=by)
    facts = await read_facts(database)
    refuse_strange(project.history, facts, standing(project.history, facts))
    (written,) = await _written(database, facts, [entry], clock or SystemClock())
    return written


async def repair(project: Project, database: Database, *, reason: str, by: str, clock: Clock | None = None) -> Repaired:
    """Record why applied files, or the ledger itself, are not what they were; nothing is rewritten.

    A file may have been changed in its words (comments, reason, ticket), not in what it does. What was changed in the
    ledger stays changed, and is known from then on. The project's `corrections.yaml` gets the same.

    Raises:
        RepairRefused: a file does something else than was applied, or there is no reason.
    """
    if not reason.strip():
        raise RepairRefused("A repair needs a reason", expected="a sentence that others will read in the ledger")
    clock = clock or SystemClock()
    facts = await read_facts(database)
    records = {record.revision: record for record in facts.records}
    edited = standing(project.history, facts).edited
    day = clock.now().date().isoformat()
    corrections = [
        await _correction(database, project.history[each], records[each], reason, by=by, day=day) for each in edited
    ]
    known = tampering(facts)
    entries = [*map(_corrected, corrections), *([_acknowledged(known, reason, by)] if known else [])]
    await _written(database, facts, entries, clock)
    append_corrections(project.path, corrections)
    return Repaired(corrections=tuple(corrections), acknowledged=known)


async def _correction(
    database: Database, migration: Migration, record: MigrationRecord, reason: str, *, by: str, day: str
) -> Correction:
    source = await database.read(None, partial(_source, migration.revision))
    if not _does_the_same(source, migration):
        raise RepairRefused(
            f"{migration.revision} does something else than what was applied",
            place=migration.file,
            expected="the same parents, hashes, demands and operations",
            actual="others",
            hint="Put the file back as it was (version control has it), and write a new version for what should differ",
        )
    return Correction(
        revision=migration.revision, was=record.checksum, now=migration.checksum, reason=reason, by=by, at=day
    )


def _does_the_same(source: str, migration: Migration) -> bool:
    try:
        applied = read_migration(source, file=migration.file)
    except MigrationInvalid:
        return False
    return _deeds(applied) == _deeds(migration)


def _deeds(migration: Migration) -> tuple[object, ...]:
    """What a version does, whatever words stand beside it."""
    phases = (migration.expand, migration.backfill, migration.contract)
    return (
        migration.parents,
        migration.before,
        migration.after,
        [each.statement for each in migration.requires],
        *([(each.operation.kind, each.operation.written) for each in phase] for phase in phases),
    )


def _corrected(correction: Correction) -> NewEntry:
    facts: dict[str, Json] = {"was": correction.was, "now": correction.now, "reason": correction.reason}
    return NewEntry(kind=EntryKind.CORRECTED, revision=correction.revision, by=correction.by, facts=facts)


def _acknowledged(found: tuple[Tampering, ...], reason: str, by: str) -> NewEntry:
    marks: list[Json] = [each.mark for each in found]
    said: list[Json] = [f"{each.about} {each.says}" for each in found]
    facts: dict[str, Json] = {"reason": reason, "acknowledged": marks, "says": said}
    return NewEntry(kind=EntryKind.ACKNOWLEDGED, revision="", by=by, facts=facts)


async def _source(revision: str, unit: ReadUnit) -> str:
    ((source,),) = await unit.rows(named("migrations/read_source"), {"revision": revision})
    return str(source)


async def _written(database: Database, facts: Facts, entries: list[NewEntry], clock: Clock) -> tuple[Entry, ...]:
    missing = difference(ledger_schema(), facts.schema).missing
    await SchemaCommands(database=database, tell=_silent).execute(tuple(each.create for each in missing))

    async def work(unit: WriteUnit) -> tuple[Entry, ...]:
        return await append(unit, *entries, at=epoch_millis(clock.now()))

    return await database.write(None, work)


def _silent(_progress: Progress) -> None:
    """Tell nobody."""
