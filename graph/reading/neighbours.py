"""Text for a page of relationships of one type that are sorted: what comes after a cursor, whatever has no value.

A page inside an asset has no index to go by: all that fit are looked at, and the first kept. Its text is kept by
shape, so the same serves a first page and those after it; `$..._begin` says which it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from graph.reading.ordering import SortKey


def after_condition(keys: Sequence[SortKey], slot: str) -> str:
    """Return the condition that a row comes after the cursor of a page, or that there is none."""
    return f"(${slot}_begin OR {_later(keys, slot, 0)})"


def order_of(keys: Sequence[SortKey]) -> str:
    """Return what follows ORDER BY; nulls come last, whichever way."""
    return ", ".join(f"{key.shown} IS NULL, " * key.nullable + key.shown + key.way for key in keys)


def _later(keys: Sequence[SortKey], slot: str, position: int) -> str:
    key, given = keys[position], f"${slot}_after{position}"
    beyond, same = f"{key.shown} {key.after} {given}", f"{key.shown} = {given}"
    if key.nullable:
        beyond = f"({given} IS NOT NULL AND ({key.shown} IS NULL OR {beyond}))"
        same = f"({same} OR ({key.shown} IS NULL AND {given} IS NULL))"
    if position == len(keys) - 1:
        return beyond
    return f"({beyond} OR ({same} AND {_later(keys, slot, position + 1)}))"
