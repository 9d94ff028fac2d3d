"""Ids of assets by position and positions by id, packed: an id costs its bytes and eight more.

Positions are for good. The first ones are those of the packed base, in the order of the ids; an asset that came later
has the next free one, and that of an asset that went is found by nobody any more. So what is ordered by position is
not ordered by id: `order` tells how it would be.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from graph.kernel.arrays import I32, I64


@dataclass(slots=True)
class _Later:
    """What came and went since the base was packed. All versions share it, so it only ever grows.

    `names` are the ids that came, `places` how many ids of the base come before each; `positions` are those that an id
    ever had; `gone` says with which change a position went.
    """

    names: list[str] = field(default_factory=list[str])
    places: list[int] = field(default_factory=list[int])
    positions: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    gone: dict[int, int] = field(default_factory=dict[int, int])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """How much of what came and went later belongs to one version."""

    later: _Later
    size: int
    gone: int = 0
    change: int = 0


class Ids:
    """Ids by position. Its length counts the positions of assets that went, and so do those who iterate.

    `text` is all ids of the base in UTF-8 one after the other, `ends` (n,) where each ends.
    """

    def __init__(self, text: bytes | memoryview, ends: I64, version: _Version | None = None) -> None:
        self.text = text
        self.ends = ends
        self._version = version or _Version(later=_Later(), size=int(ends.size))
        self._later = self._version.later
        self._size = self._version.size

    @classmethod
    def of(cls, ids: Iterable[str]) -> Ids:
        """Pack ids that are sorted."""
        encoded = [each.encode() for each in ids]
        lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
        return cls(b"".join(encoded), np.cumsum(lengths))

    def changed(self, *, came: Sequence[str], went: Collection[int]) -> Ids:
        """These ids after a change; new ones are at the next positions. Of one version only one other may be made."""
        later, change = self._later, self._version.change + 1
        for at in went:
            later.gone[at] = change
        for at, name in enumerate(came, self._size):
            later.names.append(name)
            later.places.append(self._place(name.encode()))
            later.positions.setdefault(name, []).append(at)
        size, gone = self._size + len(came), self.gone + len(went)
        return Ids(self.text, self.ends, _Version(later=later, size=size, gone=gone, change=change))

    @property
    def base(self) -> int:
        """How many positions are in the order of their ids: the first ones."""
        return self.ends.size

    @property
    def gone(self) -> int:
        """How many positions are those of assets that went."""
        return self._version.gone

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, at: int) -> str:
        if at >= self.ends.size:
            return self._later.names[at - self.ends.size]
        return str(self._bytes(at), "utf-8")

    def __iter__(self) -> Iterator[str]:
        return (self[at] for at in range(len(self)))

    def __contains__(self, id: object) -> bool:  # noqa: A002
        return isinstance(id, str) and self.find(id) is not None

    def find(self, id: str) -> int | None:  # noqa: A002  an id is what it is
        """The position of an id. Cost: O(log n)."""
        for at in reversed(self._later.positions.get(id, ())):
            if at < self._size and self.is_there(at):
                return at
        wanted = id.encode()
        at = self._place(wanted)
        found = at < self.ends.size and self._bytes(at) == wanted
        return at if found and self.is_there(at) else None

    def is_there(self, at: int) -> bool:
        """Whether the asset at a position hasn't gone."""
        change = self._version.change
        return at < self._size and (self.gone == 0 or self._later.gone.get(at, change + 1) > change)

    def order(self, positions: I32) -> I64:
        """Where in `positions`, which are sorted, the first by id is, the second and so on.

        Cost: O(m), and a sort of those that came later.
        """
        early = int(np.searchsorted(positions, self.ends.size))
        found = np.arange(early, dtype=np.int64)
        if early == positions.size:
            return found
        later, first = self._later, self.ends.size
        late: list[int] = positions[early:].tolist()
        listed = sorted((later.names[at - first], place) for place, at in enumerate(late, early))
        places = [later.places[int(positions[place]) - first] for _, place in listed]
        return np.insert(found, np.searchsorted(positions[:early], places), [place for _, place in listed])

    def in_order(self, positions: I32) -> I32:
        """Positions, which are sorted, in the order of their ids."""
        if positions.size == 0 or positions[-1] < self.ends.size:
            return positions
        return positions[self.order(positions)]

    def packed(self) -> tuple[tuple[bytes | memoryview, I64], Sequence[str], I32]:
        """What these ids are made of: base, ids that came later, and positions of those that went."""
        change = self._version.change
        gone = sorted(at for at, number in self._later.gone.copy().items() if number <= change)
        return (self.text, self.ends), self._later.names[: self._size - self.base], np.array(gone, np.int32)

    def _place(self, wanted: bytes) -> int:
        """How many ids of the base come before one."""
        low, high = 0, self.ends.size
        while low < high:
            middle = (low + high) // 2
            if self._bytes(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low

    def _bytes(self, at: int) -> bytes:
        return bytes(self.text[(self.ends[at - 1] if at else 0) : self.ends[at]])
