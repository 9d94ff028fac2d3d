"""The interpreter during a load: millions of objects and no rings of them, and two threads that take turns."""

from __future__ import annotations

import gc
import sys
from collections.abc import Generator
from contextlib import contextmanager

SELDOM = 100_000
"""New objects before the garbage collector looks: by its default of some hundred it took a third of a load's time."""

BRISK = 0.0005
"""Seconds that a thread may keep another waiting. By the default of 5 ms each answer of the database lay until the
thread that prepares the next batch made way: some 15 ms of the hundred that a batch takes."""


@contextmanager
def tuned() -> Generator[None]:
    """Let this process collect seldom and its threads make way soon while the block lasts.

    A block inside another leaves alone what it finds changed already, so the last one to end leaves nothing changed.
    """
    first, *rest = gc.get_threshold()
    interval = sys.getswitchinterval()
    if first == SELDOM:
        yield
        return
    gc.set_threshold(SELDOM, *rest)
    sys.setswitchinterval(BRISK)
    try:
        yield
    finally:
        gc.set_threshold(first, *rest)
        sys.setswitchinterval(interval)
