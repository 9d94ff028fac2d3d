"""A lane: so many at a time, tenants in turn, a full line refuses with a time that follows from what was measured."""

from __future__ import annotations

import asyncio

import pytest

from graph.identity import Tenant
from graph.work import Lane, TooBusy

ONE, TWO = Tenant("one"), Tenant("two")


class Crowd:
    """Tasks that wait for a turn, and the order in which they got it."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.called: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, name: str, tenant: Tenant, kind: str = "any") -> None:
        self.tasks[name] = asyncio.create_task(self._wait(name, tenant, kind))
        await asyncio.sleep(0)

    async def _wait(self, name: str, tenant: Tenant, kind: str) -> None:
        await self.lane.enter(tenant, kind)
        self.called.append(name)

    async def leave(self, kind: str = "any", seconds: float | None = None) -> None:
        self.lane.leave(kind, seconds=seconds)
        await asyncio.sleep(0)
        await asyncio.sleep(0)


async def test_tenants_are_called_in_turn() -> None:
    crowd = Crowd(Lane("test", threads=1, line=9))
    await crowd.come("a1", ONE)
    for name in ("a2", "a3", "a4"):
        await crowd.come(name, ONE)
    await crowd.come("b1", TWO)
    assert (crowd.lane.running, crowd.lane.waiting) == (1, 4)
    for _ in range(4):
        await crowd.leave()
    assert crowd.called == ["a1", "a2", "b1", "a3", "a4"]
    await crowd.leave()
    assert (crowd.lane.running, crowd.lane.waiting) == (0, 0)


async def test_a_full_line_says_when_there_will_be_room() -> None:
    crowd = Crowd(Lane("test", threads=2, line=3))
    for number in range(2):
        await crowd.come(f"a{number}", ONE)
    await crowd.leave(seconds=8.0)
    await crowd.come("a2", ONE)
    for number in range(3, 6):
        await crowd.come(f"a{number}", ONE)
    with pytest.raises(TooBusy) as refused:
        await crowd.lane.enter(ONE, "any")
    assert refused.value.retry_seconds == 16  # 8 seconds each, for three who wait and one more, by two threads
    assert crowd.lane.refused == 1
    for task in crowd.tasks.values():
        task.cancel()


async def test_who_waits_for_many_gives_way_to_another_tenant() -> None:
    crowd = Crowd(Lane("test", threads=1, line=2))
    for name in ("a1", "a2", "a3"):
        await crowd.come(name, ONE)
    await crowd.come("b1", TWO)
    with pytest.raises(TooBusy):
        await crowd.tasks["a3"]
    with pytest.raises(TooBusy):
        await crowd.lane.enter(TWO, "any")
    await crowd.leave()
    await crowd.leave()
    assert crowd.called == ["a1", "a2", "b1"]


async def test_who_goes_away_leaves_the_line() -> None:
    crowd = Crowd(Lane("test", threads=1, line=2))
    for name in ("a1", "a2", "a3"):
        await crowd.come(name, ONE)
    crowd.tasks["a2"].cancel()
    await crowd.leave()
    assert crowd.called == ["a1", "a3"]
    crowd.tasks["a2"].cancel()
    await crowd.leave()
    assert (crowd.lane.running, crowd.lane.waiting) == (0, 0)


async def test_who_goes_away_in_the_moment_of_the_call_gives_the_turn_back() -> None:
    crowd = Crowd(Lane("test", threads=1, line=2))
    for name in ("a1", "a2", "a3"):
        await crowd.come(name, ONE)
    crowd.lane.leave("any")
    crowd.tasks["a2"].cancel()
    for _ in range(3):
        await asyncio.sleep(0)
    assert crowd.called == ["a1", "a3"]


async def test_who_is_displaced_and_goes_away_at_once_has_no_turn_to_give_back() -> None:
    crowd = Crowd(Lane("test", threads=1, line=2))
    for name in ("a1", "a2", "a3"):
        await crowd.come(name, ONE)
    await crowd.come("b1", TWO)
    crowd.tasks["a3"].cancel()
    for _ in range(3):
        await asyncio.sleep(0)
    assert crowd.called == ["a1"]
    assert (crowd.lane.running, crowd.lane.waiting) == (1, 2)


async def test_a_kind_has_a_ceiling_of_its_own() -> None:
    crowd = Crowd(Lane("test", threads=3, line=9, ceilings={"large": 1}))
    for name, kind in (("l1", "large"), ("l2", "large"), ("s1", "small"), ("s2", "small")):
        await crowd.come(name, ONE, kind)
    assert crowd.called == ["l1", "s1", "s2"]
    await crowd.leave("small")
    assert crowd.called == ["l1", "s1", "s2"]
    await crowd.leave("large")
    assert crowd.called == ["l1", "s1", "s2", "l2"]
