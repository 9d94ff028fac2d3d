"""How files and ledger compare: what is applied, pending, begun, waiting or edited."""

from __future__ import annotations

from dataclasses import dataclass

from migrations.history import History
from migrations.ledger import Facts, MigrationStatus
from migrations.operations import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is applied, pending, begun, or changed after it was applied; in the order of the history.

    `waiting` are applied, and what they take away is still there, of the `closing` among them though nobody may write
    it; `filling` are begun, with their additions in force.
    """

    applied: tuple[str, ...]
    pending: tuple[str, ...]
    begun: tuple[str, ...]
    edited: tuple[str, ...]
    unknown: tuple[str, ...]
    waiting: tuple[str, ...] = ()
    filling: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()

    @property
    def present(self) -> tuple[str, ...]:
        """Revisions whose additions the database has, those whose steps over data are under way among them."""
        return (*self.applied, *self.filling)

    @property
    def uncontracted(self) -> tuple[str, ...]:
        """Revisions of these that have taken away nothing yet."""
        return (*self.waiting, *self.filling)


def standing(history: History, facts: Facts) -> Standing:
    """Compare the files with the ledger."""
    done = {record.revision: record for record in facts.applied}
    running = [record for record in facts.records if record.status is MigrationStatus.RUNNING]
    begun = {record.revision for record in running}
    filling = {record.revision for record in running if record.phase == Phase.BACKFILL}
    known = [revision for revision in history.order if revision in done]
    return Standing(
        applied=tuple(known),
        pending=tuple(revision for revision in history.order if revision not in done),
        begun=tuple(revision for revision in history.order if revision in begun),
        edited=tuple(
            record.revision
            for record in sorted(facts.records, key=lambda record: record.revision)
            if (record.revision in done or record.revision in filling)
            and record.revision in history
            and history[record.revision].checksum != record.checksum
        ),
        unknown=tuple(sorted(record.revision for record in facts.records if record.revision not in history)),
        waiting=tuple(revision for revision in known if done[revision].waiting),
        filling=tuple(revision for revision in history.order if revision in filling),
        closing=tuple(revision for revision in known if done[revision].closing),
    )
