"""The end of what a process does all the time."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from structlog.stdlib import get_logger


async def end_tasks(tasks: Collection[asyncio.Task[None]], *, seconds: float) -> None:
    """Cancel tasks and wait for their ends, so long: what doesn't end is told, and keeps no process from ending."""
    if not tasks:
        return
    for task in tasks:
        task.cancel()
    # A time limit around `gather` would wait for them all the same.
    ended, left = await asyncio.wait(tasks, timeout=seconds)
    for task in ended:
        if not task.cancelled():
            task.exception()  # seen: who failed told so when it happened
    if left:
        get_logger("twin.service").warning("some tasks didn't end", tasks=sorted(str(each.get_coro()) for each in left))
