"""Turns `queries/<subject>/<verb>_<noun>.cypher` into `Query` values.

The head of a file is a block of comments, one key a line; a value may go on in indented comment lines:

    // purpose: Assets by id, with their properties.
    // mode: READ
    // parameters: tenant STRING, ids LIST<STRING>
    // columns: id, labels, properties
    // plan: NodeUniqueIndexSeek

`plan` names operators that EXPLAIN must show; a name after `!` must not appear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path

_KEYS = ("purpose", "mode", "parameters", "columns", "plan")
_NAME = re.compile(r"[a-z_]+/[a-z]+(_[a-z0-9]+)+")
_PARAMETER = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")


class QueryFileInvalid(ValueError):
    """A query file whose head and text disagree; found by the tests, never met by a user."""


class Mode(StrEnum):
    """Whether a statement only reads."""

    READ = "READ"
    WRITE = "WRITE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A statement with what its head promises."""

    name: str
    purpose: str
    mode: Mode
    parameters: dict[str, str]
    columns: tuple[str, ...]
    plan: tuple[str, ...]
    text: str


@cache
def named(name: str) -> Query:
    """Return the query of the file `queries/<name>.cypher`, read once a process."""
    if not _NAME.fullmatch(name):
        raise QueryFileInvalid(f"{name!r} is not <subject>/<verb>_<noun>")
    return parse(name, files("queries").joinpath(f"{name}.cypher").read_text(encoding="utf-8"))


def names() -> tuple[str, ...]:
    """Return the names of all queries, sorted."""
    root = Path(str(files("queries")))
    return tuple(sorted(path.relative_to(root).with_suffix("").as_posix() for path in root.rglob("*.cypher")))


def parse(name: str, source: str) -> Query:
    """Return the query in `source`, or raise QueryFileInvalid where its head does not fit its text."""
    head, text = _split(source)
    missing = [key for key in ("purpose", "mode", "columns") if key not in head]
    if missing:
        raise QueryFileInvalid(f"{name}: the head lacks {', '.join(missing)}")
    parameters = _parameters(name, head.get("parameters", ""))
    used = set(_PARAMETER.findall(re.sub(r"//.*", "", text)))
    if used != set(parameters):
        raise QueryFileInvalid(f"{name}: the head names parameters {sorted(parameters)}, the text uses {sorted(used)}")
    return Query(
        name=name,
        purpose=head["purpose"],
        mode=Mode(head["mode"]),
        parameters=parameters,
        columns=tuple(part.strip() for part in head["columns"].split(",") if part.strip() not in ("", "-")),
        plan=tuple(part.strip() for part in head.get("plan", "").split(",") if part.strip()),
        text=text,
    )


def _split(source: str) -> tuple[dict[str, str], str]:
    head: dict[str, str] = {}
    key = ""
    lines = source.splitlines()
    for number, line in enumerate(lines):
        if not line.startswith("//"):
            return head, "\n".join(lines[number:]).strip()
        name, colon, value = line[2:].strip().partition(":")
        if colon and name in _KEYS:
            key = name
            head[key] = value.strip()
        elif key:
            head[key] = f"{head[key]} {line[2:].strip()}".strip()
    return head, ""


def _parameters(name: str, text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in re.split(r",\s*(?![^<]*>)", text):
        if not part.strip() or part.strip() == "-":
            continue
        parameter, _, kind = part.strip().partition(" ")
        if not kind:
            raise QueryFileInvalid(f"{name}: parameter {parameter} has no type")
        found[parameter] = kind
    return found
