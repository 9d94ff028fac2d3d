"""How versions passed: when each was proposed, approved, applied and completed, and what was forced or corrected.

All of it is in the ledger and the chain over it; no file is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from graph.clock import from_epoch_millis
from graph.database import Database, ReadUnit
from graph.ontology.model import Json
from migrations.governance.approvals import Approval, approvals_of
from migrations.governance.entries import Entry, EntryKind, read_entries
from migrations.ledger.records import MigrationRecord, records_of

_ENDS: Final = (EntryKind.COMPLETED, EntryKind.FORCED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One version's way. `proposed` is a day in ISO 8601.

    `forced` is why consumers were broken, `corrections` why its file was changed since, the newest last. Of versions
    that were applied before there was a chain only the record is known; what was before a rollback counts no more.
    """

    record: MigrationRecord
    author: str | None = None
    owner: str | None = None
    ticket: str | None = None
    proposed: str | None = None
    approvals: tuple[Approval, ...] = ()
    completed_at: datetime | None = None
    forced: str | None = None
    corrections: tuple[str, ...] = ()

    @property
    def approved_at(self) -> datetime | None:
        """When the last approval that counts was given."""
        times = [each.at for each in self.approvals if each.counts]
        return from_epoch_millis(max(times)) if times else None


async def read_passages(database: Database) -> tuple[Passage, ...]:
    """Return the ways of all versions in the ledger, newest first."""

    async def work(unit: ReadUnit) -> tuple[Passage, ...]:
        entries = await read_entries(unit)
        return passages(await records_of(unit, entries), entries)

    return await database.read(None, work)


def passages(records: Sequence[MigrationRecord], entries: Sequence[Entry]) -> tuple[Passage, ...]:
    """Return the way of each record, in their order."""
    by_revision: dict[str, list[Entry]] = {}
    for entry in entries:
        by_revision.setdefault(entry.revision, []).append(entry)
    return tuple(_passage(record, by_revision.get(record.revision, [])) for record in records)


def _passage(record: MigrationRecord, entries: Sequence[Entry]) -> Passage:
    of = {kind: [entry for entry in entries if entry.kind == kind] for kind in EntryKind}
    said = of[EntryKind.APPLIED][-1].said if of[EntryKind.APPLIED] else {}
    back = of[EntryKind.ROLLED_BACK][-1].number if of[EntryKind.ROLLED_BACK] else 0
    author = _text(said.get("author"))
    completed, forced = ([each for each in of[kind] if each.number > back] for kind in _ENDS)
    return Passage(
        record=record,
        author=author,
        owner=_text(said.get("owner")),
        ticket=_text(said.get("ticket")),
        proposed=_text(said.get("proposed")),
        approvals=approvals_of(record.revision, entries, checksum=record.original or record.checksum, author=author),
        completed_at=from_epoch_millis(completed[-1].at) if completed else None,
        forced=_text(forced[-1].said.get("reason")) if forced else None,
        corrections=tuple(str(entry.said.get("reason")) for entry in of[EntryKind.CORRECTED]),
    )


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
