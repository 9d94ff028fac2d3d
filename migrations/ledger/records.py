"""The ledger: what was migrated on a database, which ontology it holds, and what else a runner must know of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from graph.clock import from_epoch_millis
from graph.database import Database, ReadUnit, Row, WriteUnit
from graph.ontology import ontology_from_canonical
from graph.ontology.model import Ontology
from migrations.effects import Reach
from migrations.governance.entries import Entry, EntryKind, read_entries
from migrations.operations import Phase
from migrations.progress import Progress
from migrations.schema import SchemaKind, SchemaObject
from queries import named


class MigrationStatus(StrEnum):
    """How far a migration came on a database."""

    RUNNING = "RUNNING"
    APPLIED = "APPLIED"
    ROLLED_BACK = "ROLLED_BACK"


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationRecord:
    """One entry of the ledger. `phase` is what runs or waits to be run, None when nothing is left.

    `changed` counts assets and relationships; `before` and `after` are the ontology's hashes; `cursor` is where a step
    over data goes on and `doing` how far that is, `amid` which ontology holds where `status` and `phase` don't tell.
    `since` are the revisions that tenants had when it began; `sweep` the labels that it left behind, `drops` what takes
    away constraints and indexes that nobody wants any more. `undoing`: it is on its way back. `checksum` is that of the
    file as it was last corrected, `original` that of the file applied, where it was.
    """

    revision: str
    parents: tuple[str, ...]
    status: MigrationStatus
    phase: str | None
    started_at: datetime
    applied_at: datetime | None
    applied_by: str | None
    checksum: str
    changed: int
    duration_ms: int | None
    before: str | None
    after: str
    message: str
    chain: str
    cursor: str | None = None
    doing: Progress | None = None
    original: str | None = None
    amid: Reach | None = None
    paused_by: str | None = None
    undo_erase: bool = False
    undoing: bool = False
    sweep: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    since: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def reach(self) -> Reach:
        """Which of its ontologies is in force, where the database has any of it."""
        if self.amid is not None:
            return self.amid
        filling = self.status is MigrationStatus.RUNNING and self.phase == Phase.BACKFILL
        return Reach.MIDDLE if self.waiting or filling else Reach.AFTER

    @property
    def under_way(self) -> bool:
        """Whether a run has begun it, forwards or back, and none has ended it."""
        begun = self.amid is not None or self.cursor is not None or self.undoing
        return self.status is MigrationStatus.RUNNING or begun or self.left

    @property
    def swept_only(self) -> bool:
        """Whether nothing is left to be done of it but to take away labels, constraints and indexes."""
        done = self.status is not MigrationStatus.RUNNING and not self.waiting and self.amid is None
        return done and self.left

    @property
    def left(self) -> bool:
        """Whether it left labels, constraints or indexes behind that nobody wants any more."""
        return bool(self.sweep or self.drops)

    @property
    def waiting(self) -> bool:
        """Whether it is applied, and what it takes away is still there."""
        return self.status is MigrationStatus.APPLIED and self.phase == Phase.CONTRACT


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOntology:
    """The ontology that a database holds data of, as it is stored."""

    revision: str
    hash: str
    canonical: str

    @property
    def name(self) -> str:
        """The ontology's own name."""
        return str(json.loads(self.canonical)["name"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a database holds, as far as migrations are concerned. `unready` names indexes that are not online.

    `tenants` are those that have written something, `entries` the chain over the ledger.

    `strangers` is the number of nodes in a database without a ledger that no twin put there, `labels` what they have.
    """

    records: tuple[MigrationRecord, ...] = ()
    ontology: StoredOntology | None = None
    schema: tuple[SchemaObject, ...] = ()
    unready: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    strangers: int = 0
    labels: tuple[str, ...] = ()

    @property
    def applied(self) -> tuple[MigrationRecord, ...]:
        """Entries that are done, newest first."""
        return tuple(record for record in self.records if record.status is MigrationStatus.APPLIED)


async def read_facts(database: Database) -> Facts:
    """Return what `database` holds; needs no lock."""
    return await database.read(None, _facts)


async def records(database: Database) -> tuple[MigrationRecord, ...]:
    """Return the ledger, newest first."""

    async def work(unit: ReadUnit) -> tuple[MigrationRecord, ...]:
        return await records_of(unit, await read_entries(unit))

    return await database.read(None, work)


async def records_of(unit: ReadUnit, entries: Sequence[Entry]) -> tuple[MigrationRecord, ...]:
    """Return the ledger, newest first, with the checksums that `entries` correct."""
    return tuple(corrected(_record(row), entries) for row in await unit.rows(named("migrations/read_ledger")))


async def current_ontology(database: Database) -> tuple[str, Ontology] | None:
    """Return revision and ontology that `database` holds data of, None before the first migration."""
    stored = await database.read(None, _stored)
    return None if stored is None else (stored.revision, ontology_from_canonical(stored.canonical))


async def counters(database: Database) -> dict[str, int]:
    """Return the newest revision of each tenant."""
    return {row[0]: row[1] for row in await database.rows(None, named("migrations/list_counters"))}


async def write_ontology(unit: WriteUnit, stored: StoredOntology) -> None:
    """Make `stored` the ontology of the database and of every tenant's counter."""
    await unit.write(
        named("migrations/set_ontology"),
        {"revision": stored.revision, "hash": stored.hash, "canonical": stored.canonical},
    )
    await unit.write(named("migrations/set_tenants"), {"hash": stored.hash})


async def _facts(unit: ReadUnit) -> Facts:
    entries = await read_entries(unit)
    found = await records_of(unit, entries)
    stored = await _stored(unit)
    constraints = await unit.rows(named("migrations/list_constraints"))
    indexes = await unit.rows(named("migrations/list_indexes"))
    strangers, labels = (0, ()) if found or stored else await _strangers(unit)
    return Facts(
        records=found,
        ontology=stored,
        schema=(*_constraints(constraints), *_indexes(indexes)),
        unready=tuple(sorted(row[0] for row in indexes if row[2] != "ONLINE")),
        tenants=tuple(row[0] for row in await unit.rows(named("migrations/list_tenants"))),
        entries=entries,
        strangers=strangers,
        labels=labels,
    )


def corrected(record: MigrationRecord, entries: Sequence[Entry]) -> MigrationRecord:
    """Return a record with the checksum that its file was last corrected to."""
    applied = record
    for entry in entries:
        if entry.revision != record.revision:
            continue
        if entry.kind in (EntryKind.APPLIED, EntryKind.ROLLED_BACK):
            record = applied  # what was corrected before is the file of another time
        elif entry.kind == EntryKind.CORRECTED:
            now = str(entry.said.get("now"))
            record = replace(record, checksum=now, original=record.original or record.checksum)
    return record


async def _stored(unit: ReadUnit) -> StoredOntology | None:
    rows = await unit.rows(named("migrations/read_ontology"))
    if not rows:
        return None
    revision, ontology_hash, canonical = rows[0]
    return StoredOntology(revision=revision, hash=ontology_hash, canonical=canonical)


async def _strangers(unit: ReadUnit) -> tuple[int, tuple[str, ...]]:
    counts = {row[0]: row[1] for row in await unit.rows(named("migrations/count_contents"))}
    strangers = counts.pop("") - sum(counts.values())
    if not strangers:
        return 0, ()
    return strangers, tuple(row[0] for row in await unit.rows(named("migrations/list_labels")))


def _record(row: Row) -> MigrationRecord:
    columns = named("migrations/read_ledger").columns
    facts: dict[str, Any] = dict(zip(columns, row, strict=True))
    applied_at = facts["appliedAt"]
    return MigrationRecord(
        revision=facts["revision"],
        parents=tuple(facts["parents"]),
        status=MigrationStatus(facts["status"]),
        phase=facts["phase"],
        started_at=from_epoch_millis(facts["startedAt"]),
        applied_at=None if applied_at is None else from_epoch_millis(applied_at),
        applied_by=facts["appliedBy"],
        checksum=facts["checksum"],
        changed=facts["changed"],
        duration_ms=facts["durationMs"],
        before=facts["before"],
        after=facts["after"],
        message=facts["message"],
        chain=facts["chain"],
        cursor=facts["cursor"],
        doing=Progress.read(facts["revision"], facts["doing"]),
        amid=None if facts["amid"] is None else Reach(facts["amid"]),
        paused_by=facts["pausedBy"],
        undo_erase=facts["undoErase"],
        undoing=facts["undoing"],
        drops=tuple(facts["drops"]),
        sweep=tuple(facts["sweep"]),
        since=json.loads(facts["since"] or "{}"),
    )


def _constraints(rows: Sequence[Row]) -> list[SchemaObject]:
    # 5.26 says UNIQUENESS, later lines may say NODE_PROPERTY_UNIQUENESS; existence and type constraints aren't ours.
    return [
        SchemaObject(
            name=name,
            kind=SchemaKind.UNIQUE_RELATIONSHIP if kind.startswith("RELATIONSHIP") else SchemaKind.UNIQUE_NODE,
            entity=entities[0],
            properties=tuple(properties),
        )
        for name, kind, entities, properties in rows
        if kind.endswith("UNIQUENESS")
    ]


def _indexes(rows: Sequence[Row]) -> list[SchemaObject]:
    return [
        SchemaObject(
            name=name,
            kind=SchemaKind.FULL_TEXT if kind == "FULLTEXT" else SchemaKind.RANGE,
            entity="|".join(entities),
            properties=tuple(properties),
            analyzer=options["indexConfig"].get("fulltext.analyzer"),
            eventually_consistent=bool(options["indexConfig"].get("fulltext.eventually_consistent")),
        )
        for name, kind, _, entities, properties, options in rows
        if kind in ("FULLTEXT", "RANGE")
    ]
