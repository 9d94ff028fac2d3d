"""What stays is out of the collector's sight, and what nobody needs any more is gone."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from app.garbage import Moments, Tidying, settle


class Ring:
    """Something that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_what_stays_is_kept_and_garbage_goes() -> None:
    kept, left = Ring(), Ring()
    gone = weakref.ref(left)
    del left
    settle()
    assert gone() is None
    assert gc.get_freeze_count() > 10_000
    assert not any(each is kept for each in gc.get_objects())


def test_what_was_kept_goes_once_nobody_needs_it() -> None:
    old = Ring()
    gone = weakref.ref(old)
    settle()
    del old
    settle()
    assert gone() is None


def test_it_is_collected_where_fewest_objects_are_under_way() -> None:
    moments = Moments()

    def collected(*young: int) -> list[int | None]:
        return [moments.generation(each) for each in young]

    assert collected(*[100] * 20) == [None] * 20, "too few to be worth it"
    assert collected(*range(40_000, 30_000, -1_000))[-1] == 0, "never were there fewer"
    assert collected(*range(30_000, 40_000, 1_000)) == [None] * 10, "rows are under way"
    assert collected(60_000, 39_000) == [None, 0], "about as few as there were of late"
    assert collected(5_000) == [0], "few, whatever there was"
    later = [each for each in collected(*[5_000] * 1_000) if each is not None]
    assert (later.count(0), later.count(2)) == (900, 100), "all objects now and then"


async def test_what_requests_leave_goes_in_a_good_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.garbage._BUSY_SECONDS", 0.001)
    monkeypatch.setattr("app.garbage._QUIET_SECONDS", 0.001)
    gc.set_threshold(0)
    task = asyncio.create_task(Tidying(settle, begun=lambda: 1, running=lambda: 1).run())
    rings = [Ring() for _ in range(5_000)]
    gone = weakref.ref(rings[0])
    rings.clear()
    assert gone() is not None
    for _ in range(200):
        await asyncio.sleep(0.01 if gone() is not None else 0)
    assert gone() is None
    task.cancel()


async def test_while_it_serves_it_settles_when_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.garbage._LOOK_SECONDS", 0.01)
    monkeypatch.setattr("app.garbage._FREEZE_SECONDS", 0.01)
    settled: list[int] = []
    running, came = [1], [0]
    tidying = Tidying(lambda: settled.append(running[0]), begun=lambda: came[0], running=lambda: running[0])
    tidying.ask()
    assert settled == [1], "nobody is served yet"
    async with tidying.making():
        frozen = gc.get_freeze_count()
        made = [Ring() for _ in range(100)]
        await asyncio.sleep(0.05)
        assert gc.get_freeze_count() >= frozen + len(made)
    task = asyncio.create_task(tidying.run())
    await asyncio.sleep(0.05)
    assert settled == [1], "somebody waits"
    running[0] = 0
    for _ in range(10):
        came[0] += 1
        await asyncio.sleep(0.006)
    assert settled == [1], "somebody came in between"
    await asyncio.sleep(0.05)
    assert settled == [1, 0]
    frozen = gc.get_freeze_count()
    young = [Ring() for _ in range(100)]
    tidying.ask()
    assert gc.get_freeze_count() >= frozen + len(young), "kept out of sight at once"
    await asyncio.sleep(0.05)
    assert settled == [1, 0, 0]
    task.cancel()
