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
from graph.errors import Problem

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
    """A bulk input by name; `total` bytes as they lie on disk (None for a stream), `position` of them read."""

    def __init__(self, name: str, raw: BinaryIO, *, total: int | None) -> None:
        self.name = name
        self.total = total
        self._raw = raw
        self._count = 0

    @property
    def position(self) -> int:
        """Bytes read so far, as they lie on disk."""
        return self._raw.tell() if self.total is not None else self._count

    def stream(self) -> BinaryIO:
        """Return the bytes of the input, unpacked, for readers of other formats; to be asked once, instead of lines."""
        return self._plain()

    def lines(self) -> Iterator[Line]:
        """Yield every line that is not blank; raise BulkInputBroken where the input can't be read on."""
        number = 0
        try:
            stream = self._plain()
            while data := stream.readline(LINE_BYTES + 1):
                number += 1
                self._count += len(data)
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

    @staticmethod
    def _skip_rest(stream: BinaryIO) -> None:
        while (piece := stream.readline(LINE_BYTES)) and not piece.endswith(b"\n"):
            continue


@contextmanager
def standard_input() -> Generator[Input]:
    """Read what is piped in."""
    yield Input("standard input", sys.stdin.buffer, total=None)


@contextmanager
def opened(path: Path) -> Generator[Input]:
    """Open a file; whether it is packed is told from its first bytes, whatever its name."""
    try:
        raw = path.open("rb")
    except OSError as error:
        raise BulkInputBroken(
            f"{path} can't be opened", actual=error.strerror or str(error), hint="Check the name and its permissions"
        ) from error
    with raw:
        yield Input(str(path), raw, total=path.stat().st_size)
