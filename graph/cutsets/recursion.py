"""Recursions with memory over structures of any depth, on a stack of their own."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

from graph.cutsets.budget import Meter

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def solve(
    start: K,
    known: dict[K, V],
    meter: Meter,
    *,
    plain: Callable[[K], V | None],
    parts: Callable[[K], tuple[K, K]],
    join: Callable[[K, V, V], V],
) -> V:
    """The value at `start`: `plain` where that is one, else `join` of the values at its two `parts`.

    Values found stay in `known`. Takes one node of the meter for each; raises Spent. Python's own recursion would need
    a deeper limit for the whole process.
    """
    stack: list[tuple[K, tuple[K, K] | None]] = [(start, None)]
    while stack:
        at, both = stack.pop()
        if both is not None:
            known[at] = join(at, known[both[0]], known[both[1]])
        elif at not in known:
            meter.spend()
            value = plain(at)
            if value is not None:
                known[at] = value
            else:
                both = parts(at)
                stack += ((at, both), (both[0], None), (both[1], None))
    return known[start]
