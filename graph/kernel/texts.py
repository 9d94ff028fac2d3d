"""Names of groups and keys of relationships by position, each once; networks that follow from each other share them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from threading import Lock
from typing import overload


class Texts(Sequence[str]):
    """Texts by position; the first is "". They only ever grow, so that whoever holds a position may keep it."""

    def __init__(self, texts: Iterable[str] = ("",)) -> None:
        self._texts = list(texts)
        self._position: dict[str, int] | None = None
        self._lock = Lock()

    def position(self, text: str) -> int:
        """Where a text is, put there if it is new. Safe to be called at the same time."""
        if not text:
            return 0
        with self._lock:
            if self._position is None:  # those that were only read never needed it
                self._position = {each: at for at, each in enumerate(self._texts)}
            at = self._position.get(text)
            if at is None:
                at = self._position[text] = len(self._texts)
                self._texts.append(text)
            return at

    def __len__(self) -> int:
        return len(self._texts)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        return self._texts[at]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)
