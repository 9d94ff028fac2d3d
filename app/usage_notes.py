"""Writing down, now and then, who used which operations and fields."""

from __future__ import annotations

import asyncio
from typing import Final

from structlog.stdlib import get_logger

from graph.documents import UsageLog
from graph.errors import TwinError

_NOTED_SECONDS: Final = 30.0
"""Between two writes of what was used."""


async def keep_noting(usage: UsageLog | None) -> None:
    """Write down what was used, again and again until cancelled."""
    while usage is not None:
        await asyncio.sleep(_NOTED_SECONDS)
        await note_usage(usage)


async def note_usage(usage: UsageLog | None) -> None:
    """Write down who used what; what can't be written now is written next time."""
    if usage is None:
        return
    try:
        await usage.write()
    except TwinError as error:
        get_logger("twin.usage").warning("what was used can't be written down", error=str(error))
