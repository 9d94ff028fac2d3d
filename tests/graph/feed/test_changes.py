"""Each change once and in order, whatever the database shows first and however often it fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.access import Principal, Scope, operator
from graph.errors import DatabaseUnavailable, Forbidden, RevisionNotReached, ValueInvalid
from graph.feed import ChangeFeed, ChangesGone, Heads
from graph.identity import Revision, Tenant
from graph.reading import ChangeConnectionSelection, Row
from graph.reading.selection import ChangeSelection

pytestmark = pytest.mark.anyio

SITE = Tenant("site")
WHO = operator(SITE)
WANTED = ChangeSelection()


@dataclass
class FakeLog:
    """A log whose records come into sight in any order. `faults`: what the next reads fail by."""

    visible: set[int] = field(default_factory=set[int])
    newest: int = 0
    faults: list[Exception] = field(default_factory=list[Exception])
    reads: int = 0
    reading: asyncio.Event | None = None

    async def changes(
        self, principal: Principal, connection: ChangeConnectionSelection, *, after: int | None = None
    ) -> Row:
        self.reads += 1
        assert principal.tenant == SITE
        if self.faults:
            raise self.faults.pop(0)
        if self.reading is not None:
            await self.reading.wait()
        await asyncio.sleep(0)
        found = sorted(each for each in self.visible if each > (after or 0))[: connection.page.first]
        return {"edges": [{"cursor": str(each), "node": {"revision": each}} for each in found]}

    async def await_revision(self, principal: Principal, minimum: int) -> int:
        await asyncio.sleep(0)
        if self.newest < minimum:
            raise RevisionNotReached("not there")
        return self.newest


async def brief(_seconds: float) -> None:
    await asyncio.sleep(0)


def revisions(rows: list[Row]) -> list[int]:
    return [cast("int", row["revision"]) for row in rows]


async def taken(feed: AsyncGenerator[Row], count: int) -> list[Row]:
    return [await asyncio.wait_for(anext(feed), 5) for _ in range(count)]


def filled(newest: int) -> FakeLog:
    return FakeLog(visible=set(range(1, newest + 1)), newest=newest)


async def test_from_a_revision_on_through_many_pages() -> None:
    feed = ChangeFeed(filled(55), Heads(), pause=brief).changes(WHO, WANTED, after=3)
    assert revisions(await taken(feed, 52)) == list(range(4, 56))
    await feed.aclose()


async def test_without_after_only_what_comes() -> None:
    log, heads = filled(5), Heads()
    feed = ChangeFeed(log, heads, pause=brief).changes(WHO, WANTED)
    first = asyncio.ensure_future(anext(feed))
    await asyncio.sleep(0.01)
    assert not first.done()
    assert log.reads == 0
    log.visible.add(6)
    heads.reached(SITE, Revision(6))
    assert revisions([await first]) == [6]
    await feed.aclose()
    assert heads.tenants() == []


@settings(max_examples=30)
@given(order=st.permutations(range(1, 9)), faults=st.integers(0, 3))
async def test_records_that_come_into_sight_out_of_order_are_handed_on_in_order(order: list[int], faults: int) -> None:
    log, heads = FakeLog(), Heads()
    feed = ChangeFeed(log, heads, pause=brief).changes(WHO, WANTED, after=0)

    async def written() -> None:
        log.faults = [DatabaseUnavailable("down")] * faults
        for each in order:
            log.visible.add(each)
            heads.reached(SITE, Revision(8))
            await asyncio.sleep(0)

    rows, _ = await asyncio.gather(taken(feed, 8), written())
    assert revisions(rows) == list(range(1, 9))
    await feed.aclose()


async def test_followers_at_one_place_share_a_read() -> None:
    log, heads = FakeLog(), Heads()
    feed = ChangeFeed(log, heads, pause=brief)
    followers = [feed.changes(WHO, WANTED, after=0) for _ in range(100)]
    waiting = [asyncio.ensure_future(anext(each)) for each in followers]
    await asyncio.sleep(0.01)
    log.visible, log.reading = {1}, asyncio.Event()
    heads.reached(SITE, Revision(1))
    await asyncio.sleep(0.01)
    waiting[0].cancel()  # whoever goes away takes the page from nobody
    log.reading.set()
    assert revisions(list(await asyncio.gather(*waiting[1:]))) == [1] * 99
    assert log.reads == 1
    for each in followers[1:]:
        await each.aclose()


async def test_a_hole_in_the_log_is_told() -> None:
    log = FakeLog(visible={1, 3}, newest=3)
    feed = ChangeFeed(log, Heads(), pause=brief).changes(WHO, WANTED, after=0)
    assert revisions([await anext(feed)]) == [1]
    with pytest.raises(ChangesGone) as gone:
        await anext(feed)
    assert gone.value.hint


async def test_who_may_not_read_and_what_is_no_place_are_refused() -> None:
    feed = ChangeFeed(filled(1), Heads(), pause=brief)
    with pytest.raises(Forbidden):
        await anext(feed.changes(Principal(name="x", tenant=SITE, scopes=frozenset({Scope.WRITE})), WANTED))
    with pytest.raises(ValueInvalid):
        await anext(feed.changes(WHO, WANTED, after=-1))
    with pytest.raises(RevisionNotReached):
        await anext(feed.changes(WHO, WANTED, after=9))
