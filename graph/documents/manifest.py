"""Manifests of persisted documents, as builds of clients write them.

graphql-codegen and Relay write an object `{id: document}`; Apollo writes its operations as a list, each with its body.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import orjson

from graph.documents.errors import DocumentsInvalid
from graph.errors import Problem

LONGEST_ID: Final = 200
HASH_PREFIX: Final = "sha256:"
"""What clients may write before a hash, in manifests (graphql-codegen does) and requests; ids are held without it."""

_APOLLO: Final = "apollo-persisted-query-manifest"


@dataclass(frozen=True, slots=True)
class Manifest:
    """Documents by id."""

    documents: Mapping[str, str]


def parse_manifest(text: bytes, *, place: str) -> Manifest:
    """Return the manifest in `text`, read from `place`. Raises DocumentsInvalid with all that is wrong."""
    try:
        value: object = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _invalid([_problem(place, f"Not JSON: {error}")]) from error
    if not isinstance(value, dict):
        raise _invalid([_problem(place, "Not a JSON object")])
    found = cast("dict[str, Any]", value)
    pairs = _apollo(found) if found.get("format") == _APOLLO else list(found.items())
    wrong = [
        _problem(f"{place}: {str(name)[:80]}", "An id with a document is needed")
        for name, document in pairs
        if not (isinstance(name, str) and 0 < len(name) <= LONGEST_ID and isinstance(document, str) and document)
    ]
    if wrong or not pairs:
        raise _invalid(wrong or [_problem(place, "There is no document in it")])
    return Manifest({name.removeprefix(HASH_PREFIX): document for name, document in pairs})


def _apollo(found: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    operations: object = found.get("operations")
    listed = cast("list[object]", operations) if isinstance(operations, list) else []
    each = [cast("dict[str, Any]", one) for one in listed if isinstance(one, dict)]
    return [(one.get("id"), one.get("body")) for one in each]


def _invalid(problems: list[Problem]) -> DocumentsInvalid:
    hint = 'Give the file that graphql-codegen or Relay wrote: {"id": "query ...", ...}'
    return DocumentsInvalid("The manifest can't be registered", tuple(problems), hint=hint)


def _problem(place: str, message: str) -> Problem:
    return Problem(code="DOCUMENTS_INVALID", message=message, place=place)
