"""Unique values that were seen, kept on disk: to tell which are held twice, all of them must be kept."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import NamedTuple, Self

from graph.changes.rules import Comparable


class Held(NamedTuple):
    """A value that one asset holds: the type that declares the property, its name, the value."""

    label: str
    property: str
    value: Comparable
    asset: str


class Doubled(NamedTuple):
    """A value that several assets hold; `assets` are some of them, rising."""

    label: str
    property: str
    assets: tuple[str, ...]
    holders: int


class Spool:
    """The values of one tenant. Of each a digest of 16 bytes is kept, in a file of the system's that goes by itself."""

    def __init__(self) -> None:
        self._store = sqlite3.connect("")
        self._store.execute("CREATE TABLE held (label TEXT, property TEXT, digest BLOB, asset TEXT)")

    def keep(self, values: Iterable[Held]) -> None:
        """Keep values."""
        rows = [(each.label, each.property, _digest(each.value), each.asset) for each in values]
        self._store.executemany("INSERT INTO held VALUES (?, ?, ?, ?)", rows)

    def doubled(self, most: int) -> Iterator[Doubled]:
        """Yield every value that several assets hold, with at most `most` of these."""
        grouped = """
            SELECT label, property, digest, count(*), min(asset) FROM held
            GROUP BY label, property, digest HAVING count(*) > 1 ORDER BY label, property, min(asset)"""
        same = "SELECT asset FROM held WHERE label = ? AND property = ? AND digest = ? ORDER BY asset LIMIT ?"
        for number, (label, name, digest, count, first) in enumerate(self._store.execute(grouped).fetchall()):
            shown = number < most
            rows = self._store.execute(same, (label, name, digest, most)).fetchall() if shown else [(first,)]
            yield Doubled(label, name, tuple(row[0] for row in rows), count)

    def empty(self) -> None:
        """Forget all of it."""
        self._store.execute("DELETE FROM held")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._store.close()


def _digest(value: Comparable) -> bytes:
    return hashlib.blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=16).digest()
