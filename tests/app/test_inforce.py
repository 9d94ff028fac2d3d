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
from app.inforce import Editions, OntologyInForce, OntologyMissing, Services
from graph.clock import SystemClock
from graph.database import Database
from graph.feed import Heads
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

    reading = None
    heads = Heads()


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


async def test_an_ontology_that_fits_no_schema_leaves_the_one_before(
    held: Held, editions: Editions, ontology: Ontology, monkeypatch: pytest.MonkeyPatch
) -> None:
    held.there = ("0001_start", ontology)
    await editions.found(ontology.hash)

    def clash(_ontology: Ontology, **_limits: object) -> TwinSchema:
        raise NameClash("Two types are called Pump")

    monkeypatch.setattr(inforce, "build_schema", clash)
    held.there = ("0002_clash", replace(ontology, hash="sha256:clash"))
    with structlog.testing.capture_logs() as logs:
        await editions.found("sha256:clash")
        await editions.found("sha256:clash")
    assert editions.current().hash == ontology.hash
    assert [log["log_level"] for log in logs] == ["error"]


async def test_without_an_ontology_nothing_is_served(held: Held, editions: Editions) -> None:
    await editions.found(None)
    with pytest.raises(OntologyMissing):
        editions.current()
