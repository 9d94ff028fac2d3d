"""The operability of one asset as a function of what has failed: a staircase of failures."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

F = TypeVar("F")


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps(Generic[F]):
    """`values` (millionths, rising) are those it can take, and `below[i]` is the failure "it is below `values[i]`".

    `below[0]` is never, and each failure is stronger than the one before, so equal functions are equal staircases.
    """

    values: tuple[int, ...]
    below: tuple[F, ...]

    def under(self, threshold: int, always: F) -> F:
        """The failure "it is below `threshold`"."""
        at = bisect_left(self.values, threshold)
        return self.below[at] if at < len(self.values) else always


def staircase(rungs: Sequence[tuple[int, F]], always: F) -> Steps[F]:
    """Steps from (value, "it is below that value"), values rising from the least; values never taken are dropped."""
    above = [failure for _, failure in rungs[1:]] + [always]
    kept = [rung for rung, following in zip(rungs, above, strict=True) if rung[1] != following]
    return Steps(values=tuple(value for value, _ in kept), below=tuple(failure for _, failure in kept))
