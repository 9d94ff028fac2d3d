"""Ids of assets by position and positions by id, packed: an id costs its bytes and eight more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from graph.kernel.arrays import I64


class Ids:
    """Ids in the order of their code points; the position of an id is its rank among them.

    `text` is all of them in UTF-8 one after the other, `ends` (n,) where each ends.
    """

    def __init__(self, text: bytes | memoryview, ends: I64) -> None:
        self.text = text
        self.ends = ends

    @classmethod
    def of(cls, ids: Iterable[str]) -> Ids:
        """Pack ids that are sorted."""
        encoded = [each.encode() for each in ids]
        lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
        return cls(b"".join(encoded), np.cumsum(lengths))

    def __len__(self) -> int:
        return self.ends.size

    def __getitem__(self, at: int) -> str:
        return str(self._bytes(at), "utf-8")

    def __iter__(self) -> Iterator[str]:
        return (self[at] for at in range(len(self)))

    def __contains__(self, id: object) -> bool:  # noqa: A002
        return isinstance(id, str) and self.find(id) is not None

    def find(self, id: str) -> int | None:  # noqa: A002  an id is what it is
        """The position of an id. Cost: O(log n)."""
        wanted = id.encode()
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._bytes(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self) and self._bytes(low) == wanted else None

    def _bytes(self, at: int) -> bytes:
        return bytes(self.text[(self.ends[at - 1] if at else 0) : self.ends[at]])
