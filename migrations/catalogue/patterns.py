"""A short text that matches a regular expression, for examples.

The parse tree is Python's own. What it can't tell (look-around, back-references) gives a text that may not match, so
whoever asks checks the text like any other value.
"""

from __future__ import annotations

import re
import string
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

Node: TypeAlias = "tuple[Any, Any]"
Nodes: TypeAlias = "Sequence[Node]"

# Python offers the parser of regular expressions under this name alone.
_parse = cast("Callable[[str], Nodes]", re._parser.parse)  # type: ignore[attr-defined] # noqa: SLF001

_PREFERRED = "Aa1" + string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_. /:" + string.punctuation
_CATEGORIES = {"CATEGORY_DIGIT": "1", "CATEGORY_WORD": "a", "CATEGORY_SPACE": " "}
_OTHERS = {"CATEGORY_NOT_DIGIT": "A", "CATEGORY_NOT_WORD": "-", "CATEGORY_NOT_SPACE": "A"}
_MOST_REPEATS = 64
_MOST_CHARACTERS = 1_000


def matching_text(pattern: str) -> str | None:
    """Return the shortest plain text that `pattern` seems to take, None where it can't be told."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of what a later Python may read otherwise
            text = _sequence(_parse(pattern))
    except (re.error, RecursionError, OverflowError, KeyError, IndexError, ValueError):
        return None
    return text


def _sequence(nodes: Nodes) -> str:
    return "".join(_node(kind.name, value) for kind, value in nodes)


def _node(kind: str, value: Any) -> str:
    return _KINDS[kind](value) if kind in _KINDS else ""


def _in(choices: Nodes) -> str:
    wanted = [(kind.name, value) for kind, value in choices]
    negated = bool(wanted) and wanted[0][0] == "NEGATE"
    for character in _PREFERRED:
        if any(_takes(kind, value, character) for kind, value in wanted if kind != "NEGATE") is not negated:
            return character
    kind, value = wanted[-1]
    return chr(value[0] if kind == "RANGE" else value)


def _takes(kind: str, value: Any, character: str) -> bool:
    if kind == "RANGE":
        return bool(value[0] <= ord(character) <= value[1])
    if kind == "CATEGORY":
        sample = {**_CATEGORIES, **_OTHERS}[value.name]
        return _class_of(character) == _class_of(sample)
    return bool(kind == "LITERAL" and value == ord(character))


def _class_of(character: str) -> str:
    kinds = (("digit", character.isdigit()), ("letter", character.isalpha()), ("space", character.isspace()))
    return next((kind for kind, holds in kinds if holds), "other")


def _repeat(value: tuple[int, int, Nodes]) -> str:
    least, _, nodes = value
    if least > _MOST_REPEATS:
        raise ValueError(f"{least} repeats make no short text")
    text = _sequence(nodes)
    if len(text) * least > _MOST_CHARACTERS:
        raise ValueError(f"{len(text) * least} characters make no short text")
    return text * least


_KINDS: Mapping[str, Callable[[Any], str]] = {
    "LITERAL": chr,
    "NOT_LITERAL": lambda value: "A" if value != ord("A") else "B",
    "ANY": lambda _: "a",
    "IN": _in,
    "CATEGORY": lambda value: {**_CATEGORIES, **_OTHERS}[value.name],
    "BRANCH": lambda value: _sequence(value[1][0]),
    "SUBPATTERN": lambda value: _sequence(value[3]),
    "ATOMIC_GROUP": _sequence,
    "MAX_REPEAT": _repeat,
    "MIN_REPEAT": _repeat,
    "POSSESSIVE_REPEAT": _repeat,
}
