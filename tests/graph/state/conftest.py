"""A tenant with two pumps and a room, and what takes its events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from graph.access import Principal, operator
from graph.changes import ChangeService, ChangeSet, DeleteAsset, UpsertAsset
from graph.clock import epoch_micros
from graph.database import Database
from graph.identity import Tenant
from graph.ontology import Ontology
from graph.state import Committed, Event, StateService, Value
from migrations.ledger import current_ontology

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


@dataclass(slots=True)
class Hands:
    """A clock that is set by hand."""

    time: datetime = NOW

    def now(self) -> datetime:
        return self.time


@dataclass(slots=True, kw_only=True)
class Plant:
    """A tenant with its services, and what was told to be current."""

    principal: Principal
    ontology: Ontology
    database: Database
    states: StateService
    changes: ChangeService
    clock: Hands
    told: list[Committed] = field(default_factory=list[Committed])

    async def make(self, *assets: tuple[str, str]) -> None:
        changes = tuple(UpsertAsset(id=name, type=kind) for name, kind in assets)
        await self.changes.apply(self.principal, ChangeSet(changes=changes))

    async def delete(self, asset: str) -> None:
        await self.changes.apply(self.principal, ChangeSet(changes=(DeleteAsset(id=asset),)))


@pytest.fixture
async def plant(database: Database, tenant: Tenant) -> AsyncIterator[Plant]:
    """C1 and C2 (Chiller) and R (Room)."""
    in_force = await current_ontology(database)
    assert in_force is not None
    _, ontology = in_force
    told: list[Committed] = []
    clock = Hands()
    made = Plant(
        principal=operator(tenant),
        ontology=ontology,
        database=database,
        states=StateService(database, lambda: ontology, clock, committed=told.append),
        changes=ChangeService(database, lambda: ontology, clock),
        clock=clock,
        told=told,
    )
    await made.make(("C1", "Chiller"), ("C2", "Chiller"), ("R", "Room"))
    yield made
    await made.states.close()
    await made.changes.close()


def event(
    asset: str = "R",
    at: float = 0.0,
    *,
    channel: str = "temperature",
    id: str = "e",  # noqa: A002 - the word of CloudEvents
    **values: object,
) -> Event:
    """What a source says `at` seconds after noon; `value` is 21 where nothing else is said."""
    given = values or {channel: 21.0}
    return Event(
        asset=asset,
        time=epoch_micros(NOW) + round(at * 1_000_000),
        source="plc",
        id=id,
        values=tuple(
            Value(channel=name, value=value)  # pyright: ignore[reportArgumentType] - any JSON
            for name, value in given.items()
        ),
    )
