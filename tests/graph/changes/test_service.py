"""Change sets on a real database: what is written, what is answered, what is left alone."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import UserDict
from collections.abc import ItemsView
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest

from graph.access.principal import Principal, Scope, operator
from graph.changes import (
    Change,
    ChangeService,
    ChangeSet,
    DeleteAsset,
    DeleteRelationship,
    ExternalId,
    OntologyChanged,
    Receipt,
    UpsertAsset,
    UpsertRelationship,
    WritingStopped,
)
from graph.clock import SystemClock
from graph.database import Database, Row, WriteUnit, connect
from graph.errors import (
    ChangesRefused,
    Forbidden,
    IdempotencyMismatch,
    LimitExceeded,
    RevisionConflict,
)
from graph.identity import Revision, Tenant, parse_tenant, relationship_key
from graph.ontology import Json, Ontology, load_ontology, parse_ontology
from queries import named
from tests.graph.changes.conftest import CAMPUS, MINI, stored
from tests.servers import Server

pytestmark = pytest.mark.neo4j

ROOM = UpsertAsset(id="R1", type="Room", name="Server room", properties={"coolingDemand": {"value": 8000, "unit": "W"}})
SERVER = UpsertAsset(
    id="srv/1 “ü”",
    type="Server",
    properties={
        "serialNumber": "SN-1",
        "cores": 8,
        "installedOn": "2024-02-29",
        "maintenanceInterval": "P30D",
        "purchaseCost": "1234.50",
    },
    parents=("R1",),
    external_ids=(ExternalId(system="CMMS", id="88-1"),),
)


class Writer:
    """Sends change sets for one tenant."""

    def __init__(self, service: ChangeService, tenant: Tenant, name: str = "operator") -> None:
        self._service = service
        self._principal = operator(tenant, name=name)

    async def __call__(self, *changes: Change, **more: object) -> Receipt:
        return await self._service.apply(self._principal, ChangeSet(changes=changes, **more))  # pyright: ignore[reportArgumentType]

    async def codes(self, *changes: Change) -> list[str]:
        with pytest.raises(ChangesRefused) as refused:
            await self(*changes)
        return [problem.code for problem in refused.value.problems]


@pytest.fixture
def write(service: ChangeService, tenant: Tenant) -> Writer:
    return Writer(service, tenant)


def power(source: str, target: str, **more: object) -> UpsertRelationship:
    return UpsertRelationship(type="POWERS", source=source, target=target, **more)  # pyright: ignore[reportArgumentType]


async def test_what_a_change_set_writes(write: Writer, database: Database, tenant: Tenant, campus: Ontology) -> None:
    before = datetime.now(UTC)
    receipt = await write(ROOM, SERVER)
    assert receipt == Receipt(revision=Revision(1), assets_created=2, relationships_created=1)

    found = await stored(database, tenant)
    labels, properties, names = found.assets[SERVER.id]
    assert labels == {"Asset", *campus.asset_type("Server").labels}
    assert properties == {
        "_tenant": tenant,
        "_id": SERVER.id,
        "_rev": 1,
        "name": SERVER.id,
        "serialNumber": "SN-1",
        "cores": 8,
        "unitsHigh": 1,
        "installedOn": properties["installedOn"],
        "maintenanceInterval": properties["maintenanceInterval"],
        "purchaseCost": 123450,
    }
    assert cast("Any", properties["installedOn"]).to_native() == date(2024, 2, 29)
    assert (cast("Any", properties["maintenanceInterval"]).days) == timedelta(days=30).days
    assert names == {("CMMS", "88-1")}
    assert found.assets["R1"][1]["coolingDemand"] == 8.0
    key = relationship_key(tenant, "R1", SERVER.id)
    assert found.links == {("CONTAINS", "R1", SERVER.id, ""): {"_key": key, "_rev": 1}}

    (record,) = found.changes
    assert (record["revision"], record["actor"], record["operation"]) == (1, "operator", "applyChanges")
    assert record["touched"] == ["R1", SERVER.id]
    assert record["entryCount"] == 3
    assert abs(cast("int", record["time"]) - before.timestamp() * 1000) < 60_000
    entries = [json.loads(entry) for entry in cast("list[str]", record["entries"])]
    assert entries[1] == {
        "kind": "asset",
        "id": SERVER.id,
        "type": "Server",
        "before": None,
        "after": {
            "type": "Server",
            "name": SERVER.id,
            "properties": {
                "serialNumber": "SN-1",
                "cores": 8,
                "unitsHigh": 1,
                "installedOn": "2024-02-29",
                "maintenanceInterval": "P30D",
                "purchaseCost": "1234.50",
            },
            "externalIds": [{"system": "CMMS", "id": "88-1"}],
            "sourceOf": [],
        },
    }
    assert entries[2] == {
        "kind": "relationship",
        "id": key,
        "type": "CONTAINS",
        "before": None,
        "after": {"from": "R1", "to": SERVER.id, "key": "", "properties": {}},
    }


async def test_the_same_again_changes_nothing_and_takes_no_revision(
    write: Writer, database: Database, tenant: Tenant
) -> None:
    await write(ROOM, SERVER)
    assert await write(ROOM, SERVER) == Receipt(revision=Revision(1))
    assert (await stored(database, tenant)).revision == 1


async def test_only_what_changes_itself_gets_the_new_revision(
    write: Writer, database: Database, tenant: Tenant
) -> None:
    await write(ROOM, SERVER, UpsertAsset(id="R2", type="Room"))
    await write(UpsertAsset(id=SERVER.id, type="Server", parents=("R2",)))
    found = await stored(database, tenant)
    assert {asset: image[1]["_rev"] for asset, image in found.assets.items()} == {"R1": 1, "R2": 1, SERVER.id: 1}
    assert {link: values["_rev"] for link, values in found.links.items()} == {("CONTAINS", "R2", SERVER.id, ""): 2}
    receipt = await write(UpsertAsset(id=SERVER.id, type="Server", properties={"cores": None, "installedOn": None}))
    assert receipt == Receipt(revision=Revision(3), assets_updated=1)
    image = (await stored(database, tenant)).assets[SERVER.id][1]
    assert image["_rev"] == 3
    assert "cores" not in image
    assert "installedOn" not in image


async def test_refused_sets_write_nothing(write: Writer, database: Database, tenant: Tenant) -> None:
    assert await write.codes(ROOM, SERVER, UpsertAsset(id="x", type="Nope")) == ["UNKNOWN_TYPE"]
    found = await stored(database, tenant)
    assert (found.assets, found.links, found.changes) == ({}, {}, [])


async def test_a_dry_run_says_what_would_be_and_leaves_nothing(
    write: Writer, database: Database, tenant: Tenant
) -> None:
    receipt = await write(ROOM, SERVER, dry_run=True, idempotency_key="k")
    assert receipt == Receipt(revision=Revision(0), assets_created=2, relationships_created=1)
    assert await stored(database, tenant) == await stored(database, Tenant("nobody"))
    assert (await write(ROOM, idempotency_key="k")).revision == 1


async def test_an_idempotency_key_answers_again(write: Writer, service: ChangeService, tenant: Tenant) -> None:
    first = await write(ROOM, idempotency_key="k")
    await write(DeleteAsset(id="R1"))
    again = await write(ROOM, idempotency_key="k")
    assert again == Receipt(revision=first.revision, assets_created=1, replayed=True)
    with pytest.raises(IdempotencyMismatch):
        await write(SERVER, idempotency_key="k")
    other = await Writer(service, tenant, "somebody else")(ROOM, idempotency_key="k")
    assert (other.revision, other.replayed) == (3, False)


async def test_two_of_one_key_at_once_are_one(write: Writer, database: Database, tenant: Tenant) -> None:
    receipts = await asyncio.gather(*(write(ROOM, idempotency_key="k") for _ in range(8)))
    assert sorted(receipt.replayed for receipt in receipts) == [False] + [True] * 7
    assert len((await stored(database, tenant)).changes) == 1


async def test_expected_revision(write: Writer) -> None:
    await write(ROOM, SERVER)
    await write(UpsertAsset(id="R2", type="Room"))
    rename = UpsertAsset(id="R2", type="Room", name="n")
    with pytest.raises(RevisionConflict) as conflict:
        await write(rename, expected_revision=Revision(1))
    assert (conflict.value.expected_revision, conflict.value.actual_revision) == (1, 2)
    await write(UpsertAsset(id="R1", type="Room", name="n"), expected_revision=Revision(1))
    await write(DeleteAsset(id="R2"))
    with pytest.raises(RevisionConflict):
        await write(rename, expected_revision=Revision(3))
    await write(DeleteRelationship(type="CONTAINS", source="R1", target=SERVER.id))
    with pytest.raises(RevisionConflict):
        await write(UpsertRelationship(type="CONTAINS", source="R1", target=SERVER.id), expected_revision=Revision(4))
    await write(rename, expected_revision=Revision(5))


async def test_unique_values_swap_and_external_ids_move(write: Writer, database: Database, tenant: Tenant) -> None:
    def server(name: str, serial: str, *external: str) -> UpsertAsset:
        return UpsertAsset(
            id=name,
            type="Server",
            properties={"serialNumber": serial},
            external_ids=tuple(ExternalId(system="X", id=each) for each in external),
        )

    await write(server("a", "1", "1"), server("b", "2", "2"))
    assert await write.codes(server("c", "1"), server("d", "9", "2")) == ["NOT_UNIQUE", "NOT_UNIQUE"]
    await write(server("a", "2", "2"), server("b", "1", "1"))
    await write(server("b", "3"), server("c", "1", "1"))
    found = await stored(database, tenant)
    assert {name: (image[1]["serialNumber"], image[2]) for name, image in found.assets.items()} == {
        "a": ("2", {("X", "2")}),
        "b": ("3", frozenset()),
        "c": ("1", {("X", "1")}),
    }


async def test_deleting_with_all_it_contains(write: Writer, database: Database, tenant: Tenant) -> None:
    await write(
        UpsertAsset(id="S", type="Site", properties={"location": {"longitude": 8.5, "latitude": 47.4}}),
        UpsertAsset(id="B", type="Building", parents=("S",)),
        UpsertAsset(id="R1", type="Room", parents=("B",)),
        SERVER,
    )
    assert await write.codes(DeleteAsset(id="B")) == ["NOT_EMPTY"]
    receipt = await write(DeleteAsset(id="B", cascade=True))
    assert (receipt.assets_deleted, receipt.relationships_deleted) == (3, 3)
    found = await stored(database, tenant)
    assert set(found.assets) == {"S"}
    before = json.loads(cast("list[str]", found.changes[-1]["entries"])[0])
    assert before["after"] is None
    assert before["before"]["type"] in {"Building", "Room", "Server"}


async def test_what_is_moved_below_before_is_deleted_too(write: Writer, database: Database, tenant: Tenant) -> None:
    await write(UpsertAsset(id="B", type="Building"), ROOM, SERVER)
    await write(UpsertAsset(id="R1", type="Room", parents=("B",)), DeleteAsset(id="B", cascade=True))
    assert (await stored(database, tenant)).assets == {}


async def test_neighbours_of_the_deleted_keep_their_minimum(write: Writer) -> None:
    await write(
        ROOM,
        UpsertAsset(id="m", type="Sensor", properties={"quantity": "TEMPERATURE"}),
        UpsertRelationship(type="MONITORS", source="m", target="R1"),
    )
    assert await write.codes(DeleteAsset(id="R1")) == ["MULTIPLICITY"]
    await write(DeleteAsset(id="R1"), DeleteAsset(id="m"))


async def test_counts_of_the_database_bound_what_is_added(write: Writer) -> None:
    await write(ROOM, UpsertAsset(id="R2", type="Room"), SERVER)
    contained = UpsertRelationship(type="CONTAINS", source="R2", target=SERVER.id)
    assert await write.codes(contained) == ["MULTIPLICITY"]
    await write(contained, DeleteRelationship(type="CONTAINS", source="R1", target=SERVER.id))


async def test_groups_agree_with_what_the_database_holds(write: Writer) -> None:
    servers = [UpsertAsset(id=name, type="Server") for name in "abc"]
    link = UpsertRelationship(type="LINKS", source="b", target="a", properties={"loss": 0.5})
    await write(*servers, link)
    assert await write.codes(UpsertRelationship(type="LINKS", source="b", target="c")) == ["GROUP_DISAGREES"]
    assert await write.codes(UpsertRelationship(type="LINKS", source="c", target="a")) == ["GROUP_DISAGREES"]
    await write(
        UpsertRelationship(type="LINKS", source="a", target="b", properties={"loss": None}),
        UpsertRelationship(type="LINKS", source="b", target="c"),
    )


async def test_a_deleted_asset_made_again_as_another_type(
    write: Writer, database: Database, tenant: Tenant, campus: Ontology
) -> None:
    await write(ROOM, SERVER)
    receipt = await write(DeleteAsset(id=SERVER.id), UpsertAsset(id=SERVER.id, type="Switch"))
    assert (receipt.assets_updated, receipt.relationships_deleted) == (1, 1)
    labels, properties, names = (await stored(database, tenant)).assets[SERVER.id]
    assert labels == {"Asset", *campus.asset_type("Switch").labels}
    assert (properties["_rev"], properties["layer3"], "cores" in properties, names) == (2, False, False, frozenset())


async def test_two_writers_cannot_close_a_cycle_between_them(
    database: Database, campus: Ontology, tenant: Tenant
) -> None:
    services = [ChangeService(database, lambda: campus, SystemClock(), grouped=False) for _ in range(2)]
    first, second = (Writer(service, tenant) for service in services)
    for number in range(8):
        a, b, c, d = (f"{letter}{number}" for letter in "abcd")
        rooms = [UpsertAsset(id=name, type="Room") for name in (a, b, c, d)]
        await first(*rooms, *(UpsertRelationship(type="CONTAINS", source=x, target=y) for x, y in ((a, b), (c, d))))
        outcomes = await asyncio.gather(
            first(UpsertRelationship(type="CONTAINS", source=b, target=c)),
            second(UpsertRelationship(type="CONTAINS", source=d, target=a)),
            return_exceptions=True,
        )
        assert [type(outcome) for outcome in outcomes].count(Receipt) == 1
        assert [type(outcome) for outcome in outcomes].count(ChangesRefused) == 1


async def test_tenants_know_nothing_of_each_other(service: ChangeService, database: Database, tenant: Tenant) -> None:
    other = Tenant(f"{tenant[:30]}z")
    for name in (tenant, other):
        assert (await Writer(service, name)(ROOM, SERVER, idempotency_key="k")).revision == 1
    await Writer(service, tenant)(DeleteAsset(id="R1", cascade=True))
    assert set((await stored(database, other)).assets) == {"R1", SERVER.id}


async def test_who_may_not_write_does_not(service: ChangeService, tenant: Tenant) -> None:
    reader = Principal(name="reader", tenant=tenant, scopes=frozenset({Scope.READ}))
    with pytest.raises(Forbidden):
        await service.apply(reader, ChangeSet(changes=(ROOM,)))


@pytest.mark.parametrize("bad", ["\ud800", "a\nb", " a", "", "x" * 10_000, "e\u0301"])
async def test_ids_that_cannot_be_never_reach_the_database(write: Writer, bad: str) -> None:
    changes: list[Change] = [
        UpsertAsset(id=bad, type="Room"),
        DeleteAsset(id=bad, cascade=True),
        UpsertAsset(id="a", type="Room", parents=(bad,)),
        UpsertAsset(id="a", type="Room", external_ids=(ExternalId(system="X", id=bad),)),
        power(bad, "b"),
        power("a", bad),
        DeleteRelationship(type="POWERS", source=bad, target="b"),
    ]
    for change in changes:
        with pytest.raises(ChangesRefused) as refused:
            await write(change, expected_revision=Revision(0), idempotency_key=bad)
        assert {problem.code for problem in refused.value.problems} == {"ID_INVALID"}


async def test_ids_of_any_script_work_everywhere(write: Writer, database: Database, tenant: Tenant) -> None:
    ids = ["https://example.org/a?b=c#d", "a/b\\c", "quote\"'`", "😀 pump", "泵", "x" * 512]
    await write(*(UpsertAsset(id=name, type="Room") for name in ids))
    await write(*(UpsertRelationship(type="COOLS", source=ids[0], target=name, key=name) for name in ids[1:]))
    found = await stored(database, tenant)
    assert set(found.assets) == set(ids)
    assert {key for _, _, _, key in found.links} == set(ids[1:])
    await write(*(DeleteAsset(id=name) for name in ids))
    assert (await stored(database, tenant)).assets == {}


async def test_too_many_changes(write: Writer) -> None:
    with pytest.raises(LimitExceeded):
        await write(*[ROOM] * 10_001)


async def test_another_ontology_than_the_database_holds(database: Database, tenant: Tenant) -> None:
    mini = parse_ontology(MINI)
    service = ChangeService(database, lambda: mini, SystemClock())
    with pytest.raises(OntologyChanged):
        await Writer(service, tenant)(UpsertAsset(id="a", type="Tank"))
    assert (await stored(database, tenant)).revision is None


async def test_a_newer_ontology_is_taken_up_at_once(database: Database, tenant: Tenant, campus: Ontology) -> None:
    told = iter([parse_ontology(MINI)])
    service = ChangeService(database, lambda: next(told, campus), SystemClock())
    assert (await Writer(service, tenant)(ROOM)).revision == 1


async def test_a_newer_ontology_is_looked_up_once_where_nobody_has_told(
    database: Database, tenant: Tenant, campus: Ontology
) -> None:
    """What is served follows the database a moment later; writes don't wait for that, and don't fail."""
    mini, looks = parse_ontology(MINI), list[str]()
    held = [mini]

    async def look() -> Ontology:
        looks.append("looked")
        return campus

    service = ChangeService(database, lambda: held[0], SystemClock(), newer=look)
    write, elsewhere = Writer(service, tenant), Writer(service, parse_tenant(f"{tenant}b"))
    first = await asyncio.gather(write(ROOM), elsewhere(ROOM))
    assert [each.revision for each in first] == [1, 1]
    assert (await write(UpsertAsset(id="another", type="Room"))).revision == 2
    held[0] = campus
    assert (await write(UpsertAsset(id="a third", type="Room"))).revision == 3
    assert looks == ["looked"]


async def test_what_the_database_holds_is_no_newer(database: Database, tenant: Tenant) -> None:
    mini = parse_ontology(MINI)

    async def look() -> Ontology:
        return mini

    service = ChangeService(database, lambda: mini, SystemClock(), newer=look)
    with pytest.raises(OntologyChanged):
        await Writer(service, tenant)(UpsertAsset(id="a", type="Tank"))


async def test_a_closed_service_takes_nothing(service: ChangeService, tenant: Tenant) -> None:
    await service.close()
    with pytest.raises(WritingStopped):
        await Writer(service, tenant)(ROOM)


class _Watched(UserDict[str, Json]):
    """Properties that remember which thread looked at them."""

    threads: set[int]

    def items(self) -> ItemsView[str, Json]:
        self.threads.add(threading.get_ident())
        return super().items()


@pytest.mark.parametrize(("count", "aside"), [(3, False), (1_000, True)])
async def test_large_change_sets_do_not_stop_the_event_loop(
    service: ChangeService, tenant: Tenant, count: int, *, aside: bool
) -> None:
    watched = _Watched(label="x")
    watched.threads = set()
    sites = tuple(UpsertAsset(id=f"s{number}", type="Site") for number in range(count))
    unknown = UpsertAsset(id="s", type="Site", properties=watched)
    with pytest.raises(ChangesRefused):
        await service.apply(operator(tenant), ChangeSet(changes=(*sites, unknown)))
    assert watched.threads
    assert (threading.get_ident() not in watched.threads) is aside


async def test_no_ontology_comes_between_a_tenant_and_its_first_write(
    database: Database, tenant: Tenant, campus: Ontology
) -> None:
    """A new counter can't be told of another ontology before it is committed, so the other one has to wait."""
    locked, done = asyncio.Event(), asyncio.Event()

    async def write_first(unit: WriteUnit) -> list[Row]:
        rows = await unit.write(named("changes/lock_counter"), {"ontology": campus.hash})
        locked.set()
        await done.wait()
        return rows

    async def set_again(unit: WriteUnit) -> None:
        revision, digest, canonical = (await unit.rows(named("migrations/read_ontology")))[0]
        same = {"revision": revision, "hash": digest, "canonical": canonical}
        await unit.write(named("migrations/set_ontology"), same)

    first = asyncio.create_task(database.write(tenant, write_first))
    await locked.wait()
    changing = asyncio.create_task(database.write(None, set_again))
    await asyncio.wait([changing], timeout=0.5)
    assert not changing.done()
    done.set()
    await changing
    assert await first == [[0, campus.hash, campus.hash, None]]


async def test_expected_revisions_of_one_transaction_are_looked_up_together(server: Server, tenant: Tenant) -> None:
    campus = load_ontology(CAMPUS)
    ran: list[str] = []

    def observe(name: str, seconds: float) -> None:
        ran.append(name)

    database = connect(server.uri, user=server.user, password=server.password, observe=observe)
    service = ChangeService(database, lambda: campus, SystemClock())
    writer = operator(tenant)
    await service.apply(writer, ChangeSet(changes=tuple(UpsertAsset(id=f"s{number}", type="Site") for number in "12")))
    await service.apply(writer, ChangeSet(changes=(DeleteAsset(id="s1"),)))
    ran.clear()
    sets = [
        ChangeSet(changes=(UpsertAsset(id=name, type="Site"),), expected_revision=Revision(1))
        for name in ("s1", "new1", "new2")
    ]
    gone, *others = await asyncio.gather(*(service.apply(writer, each) for each in sets), return_exceptions=True)
    assert isinstance(gone, RevisionConflict)
    assert gone.actual_revision == 2
    assert [type(each) for each in others] == [Receipt, Receipt]
    assert ran.count("changes/find_newer_changes") == 1
    await service.close()
    await database.close()
