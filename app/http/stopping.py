"""Hears of the signal that ends the service, before the server waits for what runs.

A server waits until all responses are sent, and only then tells the application that it ends; a stream without an end
would keep it waiting.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def told_of_stop(stop: Callable[[], None]) -> Generator[None]:
    """Call `stop` in the event loop when SIGINT or SIGTERM comes while the block lasts, and before the block ends.

    The server's own handler still does its work. Signals reach the main thread alone; elsewhere only the end counts.
    """
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)} if _hears() else {}
    loop = asyncio.get_running_loop()

    def heard(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stop)
        handler = before[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    for number in before:
        signal.signal(number, heard)
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is heard:
                signal.signal(number, handler)
        stop()


def _hears() -> bool:
    return threading.current_thread() is threading.main_thread()
