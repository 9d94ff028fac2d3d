"""Totals come from the counts that writes keep, and from rows where the counts are behind the tenant's revision."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from graph.access.principal import Principal
from graph.changes import ChangeService, ChangeSet, DeleteAsset, UpsertAsset
from graph.clock import SystemClock
from graph.database import Database
from graph.identity import Tenant
from graph.ontology import Ontology
from graph.reading.aggregation import AggregateRow, Grouping
from graph.reading.filters import AssetFilter, Comparison, Condition
from graph.reading.selection import ConnectionSelection
from graph.reading.service import ReadingService
from queries import Mode, Query

pytestmark = pytest.mark.neo4j

TOTAL = ConnectionSelection(want_total=True)
ROOMS = tuple(UpsertAsset(id=f"r{number}", type="Room") for number in range(3))


def by_hand(text: str) -> Query:
    """A statement of the test's own."""
    return Query(
        name="tests/by_hand",
        purpose="Changes what writers keep.",
        mode=Mode.WRITE,
        parameters={"tenant": "STRING"},
        columns=(),
        plan=(),
        text=text,
    )


@pytest.fixture
async def changes(database: Database, ontology: Ontology) -> AsyncIterator[ChangeService]:
    opened = ChangeService(database, lambda: ontology, SystemClock())
    yield opened
    await opened.close()


async def total(reading: ReadingService, principal: Principal, **given: object) -> object:
    """The `totalCount` of a list."""
    found = await reading.assets(principal, TOTAL, filter=AssetFilter(**given))  # pyright: ignore[reportArgumentType]
    return found["totalCount"]


async def test_totals_are_kept_and_counted_anew_where_they_are_behind(
    database: Database, reading: ReadingService, changes: ChangeService, principal: Principal, tenant: Tenant
) -> None:
    assert await total(reading, principal) == 0
    await changes.apply(principal, ChangeSet(changes=(*ROOMS, UpsertAsset(id="s", type="Server"))))
    await changes.apply(principal, ChangeSet(changes=(DeleteAsset(id="r2"),)))
    for types, count in ((None, 3), (("Room",), 2), (("Space",), 2), (("Space", "Server"), 3), (("Pump",), 0), ((), 0)):
        assert await total(reading, principal, types=types) == count

    # Nobody looks at an asset for it: what is kept is believed.
    tamper = by_hand("MATCH (c:_AssetCount {_tenant: $tenant, type: 'Room'}) SET c.count = 40")
    await database.write(tenant, lambda unit: unit.write(tamper))
    assert await total(reading, principal) == 41
    assert await total(reading, principal, types=("Space",)) == 40
    named = Condition(comparison=Comparison.STARTS_WITH, value="r")
    assert await total(reading, principal, types=("Room",), name=(named,)) == 2
    counted = await reading.asset_counts(principal)
    assert (counted["Room"], counted["Space"], counted["Server"], counted["Pump"]) == (40, 40, 1, 0)
    assert await reading.aggregate(principal) == [AggregateRow(group={}, count=41, values=())]
    grouped = [(row.group, row.count) for row in await reading.aggregate(principal, group_by=("type",))]
    assert grouped == [({"type": "Room"}, 40), ({"type": "Server"}, 1)]

    # A writer that keeps no counts leaves them behind the revision: then rows are counted.
    old = by_hand("MATCH (t:_Tenant {_tenant: $tenant}) SET t.revision = t.revision + 1")
    await database.write(tenant, lambda unit: unit.write(old))
    assert await total(reading, principal) == 3
    assert (await reading.asset_counts(principal))["Space"] == 2
    several = (Grouping(key="g"), Grouping(key="t", group_by=("type",)))
    page = await reading.assets(principal, TOTAL, groupings=several)
    assert page["g"] == [{"group": {}, "count": 3, "values": []}]
    by_type = [
        {"group": {"type": "Room"}, "count": 2, "values": []},
        {"group": {"type": "Server"}, "count": 1, "values": []},
    ]
    assert page["t"] == by_type

    # The next write counts anew, its own included; types that are gone are at 0.
    await changes.apply(principal, ChangeSet(changes=(UpsertAsset(id="r9", type="Room"), DeleteAsset(id="s"))))
    assert await total(reading, principal) == 3
    assert await reading.aggregate(principal, group_by=("type",)) == [
        AggregateRow(group={"type": "Room"}, count=3, values=())
    ]


async def test_another_tenant_has_counts_of_its_own(
    reading: ReadingService, changes: ChangeService, principal: Principal
) -> None:
    other = Principal(tenant=Tenant(f"{principal.tenant}x"[:32]), name=principal.name, scopes=principal.scopes)
    await changes.apply(principal, ChangeSet(changes=ROOMS))
    await changes.apply(other, ChangeSet(changes=ROOMS[:1]))
    assert [await total(reading, each, types=("Room",)) for each in (principal, other)] == [3, 1]
