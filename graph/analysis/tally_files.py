"""Counts of criticality in files, so that one that was stopped goes on where it was.

    TWINTALL, version, assets and assets counted; digest of what is counted; known, impacted, down, weight; BLAKE2b

Assets are in the order of their ids. A count is named by the digest of what it follows from (what supplies and weights
mean, wherever they lie in memory), so a file is right or it isn't found, and one from before a restart is found. It
replaces the one before whole; one that is damaged in any byte is none, and what it held is counted again.
"""

from __future__ import annotations

import hashlib
import logging
import struct
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.analysis.tally import Tally
from graph.files import keep_newest, replacing
from graph.identity import Tenant
from graph.kernel import Criticality, supplies_in
from graph.kernel.arrays import I32
from graph.kernel.criticality import F64
from graph.kernel.supplies import Supplies

MAGIC: Final = b"TWINTALL"
VERSION: Final = 2
KEPT: Final = 4
"""Files of one tenant that are kept, the newest."""

_HEAD: Final = struct.Struct("<8sIQQ")
_DIGEST: Final = 32
_COLUMNS: Final = (("<u1", 1), ("<i4", 4), ("<i4", 4), ("<f8", 8))


def digest_of(supplies: Supplies, order: I32, weights: F64) -> bytes:
    """The name of a count: the same for the same supplies and weights, however they came to be.

    `order` are the positions of all assets that are there, by id. Cost: all supplies are put in order.
    """
    columns, texts = _meant(supplies, order)
    digest = hashlib.blake2b(digest_size=_DIGEST)
    digest.update(repr((supplies.types, supplies.flows, texts)).encode())
    for array in (*columns, supplies.sources[:, order], weights[order]):
        digest.update(repr((array.dtype.str, array.shape)).encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.digest()


def _meant(supplies: Supplies, order: I32) -> tuple[list[NDArray[np.generic]], list[str]]:
    """All supplies in an order that follows from what they say, and the texts, sorted, that names and keys are of."""
    columns = supplies_in(supplies, order)
    used: list[int] = np.union1d(columns.name, columns.key).tolist()
    texts = sorted(supplies.texts[at] for at in used)
    rank = {text: at for at, text in enumerate(texts)}
    ranks = np.zeros(len(supplies.texts), np.int32)
    ranks[used] = [rank[supplies.texts[at]] for at in used]
    place = np.zeros(supplies.size, np.int32)
    place[order] = np.arange(order.size, dtype=np.int32)
    columns = columns._replace(
        provider=place[columns.provider],
        dependant=place[columns.dependant],
        name=ranks[columns.name],
        key=ranks[columns.key],
    )
    ends = columns.dependant.astype(np.int64) << 32 | columns.provider
    kinds = columns.type.astype(np.int64) << 8 | columns.marks
    rows = np.lexsort((columns.key, kinds, ends))
    return [column[rows] for column in columns], texts


class TallyFiles:
    """Keeps tallies in a folder, a folder in it for each tenant. To be called in threads; safe between processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._log = logging.getLogger("twin.criticality")

    def load(self, tenant: Tenant, digest: bytes, assets: int) -> Tally | None:
        """What was counted, if a file tells it; a damaged one is removed."""
        path = self._path(tenant, digest)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            self._log.warning("a count can't be read: %s", error)
            return None
        found = _read(content, digest, assets)
        if found is None:
            self._log.warning("the count in %s is damaged: what it held is counted again", path.name)
            with suppress(OSError):
                path.unlink()
        return found

    def save(self, tenant: Tenant, digest: bytes, tally: Tally) -> None:
        """Write what is counted by now, unless another process got further. What goes wrong is logged: it goes on."""
        path = self._path(tenant, digest)
        known = tally.known.copy()  # first: what it names is counted for good
        try:
            if _counted(path) > int(np.count_nonzero(known)):
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as file:
                file.write(_written(tally.counted, known, digest))
            keep_newest(path.parent, "*.tally", most=KEPT)
        except OSError as error:
            self._log.warning("a count can't be kept: %s", error)

    def _path(self, tenant: Tenant, digest: bytes) -> Path:
        return self.folder / tenant / f"{digest.hex()[:32]}.tally"


def _counted(path: Path) -> int:
    """How many assets the file says are counted, 0 without one."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD.size)
    except OSError:
        return 0
    if len(head) < _HEAD.size:
        return 0
    magic, version, _, done = _HEAD.unpack(head)
    return done if (magic, version) == (MAGIC, VERSION) else 0


def _written(counted: Criticality, known: NDArray[np.uint8], digest: bytes) -> bytes:
    head = _HEAD.pack(MAGIC, VERSION, known.size, int(np.count_nonzero(known)))
    columns = (known, counted.impacted, counted.down, counted.weight)
    arrays = (column.astype(kind).tobytes() for column, (kind, _) in zip(columns, _COLUMNS, strict=True))
    content = b"".join((head, digest, *arrays))
    return content + hashlib.blake2b(content, digest_size=_DIGEST).digest()


def _read(content: bytes, digest: bytes, assets: int) -> Tally | None:
    """The tally that is written there; None for anything else than what was written."""
    size = _HEAD.size + _DIGEST + assets * sum(width for _, width in _COLUMNS)
    if len(content) != size + _DIGEST:
        return None
    if hashlib.blake2b(content[:size], digest_size=_DIGEST).digest() != content[size:]:
        return None
    magic, version, count, _ = _HEAD.unpack_from(content)
    if (magic, version, count) != (MAGIC, VERSION, assets) or content[_HEAD.size : _HEAD.size + _DIGEST] != digest:
        return None
    at, columns = _HEAD.size + _DIGEST, list[NDArray[np.generic]]()
    for kind, width in _COLUMNS:
        columns.append(np.frombuffer(content, kind, assets, at))
        at += assets * width
    known, impacted, down, weight = columns
    counted = Criticality(
        impacted=impacted.astype(np.int32), down=down.astype(np.int32), weight=weight.astype(np.float64)
    )
    return Tally(counted, known.astype(np.uint8))
