"""Pages of ids in their order. A cursor holds the last id, so a page never shifts because of writes before it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from graph.analysis.page import Slice, check_first
from graph.reading.cursors import read_cursor, write_cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class IdPage(Slice[str]):
    """Ids of a list; `asked` is the digest of the question they answer."""

    asked: str

    def cursor(self, number: int) -> str:
        """The cursor of item `number` of this page."""
        return write_cursor(self.asked, [self.items[number]])


def id_page(ids: Sequence[str], asked: str, *, first: int, after: str | None) -> IdPage:
    """The `first` of `ids`, which are sorted, after the cursor `after`.

    Raises LimitExceeded or ValueInvalid for `first`, CursorInvalid for a cursor of another question.
    """
    check_first(first)
    start = 0
    if after is not None:
        cursor = read_cursor(after, (str,))
        cursor.demand(asked)
        start = bisect_right(ids, cast("str", cursor.keys[0]))
    return IdPage(asked=asked, items=ids[start : start + first], start=start, total=len(ids))
