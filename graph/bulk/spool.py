"""Checked lines set aside on disk, with what they ask for, and read back in the same order."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeAlias

from graph.changes.draft import AssetWrite, LinkWrite
from graph.changes.images import ExternalRef
from graph.changes.rules import Rulebook
from graph.ontology.codec import Stored

CHUNK_LINES = 500
CHUNK_BYTES = 4 * 1024 * 1024


class SpooledAsset(NamedTuple):
    """An asset line: number, text, and the write it asks for, its type by name."""

    line: int
    data: bytes
    id: str
    type: str
    name: str | None
    values: Mapping[str, Stored | None]
    external_ids: tuple[ExternalRef, ...] | None
    source_of: tuple[str, ...] | None
    parents: tuple[str, ...] | None
    replace: bool


class SpooledLink(NamedTuple):
    """A relationship line: number, text, and the write it asks for, its type by name."""

    line: int
    data: bytes
    type: str
    source: str
    target: str
    key: str | None
    values: Mapping[str, Stored | None]


Spooled: TypeAlias = SpooledAsset | SpooledLink
_NOTHING: frozenset[str] = frozenset()


class Spool:
    """Entries set aside; memory holds one chunk of them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO = path.open("wb", buffering=1 << 20)
        self._waiting: list[Spooled] = []
        self._bytes = 0
        self.count = 0

    def append(self, entry: Spooled) -> None:
        """Set an entry aside."""
        self._waiting.append(entry)
        self._bytes += len(entry.data)
        self.count += 1
        if len(self._waiting) >= CHUNK_LINES or self._bytes >= CHUNK_BYTES:
            self._flush()

    def complete(self) -> None:
        """End the writing."""
        self._flush()
        self._file.close()

    def entries(self) -> Iterator[Spooled]:
        """Yield the entries from the beginning."""
        with self._path.open("rb", buffering=1 << 20) as file:
            size = self._path.stat().st_size
            while file.tell() < size:
                # The file was written by this process, into a folder of its own.
                chunk: list[tuple[object, ...]] = pickle.load(file)  # noqa: S301
                for entry in chunk:
                    yield _spooled(entry)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _flush(self) -> None:
        if self._waiting:
            self._file.write(pickle.dumps([tuple(entry) for entry in self._waiting], protocol=5))
        self._waiting.clear()
        self._bytes = 0


def operation(entry: Spooled, index: int, rules: Rulebook, *, placing: bool) -> AssetWrite | LinkWrite:
    """Return the write that a line asks for: an asset first without its parents, later its parents (`placing`)."""
    if isinstance(entry, SpooledLink):
        rule = rules.links[entry.type]
        return LinkWrite(index, rule, entry.source, entry.target, entry.key, entry.values, _NOTHING)
    rule = rules.assets[entry.type]
    if placing:
        return AssetWrite(index, entry.id, rule, None, {}, _NOTHING, None, None, entry.parents, replace=False)
    return AssetWrite(
        index,
        entry.id,
        rule,
        entry.name,
        entry.values,
        _NOTHING,
        entry.external_ids,
        entry.source_of,
        None,
        entry.replace,
    )


def _spooled(entry: tuple[object, ...]) -> Spooled:
    if len(entry) == len(SpooledLink._fields):
        return SpooledLink(*entry)  # pyright: ignore[reportArgumentType] - as `_flush` wrote it
    return SpooledAsset(*entry)  # pyright: ignore[reportArgumentType] - as `_flush` wrote it
