"""A load into an empty tenant is judged by its staging alone, and ends as if the database had been asked."""

from __future__ import annotations

import gc
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from graph import bulk
from graph.access import operator
from graph.bulk.interpreter import tuned
from graph.changes.images import AssetImage
from graph.changes.model import ChangeSet, UpsertAsset
from graph.changes.normalising import normalise
from graph.changes.prepared import apply_prepared_in, prepare
from graph.changes.request import Request
from graph.changes.rules import rulebook
from graph.changes.world import World
from graph.clock import SystemClock
from graph.database import ConstraintBroken, Database, Parameters, ReadUnit, Row, WriteUnit
from graph.identity import Revision, Tenant, parse_tenant
from queries import Query
from tests.graph.bulk.conftest import Judged, Line, Loading, asset, link
from tests.graph.changes.conftest import stored

T = TypeVar("T")

LINES: tuple[Line, ...] = (
    *(link("LINKS", f"s{n}", f"s{n + 1}", properties={"length": n}) for n in range(20)),
    asset("site", "Site"),
    *(asset(f"room{n}", "Room", parents=["site"]) for n in range(4)),
    *(asset(f"s{n}", "Server", parents=[f"room{n % 4}"], properties={"serialNumber": f"N{n}"}) for n in range(21)),
    asset("ext", "Server", externalIds=[{"system": "CMMS", "id": "1"}], name="Named"),
    link("CONTAINS", "room0", "ext"),
)


class Observed:
    """A database that tells what runs in it, and lets a test do something before a transaction begins."""

    def __init__(self, inner: Database, before: Callable[[int], Awaitable[None]] | None = None) -> None:
        self._inner = inner
        self._before = before
        self._written = 0
        self.names: list[str] = []

    async def read(self, tenant: Tenant | None, work: Callable[[ReadUnit], Awaitable[T]]) -> T:
        return await self._inner.read(tenant, work)

    async def rows(self, tenant: Tenant | None, query: Query, parameters: Parameters | None = None) -> list[Row]:
        return await self._inner.rows(tenant, query, parameters)

    async def write(self, tenant: Tenant | None, work: Callable[[WriteUnit], Awaitable[T]]) -> T:
        self._written += 1
        if self._before is not None:
            await self._before(self._written)

        async def watched(unit: WriteUnit) -> T:
            return await work(_Telling(unit, self.names))

        return await self._inner.write(tenant, watched)


class _Telling(WriteUnit):
    def __init__(self, inner: WriteUnit, names: list[str]) -> None:
        def told(name: str, seconds: float) -> None:
            names.append(name)

        super().__init__(inner._send, inner.tenant, told)


async def load(loading: Loading, observed: Observed, *lines: Line, batch: int = 10) -> bulk.LoadReport:
    loader = bulk.Loader(
        observed,  # pyright: ignore[reportArgumentType] - does what a load asks of a database
        lambda: loading.ontology,
        SystemClock(),
        folder=loading.folder / "loads",
        batch=batch,
    )
    with bulk.opened(loading.file(*lines)) as source:
        return await loader.load(operator(loading.tenant), source, refusals=Judged())


def read(observed: Observed) -> list[str]:
    """What judging a batch read from the database."""
    return [name for name in observed.names if name.startswith("changes/read") or "/count_" in name or "/find_" in name]


async def test_nothing_is_read_and_all_is_as_if_it_had_been(loading: Loading) -> None:
    observed = Observed(loading.database)
    report = await load(loading, observed, *LINES)
    assert read(observed) == []
    other = loading.of(parse_tenant(f"{loading.tenant}w"))
    await other.load(asset("there", "Site"))
    watched = Observed(loading.database)
    asked = await load(other, watched, *LINES)
    assert read(watched)
    assert (report.assets_created, report.relationships_created) == (asked.assets_created, asked.relationships_created)
    mine, theirs = await stored(loading.database, loading.tenant), await stored(loading.database, other.tenant)
    assert mine.assets.keys() | {"there"} == theirs.assets.keys()
    assert mine.links.keys() == theirs.links.keys()
    assert [change["touched"] for change in mine.changes] == [change["touched"] for change in theirs.changes[1:]]
    assert [change["entryCount"] for change in mine.changes] == [change["entryCount"] for change in theirs.changes[1:]]
    assert mine.revision == len(mine.changes) == report.revision
    theirs_exported = (await other.export()).splitlines()
    assert (await loading.export()).splitlines() == [line for line in theirs_exported if b'"there"' not in line]
    assert (await loading.load(*LINES)).revision == report.revision, "a second load changes nothing"


@pytest.mark.parametrize("moment", [3, 5, 8])
async def test_who_writes_meanwhile_is_seen(loading: Loading, moment: int) -> None:
    """From then on the database is asked: the other's asset and containment stand, and the load's values win."""

    async def meddle(written: int) -> None:
        if written == moment:
            await loading.load(asset("s3", "Server", name="Other's", properties={"manufacturer": "Other"}))

    observed = Observed(loading.database, meddle)
    report = await load(loading, observed, *LINES)
    assert read(observed)
    assert report.refused == 0
    text = await loading.export()
    other = loading.of(parse_tenant(f"{loading.tenant}w"))
    await other.load(*LINES)
    assert text.replace(b'"manufacturer":"Other",', b"").replace(b"Other's", b"s3") == await other.export()
    assert (await loading.load(*LINES)).revision == report.revision


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("batch", [1, 2, 10])
async def test_a_containment_said_twice(loading: Loading, batch: int, *, turned: bool) -> None:
    said: list[Line] = [asset("room", "Room", parents=["site"]), link("CONTAINS", "site", "room")]
    lines = [asset("site", "Site"), *(reversed(said) if turned else said), asset("hall", "Room", parents=["site"])]
    report = await load(loading, Observed(loading.database), *lines, batch=batch)
    assert (report.refused, report.relationships_created) == (0, 2)
    assert (await loading.load(*lines)).revision == report.revision


async def test_what_was_prepared_for_another_revision_writes_nothing(loading: Loading) -> None:
    rules = rulebook(loading.ontology)
    change_set = ChangeSet(changes=(UpsertAsset(id="a", type="Site"),), operation="load")
    draft = normalise(rules, Request(actor="tester", change_set=change_set))
    now = SystemClock().now()
    prepared = prepare(World(rules, loading.tenant), draft, before=Revision(0), now=now)
    assert prepared is not None
    assert prepared.receipt.revision == 1

    async def work(unit: WriteUnit) -> object:
        return await apply_prepared_in(unit, prepared, rules=rules, now=now)

    await loading.load(asset("b", "Site"))
    assert await loading.database.write(loading.tenant, work) is None
    assert (await stored(loading.database, loading.tenant)).assets.keys() == {"b"}


async def test_what_is_refused_or_changes_nothing_is_not_prepared(loading: Loading) -> None:
    rules = rulebook(loading.ontology)
    world = World(rules, loading.tenant)
    world.know_asset("a", AssetImage("Site", "a", {}))
    for change in (UpsertAsset(id="a", type="Site"), UpsertAsset(id="a", type="Server")):
        draft = normalise(rules, Request(actor="tester", change_set=ChangeSet(changes=(change,))))
        assert prepare(world, draft, before=Revision(0), now=SystemClock().now()) is None


async def test_a_uniqueness_that_breaks_all_the_same_is_judged_by_the_database(loading: Loading) -> None:
    class Breaking(Observed):
        async def write(self, tenant: Tenant | None, work: Callable[[WriteUnit], Awaitable[T]]) -> T:
            result = await super().write(tenant, work)
            if self._written == 3:
                raise ConstraintBroken("made up")
            return result

    observed = Breaking(loading.database)
    await load(loading, observed, *LINES)
    assert read(observed)
    other = loading.of(parse_tenant(f"{loading.tenant}w"))
    await other.load(*LINES)
    assert await loading.export() == await other.export()


def test_the_interpreter_is_as_it_was_afterwards() -> None:
    before = gc.get_threshold(), sys.getswitchinterval()
    first, second = tuned(), tuned()
    first.__enter__()
    second.__enter__()
    assert gc.get_threshold() != before[0]
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)
    assert (gc.get_threshold(), sys.getswitchinterval()) == before
