"""A source of another format as the Loader reads it: line by line, with a way back to the place in the source."""

from __future__ import annotations

import gzip
import zlib
from bisect import bisect_right
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from pydantic_core import to_json

from graph.bulk.errors import BulkInputBroken
from graph.bulk.formats.lines import Body
from graph.bulk.inputs import LINE_BYTES, Input, Line
from graph.bulk.refusals import Refusals
from graph.errors import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One asset or relationship of the source, or what is wrong with it.

    `number` is its line in the source, or which thing it is where the source has no lines; it rises by at least one.
    `thing` is what errors call it where it has no line.
    `raw` is shown where the item is refused before it has a body.
    """

    number: int
    source: int = 0
    thing: str | None = None
    body: Body | None = None
    raw: bytes = b""
    problems: tuple[Problem, ...] = ()
    oversize: bool = False


class Converter(Protocol):
    """Turns inputs of one format into items."""

    @property
    def left_out(self) -> Mapping[str, int]:
        """What was skipped so far, in words, and how often."""
        ...

    def items(self) -> Iterator[Item]:
        """Yield what the inputs hold; raise BulkInputBroken where they can't be read on."""
        ...


def _as_it_is(_source: int, place: str | None) -> str | None:
    return place


class Converted:
    """Inputs of another format, with what the Loader asks of an input: name, total, position and lines.

    The lines of all inputs are numbered through; `number_of` and `placed` lead back to the line of the one input.
    `place` turns a place in a line into one in the input of that number.
    """

    def __init__(
        self,
        inputs: Sequence[Input],
        converter: Converter,
        place: Callable[[int, str | None], str | None] = _as_it_is,
    ) -> None:
        self.name = " + ".join(each.name for each in inputs)
        self._inputs = tuple(inputs)
        self._converter = converter
        self._place = place
        self._begins = [0]
        self._things: dict[int, str] = {}

    @property
    def total(self) -> int | None:
        """Bytes of all inputs as they lie on disk, or None where one of them is a stream."""
        totals = [each.total for each in self._inputs]
        known = [total for total in totals if total is not None]
        return sum(known) if len(known) == len(totals) else None

    @property
    def position(self) -> int:
        """Bytes read so far, as they lie on disk."""
        return sum(each.position for each in self._inputs)

    @property
    def left_out(self) -> Mapping[str, int]:
        """What was skipped so far, in words, and how often."""
        return self._converter.left_out

    def lines(self) -> Iterator[Line]:
        """Yield a line of the bulk format for each thing in the inputs; raise BulkInputBroken as an Input does."""
        last = 0
        for item in self._converter.items():
            while len(self._begins) <= item.source:
                self._begins.append(last)
            last = self._begins[item.source] + item.number
            if item.thing is not None:
                self._things[last] = item.thing
            data = item.raw if item.body is None else to_json(item.body)
            oversize = item.oversize or len(data) > LINE_BYTES
            yield Line(last, data[:LINE_BYTES], oversize, item.problems)

    def number_of(self, line: int) -> int:
        """Return the number that the line has in its own input."""
        return line - self._begins[self._source_of(line)]

    def placed(self, line: int, problem: Problem) -> Problem:
        """Return `problem` with its place in the source's terms, and the input named where there are several."""
        source = self._source_of(line)
        file = Path(self._inputs[source].name).name if len(self._inputs) > 1 else None
        parts = (file, self._things.get(line), self._place(source, problem.place))
        return replace(problem, place=": ".join(part for part in parts if part) or None)

    def _source_of(self, line: int) -> int:
        # Lines count from 1, so that the last line of one input still belongs to it.
        return max(bisect_right(self._begins, line - 1) - 1, 0)


class PlacedRefusals(Refusals):
    """Refused lines of a converted source, told by the source's own line numbers and places."""

    def __init__(self, path: Path | None, source: Converted) -> None:
        super().__init__(path)
        self._source = source

    def refuse(self, line: int, problems: tuple[Problem, ...], raw: bytes) -> None:
        """Record a line that is not loaded, and why."""
        placed = tuple(self._source.placed(line, problem) for problem in problems)
        super().refuse(self._source.number_of(line), placed, raw)


@contextmanager
def reading(name: str) -> Generator[None]:
    """Turn what can go wrong with the bytes of an input into BulkInputBroken."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BulkInputBroken(
            f"{name} ends early or is damaged: it can't be unpacked",
            expected="a complete gzip file",
            actual=str(error),
            hint="Copy or make the file again; nothing was written",
        ) from error
    except OSError as error:
        raise BulkInputBroken(f"{name} can't be read", actual=str(error)) from error


def whole(source: Input) -> bytes:
    """Return all bytes of an input, unpacked; for formats that make no sense before their end."""
    with reading(source.name):
        return source.stream().read()
