"""Ledgers without a database: what a run leaves behind, made from a project's files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from migrations import MigrationRecord, MigrationStatus, Project
from migrations.effects import Reach, replay
from migrations.governance import Entry, NewEntry
from migrations.governance.entries import chained
from migrations.ledger import Facts, StoredOntology

NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)


def record_of(project: Project, revision: str, *, waiting: bool = False) -> MigrationRecord:
    migration = project.history[revision]
    return MigrationRecord(
        revision=revision,
        parents=migration.parents,
        status=MigrationStatus.APPLIED,
        phase="contract" if waiting else None,
        started_at=NOW,
        applied_at=NOW,
        applied_by="tester",
        checksum=migration.checksum,
        changed=0,
        duration_ms=1,
        before=migration.before,
        after=migration.after,
        message=migration.message,
        chain=project.history.chain(revision),
    )


def facts_at(
    project: Project,
    revision: str,
    *,
    waiting: bool = False,
    tenants: Sequence[str] = ("t",),
    entries: Sequence[Entry] = (),
) -> Facts:
    """Facts of a database that a version and all it builds on were applied to; `waiting`: it waits to be completed."""
    revisions = (*project.history.ancestors(revision), revision)
    ontology = replay(project.history, revisions, {revision: Reach.MIDDLE} if waiting else {})
    return Facts(
        records=tuple(record_of(project, each, waiting=waiting and each == revision) for each in reversed(revisions)),
        ontology=StoredOntology(revision=revision, hash=ontology.hash, canonical=ontology.canonical),
        tenants=tuple(tenants),
        entries=tuple(entries),
    )


def chain(*new: NewEntry, at: int = 1) -> tuple[Entry, ...]:
    """The chain that these entries make."""
    found: list[Entry] = []
    for each in new:
        found.append(chained(each, at=at, number=len(found) + 1, previous=found[-1].hash if found else ""))
    return tuple(found)
