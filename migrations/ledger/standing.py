"""How files and ledger compare: what is applied, pending, begun, waiting or edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from migrations.effects import BACKWARDS, Reach
from migrations.files import History
from migrations.ledger.records import Facts, MigrationStatus
from migrations.operations import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is applied, pending, begun, or changed after it was applied; in the order of the history.

    `waiting` are applied, and what they take away is still there; `filling` are begun, with their additions in force.
    `reaches` says how far those came that the database has any of, where that is not all.
    """

    applied: tuple[str, ...]
    pending: tuple[str, ...]
    begun: tuple[str, ...]
    edited: tuple[str, ...]
    unknown: tuple[str, ...]
    waiting: tuple[str, ...] = ()
    filling: tuple[str, ...] = ()
    reaches: Mapping[str, Reach] = field(default_factory=dict[str, Reach])

    @property
    def present(self) -> tuple[str, ...]:
        """Revisions whose additions the database has, those whose steps over data are under way among them."""
        return (*self.applied, *self.filling)

    @property
    def undoing(self) -> tuple[str, ...]:
        """Revisions that are on their way back."""
        return tuple(revision for revision, reach in self.reaches.items() if reach in BACKWARDS)


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
        unknown=tuple(
            sorted(
                record.revision
                for record in facts.records
                if record.revision not in history and (record.revision in done or record.revision in filling)
            )
        ),
        waiting=tuple(revision for revision in known if done[revision].waiting),
        filling=tuple(revision for revision in history.order if revision in filling),
        reaches={
            record.revision: record.reach
            for record in facts.records
            if (record.revision in done or record.revision in filling) and record.reach is not Reach.AFTER
        },
    )
