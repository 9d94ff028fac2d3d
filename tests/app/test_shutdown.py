"""What doesn't end keeps no process from ending."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from app.shutdown import end_tasks


async def stubborn(released: asyncio.Event) -> None:
    while not released.is_set():
        try:
            await released.wait()
        except asyncio.CancelledError:
            continue


async def failing() -> None:
    try:
        await asyncio.sleep(60)
    finally:
        raise OSError("no broker")


async def test_tasks_are_waited_for_so_long() -> None:
    released = asyncio.Event()
    holding = asyncio.create_task(stubborn(released))
    tasks = [holding, asyncio.create_task(failing()), asyncio.create_task(asyncio.sleep(60))]
    await asyncio.sleep(0)
    with capture_logs() as logs:
        async with asyncio.timeout(10):
            await end_tasks(tasks, seconds=0.05)
    assert [each.done() for each in tasks] == [False, True, True]
    assert [("stubborn" in str(each["tasks"]), each["log_level"]) for each in logs] == [(True, "warning")]
    released.set()
    await holding
