"""Work that is ready at once is spread over several turns of the event loop, and none of it is left waiting."""

from __future__ import annotations

import asyncio
from collections import Counter

from graph.database.turns import MOST, Turns


async def test_a_turn_takes_no_more_than_it_may() -> None:
    now = 0.0
    turn = 0
    done: list[tuple[int, int]] = []
    turns = Turns(clock=lambda: now)

    async def count() -> None:
        nonlocal turn
        while True:
            turn += 1
            await asyncio.sleep(0)

    async def work(number: int) -> None:
        nonlocal now
        await turns.take()
        done.append((turn, number))
        now += MOST * 0.6

    counting = asyncio.create_task(count())
    await asyncio.gather(*(work(number) for number in range(20)))
    counting.cancel()
    assert sorted(number for _, number in done) == list(range(20))
    assert max(Counter(turn for turn, _ in done).values()) == 2
    assert len({turn for turn, _ in done}) == 10


async def test_who_comes_alone_waits_for_nobody() -> None:
    turns, steps = Turns(), 0

    async def count() -> None:
        nonlocal steps
        while True:
            steps += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    await turns.take()
    assert steps == 0
    counting.cancel()
