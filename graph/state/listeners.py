"""Who hears of what became current in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from graph.state.receipt import Committed

Listener: TypeAlias = Callable[[Committed], None]


class Listeners:
    """Hands on what was committed to all who listen; none of them may block."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def add(self, listener: Listener) -> None:
        """Let somebody hear of all that is committed from now on."""
        self._listeners.append(listener)

    def tell(self, committed: Committed) -> None:
        """Tell all who listen, in the order they were added."""
        for listener in self._listeners:
            listener(committed)
