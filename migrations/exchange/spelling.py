"""Names of other standards as the ontology spells them, each once."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final

from graph.bulk.formats.spelling import upper_snake

LONGEST: Final = 63
NOT_WORD: Final = re.compile(r"[^A-Za-z0-9]+")
_NUMBER: Final = 4


def spelled(wanted: str, spell: Callable[[str], str], first: str) -> str:
    """Return a name in the spelling that `spell` gives; one that begins with no letter gets `first` before it."""
    name = NOT_WORD.sub("", spell(wanted))[:LONGEST]
    if not name or not name[0].isascii() or not name[0].isalpha():
        name = f"{first}{name}"[:LONGEST]
    return spell(name)[:LONGEST]


def upper(wanted: str, first: str = "R_") -> str:
    """Return a name in UPPER_SNAKE_CASE, with `first` before one that begins with no letter."""
    name = re.sub(r"_+", "_", upper_snake(wanted)).strip("_")[:LONGEST].strip("_")
    return name if name and name[0].isalpha() else f"{first}{name}"[:LONGEST].strip("_")


def unique(name: str, taken: Collection[str]) -> str:
    """Return a name that is not taken, by a number behind it."""
    count, found = 1, name
    while found in taken:
        count += 1
        found = f"{name[: LONGEST - _NUMBER]}{'_' if '_' in name or name.isupper() else ''}{count}"
    return found
