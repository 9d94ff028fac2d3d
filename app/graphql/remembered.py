"""What was made of objects that come again, found by their identity: looking one up costs no comparison."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, TypeVar

V = TypeVar("V")

KEPT: Final = 1_024


class Remembered(Generic[V]):
    """Values by the identity of what they were made of, the latest used `kept`."""

    def __init__(self, *, kept: int = KEPT) -> None:
        self._kept = kept
        self._known: OrderedDict[int, tuple[object, V]] = OrderedDict()

    def of(self, source: object, make: Callable[[], V]) -> V:
        """Return what `make` gave for this very object, which lasts as long as it is remembered here."""
        known = self._known.get(id(source))
        if known is not None:
            self._known.move_to_end(id(source))
            return known[1]
        made = make()
        self._known[id(source)] = (source, made)
        if len(self._known) > self._kept:
            self._known.popitem(last=False)
        return made

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._known)
