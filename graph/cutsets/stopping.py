"""Steps without an end in sight, which ask whether anybody still waits for them.

What counts nodes against a budget asks as it looks at the clock (`budget.py`); this is for the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from graph.work import checkpoint

T = TypeVar("T")

LOOKS: Final = 1024
"""Steps between two questions: some milliseconds."""


def watched(steps: Iterable[T]) -> Iterator[T]:
    """The same, one by one. Raises Stopped where the work that this is part of is not wanted any more."""
    for number, each in enumerate(steps):
        if number % LOOKS == 0:
            checkpoint()
        yield each
