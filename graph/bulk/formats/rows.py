"""Rows of a CSV file: decoded, its delimiter recognised, each with the line it begins on; one row in memory."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from graph.bulk.errors import BulkInputBroken
from graph.bulk.formats.conversion import reading
from graph.bulk.inputs import LINE_BYTES, Input

DELIMITERS = (",", ";", "\t")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UNREADABLE_FROM_HERE = ("unexpected end of data", "field larger than field limit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row; `line` is where it begins. `fault` tells why it can't be taken apart."""

    line: int
    cells: tuple[str, ...]
    fault: str | None = None


def rows(source: Input) -> Iterator[Row]:
    """Yield every row that is not blank, the header first. Raises BulkInputBroken."""
    with reading(source.name):
        lines = _decoded(source.stream(), source.name)
        first = next(lines, None)
        if first is None:
            return
        yield from _taken_apart(_Lines(first, lines), delimiter_of(first), source.name)


def delimiter_of(header: str) -> str:
    """Return the delimiter that takes the header apart into the most cells; a comma where none does."""
    return max(DELIMITERS, key=lambda delimiter: len(_cells(header, delimiter)))


def _cells(line: str, delimiter: str) -> Sequence[str]:
    return next(csv.reader([line], delimiter=delimiter), list[str]())


class _Lines(Iterator[str]):
    """Lines in order, counted, so that a row knows where it begins."""

    def __init__(self, first: str, rest: Iterator[str]) -> None:
        self._first: str | None = first
        self._rest = rest
        self.count = 0

    def __next__(self) -> str:
        line, self._first = (next(self._rest), None) if self._first is None else (self._first, None)
        self.count += 1
        return line


def _taken_apart(lines: _Lines, delimiter: str, name: str) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        begins = lines.count + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            reason = str(error)
            if reason.startswith(_UNREADABLE_FROM_HERE):
                raise BulkInputBroken(
                    f"{name} can't be taken apart from line {begins} on",
                    place=f"{name}:{begins}",
                    expected="quotes that are closed again, and cells of at most 131,072 characters",
                    actual=reason,
                    hint='A quotation mark inside a quoted cell is written twice: "6"" pipe"',
                ) from error
            yield Row(line=begins, cells=(), fault=reason)
            continue
        if any(cell.strip() for cell in cells):
            yield Row(line=begins, cells=tuple(cells))


def _decoded(stream: BinaryIO, name: str) -> Iterator[str]:
    number = 0
    while data := stream.readline(LINE_BYTES + 1):
        number += 1
        if number == 1:
            data = data.removeprefix(_BYTE_ORDER_MARK)
        if len(data) > LINE_BYTES:
            raise BulkInputBroken(
                f"Line {number} of {name} is too long",
                place=f"{name}:{number}",
                expected=f"at most {LINE_BYTES // 1024 // 1024} MiB",
                hint="Is it a CSV file, with line ends of Unix or Windows?",
            )
        yield _text(data, number, name)


def _text(data: bytes, number: int, name: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        column = len(data[: error.start].decode(errors="replace")) + 1
        wide = number == 1 and data.startswith(_UTF_16)
        raise BulkInputBroken(
            f"{name} is not UTF-8",
            place=f"{name}:{number}:{column}",
            expected="UTF-8, with or without a byte order mark",
            actual="UTF-16" if wide else f"byte 0x{data[error.start]:02x}",
            hint="Save it as CSV UTF-8",
        ) from error
