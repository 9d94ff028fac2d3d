"""Advice to who wrote a name that there is not."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from graph.errors import Problem

_MEANT: Final = "Did you mean "
_LISTED: Final = (
    "one of ",
    "an object with the fields ",
    "the required fields ",
    "a relationship type with an impact ",
    "relationship types with impact",
)
_TELLING: Final = frozenset(
    {"UNKNOWN_TYPE", "UNKNOWN_PROPERTY", "UNKNOWN_CHANNEL", "TYPE_ABSTRACT", "ENDS_INVALID", "AMBIGUOUS"}
)
"""Codes of names that there are not, or don't fit: what was expected and the advice tell those that are or do."""


def nearest(name: str, known: Mapping[str, object]) -> str:
    """Return advice that names what `name` may have been meant to be, or says where all names are."""
    return meant(name, known) or "See `twin ontology show` for all names"


def meant(name: str, known: Mapping[str, object]) -> str | None:
    """Return advice that names what `name` may have been meant to be, None where nothing is like it."""
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
    if not close:
        folded = name.casefold()
        close = [other for other in known if other.casefold() == folded]
    return f"{_MEANT}{' or '.join(close)}?" if close else None


def told(problem: Problem, *, names: bool) -> Problem:
    """Return a problem as a caller gets it: without `names` it tells none of the ontology that the caller didn't."""
    if not names and problem.code in _TELLING:
        return replace(problem, expected=None, hint=None)
    if names or problem.code != "VALUE_INVALID":
        return problem
    expected, hint = problem.expected, problem.hint
    return replace(
        problem,
        expected=None if expected is not None and expected.startswith(_LISTED) else expected,
        hint=None if hint is not None and hint.startswith(_MEANT) else hint,
    )
