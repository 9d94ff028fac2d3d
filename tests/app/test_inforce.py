"""Another ontology while serving: its schema is built beside the loop, and the one before serves until then."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import cast

import pytest
import structlog

from app import inforce
from app.graphql import NameClash, TwinSchema, build_schema
from app.inforce import Edition, Editions, Services
from app.ontology import OntologyInForce, OntologyMissing
from graph.access import operator
from graph.clock import SystemClock
from graph.database import Database
from graph.errors import OntologyInvalid, Problem
from graph.feed import Heads
from graph.identity import Tenant, parse_tenant
from graph.ontology.model import Ontology

pytestmark = pytest.mark.anyio


class Held(OntologyInForce):
    """What the database holds, as the test says."""

    def __init__(self) -> None:
        super().__init__(cast("Database", None))
        self.there: tuple[str, Ontology] | None = None
        self.reads = 0

    async def read(self) -> tuple[str, Ontology] | None:
        self.reads += 1
        return self.there


class NoServices:
    """Services of which nothing is asked."""

    changes = ontologies = evolution = usage = budget = alarms = letters = objectives = source_silence = None
    reading = None
    heads = feed = Heads()


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def editions(held: Held) -> Editions:
    return Editions(held, cast("Services", NoServices()), cast("Database", None), SystemClock())


async def test_it_goes_over_to_another_ontology_once_its_schema_is_built(
    held: Held, editions: Editions, ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    held.there = ("0001_start", ontology)
    await editions.found(ontology.hash)
    first = editions.current()
    going = threading.Event()
    built = threading.Event()

    def slowly(wanted: Ontology, **_limits: object) -> TwinSchema:
        going.set()
        assert built.wait(5), "the schema was built on the loop"
        return build_schema(wanted)

    monkeypatch.setattr(inforce, "build_schema", slowly)
    newer = replace(ontology, hash="sha256:newer")
    held.there = ("0002_newer", newer)
    changing = asyncio.create_task(editions.found(newer.hash))
    await asyncio.to_thread(going.wait, 5)
    assert editions.current() is first
    assert held.ontology() is ontology
    built.set()
    await changing
    assert editions.current().hash == newer.hash
    assert held.held() == ("0002_newer", newer)
    reads = held.reads
    await editions.found(newer.hash)
    assert held.reads == reads


async def test_what_began_under_an_ontology_ends_under_it(held: Held, editions: Editions, ontology: Ontology) -> None:
    held.there = ("0001_start", ontology)
    await editions.found(ontology.hash)
    first = editions.current()
    rooms = replace(ontology.asset_types["Room"], plural="chambers")
    newer = replace(ontology, hash="sha256:newer", asset_types={**ontology.asset_types, "Room": rooms})
    held.there = ("0002_newer", newer)
    await editions.found(newer.hash)
    assert [_lists_chambers(edition) for edition in (first, editions.current())] == [False, True]
    before, after = (edition.context(operator(parse_tenant("t")), "r") for edition in (first, editions.current()))
    assert before.reading is not after.reading
    assert before.reading._ontology() is ontology
    assert before.traversal._ontology() is ontology


def _lists_chambers(edition: Edition) -> bool:
    query = edition.schema.core.query_type
    assert query is not None
    return "chambers" in query.fields


async def test_an_ontology_that_fits_no_schema_leaves_the_one_before(
    held: Held, editions: Editions, ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    held.there = ("0001_start", ontology)
    await editions.found(ontology.hash)
    snapshots = editions.snapshots
    fewer = {name: kind for name, kind in ontology.relationship_types.items() if not kind.is_supply}

    def clash(_ontology: Ontology, **_limits: object) -> TwinSchema:
        raise NameClash("Two types are called Pump")

    monkeypatch.setattr(inforce, "build_schema", clash)
    held.there = ("0002_clash", replace(ontology, hash="sha256:clash", relationship_types=fewer))
    assert await held.newest() is held.there[1]
    with structlog.testing.capture_logs() as logs:
        await editions.found("sha256:clash")
        await editions.found("sha256:clash")
    assert await held.newest() is None  # so no write goes by what isn't served
    assert editions.current().hash == ontology.hash
    assert editions.snapshots is snapshots
    assert [log["log_level"] for log in logs] == ["error"]


async def test_no_write_goes_by_an_ontology_that_cant_be_read(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    async def unreadable() -> None:
        raise OntologyInvalid("Of a newer release", (Problem(code="UNKNOWN_KEY", message="What is this?"),))

    monkeypatch.setattr(held, "read", unreadable)
    assert await held.newest() is None


async def test_without_an_ontology_nothing_is_served(held: Held, editions: Editions) -> None:
    await editions.found(None)
    with pytest.raises(OntologyMissing):
        editions.current()


async def test_snapshots_stay_where_another_ontology_makes_the_same(
    held: Held, editions: Editions, ontology: Ontology
) -> None:
    held.there = ("0001_start", ontology)
    await editions.found(ontology.hash)
    first = editions.snapshots
    held.there = ("0002_words", replace(ontology, hash="sha256:words"))
    await editions.found("sha256:words")
    assert editions.snapshots is first
    fewer = {name: kind for name, kind in ontology.relationship_types.items() if not kind.is_supply}
    held.there = ("0003_fewer", replace(ontology, hash="sha256:fewer", relationship_types=fewer))
    await editions.found("sha256:fewer")
    assert editions.snapshots is not first


async def test_snapshots_are_made_before_questions_wait_for_them(
    held: Held, database: Database, tenant: Tenant, ontology: Ontology
) -> None:
    editions = Editions(held, cast("Services", NoServices()), database, SystemClock())
    held.there = ("0001_start", ontology)
    await editions.found(ontology.hash)
    before = editions.current().snapshots
    await before.current(tenant)
    fewer = {name: kind for name, kind in ontology.relationship_types.items() if not kind.is_supply}
    held.there = ("0002_fewer", replace(ontology, hash="sha256:fewer", relationship_types=fewer))
    await editions.found("sha256:fewer")
    after = editions.current().snapshots
    assert (after is not before, after.tenants) == (True, (tenant,))
    await editions.close()


async def test_who_keeps_house_is_told_of_each_change(held: Held, ontology: Ontology) -> None:
    served: list[str] = []
    editions = Editions(
        held,
        cast("Services", NoServices()),
        cast("Database", None),
        SystemClock(),
        went_over=lambda: served.append(editions.current().hash),
    )
    held.there = ("0001_start", ontology)
    await editions.found(ontology.hash)
    await editions.found(ontology.hash)
    assert served == [ontology.hash]
