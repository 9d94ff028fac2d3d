"""What the local server tells whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A step under way: what it does, in words, and how much of how much (bytes; both 0 where it can't be said)."""

    step: str
    done: int = 0
    total: int = 0


Report: TypeAlias = Callable[[Progress], None]


def unreported(progress: Progress) -> None:
    """Report nothing."""
