"""What stays is out of the collector's sight, and what nobody needs any more is gone."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from app.garbage import Tidying, settle


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
