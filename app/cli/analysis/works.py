"""Planned works as the command line takes them: from JSON or CSV files, or one by one."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any, Final, cast

import orjson

from app.cli.analysis.impact import words_of
from graph.errors import ValueInvalid

COLUMNS: Final = ("name", "assets", "start", "end", "duration")
_NEEDED: Final = ("name", "assets", "start")
_SHAPE: Final = "'NAME START/END ID...', or START/DURATION"


def read_works(path: Path) -> dict[str, Any]:
    """Return the body of POST /v1/maintenance-check that a file holds: JSON (the body, or its works), or CSV.

    Raises ValueInvalid for a file that is neither, naming the line where it can.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueInvalid(f"{path} can't be read", expected="JSON or CSV in UTF-8", actual=str(error)) from error
    return _from_csv(text, path) if path.suffix.lower() == ".csv" else _from_json(text, path)


def work_of(text: str) -> dict[str, object]:
    """Return 'NAME START/END ID...' as a work; instead of the end, a duration. Raises ValueInvalid."""
    words = words_of(text, "--work")
    name, window, assets = "".join(words[:1]), "".join(words[1:2]), words[2:]
    start, slash, until = window.partition("/")
    if not slash or not assets:
        raise ValueInvalid(
            f"--work {text!r} is no work",
            expected=_SHAPE,
            actual="no window" if not slash else "no asset",
            hint="--work 'battery 2026-12-01T08:00Z/PT4H NBR-UPS-A'; quote names and ids that hold blanks",
        )
    last = "duration" if until.startswith("P") else "end"
    return {"name": name, "assets": assets, "start": start, last: until}


def _from_json(text: str, path: Path) -> dict[str, Any]:
    try:
        found: object = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ValueInvalid(f"{path} is no JSON", expected="an object with `works`", actual=str(error)) from error
    if isinstance(found, list):
        return {"works": cast("list[object]", found)}
    body: dict[str, Any] = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    if not isinstance(body.get("works"), list):
        raise ValueInvalid(
            f"{path} holds no works",
            expected="a list of works, or an object with `works`",
            actual=", ".join(body) or text[:40],
            hint="A work is {name, assets, start, end} or {name, assets, start, duration}",
        )
    return body


def _from_csv(text: str, path: Path) -> dict[str, Any]:
    rows = csv.reader(io.StringIO(text), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(rows, list[str]())]
        _check_header(header, path)
        works = [_from_row(header, row, f"{path}:{rows.line_num}") for row in rows if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise ValueInvalid(
            f"{path} is no CSV", place=f"{path}:{rows.line_num}", expected="quotes that are closed", actual=str(error)
        ) from error
    return {"works": works}


def _check_header(header: list[str], path: Path) -> None:
    missing = [each for each in _NEEDED if each not in header]
    strange = [each for each in header if each not in COLUMNS]
    if missing or strange or len(header) != len(set(header)):
        raise ValueInvalid(
            f"{path} has other columns than works have",
            place=f"{path}:1",
            expected="name, assets, start, and end or duration",
            actual=", ".join(header) or "no line",
            hint="Several assets of a work are separated by semicolons",
        )


def _from_row(header: list[str], row: list[str], place: str) -> dict[str, object]:
    if len(row) != len(header):
        raise ValueInvalid(
            "A line with another number of cells than the first",
            place=place,
            expected=f"{len(header)} cells",
            actual=f"{len(row)}",
            hint="Quote cells that hold commas",
        )
    cells = {name: cell.strip() for name, cell in zip(header, row, strict=True)}
    work: dict[str, object] = {name: cell for name, cell in cells.items() if cell and name != "assets"}
    return {"name": "", **work, "assets": [each.strip() for each in cells["assets"].split(";") if each.strip()]}
