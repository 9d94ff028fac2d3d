"""Advice to who wrote a name that there is not."""

from __future__ import annotations

import difflib
from collections.abc import Mapping


def nearest(name: str, known: Mapping[str, object]) -> str:
    """Return advice that names what `name` may have been meant to be."""
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
    if not close:
        folded = name.casefold()
        close = [other for other in known if other.casefold() == folded]
    return f"Did you mean {' or '.join(close)}?" if close else "See `twin ontology show` for all names"
