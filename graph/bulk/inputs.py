"""Reads the lines of a bulk input: a file, a gzip file, or a stream; one line in memory at a time."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from graph.bulk.errors import BulkInputBroken
from graph.errors import LimitExceeded, Problem

LINE_BYTES = 4 * 1024 * 1024
OVERSIZE_KEPT = 10_000
_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Line(NamedTuple):
    """A line of the input without its end; `number` counts from 1. `oversize` tells that only its beginning is here.

    `problems` are what its reader found wrong with it already: it is no line of the bulk format then.
    """

    number: int
    data: bytes
    oversize: bool = False
    problems: tuple[Problem, ...] = ()


class Source(Protocol):
    """What a load reads: an `Input`, or a source of another format as `graph.bulk.formats` converts it."""

    @property
    def name(self) -> str:
        """What the load is called."""
        ...

    @property
    def total(self) -> int | None:
        """Bytes as they lie on disk, or None for a stream."""
        ...

    @property
    def position(self) -> int:
        """Bytes read so far."""
        ...

    def lines(self) -> Iterator[Line]:
        """Yield every line; raise BulkInputBroken where the source can't be read on."""
        ...


class Input:
    """A bulk input by name; `total` bytes as they lie on disk (None for a stream), `position` of them read.

    `most` bytes of lines are read, unpacked: a small file may hold any number of them.
    """

    def __init__(self, name: str, raw: BinaryIO, *, total: int | None, most: int | None = None) -> None:
        self.name = name
        self.total = total
        self._raw = raw
        self._most = most
        self._count = 0

    @property
    def position(self) -> int:
        """Bytes read so far, as they lie on disk."""
        return self._raw.tell() if self.total is not None else self._count

    def stream(self) -> BinaryIO:
        """Return the bytes of the input, unpacked, for readers of other formats; to be asked once, instead of lines."""
        return self._plain()

    def lines(self) -> Iterator[Line]:
        """Yield every line that is not blank. Raises BulkInputBroken where it can't be read on, LimitExceeded."""
        number = 0
        try:
            stream = self._plain()
            while data := self._piece(stream, LINE_BYTES + 1):
                number += 1
                oversize = len(data) > LINE_BYTES and not data.endswith(b"\n")
                if oversize:
                    self._skip_rest(stream)
                    data = data[:OVERSIZE_KEPT]
                body = data.removeprefix(_BYTE_ORDER_MARK) if number == 1 else data
                if stripped := body.strip():
                    yield Line(number, stripped, oversize)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise BulkInputBroken(
                f"{self.name} ends early or is damaged: it can't be unpacked after line {number}",
                expected="a complete gzip file",
                actual=str(error),
                hint="Copy or make the file again; nothing was written",
            ) from error
        except OSError as error:
            raise BulkInputBroken(
                f"{self.name} can't be read after line {number}",
                actual=str(error),
                hint="Check the disk or the connection it comes from; nothing was written",
            ) from error

    def _plain(self) -> BinaryIO:
        peek: Callable[[int], bytes] | None = getattr(self._raw, "peek", None)
        if peek is not None and peek(2)[:2] == _GZIP:
            return gzip.open(self._raw, "rb")  # pyright: ignore[reportReturnType] - reads bytes as any binary file does
        return self._raw

    def _skip_rest(self, stream: BinaryIO) -> None:
        while (piece := self._piece(stream, LINE_BYTES)) and not piece.endswith(b"\n"):
            continue

    def _piece(self, stream: BinaryIO, size: int) -> bytes:
        """Read on to the end of the line, `size` bytes at most. Raises LimitExceeded."""
        data = stream.readline(size)
        self._count += len(data)
        if self._most is not None and self._count > self._most:
            raise too_long(self._most)
        return data


@contextmanager
def standard_input() -> Generator[Input]:
    """Read what is piped in."""
    yield Input("standard input", sys.stdin.buffer, total=None)


@contextmanager
def opened(path: Path, *, most: int | None = None) -> Generator[Input]:
    """Open a file; whether it is packed is told from its first bytes, whatever its name. `most`: see `Input`."""
    try:
        raw = path.open("rb")
    except OSError as error:
        raise BulkInputBroken(
            f"{path} can't be opened", actual=error.strerror or str(error), hint="Check the name and its permissions"
        ) from error
    with raw:
        yield Input(str(path), raw, total=path.stat().st_size, most=most)


def too_long(most: int) -> LimitExceeded:
    """The refusal of an input that is over `most` bytes."""
    return LimitExceeded(
        "There is more to read than may be",
        place="body",
        expected=f"at most {most:,} bytes, unpacked too",
        hint="Send parts of it, or use the command line, which takes any number. The limit is TWIN_RECONCILE_LIMIT",
    )
