"""Criticality is counted once a revision, by types and weights, and who asks too early is told how far it is."""

from __future__ import annotations

import asyncio

import pytest

from graph.access import Principal, operator
from graph.analysis import CriticalityService, Evaluators, StillCounting
from graph.analysis import counting as room
from graph.database import Database
from graph.errors import CursorInvalid, Forbidden, UnknownProperty, UnknownType
from graph.identity import Tenant
from graph.kernel import warm
from graph.reading import ReadingService
from graph.snapshot import SnapshotService
from tests.pumping import cypher, pumping, seed

pytestmark = pytest.mark.neo4j

ALL = [
    ("G", 3, 3),
    ("B", 0, 0),
    ("C", 0, 0),
    ("P1", 0, 0),
    ("P2", 0, 0),
    ("R1", 0, 0),
    ("R2", 0, 0),
    ("S", 0, 0),
]


@pytest.fixture
async def asking(database: Database, tenant: Tenant) -> Principal:
    await asyncio.to_thread(warm)  # what has to be compiled first takes longer than a question waits
    await seed(database, tenant)
    return operator(tenant)


def service(database: Database) -> CriticalityService:
    ontology = pumping()
    reading = ReadingService(database, lambda: ontology)
    return CriticalityService(SnapshotService(database, ontology), Evaluators(), reading, ontology)


async def test_the_most_critical_come_first(database: Database, asking: Principal) -> None:
    ranking = await service(database).ask(asking)
    page = ranking.page(first=50, after=None)
    assert [(each.asset, each.impacted, each.down) for each in page.items] == ALL
    assert [each.weight for each in page.items] == [3.0] + [0.0] * 7
    assert ranking.revision == 7


async def test_pages_and_types(database: Database, asking: Principal) -> None:
    ranking = await service(database).ask(asking, types=["Equipment"])
    first = ranking.page(first=2, after=None)
    second = ranking.page(first=9, after=first.cursor(1))
    assert [each.asset for each in (*first.items, *second.items)] == ["G", "C", "P1", "P2", "S"]
    assert (first.has_next, second.has_next, second.has_previous, second.total) == (True, False, True, 5)
    other = await service(database).ask(asking)
    with pytest.raises(CursorInvalid):
        other.page(first=2, after=first.cursor(0))


async def test_weights_are_those_of_a_property(database: Database, asking: Principal) -> None:
    ranking = await service(database).ask(asking, weight_by="ratedFlow")
    first = ranking.page(first=1, after=None).items[0]
    assert (first.asset, first.down, first.weight) == ("G", 3, 19.5)
    with pytest.raises(UnknownProperty):
        await service(database).ask(asking, weight_by="ratedFlo")
    with pytest.raises(UnknownType):
        await service(database).ask(asking, types=["Submarine"])


async def test_a_revision_is_counted_once(database: Database, asking: Principal) -> None:
    counting = service(database)
    first = await counting.ask(asking)
    assert (await counting.ask(asking, types=["Pump"])).counted is first.counted
    raised = cypher("MATCH (t:_Tenant {_tenant: $tenant}) SET t.revision = t.revision + 1")
    await database.write(asking.tenant, lambda unit: unit.write(raised))
    assert (await counting.ask(asking)).counted is not first.counted


async def test_who_asks_too_early_is_told_how_far_it_is(
    database: Database, asking: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "CHUNK", 3)
    counting = service(database)
    with pytest.raises(StillCounting, match="of 8 assets are counted"):
        await counting.ask(asking, patience=0)
    assert len((await counting.ask(asking)).order) == 8


async def test_it_may_be_read_only_by_who_may(database: Database, asking: Principal) -> None:
    nobody = Principal(name="nobody", tenant=asking.tenant, scopes=frozenset())
    with pytest.raises(Forbidden):
        await service(database).ask(nobody)


async def test_who_asks_at_the_same_time_shares_a_count(database: Database, asking: Principal) -> None:
    counting = service(database)
    one, two = await asyncio.gather(*(counting.ask(asking, weight_by="ratedFlow") for _ in range(2)))
    assert one.counted is two.counted


async def test_what_was_written_meanwhile_begins_a_count_anew(
    database: Database, asking: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "CHUNK", 1)
    counting = service(database)
    with pytest.raises(StillCounting):
        await counting.ask(asking, patience=0)
    raised = cypher("MATCH (t:_Tenant {_tenant: $tenant}) SET t.revision = t.revision + 1")
    await database.write(asking.tenant, lambda unit: unit.write(raised))
    ranking = await counting.ask(asking)
    assert ranking.revision == 8
    assert [each.impacted for each in ranking.page(first=50, after=None).items] == [3, 0, 0, 0, 0, 0, 0, 0]
