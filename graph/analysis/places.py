"""Places of refusals, told in terms of the whole that a part belongs to."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from graph.errors import TwinError


@contextmanager
def within(part: str) -> Generator[None]:
    """Have whatever is refused inside say that it is in `part`: `failures[0]` is `before.failures[0]` then."""
    try:
        yield
    except TwinError as refusal:
        refusal.place = f"{part}.{refusal.place}" if refusal.place else part
        raise
