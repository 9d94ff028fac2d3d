"""Documents are registered for a consumer, found by id, and forgotten; uses are counted and written down together."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from graph.access import operator
from graph.clock import SystemClock
from graph.database import Database
from graph.documents import (
    DocumentClash,
    DocumentsInvalid,
    DocumentStore,
    Manifest,
    UnknownConsumer,
    UsageLog,
    Used,
    parse_manifest,
    usage,
)
from graph.errors import DatabaseUnavailable, ValueInvalid
from graph.identity import Tenant

pytestmark = pytest.mark.anyio


class SetClock:
    def __init__(self) -> None:
        self.time = datetime.now(UTC)

    def now(self) -> datetime:
        return self.time


@pytest.mark.parametrize(
    "written",
    [
        {"a1": "{ revision }", "b2": "query B { revision }"},
        {"sha256:a1": "{ revision }", "sha256:b2": "query B { revision }"},
        {
            "format": "apollo-persisted-query-manifest",
            "version": 1,
            "operations": [
                {"id": "a1", "name": "", "type": "query", "body": "{ revision }"},
                {"id": "b2", "name": "B", "type": "query", "body": "query B { revision }"},
            ],
        },
    ],
)
def test_manifests_of_the_usual_builds_are_read(written: object) -> None:
    manifest = parse_manifest(orjson.dumps(written), place="manifest.json")
    assert manifest.documents == {"a1": "{ revision }", "b2": "query B { revision }"}


@pytest.mark.parametrize("text", [b"{", b"[]", b"{}", b'{"a": 1}', b'{"": "{ revision }"}', b'{"a": ""}'])
def test_what_is_no_manifest_is_told(text: bytes) -> None:
    with pytest.raises(DocumentsInvalid) as refused:
        parse_manifest(text, place="manifest.json")
    assert (refused.value.problems[0].place or "").startswith("manifest.json")


@pytest.mark.neo4j
async def test_the_way_of_a_document(database: Database) -> None:
    store, mark = DocumentStore(database, SystemClock()), secrets.token_hex(6)
    ui, app = f"ui-{mark}", f"app-{mark}"
    manifest = Manifest({f"1{mark}": "{ revision }", f"2{mark}": "{ a: revision }"})
    who = {"owner": "Team Campus", "contact": "campus@example.org"}
    assert await store.register(manifest, consumer=ui, **who) == 2
    assert await store.register(manifest, consumer=ui, **who) == 0
    assert await store.register(Manifest({f"1{mark}": "{ revision }"}), consumer=app, **who) == 1
    assert await store.find(f"1{mark}") == "{ revision }"
    listed = {each.name: each for each in await store.consumers()}
    assert (listed[ui].owner, dict(listed[ui].documents)) == ("Team Campus", manifest.documents)
    with pytest.raises(DocumentClash):
        await store.register(Manifest({f"1{mark}": "{ other: revision }"}), consumer="third", **who)
    assert "third" not in {each.name for each in await store.consumers()}
    assert await store.remove(ui, [f"2{mark}"]) == 1
    assert await store.find(f"2{mark}") is None
    assert await store.remove(ui) == 1
    assert await store.find(f"1{mark}") == "{ revision }"  # the other's still
    assert await store.remove(app) == 1
    assert await store.find(f"1{mark}") is None
    with pytest.raises(UnknownConsumer):
        await store.remove(app)
    with pytest.raises(ValueInvalid):
        await store.register(manifest, consumer=ui, owner=" ", contact="x")


@pytest.mark.neo4j
async def test_uses_are_counted_written_together_and_forgotten_in_time(database: Database, tenant: Tenant) -> None:
    clock, who = SetClock(), operator(tenant, name="ui")
    log = UsageLog(database, clock, kept_days=30)
    used = Used("hash", "Look", ("Asset.name", "Query.asset"))

    async def counted() -> dict[str, int]:
        found = await log.since((clock.time - timedelta(days=100)).date())
        return {each.operation: each.count for each in found if each.tenant == tenant}

    log.note(who, used)
    for name in ("Pump", "Fan"):
        log.note(who, used, [f"AssetFilter.types={name}"])
    log.note(who, Used("hash", "Other", ("Query.revision",)))
    assert await counted() == {}
    await log.write()
    log.note(who, used, ["AssetFilter.types=Fan", "AssetFilter.types=Room"])
    await log.write()
    assert await counted() == {"Look": 4, "Other": 1}
    (found,) = [each for each in await log.since(clock.time.date()) if each.tenant == tenant and each.count == 4]
    assert (found.consumer, found.document, found.fields) == ("ui", "hash", ("Asset.name", "Query.asset"))
    assert set(found.names) == {f"AssetFilter.types={name}" for name in ("Fan", "Pump", "Room")}
    clock.time += timedelta(days=31)
    await log.write()
    assert await counted() == {}


async def test_what_could_not_be_written_is_counted_on() -> None:
    class Down:
        tries = 0

        async def write(self, _tenant: object, _work: object) -> None:
            self.tries += 1
            if self.tries == 1:
                raise DatabaseUnavailable("down")

    down = Down()
    log = UsageLog(down, SetClock())  # pyright: ignore[reportArgumentType] - it is only written to
    log.note(operator(Tenant("site")), Used("hash", "Look", ()))
    with pytest.raises(DatabaseUnavailable):
        await log.write()
    await log.write()
    await log.write()  # nothing new: nothing is sent
    assert down.tries == 2


async def test_names_that_callers_invent_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, str, int]] = []

    class Unit:
        async def write(self, _query: object, values: dict[str, list[dict[str, object]]]) -> None:
            uses = values.get("uses", [])
            sent.extend((str(each["consumer"]), str(each["operation"]), int(str(each["count"]))) for each in uses)

    class Down:
        days = 3

        async def write(self, _tenant: object, work: Callable[[Unit], Awaitable[None]]) -> None:
            if self.days:
                self.days -= 1
                raise DatabaseUnavailable("down")
            await work(Unit())

    monkeypatch.setattr(usage, "DISTINCT", 5)
    monkeypatch.setattr(usage, "LONGEST", 9)
    clock = SetClock()
    log = UsageLog(Down(), clock)  # pyright: ignore[reportArgumentType] - it is only written to
    for _ in range(3):
        for number in range(20):
            who = operator(Tenant("site"), name=f"caller {number}")
            log.note(who, Used("hash", f"{number:09} and much more", (f"Query.f{number}",)))
        with pytest.raises(DatabaseUnavailable):
            await log.write()
        clock.time += timedelta(days=1)
    await log.write()
    assert len(sent) == 5 + 3  # and the others of each day
    assert sum(count for _, _, count in sent) == 60
    assert {len(operation) for _, operation, _ in sent} == {len(usage.OTHERS), 9}


@pytest.mark.neo4j
async def test_names_are_bounded_in_memory_and_as_written(
    database: Database, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage, "NAMES", 5)
    clock, who = SetClock(), operator(tenant, name="ui")
    log = UsageLog(database, clock)
    used = Used("hash", "Look", ())

    for first in (0, 4, 100):
        log.note(who, used, (f"AssetFilter.types=T{first + number}" for number in range(20)))
        if first:
            await log.write()

    (found,) = [each for each in await log.since(clock.time.date()) if each.tenant == tenant]
    assert (found.count, len(found.names)) == (3, 5)
    assert set(found.names) == {f"AssetFilter.types=T{number}" for number in range(5)}
