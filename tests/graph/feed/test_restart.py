"""A follower outlives its Neo4j."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

import pytest

from graph.access import operator
from graph.changes import ChangeService, ChangeSet, UpsertAsset
from graph.clock import SystemClock
from graph.database import connect
from graph.feed import ChangeFeed, Heads
from graph.identity import Tenant
from graph.reading import ReadingService
from graph.reading.selection import ChangeSelection, ChangeValue, ChangeValueField
from migrations import Project, apply
from tests.servers import local_server

pytestmark = [pytest.mark.anyio, pytest.mark.long]

SITE = Tenant("site")
WANTED = ChangeSelection(fields=(ChangeValueField(key="revision", value=ChangeValue.REVISION),))


async def test_it_goes_on_where_it_was_after_a_restart_of_the_database(tmp_path: Path) -> None:
    local = local_server(tmp_path / "neo4j")
    endpoint = await asyncio.to_thread(local.start)
    database = connect(endpoint.uri, user=endpoint.user, password=endpoint.password)
    project, heads = Project.bundled(), Heads()
    try:
        await apply(project, database, owner="tests", actor="tests")
        changes = ChangeService(database, lambda: project.desired, SystemClock(), committed=heads.reached)
        reading = ReadingService(database, lambda: project.desired)
        feed = ChangeFeed(reading, heads).changes(operator(SITE), WANTED, after=0)

        async def write(name: str) -> None:
            room = UpsertAsset(id=name, type="Room", name=name)
            await changes.apply(operator(SITE), ChangeSet(changes=(room,)))

        await write("A")
        assert (await anext(feed))["revision"] == 1
        waiting = asyncio.ensure_future(anext(feed))
        await asyncio.to_thread(local.stop)
        again = await asyncio.to_thread(local.start)
        assert again.uri == endpoint.uri, "the local server keeps its port"
        await write("B")
        await write("C")
        heard = [await asyncio.wait_for(waiting, 60), await asyncio.wait_for(anext(feed), 60)]
        assert [cast("int", row["revision"]) for row in heard] == [2, 3]
        await feed.aclose()
    finally:
        await database.close()
        await asyncio.to_thread(local.stop)
