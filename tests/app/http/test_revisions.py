from __future__ import annotations

import asyncio
from typing import cast

import pytest
import structlog

from app.http.revisions import EVERY_SECONDS, FRESH_SECONDS, WATCHED_SECONDS, RevisionWatch
from graph.database import Database
from graph.identity import Tenant
from tests.app.http.toy import FakeDatabase

pytestmark = pytest.mark.anyio
SITE = Tenant("site")


class Watched:
    """A watch with a clock to set, and what it told."""

    def __init__(self) -> None:
        self.time = 0.0
        self.database = FakeDatabase()
        self.ontologies: list[str | None] = []
        self.revisions: list[tuple[str, int]] = []
        self.faults: list[Exception] = []
        self.watch = RevisionWatch(
            cast("Database", self.database),
            found_ontology=self._found,
            found_revision=lambda tenant, revision: self.revisions.append((tenant, revision)),
            seconds=lambda: self.time,
        )

    async def _found(self, current: str | None) -> None:
        if self.faults:
            raise self.faults.pop()
        self.ontologies.append(current)


async def test_what_was_seen_lately_is_not_asked_again() -> None:
    watched = Watched()
    assert await watched.watch.newest(SITE) == 7
    watched.database.revisions["site"] = 8
    watched.time = FRESH_SECONDS - 0.01
    assert await watched.watch.newest(SITE) == 7
    watched.time = FRESH_SECONDS
    assert await watched.watch.newest(SITE) == 8
    assert watched.revisions == [("site", 7), ("site", 8)]


async def test_a_revision_never_falls_back() -> None:
    watched = Watched()
    await watched.watch.newest(SITE)
    watched.database.revisions["site"] = 5
    assert await watched.watch.look(SITE) == 7


async def test_a_tenant_without_a_write_is_at_0() -> None:
    assert await Watched().watch.newest(Tenant("empty")) == 0


async def test_it_looks_by_itself_and_tells_the_ontology(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.http.revisions.EVERY_SECONDS", EVERY_SECONDS / 50)
    watched = Watched()
    await watched.watch.newest(SITE)
    running = asyncio.create_task(watched.watch.run())
    watched.database.hash = "sha256:newer"
    watched.database.revisions["site"] = 9
    await asyncio.sleep(0.1)
    assert watched.ontologies[-1] == "sha256:newer"
    assert watched.revisions[-1] == ("site", 9)
    watched.time = WATCHED_SECONDS
    await asyncio.sleep(0.05)
    told = len(watched.revisions)
    await asyncio.sleep(0.05)
    assert len(watched.revisions) == told
    running.cancel()


async def test_a_database_that_is_away_is_logged_once_and_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.http.revisions.EVERY_SECONDS", 0.01)
    watched = Watched()
    watched.database.down = True
    with structlog.testing.capture_logs() as logs:
        running = asyncio.create_task(watched.watch.run())
        await asyncio.sleep(0.1)
        watched.database.down = False
        await asyncio.sleep(0.05)
        running.cancel()
    assert [log["log_level"] for log in logs] == ["warning"]
    assert watched.database.asked > 5
    assert watched.ontologies


async def test_a_fault_of_ours_does_not_end_the_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.http.revisions.EVERY_SECONDS", 0.01)
    watched = Watched()
    watched.faults = [RuntimeError("a fault")] * 5
    with structlog.testing.capture_logs() as logs:
        running = asyncio.create_task(watched.watch.run())
        await asyncio.sleep(0.2)
        assert not running.done()
        running.cancel()
    assert [log["log_level"] for log in logs] == ["error"]
    assert watched.ontologies


async def test_a_request_does_not_wait_for_what_another_ontology_takes() -> None:
    watched = Watched()
    await watched.watch.look(SITE)
    assert watched.ontologies == []
