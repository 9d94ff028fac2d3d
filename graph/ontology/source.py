"""Ontology documents as text: YAML read into plain values, with the place of every one of them.

The YAML is walked event by event, so that duplicate keys, aliases, depth and size are ours to judge and every value
keeps its line and column. Plain scalars are read by the YAML 1.2 core schema: `yes` and `on` are text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from graph.errors import Problem
from graph.ontology.model import Json

SOURCE_BYTES = 8 * 1024 * 1024
DEPTH = 48
NODES = 500_000

Path: TypeAlias = "tuple[str | int, ...]"

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,40}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,4})?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_TEXT_TAGS = (None, "!", "tag:yaml.org,2002:str")


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a value or key begins; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Places:
    """Positions of keys and values by their path in the document."""

    keys: dict[Path, Position] = field(default_factory=dict[Path, Position])
    values: dict[Path, Position] = field(default_factory=dict[Path, Position])

    def of(self, path: Path) -> str | None:
        """Return the place of the value at `path`, or of the nearest thing around it."""
        for length in range(len(path), -1, -1):
            found = self.values.get(path[:length])
            if found is not None:
                return str(found)
        return None

    def of_key(self, path: Path) -> str | None:
        """Return the place of the key that ends `path`, or of the nearest key around it; of a list's item its own."""
        if path and isinstance(path[-1], int):
            return self.of(path)
        for length in range(len(path), 0, -1):
            found = self.keys.get(path[:length])
            if found is not None:
                return str(found)
        return self.of(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One document read: its plain value, where its parts are, and what could not be read."""

    value: Json
    places: Places
    problems: tuple[Problem, ...] = ()


class _Unreadable(Exception):
    """Stops reading: going on would cost too much or make no sense."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read_source(text: str | bytes, *, file: str) -> Source:
    """Read one YAML document; `file` is what places call it. Never raises: what is wrong is in `problems`."""
    tree = _Tree(file)
    try:
        value = tree.document(_events(_decoded(text, file)))
    except _Unreadable as error:
        tree.problems.append(error.problem)
    except MarkedYAMLError as error:
        tree.problems.append(_syntax_problem(error, file))
    except YAMLError as error:
        first_line = str(error).strip().splitlines()[0]
        tree.problems.append(Problem(code="YAML_INVALID", message=f"Not YAML: {first_line}", place=f"{file}:1:1"))
    else:
        return Source(value=value, places=tree.places, problems=tuple(tree.problems))
    return Source(value=None, places=tree.places, problems=tuple(tree.problems))


def _decoded(text: str | bytes, file: str) -> str:
    if len(text) > SOURCE_BYTES:
        raise _Unreadable(
            Problem(
                code="DOCUMENT_TOO_LARGE",
                message="The document is too large",
                place=f"{file}:1:1",
                expected=f"at most {SOURCE_BYTES:,} bytes",
                actual=f"{len(text):,} bytes",
                hint="Split it into several files in a folder named `ontology`",
            )
        )
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = text[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", errors="replace")) + 1
        line = before.count(b"\n") + 1
        raise _Unreadable(
            Problem(
                code="ENCODING_INVALID",
                message="The file is not UTF-8",
                place=f"{file}:{line}:{column}",
                expected="UTF-8",
                actual=f"byte 0x{text[error.start]:02x}",
                hint="Save the file as UTF-8",
            )
        ) from error


def _events(text: str) -> Iterator[Any]:
    """Events of the YAML parser, which carries no types of its own."""
    parser: Any = YAML(typ="safe", pure=True)
    return cast("Iterator[Any]", parser.parse(text))


def _syntax_problem(error: MarkedYAMLError, file: str) -> Problem:
    mark = cast("Any", error.problem_mark or error.context_mark)
    text = str(cast("object", error.problem or error.context or "it cannot be read"))
    tab = "\\t" in text
    return Problem(
        code="YAML_INVALID",
        message=f"Not YAML: {text}",
        place=f"{file}:{mark.line + 1}:{mark.column + 1}" if mark is not None else f"{file}:1:1",
        expected="spaces" if tab else None,
        actual="a tab" if tab else None,
        hint="Indent with spaces: YAML allows no tabs there" if tab else None,
    )


class _Tree:
    """Builds plain values from events and notes where each begins."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.places = Places()
        self.problems: list[Problem] = []
        self.places.values[()] = Position(file=file, line=1, column=1)
        self._anchors: dict[str, tuple[Json, int]] = {}
        self._nodes = 0

    def document(self, events: Iterator[Any]) -> Json:
        value: Json = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._unreadable(event, "Several documents in one file", hint="Use a file for each")
            elif isinstance(event, MappingStartEvent | SequenceStartEvent | ScalarEvent | AliasEvent):
                value = self._value(event, events, ())
        return value

    def _value(self, event: Any, events: Iterator[Any], path: Path) -> Json:
        self.places.values[path] = self._position(event)
        self._count(event, 1)
        anchor: str | None = event.anchor
        if isinstance(event, AliasEvent):
            return self._alias(event)
        if len(path) > DEPTH:
            raise self._unreadable(event, f"Nested more than {DEPTH} levels deep")
        before = self._nodes
        if isinstance(event, MappingStartEvent):
            value: Json = self._mapping(event, events, path)
        elif isinstance(event, SequenceStartEvent):
            value = self._sequence(event, events, path)
        else:
            value = self._scalar(event)
        if anchor is not None:
            self._anchors[anchor] = (value, self._nodes - before + 1)
        return value

    def _alias(self, event: Any) -> Json:
        known = self._anchors.get(event.anchor)
        if known is None:
            raise self._unreadable(event, f"No anchor &{event.anchor} before this alias")
        value, size = known
        self._count(event, size)
        return value

    def _mapping(self, start: Any, events: Iterator[Any], path: Path) -> Json:
        self._refuse_tag(start, None)
        found: dict[str, Json] = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            if not isinstance(event, ScalarEvent):
                raise self._unreadable(event, "A key must be plain text")
            key: str = self._text(event)
            at = (*path, key)
            position = self._position(event)
            first = self.places.keys.get(at)
            inner = next(events)
            value = self._value(inner, events, at)
            if value is None and not inner.value:
                self.places.values[at] = position  # nothing was written there: YAML would name the next line
            if first is not None:
                self.problems.append(_duplicate_key(key, position, first))
                continue
            self.places.keys[at] = position
            found[key] = value
        return found

    def _sequence(self, start: Any, events: Iterator[Any], path: Path) -> Json:
        self._refuse_tag(start, None)
        found: list[Json] = []
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            found.append(self._value(event, events, (*path, len(found))))
        return found

    def _scalar(self, event: Any) -> Json:
        text = self._text(event)
        if event.style is not None or event.tag is not None:
            self._refuse_tag(event, *_TEXT_TAGS)
            return text
        if text in _NULL:
            return None
        if text in _TRUTH:
            return _TRUTH[text]
        if _INT.fullmatch(text):
            return int(text)
        if _NOT_FINITE.fullmatch(text):
            raise self._unreadable(event, "Not a finite number", actual=text)
        return float(text) if _FLOAT.fullmatch(text) else text

    def _text(self, event: Any) -> str:
        text = str(event.value)
        if _SURROGATE.search(text):
            raise self._unreadable(event, "Holds half of a surrogate pair", hint="Write the character itself")
        return text

    def _refuse_tag(self, event: Any, *allowed: str | None) -> None:
        tag = None if event.tag is None else str(event.tag)
        if tag not in allowed and not (tag == "!" and None in allowed):
            raise self._unreadable(event, "Tags are not used here", actual=tag)

    def _count(self, event: Any, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > NODES:
            raise self._unreadable(event, f"More than {NODES:,} values, those behind aliases included")

    def _position(self, event: Any) -> Position:
        mark = event.start_mark
        return Position(file=self.file, line=mark.line + 1, column=mark.column + 1)

    def _unreadable(
        self, event: Any, message: str, *, actual: str | None = None, hint: str | None = None
    ) -> _Unreadable:
        place = str(self._position(event))
        return _Unreadable(Problem(code="YAML_INVALID", message=message, place=place, actual=actual, hint=hint))


def _duplicate_key(key: str, position: Position, first: Position) -> Problem:
    return Problem(
        code="DUPLICATE_NAME",
        message=f"{key!r} is there twice",
        place=str(position),
        expected="each name once",
        actual=f"the first at {first}",
        hint="Remove or rename one of them",
    )
