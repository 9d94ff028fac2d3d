"""Records of loads in the database: what was loaded, how far it came, and whether it was stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from graph.clock import from_epoch_millis
from graph.database import Database, WriteUnit
from graph.identity import Tenant
from queries import named


class Status(StrEnum):
    """What became of a load. One that is RUNNING though nothing runs was stopped: loading the file again goes on."""

    RUNNING = "RUNNING"
    STOPPED = "STOPPED"
    COMPLETE = "COMPLETE"


class Stage(StrEnum):
    """What a load writes: assets first, then parents and relationships."""

    ASSETS = "assets"
    RELATIONSHIPS = "relationships"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """How many staged lines of a stage were written when the tenant had `revision`, by which ontology (its hash)."""

    stage: Stage
    written: int
    revision: int
    ontology: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRecord:
    """A load as the database remembers it. `id` is the SHA-256 of the input's lines."""

    id: str
    name: str
    status: Status
    started: datetime
    updated: datetime
    actor: str
    lines: int
    written: int
    refused: int


async def mark(unit: WriteUnit, load: str, values: Mapping[str, object]) -> None:
    """Record `values` of a load in the transaction of `unit`."""
    await unit.write(named("bulk/mark_load"), {"id": load, "values": dict(values)})


async def position(database: Database, tenant: Tenant, load: str) -> Position | None:
    """Return how far a stopped load of the same content came, or None where there is none."""
    rows = await database.rows(tenant, named("bulk/read_load"), {"id": load})
    if not rows or rows[0][0] == Status.COMPLETE or rows[0][1] is None:
        return None
    _, stage, written, revision, ontology = rows[0]
    return Position(stage=Stage(stage), written=int(written), revision=int(revision), ontology=ontology)


async def recent(database: Database, tenant: Tenant, *, limit: int = 20) -> tuple[LoadRecord, ...]:
    """Return the tenant's loads, newest first."""
    rows = await database.rows(tenant, named("bulk/list_loads"), {"limit": limit})
    return tuple(
        LoadRecord(
            id=load,
            name=name,
            status=Status(status),
            started=from_epoch_millis(started),
            updated=from_epoch_millis(updated),
            actor=actor,
            lines=lines,
            written=written,
            refused=refused,
        )
        for load, name, status, started, updated, actor, lines, written, refused in rows
    )
