"""What shares a transaction, and what is prepared while one is under way."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from graph.identity import Tenant
from graph.state import Partition, Receipt, Step, Taken
from graph.state.batches import Batches, Part, Waiting, overlapping
from graph.state.event import Event
from tests.graph.state.conftest import event

TENANT = Tenant("t")
STEP = Step(partition=Partition(group="g", topic="t", number=0), owner="me", start=0, end=1)


@dataclass
class Slow:
    """Prepares at once, and commits when it is told to; `log` is what it did, with how many events."""

    log: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    async def prepare(self, _tenant: Tenant, parts: Sequence[Part]) -> list[int]:
        sizes = [len(part.events) for part in parts]
        self.log.append(("prepare", sum(sizes)))
        return sizes

    async def commit(self, _tenant: Tenant, sizes: list[int]) -> list[Receipt]:
        await self.gate.acquire()
        self.log.append(("commit", sum(sizes)))
        return [Receipt(revision=1, outcomes=(Taken.CURRENT,) * size) for size in sizes]


def some(number: int) -> list[Event]:
    return [event("A")] * number


async def told(slow: Slow, *waves: Sequence[Part]) -> list[tuple[str, int]]:
    """What is done by the time that all waves came in and nothing was committed."""
    batches = Batches(slow.prepare, slow.commit, waiting=Waiting(shared=10))
    tasks: list[asyncio.Task[Receipt]] = []
    for wave in waves:
        tasks += [asyncio.create_task(batches.submit(TENANT, part)) for part in wave]
        for _ in range(10):
            await asyncio.sleep(0)
    before = list(slow.log)
    for _ in tasks:
        slow.gate.release()
    await asyncio.gather(*tasks)
    await batches.close()
    return before


async def test_a_full_batch_that_comes_while_one_is_written_is_prepared_at_once() -> None:
    slow = Slow()
    full = [Part(events=some(5)), Part(events=some(5))]
    assert await told(slow, full, full) == [("prepare", 10), ("prepare", 10)]
    assert slow.log[2:] == [("commit", 10), ("commit", 10)]


async def test_who_comes_while_one_is_written_shares_the_next() -> None:
    slow = Slow()
    assert await told(slow, [Part(events=some(1))], [Part(events=some(1))], [Part(events=some(2))]) == [("prepare", 1)]
    assert slow.log[1:] == [("commit", 1), ("prepare", 3), ("commit", 3)]


async def test_what_shares_with_nobody_waits_for_nobody() -> None:
    slow = Slow()
    alone = Part(events=some(1), steps=(STEP,))
    assert await told(slow, [alone], [alone]) == [("prepare", 1), ("prepare", 1)]


async def test_what_was_given_up_is_not_prepared() -> None:
    slow = Slow()
    batches = Batches(slow.prepare, slow.commit, waiting=Waiting(shared=10))
    first = asyncio.create_task(batches.submit(TENANT, Part(events=some(1))))
    await asyncio.sleep(0.01)
    given_up = asyncio.create_task(batches.submit(TENANT, Part(events=some(10))))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.sleep(0.01)
    slow.gate.release()
    assert (await first).revision == 1
    await batches.close()
    assert slow.log == [("prepare", 1), ("commit", 1)]


async def test_two_works_overlap_and_the_first_that_fails_ends_all() -> None:
    log: list[str] = []

    async def work(name: str, seconds: float, *, fails: bool = False) -> Receipt:
        log.append(f"begin {name}")
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            log.append(f"give up {name}")
            raise
        log.append(f"end {name}")
        if fails:
            raise ValueError(name)
        return Receipt(revision=int(name), outcomes=())

    found = await overlapping(work(each, 0.01) for each in "123")
    assert [each.revision for each in found] == [1, 2, 3]
    assert log == ["begin 1", "begin 2", "end 1", "end 2", "begin 3", "end 3"]
    log.clear()
    with pytest.raises(ValueError, match="1"):
        await overlapping(work(each, 60 if each == "2" else 0.0, fails=True) for each in "123")
    assert log == ["begin 1", "begin 2", "end 1", "give up 2"]
