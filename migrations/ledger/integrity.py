"""Whether the ledger is what its chain says: nobody changed an entry or a record, or took one out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph.clock import epoch_millis
from graph.errors import Problem
from graph.ontology.model import Json
from migrations.files import Migration
from migrations.governance.entries import Entry, EntryKind, NewEntry
from migrations.ledger.records import Facts, MigrationRecord, MigrationStatus

CODE = "LEDGER_TAMPERED"
_HINT = (
    "Compare with a backup: who changed the ledger? Put the database back, or record what is known with "
    "`twin ontology repair`"
)
_STANDS = (EntryKind.SEALED, EntryKind.APPLIED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tampering:
    """One thing that is not as the chain says; `about` names the entry or version, `mark` tells this very state."""

    about: str
    says: str
    mark: str

    @property
    def problem(self) -> Problem:
        """The same as a problem."""
        return Problem(code=CODE, message=f"{self.about} {self.says}", place=self.about, hint=_HINT)


def tampering(facts: Facts) -> tuple[Tampering, ...]:
    """Return what is not as the chain says, and was not acknowledged; nothing where there is no chain yet."""
    if not facts.entries:
        return ()
    known: set[Json] = set()
    for entry in facts.entries:
        if entry.kind == EntryKind.ACKNOWLEDGED and isinstance(marks := entry.said.get("acknowledged"), list):
            known.update(mark for mark in marks if isinstance(mark, str))
    found = (*_of_chain(facts.entries), *_of_records(facts))
    return tuple(each for each in found if each.mark not in known)


def facts_of(record: MigrationRecord) -> dict[str, Json]:
    """Return what an entry says of a version that was applied."""
    return {
        "checksum": record.original or record.checksum,
        "chain": record.chain,
        "before": record.before,
        "after": record.after,
        "message": record.message,
        "appliedBy": record.applied_by,
        "appliedAt": None if record.applied_at is None else epoch_millis(record.applied_at),
    }


def applied_facts(migration: Migration, chain: str, written: Mapping[str, object]) -> dict[str, Json]:
    """Return the same of a version that is being applied, and how it came about; `written` is what its record gets."""
    return {
        "checksum": migration.checksum,
        "chain": chain,
        "before": migration.before,
        "after": migration.after,
        "message": migration.message,
        "appliedBy": str(written["appliedBy"]),
        "appliedAt": int(str(written["appliedAt"])),
        "author": migration.author,
        "owner": migration.standpoint.owner,
        "proposed": migration.standpoint.proposed,
        "ticket": migration.standpoint.ticket,
        "reason": migration.standpoint.reason,
    }


def sealing(facts: Facts) -> tuple[NewEntry, ...]:
    """Return entries for versions that were applied before there was a chain; none where there is one."""
    if facts.entries and any(entry.kind in _STANDS for entry in facts.entries):
        return ()
    return tuple(
        NewEntry(
            kind=EntryKind.SEALED, revision=record.revision, by=record.applied_by or "unknown", facts=facts_of(record)
        )
        for record in reversed(facts.applied)
    )


def _of_chain(entries: Sequence[Entry]) -> Iterator[Tampering]:
    number, previous = 0, ""
    for entry in entries:
        about = f"entry {entry.number}"
        if entry.number != number + 1:
            yield _tampering(about, f"follows entry {number}: others are missing", entry.hash)
        elif entry.previous != previous:
            yield _tampering(about, "does not follow the entry before it, which was changed", entry.previous, previous)
        if entry.hash != entry.right_hash:
            yield _tampering(about, f"({entry.kind} {entry.revision}) was changed", entry.hash, entry.right_hash)
        number, previous = entry.number, entry.hash


def _of_records(facts: Facts) -> Iterator[Tampering]:
    standing: dict[str, Mapping[str, Json]] = {}
    for entry in facts.entries:
        if entry.kind in _STANDS:
            standing[entry.revision] = entry.said
        elif entry.kind == EntryKind.ROLLED_BACK:
            standing.pop(entry.revision, None)
    if not standing:
        return
    records = {record.revision: record for record in facts.records if record.status is MigrationStatus.APPLIED}
    for revision in sorted(set(records) - set(standing)):
        yield _tampering(revision, "is applied, and no entry says so", records[revision].checksum)
    for revision, said in sorted(standing.items()):
        if revision not in records:
            yield _tampering(revision, "was applied, and is not in the ledger any more")
            continue
        now = facts_of(records[revision])
        changed = sorted(name for name, value in said.items() if name in now and now[name] != value)
        if changed:
            values = [f"{name}={now[name]}" for name in changed]
            yield _tampering(revision, f"was changed in the ledger: {', '.join(changed)}", *values)


def _tampering(about: str, says: str, *state: str) -> Tampering:
    mark = hashlib.sha256("\0".join((about, says, *state)).encode()).hexdigest()
    return Tampering(about=about, says=says, mark=mark)
