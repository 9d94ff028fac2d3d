"""The interpreter's garbage collector during a load, which makes millions of objects and no rings of them."""

from __future__ import annotations

import gc
from collections.abc import Generator
from contextlib import contextmanager

SELDOM = 100_000
"""New objects before the collector looks: by its default of some hundred it took a third of a load's time."""


@contextmanager
def collected_seldom() -> Generator[None]:
    """Let the collector of this process look less often while the block lasts.

    What a block inside another finds changed already it leaves alone, so the last one to end leaves nothing changed.
    """
    first, *rest = gc.get_threshold()
    if first == 0 or first >= SELDOM:
        yield
        return
    gc.set_threshold(SELDOM, *rest)
    try:
        yield
    finally:
        gc.set_threshold(first, *rest)
