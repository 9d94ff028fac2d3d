"""What the command line prints: tables for people, JSON for machines, progress and errors on standard error."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TextIO

import orjson
from rich.cells import cell_len, set_cell_size
from rich.console import Console

from graph.errors import ManyProblems, TwinError

_GAP = "  "
_NARROWEST = 12

# Names and values are the user's: nothing in them is markup, nor the name of an emoji.
_out = Console(highlight=False, markup=False, emoji=False)
_err = Console(stderr=True, highlight=False, markup=False, emoji=False)


def output() -> Console:
    """Return the console of standard output."""
    return _out


def watched() -> Console | None:
    """Return the console of standard error where somebody watches it: what progress is shown on."""
    return _err if _err.is_terminal else None


def say(text: object = "", *, style: str | None = None) -> None:
    """Print a line of the answer; the terminal breaks long ones, a pipe gets them whole."""
    _out.print(printable(str(text)), style=style, soft_wrap=True)


def tell(text: object, *, style: str | None = None) -> None:
    """Print a line about the work, on standard error."""
    _err.print(printable(str(text)), style=style, soft_wrap=True)


def paced(what: str, done: int, total: int, rate: float | None, seconds_left: float | None) -> str:
    """Return how far something is, how quickly, and how long it goes on."""
    pace = "" if rate is None or seconds_left is None else f", {rate:,.0f}/s, {lasting(seconds_left)} left"
    return f"{what} {done:,}/{total:,}{pace}".lstrip()


def lasting(seconds: float) -> str:
    """Return a time as people say it."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def print_json(value: object, *, stream: TextIO | None = None) -> None:
    """Print `value` as indented JSON, on standard output or another stream."""
    (stream or sys.stdout).write(
        orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode() + "\n"
    )


def print_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], *, numbers: int = 0, wide: Sequence[str] = ()
) -> None:
    """Print a table; the last `numbers` columns are aligned right.

    On a terminal that is too narrow the columns named in `wide` give way first; elsewhere nothing is cut.
    """
    if title:
        say(title, style="bold")
    if not rows:
        return
    cells = [tuple("" if cell is None else printable(str(cell), lines=False) for cell in row) for row in rows]
    natural = [max(map(cell_len, column)) for column in zip(columns, *cells, strict=True)]
    widths = _fitted(natural, [name in wide for name in columns]) if _out.is_terminal else natural
    for number, row in enumerate([tuple(columns), *cells]):
        aligned = [
            _aligned(cell, width, i >= len(widths) - numbers) for i, (cell, width) in enumerate(_pairs(row, widths))
        ]
        _out.print(_GAP.join(aligned).rstrip(), style=None if number else "bold", soft_wrap=True)


def print_error(error: TwinError, *, as_json: bool = False) -> None:
    """Print a refusal or breakdown on standard error: what and where, what was expected, what came, what to do."""
    if as_json:
        problems = error.problems if isinstance(error, ManyProblems) else (error.problem,)
        print_failure(error.code, error.message, problems=list(problems))
        return
    where = f"{error.place}: " if error.place else ""
    _err.print("error", style="bold red", end=" ")
    tell(f"{where}{error.message} [{error.code}]")
    if isinstance(error, ManyProblems):
        for problem in error.problems:
            tell(f"  {problem}")
    for label, fact in (("expected", error.expected), ("got", error.actual), ("do", error.hint)):
        if fact:
            tell(f"  {label:9}{fact}")


def print_failure(code: str, message: str, **more: object) -> None:
    """Print a failure as JSON on standard error."""
    payload = {"code": code, "message": message, **more}
    sys.stderr.write(orjson.dumps(payload, option=orjson.OPT_INDENT_2).decode() + "\n")


def printable(text: str, *, lines: bool = True) -> str:
    """Return `text` without what could steer a terminal."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or (lines and c == "\n") or _joins(c) else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def _joins(character: str) -> bool:
    return character in "\N{ZERO WIDTH JOINER}\N{VARIATION SELECTOR-16}\N{NO-BREAK SPACE}\N{IDEOGRAPHIC SPACE}"


def _fitted(natural: Sequence[int], wide: Sequence[bool]) -> list[int]:
    """Return widths that fit the terminal: the widest of the wide columns gives way first, then the widest of all."""
    widths = list(natural)
    over = sum(widths) + len(_GAP) * (len(widths) - 1) - _out.width
    for group in (wide, [True] * len(widths)):
        while over > 0:
            at = max((i for i, chosen in enumerate(group) if chosen), key=widths.__getitem__, default=None)
            if at is None or widths[at] <= _NARROWEST:
                break
            widths[at] -= 1
            over -= 1
    return widths


def _pairs(row: Sequence[str], widths: Sequence[int]) -> list[tuple[str, int]]:
    return list(zip(row, widths, strict=True))


def _aligned(cell: str, width: int, right: bool) -> str:
    length = cell_len(cell)
    if length > width:
        return set_cell_size(cell, width - 1) + "…"
    return " " * (width - length) + cell if right else cell + " " * (width - length)
