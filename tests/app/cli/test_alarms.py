"""`twin alarms`: lists, shows, acknowledges, shelves."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from app.settings import load_settings
from app.stores import opened_stores
from graph.alarms import Seen, Sighting
from graph.clock import epoch_micros
from graph.identity import Tenant
from graph.impact import Level
from tests.command_line import CommandLine

pytestmark = pytest.mark.neo4j


async def raised(tenant: Tenant) -> None:
    async with opened_stores(load_settings()) as stores:
        assert await stores.alarms.hold(tenant, "tests", seconds=60)
        seen = Seen(level=Level.DOWN, time=epoch_micros(datetime(2026, 6, 3, 12, tzinfo=UTC)), value="TRIPPED")
        sighting = Sighting(asset="C", kind="Chiller", points={"runState": seen})
        assert await stores.alarms.settle(tenant, "tests", [sighting])


@pytest.mark.long
def test_from_the_list_to_the_shelf(twin: CommandLine, tenant: Tenant) -> None:
    assert twin.ok("alarms", "list") == "No alarms\n"
    asyncio.run(raised(tenant))
    shown = twin.ok("alarms", "list", "--state", "unack", "--priority", "HIGH")
    assert shown.startswith("1 alarm\n")
    assert "2026-06-03T12:00:00Z  HIGH      UNACK  DOWN   C      (deleted)  runState" in shown
    assert twin("alarms", "list", "--asset", "D", "--json").json == {"totalCount": 0, "nodes": []}
    (found,) = twin("alarms", "list", "--all", "--json").json["nodes"]
    assert "ACKED" in twin.ok("alarms", "ack", found["id"], "--comment", "on my way")
    assert "SHELVED until " in twin.ok("alarms", "shelve", found["id"], "--until", "PT8H", "--reason", "works")
    page = twin.ok("alarms", "show", found["id"])
    assert page.startswith("(deleted)  Chiller C\nrunState is TRIPPED: DOWN  priority HIGH  SHELVED until ")
    assert "ACKNOWLEDGED  ACKED    operator  on my way" in page
    assert twin("alarms", "unshelve", found["id"], "--json").json[0]["state"] == "UNACK"
    no_moment = ("shelve", found["id"], "--until", "x", "--reason", "y")
    for wrong in (("unshelve", found["id"]), ("show", "none"), no_moment):
        assert twin("alarms", *wrong).code == 1
