"""Work is tried shortly, then waits its turn; it ends when nobody waits for it, and its thread is free again then."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from threading import Event, get_ident

import pytest

from graph.identity import Tenant
from graph.work import Ended, Outcome, QuestionTimedOut, TooBusy, Workers, WorkLimits, checkpoint

TENANT = Tenant("site")


class Told(list[Ended]):
    """What ended, in order."""

    async def number(self, wanted: int) -> list[tuple[str, Outcome]]:
        async with asyncio.timeout(5):
            while len(self) < wanted:  # noqa: ASYNC110  it is a list, told by whatever ends
                await asyncio.sleep(0.005)
        return [(each.lane, each.outcome) for each in self]


def endless() -> None:
    """Go on until it is not wanted any more."""
    while True:
        checkpoint()
        time.sleep(0.002)


def workers(told: Told, *, at_once: int = 1, line: int = 4, seconds: float = 5.0) -> Workers:
    return Workers(WorkLimits(at_once=at_once, line=line, seconds=seconds), ended=told.append, quick_seconds=0.05)


async def test_work_is_done_in_a_thread_and_its_errors_come_back() -> None:
    told = Told()
    pool = workers(told)
    assert await pool.run(TENANT, "sum", lambda: (1 + 1, get_ident())) != (2, get_ident())
    with pytest.raises(ZeroDivisionError):
        await pool.run(TENANT, "sum", lambda: 1 // 0)
    assert await told.number(2) == [("long", Outcome.DONE), ("long", Outcome.FAILED)]


async def test_who_is_cancelled_frees_the_thread() -> None:
    told = Told()
    pool = workers(told)
    asking = asyncio.create_task(pool.run(TENANT, "endless", endless))
    await asyncio.sleep(0.02)
    assert pool.long.running == 1
    asking.cancel()
    assert await pool.run(TENANT, "next", lambda: "served") == "served"
    assert await told.number(2) == [("long", Outcome.GIVEN_UP), ("long", Outcome.DONE)]
    assert asking.cancelled()


async def test_what_takes_too_long_is_ended() -> None:
    told = Told()
    pool = workers(told, seconds=0.05)
    with pytest.raises(QuestionTimedOut):
        await pool.run(TENANT, "endless", endless)
    assert await told.number(1) == [("long", Outcome.TIMED_OUT)]
    assert pool.long.running == 0


async def test_short_questions_do_not_wait_for_long_ones() -> None:
    told = Told()
    pool = workers(told, line=0)
    long = asyncio.create_task(pool.run(TENANT, "endless", endless))
    await asyncio.sleep(0.02)
    assert await pool.run(TENANT, "leaf", lambda: "short", quick=True) == "short"
    with pytest.raises(TooBusy):  # it was tried, and is a long one
        await pool.run(TENANT, "source", endless, quick=True)
    assert await told.number(2) == [("quick", Outcome.DONE), ("quick", Outcome.MOVED)]
    long.cancel()


class Source:
    """Work that takes longer than a trial until somebody says otherwise, and counts how often it was begun."""

    def __init__(self) -> None:
        self.begun = 0
        self.over = Event()

    def work(self) -> str:
        self.begun += 1
        while not self.over.is_set():
            checkpoint()
        return "done"


async def test_a_long_question_goes_on_as_one_of_the_long_lane() -> None:
    told, source = Told(), Source()
    pool = workers(told)
    asking = asyncio.create_task(pool.run(TENANT, "source", source.work, quick=True))
    assert await told.number(1) == [("quick", Outcome.MOVED)]
    assert (pool.quick.running, pool.long.running) == (0, 1)
    assert await pool.run(TENANT, "leaf", lambda: "short", quick=True) == "short"
    source.over.set()
    assert await asking == "done"
    assert (await told.number(3))[1:] == [("quick", Outcome.DONE), ("long", Outcome.DONE)]
    assert source.begun == 1


async def test_a_long_question_that_goes_on_has_its_time() -> None:
    told = Told()
    with pytest.raises(QuestionTimedOut):
        await workers(told, seconds=0.2).run(TENANT, "source", Source().work, quick=True)
    assert await told.number(2) == [("quick", Outcome.MOVED), ("long", Outcome.TIMED_OUT)]


async def test_a_long_question_is_begun_anew_where_it_has_to_wait() -> None:
    told, source = Told(), Source()
    pool = workers(told)
    await pool.long.enter(TENANT, "held")
    asking = asyncio.create_task(pool.run(TENANT, "source", source.work, quick=True))
    assert await told.number(1) == [("quick", Outcome.MOVED)]
    source.over.set()
    pool.long.leave("held")
    assert await asking == "done"
    assert (await told.number(2))[1:] == [("long", Outcome.DONE)]
    assert source.begun == 2


async def test_a_trial_is_over_by_processor_time() -> None:
    told = Told()

    def starved() -> str:
        time.sleep(0.15)
        return "short"

    def busy() -> None:
        while True:
            checkpoint()

    pool = workers(told, line=0)
    assert await pool.run(TENANT, "leaf", starved, quick=True) == "short"
    began = time.monotonic()
    holding = asyncio.create_task(pool.run(TENANT, "deaf", endless))
    await asyncio.sleep(0.02)
    with pytest.raises(TooBusy):
        await pool.run(TENANT, "source", busy, quick=True)
    assert time.monotonic() - began > 0.05
    assert await told.number(2) == [("quick", Outcome.DONE), ("quick", Outcome.MOVED)]
    holding.cancel()


async def test_a_wait_that_takes_all_the_time_is_a_refusal() -> None:
    told = Told()
    pool = workers(told, seconds=0.1)
    held, freed = Event(), Event()

    def deaf() -> None:
        held.set()
        freed.wait(5)

    holding = asyncio.create_task(pool.run(TENANT, "deaf", deaf))
    await asyncio.to_thread(held.wait, 5)
    with pytest.raises(TooBusy):
        await pool.run(TENANT, "next", lambda: None)
    with pytest.raises(QuestionTimedOut):
        await holding
    assert pool.long.running == 1  # it doesn't look: its thread counts until it ends
    freed.set()
    await told.number(1)
    assert pool.long.running == 0


async def test_a_wait_for_the_quick_lane_ends_with_the_time() -> None:
    pool = workers(Told(), seconds=0.05)
    for lane in (pool.quick, pool.long):
        await lane.enter(TENANT, "held")
    async with asyncio.timeout(5):
        with pytest.raises(TooBusy):
            await pool.run(TENANT, "leaf", lambda: 1, quick=True)
    assert (pool.quick.waiting, pool.long.waiting) == (0, 0)


async def test_nothing_is_begun_without_time_left() -> None:
    begun: list[int] = []
    pool = workers(Told(), seconds=0.0)
    with pytest.raises(TooBusy):
        await pool.run(TENANT, "late", lambda: begun.append(1))
    assert (begun, pool.long.running) == ([], 0)


@pytest.mark.parametrize("count", [40])
async def test_no_more_run_at_a_time_than_may(count: int) -> None:
    told, pool = Told(), Workers(WorkLimits(at_once=3, line=count))
    running, most = set[int](), list[int]()

    def one(number: int) -> Callable[[], None]:
        def work() -> None:
            running.add(number)
            most.append(len(running))
            time.sleep(0.002)
            running.discard(number)

        return work

    await asyncio.gather(*(pool.run(Tenant(f"t{number % 4}"), "one", one(number)) for number in range(count)))
    assert len(most) == count
    assert max(most) <= 3
    assert not told


async def test_what_has_to_be_prepared_takes_no_question_s_time() -> None:
    prepared: list[int] = []

    def prepare() -> None:
        time.sleep(0.1)
        prepared.append(1)

    pool = Workers(WorkLimits(at_once=2, seconds=0.05), prepare=prepare)
    first = asyncio.create_task(pool.run(TENANT, "first", lambda: 1))
    await asyncio.sleep(0.01)
    first.cancel()
    assert await asyncio.gather(*(pool.run(TENANT, "next", lambda: 2) for _ in range(2))) == [2, 2]
    assert await pool.run(TENANT, "later", lambda: 3) == 3
    assert prepared == [1]


async def test_a_fault_in_preparing_shows_where_it_matters() -> None:
    def prepare() -> None:
        raise OSError("no room")

    assert await Workers(prepare=prepare).run(TENANT, "first", lambda: 1) == 1
