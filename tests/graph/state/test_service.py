"""Events become states: durable, in any order the same, each accepted or refused alone."""

from __future__ import annotations

import asyncio
import itertools
import random
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest

from graph.access import Principal, Scope, operator
from graph.clock import epoch_micros
from graph.database import Database, ReadUnit
from graph.errors import Forbidden
from graph.history import Point
from graph.identity import Tenant, parse_tenant
from graph.state import Difference, Event, Receipt, StateService, StateStore, Taken, TooManyEvents, Value
from graph.state.batches import Waiting
from queries.catalogue import parse
from tests.graph.state.conftest import NOW, Plant, event

pytestmark = pytest.mark.neo4j

STATES = parse(
    "tests/list_states",
    "// purpose: Whole states.\n// mode: READ\n// parameters: tenant STRING\n// columns: id, state\n"
    "MATCH (s:_State {_tenant: $tenant}) RETURN s._id, properties(s) ORDER BY s._id",
)


UNLIKE = re.compile("_tenant|_rev|_received")


async def states(database: Database, tenant: Tenant) -> dict[str, dict[str, object]]:
    """All that is kept of a tenant's states but revisions and times of receipt."""

    async def work(unit: ReadUnit) -> dict[str, dict[str, object]]:
        rows = await unit.rows(STATES)
        return {
            asset: {
                name: value
                for name, value in state.items()
                if name not in ("_tenant", "_rev") and "_received" not in name
            }
            for asset, state in rows
        }

    return await database.read(tenant, work)


async def whole(plant: Plant) -> Difference:
    found = await StateStore(plant.database).since(plant.principal.tenant, 0)
    assert found is not None
    return found


def outcomes(receipt: Receipt) -> list[str]:
    return [each.value if isinstance(each, Taken) else each.code for each in receipt.outcomes]


async def test_an_event_becomes_the_state_of_its_asset(plant: Plant) -> None:
    receipt = await plant.states.ingest(plant.principal, [event("R", temperature=21.5, humidity=40)])
    assert (receipt.revision, outcomes(receipt)) == (1, ["CURRENT"])
    kept = (await states(plant.database, plant.principal.tenant))["R"]
    assert (kept["temperature"], kept["humidity"]) == (21.5, 40.0)
    ((told,),) = [plant.told]
    assert (told.revision, {each.channel for each in told.readings}) == (1, {"temperature", "humidity"})


async def test_each_event_is_refused_alone(plant: Plant) -> None:
    sent = [event("R"), event("X"), event("C1"), event("R", temperature="warm"), event("C1", supplyTemperature=6)]
    receipt = await plant.states.ingest(plant.principal, sent)
    assert outcomes(receipt) == ["CURRENT", "UNKNOWN_ASSET", "UNKNOWN_CHANNEL", "VALUE_INVALID", "CURRENT"]


async def test_late_and_doubled_events_change_nothing_and_raise_nothing(plant: Plant) -> None:
    await plant.states.ingest(plant.principal, [event("R", 10, id="b")])
    before = await states(plant.database, plant.principal.tenant)
    receipt = await plant.states.ingest(plant.principal, [event("R", 5, temperature=99), event("R", 10, id="b")])
    assert (receipt.revision, outcomes(receipt)) == (1, ["LATE", "LATE"])
    assert await states(plant.database, plant.principal.tenant) == before
    assert len(plant.told) == 1


async def test_a_tombstone_takes_the_value_away_and_what_is_older_does_not_bring_it_back(plant: Plant) -> None:
    await plant.states.ingest(plant.principal, [event("R", 1), event("R", 3, temperature=None), event("R", 2)])
    kept = (await states(plant.database, plant.principal.tenant))["R"]
    assert "temperature" not in kept
    assert (await whole(plant)).states["R"]["temperature"].value is None
    await plant.states.ingest(plant.principal, [event("R", 2, id="z")])
    assert "temperature" not in (await states(plant.database, plant.principal.tenant))["R"]


def storm() -> list[Event]:
    """Events that fall together in all parts of their order, some with several channels."""
    keys = itertools.product((0, 1), (0, 1), (0, 2**64 - 1), ("a", "ab"))
    found = [
        replace(event("R", at, id=name, temperature=number, humidity=number), epoch=epoch, sequence=sequence)
        for number, (at, epoch, sequence, name) in enumerate(keys)
    ]
    tie = [replace(found[-1], values=(Value(channel="temperature", value=value),)) for value in (1, 2, "3", None)]
    return [*found, *tie[:2], tie[3], event("C1", 1, supplyTemperature=5), event("C1", 2, supplyTemperature=7)]


async def test_any_order_doubling_and_division_of_events_ends_the_same(
    plant: Plant, database: Database, tenant: Tenant
) -> None:
    seen: list[object] = []
    for seed in range(6):
        chance = random.Random(seed)
        other = Plant(
            principal=operator(parse_tenant(f"{tenant[:28]}s{seed}")),
            ontology=plant.ontology,
            database=database,
            states=plant.states,
            changes=plant.changes,
            clock=plant.clock,
        )
        await other.make(("C1", "Chiller"), ("R", "Room"))
        events = [*storm(), *chance.sample(storm(), 5)]
        chance.shuffle(events)
        parts: list[list[Event]] = []
        while events:
            size = chance.randint(1, 6)
            parts.append(events[:size])
            events = events[size:]
        await asyncio.gather(*(plant.states.ingest(other.principal, part) for part in parts))
        seen.append(await states(database, other.principal.tenant))
    assert all(each == seen[0] for each in seen)


async def test_two_services_that_write_the_same_assets_end_the_same(plant: Plant) -> None:
    second = StateService(plant.database, lambda: plant.ontology, plant.clock)
    events = [event(asset, at, id=str(at)) for at in range(20) for asset in ("R",)]
    chance = random.Random(1)
    chance.shuffle(events)
    await asyncio.gather(
        *(service.ingest(plant.principal, [each]) for each in events for service in (plant.states, second))
    )
    found = (await whole(plant)).states["R"]["temperature"]
    assert found.event == "19"
    await second.close()


async def test_requests_that_come_together_share_a_transaction(plant: Plant) -> None:
    await asyncio.gather(*(plant.states.ingest(plant.principal, [event("R", at)]) for at in range(50)))
    assert len(plant.told) < 5


async def test_history_is_told_before_the_state_and_of_late_events_too(plant: Plant) -> None:
    kept: list[Point] = []

    class Notes:
        horizon = epoch_micros(NOW) - 10_000_000

        async def append(self, tenant: Tenant, points: Sequence[Point]) -> None:
            assert tenant == plant.principal.tenant
            kept.extend(points)
            if len(kept) == 2:
                raise TooManyEvents("full")

    service = StateService(plant.database, lambda: plant.ontology, plant.clock, history=Notes)
    await service.ingest(plant.principal, [event("R", 5)])
    with pytest.raises(TooManyEvents):
        await service.ingest(plant.principal, [event("R", 6)])
    assert (await whole(plant)).revision == 1
    await service.ingest(plant.principal, [event("R", 4)])
    assert [each.time % 60_000_000 for each in kept] == [5_000_000, 6_000_000, 4_000_000]
    assert outcomes(await service.ingest(plant.principal, [event("R", -11)])) == ["EVENT_TOO_OLD"]
    await service.close()


async def test_a_deleted_asset_takes_its_state_along(plant: Plant) -> None:
    await plant.states.ingest(plant.principal, [event("R", 1), event("C1", 1, supplyTemperature=6)])
    known = await whole(plant)
    await plant.delete("R")
    assert set(await states(plant.database, plant.principal.tenant)) == {"C1"}
    found = await StateStore(plant.database).since(plant.principal.tenant, known.revision)
    assert found is not None
    assert (found.states, found.gone) == ({}, {"R"})
    assert outcomes(await plant.states.ingest(plant.principal, [event("R", 2)])) == ["UNKNOWN_ASSET"]
    await plant.make(("R", "Room"))
    receipt = await plant.states.ingest(plant.principal, [event("R", 0)])
    assert outcomes(receipt) == ["CURRENT"]  # the new asset has no state of the old one
    await plant.delete("R")
    await plant.make(("R", "Room"))
    receipt = await plant.states.ingest(plant.principal, [event("R", -5), event("C1", 5, supplyTemperature=7)])
    assert outcomes(receipt) == ["CURRENT", "CURRENT"]  # made anew before anybody looked


async def test_a_tenant_s_events_are_its_own(plant: Plant, tenant: Tenant) -> None:
    other = operator(parse_tenant(f"{tenant[:30]}o"))
    assert outcomes(await plant.states.ingest(other, [event("R")])) == ["UNKNOWN_ASSET"]
    assert await states(plant.database, other.tenant) == {}


async def test_scope_operate_is_asked_for(plant: Plant) -> None:
    reader = Principal(name="r", tenant=plant.principal.tenant, scopes=frozenset({Scope.READ, Scope.WRITE}))
    with pytest.raises(Forbidden):
        await plant.states.ingest(reader, [event("R")])


async def test_more_than_may_wait_is_refused(plant: Plant) -> None:
    service = StateService(plant.database, lambda: plant.ontology, plant.clock, waiting=Waiting(waiting=3, shared=2))
    results = await asyncio.gather(
        *(service.ingest(plant.principal, [event("R", at)]) for at in range(6)), return_exceptions=True
    )
    assert sum(isinstance(each, TooManyEvents) for each in results) == 3
    await service.close()
    with pytest.raises(TooManyEvents):
        await service.ingest(plant.principal, [event("R")])


async def test_what_changed_is_read_from_a_revision_on(plant: Plant) -> None:
    store = StateStore(plant.database)
    assert await store.since(plant.principal.tenant, 0) is None
    await plant.states.ingest(plant.principal, [event("R", 1), event("C1", 1, supplyTemperature=6)])
    await plant.states.ingest(plant.principal, [event("C1", 2, supplyTemperature=8)])
    found = await store.since(plant.principal.tenant, 1)
    assert found is not None
    assert (found.revision, set(found.states), found.whole) == (2, {"C1"}, False)
    assert found.states["C1"]["supplyTemperature"].value == 8.0
    assert found.states["C1"]["supplyTemperature"].received == int(NOW.timestamp()) * 1_000_000
    assert await store.since(plant.principal.tenant, 2) is None
    older = await store.since(plant.principal.tenant, 9)  # the database was put back
    assert older is not None
    assert (older.whole, set(older.states)) == (True, {"R", "C1"})


async def test_nothing_needs_no_database(plant: Plant) -> None:
    await plant.database.close()
    assert await plant.states.ingest(plant.principal, []) == Receipt(revision=0, outcomes=())
