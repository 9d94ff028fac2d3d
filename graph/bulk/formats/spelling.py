"""Spelling: names of other systems in the cases that the ontology uses."""

from __future__ import annotations

import re

_BETWEEN_WORDS = re.compile(r"[^A-Za-z0-9]+")
_LEADING_CAPITALS = re.compile(r"^(?:[A-Z]+(?=[A-Z][a-z])|[A-Z]+(?![a-z])|[A-Z])")
_INSIDE_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def pascal(name: str) -> str:
    """Return `name` in PascalCase, e.g. `AirHandlerUnit` of `Air_Handler_Unit`; what stands in capitals stays so."""
    return "".join(part[:1].upper() + part[1:] for part in _BETWEEN_WORDS.split(name))


def camel(name: str) -> str:
    """Return `name` in camelCase, e.g. `ratedFlow` of `RatedFlow` or `rated_flow`, `urlPath` of `URLPath`."""
    return _LEADING_CAPITALS.sub(lambda capitals: capitals[0].lower(), pascal(name), count=1)


def upper_snake(name: str) -> str:
    """Return `name` in UPPER_SNAKE_CASE, e.g. `HAS_POINT` of `hasPoint`."""
    return _BETWEEN_WORDS.sub("_", _INSIDE_WORD.sub("_", name)).strip("_").upper()


def last_segment(identifier: str) -> str:
    """Return what an IRI, URN, DTMI or path calls the thing itself: its last part, without a version behind `;`."""
    return re.split(r"[/#:]", identifier.partition(";")[0].rstrip("/#:"))[-1]
