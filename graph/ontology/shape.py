"""The shape of a document, before its meaning: unknown and missing fields, values of the wrong kind.

What has a wrong shape is reported and left out, so that the rest can be judged too and its author sees all at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from graph.ontology.advice import nearest
from graph.ontology.codec import actual_text
from graph.ontology.document import FORMAT, OntologyDocument
from graph.ontology.model import Json
from graph.ontology.problems import Problems
from graph.ontology.source import Path

ROUNDS = 8
_PLACEHOLDERS: Mapping[str, Json] = {"format": FORMAT, "name": "unnamed"}


def shaped(value: Json, problems: Problems) -> OntologyDocument | None:
    """Return `value` as a document without the parts that have a wrong shape, or None if nothing is left to judge."""
    if not isinstance(value, dict):
        problems.value(
            "FIELD_INVALID",
            (),
            "This is no ontology document",
            expected=f"a mapping that begins with `format: {FORMAT}`",
            actual="nothing" if value is None else actual_text(value),
        )
        return None
    rest = cast("dict[str, Json]", json.loads(json.dumps(value)))
    left_out: set[Path] = set()
    for _ in range(ROUNDS):
        try:
            return OntologyDocument.model_validate_json(json.dumps(rest))
        except ValidationError as error:
            for fault in reversed(error.errors(include_url=False)):
                _leave_out(rest, fault, left_out, problems)
    return None


def _leave_out(rest: dict[str, Json], fault: ErrorDetails, left_out: set[Path], problems: Problems) -> None:
    named_key = fault["loc"][-1:] == ("[key]",)
    path = _present(rest, fault["loc"][:-1] if named_key else fault["loc"], missing=fault["type"] == "missing")
    if path not in left_out:
        _report(problems, path, fault, named_key=named_key)
    gone = path[:-1] if fault["type"] == "missing" and len(path) > 1 else path
    left_out.update((path, gone))
    if len(path) == 1 and path[0] in _PLACEHOLDERS:
        rest[str(path[0])] = _PLACEHOLDERS[str(path[0])]
    elif len(gone) == 2 and gone[0] == "assetTypes":
        cast("dict[str, Json]", rest["assetTypes"])[str(gone[1])] = {}  # others may name it
    else:
        _remove(rest, gone)


def _present(value: Json, path: Path, *, missing: bool) -> Path:
    """Return the part of `path` that leads through `value`: pydantic adds steps of its own for unions."""
    at = value
    for length, step in enumerate(path):
        if missing and length == len(path) - 1:
            return path
        if not _has(at, step):
            return path[:length]
        at = _inside(at, step)
    return path


def _has(value: Json, step: str | int) -> bool:
    if isinstance(value, dict):
        return step in value
    return isinstance(value, list) and isinstance(step, int) and step < len(value)


def _inside(value: Json, step: str | int) -> Json:
    return cast("Any", value)[step]


def _report(problems: Problems, path: Path, fault: ErrorDetails, *, named_key: bool) -> None:
    name, kind = str(path[-1]) if path else "", fault["type"]
    if path == ("format",) and kind != "missing":
        message = "This format is not one this version reads"
        problems.value("FORMAT_UNKNOWN", path, message, expected=FORMAT, actual=actual_text(fault["input"]))
    elif kind == "missing":
        problems.value("FIELD_MISSING", path, f"{name!r} is missing", expected=f"the field {name!r}", actual="nothing")
    elif kind == "extra_forbidden" or named_key:
        hint = _nearest_field(name, path)
        problems.key("FIELD_UNKNOWN", path, f"{name!r} is not a field here", actual=name, hint=hint)
    else:
        expected = fault["msg"].removeprefix("Input should be ").removeprefix("a valid ")
        actual = "nothing" if fault["input"] is None else actual_text(fault["input"])
        hint = "Write {} where there is nothing to say" if expected == "an object" else None
        problems.value("FIELD_INVALID", path, f"{name!r} can't be this", expected=expected, actual=actual, hint=hint)


def _nearest_field(name: str, path: Path) -> str | None:
    close = nearest(name, dict.fromkeys(_fields_at(path)))
    return close if close.startswith("Did you mean") else None


def _fields_at(path: Path) -> list[str]:
    """Return the fields that the document has where `path` ends, by walking its JSON Schema."""
    schema: Any = OntologyDocument.model_json_schema(by_alias=True)
    definitions: Any = schema["$defs"]
    at: Any = schema
    for step in path[:-1]:
        inner = at.get("items", {}) if isinstance(step, int) else at.get("properties", {}).get(step)
        at = at.get("additionalProperties", {}) if inner is None else inner
        for choice in at.get("anyOf", ()):
            at = choice if "$ref" in choice else at
        at = definitions[at["$ref"].rsplit("/", 1)[-1]] if "$ref" in at else at
    return list(at.get("properties", {}))


def _remove(value: Json, path: Path) -> None:
    for step in path[:-1]:
        if not _has(value, step):
            return
        value = _inside(value, step)
    if path and _has(value, path[-1]):
        del cast("Any", value)[path[-1]]
