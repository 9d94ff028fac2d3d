"""Refused lines: counted, the first ones kept to be shown, all of them written to a file beside the input."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import orjson

from graph.errors import Problem

SHOWN = 20
_RAW_SHOWN = 2_000


class Refusals:
    """Collects refused lines. The file is made with the first of them, and an older one is removed at the start."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.count = 0
        self.first: list[tuple[int, Problem]] = []
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        if self.path is not None:
            self.path.unlink(missing_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def refuse(self, line: int, problems: tuple[Problem, ...], raw: bytes) -> None:
        """Record a line that is not loaded, and why."""
        self.count += 1
        for problem in problems:
            if len(self.first) < SHOWN:
                self.first.append((line, problem))
        if self.path is None:
            return
        if self._file is None:
            self._file = self.path.open("wb")
        record = {
            "line": line,
            "problems": [_shown(problem) for problem in problems],
            "input": raw[:_RAW_SHOWN].decode(errors="replace"),
        }
        self._file.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))


def _shown(problem: Problem) -> dict[str, str]:
    fields = ("code", "message", "place", "asset", "property", "expected", "actual", "hint")
    found = {name: getattr(problem, name) for name in fields}
    return {name: value for name, value in found.items() if value is not None}


def repeated(what: str, first: int, why: str) -> Problem:
    """Return that a line is about something that another was about before it; `why` they can't both be taken."""
    return Problem(
        code="LINE_REPEATED",
        message=f"Line {first} is about {what} already",
        expected="one line for each asset and each relationship",
        actual=f"another line for {what}",
        hint=f"Put everything into line {first}; {why}",
    )
