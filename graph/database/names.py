"""The one function that quotes names of the ontology for use as labels, types and property names in Cypher text."""

from __future__ import annotations

import re

_CHECKED = re.compile(r"_?[A-Za-z][A-Za-z0-9_]{0,62}")


def quoted(name: str) -> str:
    """Return `name` in backticks. Anything but a name of the ontology is a fault of the caller."""
    if not _CHECKED.fullmatch(name):
        raise ValueError(f"{name!r} is no name of the ontology")
    return f"`{name}`"
