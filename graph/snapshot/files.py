"""Snapshots in files: arrays side by side, mapped into memory as they lie, each under a checksum.

    TWINSNAP, version, length and CRC-32 of the header; the header (JSON); arrays, each from the next page on

Behind arrays that are pools the file has holes, so that what is mapped has room to grow, in private pages. A file is
either right in every byte that counts, or it is none.
"""

from __future__ import annotations

import mmap
import os
import struct
import sys
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson

from graph.files import replacing
from graph.identity import Revision, Tenant
from graph.kernel import Baseline
from graph.snapshot.model import Snapshot
from graph.snapshot.rules import Rules
from graph.snapshot.sections import Array, arrays_of, room_of, snapshot_of

MAGIC: Final = b"TWINSNAP"
VERSION: Final = 2
PAGE: Final = 4096
CHUNK: Final = 1 << 24
"""Bytes that are written or checked at a time."""

_PREFIX: Final = struct.Struct("<8sIII")
_AT_ONCE: Final = 2


class FileUnusable(Exception):
    """A file that is no snapshot, or not one that is asked for; why is for the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a file is of: a tenant at a revision, what is known of that revision's change record, and the rules."""

    tenant: Tenant
    revision: Revision
    record: str
    rules: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """Where an array lies. `room` counts rows behind it that the file has holes for."""

    name: str
    kind: str
    shape: tuple[int, ...]
    room: int
    start: int
    size: int
    checksum: int


def save(path: Path, snapshot: Snapshot, baseline: Baseline, origin: Origin) -> None:
    """Write a file, or leave the one there is as it is. Raises OSError."""
    arrays = {name: np.ascontiguousarray(array) for name, array in arrays_of(snapshot, baseline).items()}
    with replacing(path) as file:
        _write(file.fileno(), arrays, {**_said(origin), "fresh": baseline.fresh})


def load(path: Path, rules: Rules, tenant: Tenant) -> tuple[Snapshot, Origin]:
    """The snapshot of a tenant that a file holds, and what it is of. Raises FileUnusable, and OSError where none is."""
    with path.open("rb") as file:
        header, sections = read_header(file.fileno())
        origin = _origin(header)
        if origin.tenant != tenant or origin.rules != rules.digest:
            raise FileUnusable("it is of another tenant, or was made by other rules")
        mapped = np.frombuffer(
            mmap.mmap(file.fileno(), 0, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE), np.uint8
        )
    _check(mapped, sections)
    snapshot = snapshot_of(
        {each.name: _array(mapped, each, each.shape[0]) for each in sections},
        {each.name: _array(mapped, each, each.shape[0] + each.room) for each in sections},
        rules,
        tenant=tenant,
        revision=origin.revision,
        fresh=header["fresh"],
    )
    return snapshot, origin


def origin_of(path: Path) -> Origin | None:
    """What a file says it is of, its arrays unread; None where there is no such file."""
    with suppress(OSError, FileUnusable), path.open("rb") as file:
        return _origin(read_header(file.fileno())[0])
    return None


# ---- writing ---------------------------------------------------------------------------------------------------------


def _write(file: int, arrays: dict[str, Array], said: dict[str, Any]) -> None:
    # Starts count from the first page after the header, whose length depends on them.
    start = 0
    sections: list[dict[str, Any]] = []
    for name, array in arrays.items():
        room = room_of(name, arrays)
        row = array.itemsize * int(np.prod(array.shape[1:], dtype=np.int64))
        checksum = zlib.crc32(_bytes(array))
        kept = {"kind": array.dtype.str, "shape": array.shape, "room": room, "start": start, "size": array.nbytes}
        sections.append({"name": name, **kept, "checksum": checksum})
        start = _paged(start + array.nbytes + room * row)
    header = orjson.dumps({**said, "byteOrder": sys.byteorder, "length": start, "sections": sections})
    os.write(file, _PREFIX.pack(MAGIC, VERSION, len(header), zlib.crc32(header)) + header)
    first = _paged(_PREFIX.size + len(header))
    for section, array in zip(sections, arrays.values(), strict=True):
        for at, chunk in _chunks(_bytes(array)):
            _write_all(file, chunk, first + section["start"] + at)
    os.ftruncate(file, first + start)


def _write_all(file: int, data: memoryview, at: int) -> None:
    while data.nbytes:
        done = os.pwrite(file, data, at)
        data, at = data[done:], at + done


def _said(origin: Origin) -> dict[str, Any]:
    return {"tenant": origin.tenant, "revision": origin.revision, "record": origin.record, "rules": origin.rules}


def _paged(size: int) -> int:
    return -(-size // PAGE) * PAGE


def _bytes(array: Array) -> memoryview:
    return array.reshape(-1).view(np.uint8).data


def _chunks(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    for at in range(0, data.nbytes, CHUNK):
        yield at, data[at : at + CHUNK]


# ---- reading ---------------------------------------------------------------------------------------------------------


def read_header(file: int) -> tuple[dict[str, Any], list[_Section]]:
    """The header and where its arrays lie in the file. Raises FileUnusable."""
    prefix = os.pread(file, _PREFIX.size, 0)
    if len(prefix) < _PREFIX.size:
        raise FileUnusable("it is too short")
    magic, version, length, checksum = _PREFIX.unpack(prefix)
    if magic != MAGIC or version != VERSION:
        raise FileUnusable("it is none of this version")
    text = os.pread(file, length, _PREFIX.size)
    if len(text) != length or zlib.crc32(text) != checksum:
        raise FileUnusable("its header is damaged")
    header: dict[str, Any] = orjson.loads(text)
    first = _paged(_PREFIX.size + length)
    if header["byteOrder"] != sys.byteorder or os.fstat(file).st_size != first + header["length"]:
        raise FileUnusable("it is of another machine, or cut off")
    return header, [_section(each, first) for each in header["sections"]]


def _section(said: dict[str, Any], first: int) -> _Section:
    return _Section(
        name=said["name"],
        kind=said["kind"],
        shape=tuple(said["shape"]),
        room=said["room"],
        start=first + said["start"],
        size=said["size"],
        checksum=said["checksum"],
    )


def _origin(header: dict[str, Any]) -> Origin:
    return Origin(
        tenant=Tenant(header["tenant"]),
        revision=Revision(header["revision"]),
        record=header["record"],
        rules=header["rules"],
    )


def _check(mapped: Array, sections: list[_Section]) -> None:
    """Raise FileUnusable unless every array is as it was written."""

    def wrong(section: _Section) -> bool:
        return zlib.crc32(mapped[section.start : section.start + section.size].data) != section.checksum

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = [each.name for each, is_wrong in zip(sections, pool.map(wrong, sections), strict=True) if is_wrong]
    if found:
        raise FileUnusable("damaged: " + ", ".join(found))


def _array(mapped: Array, section: _Section, rows: int) -> Array:
    kind = np.dtype(section.kind)
    shape = (rows, *section.shape[1:])
    size = kind.itemsize * int(np.prod(shape, dtype=np.int64))
    return mapped[section.start : section.start + size].view(kind).reshape(shape)
