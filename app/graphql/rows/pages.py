"""The row of a page's place in its list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graph.analysis import Slice
from graph.reading import Row


def page_info(page: Slice[object], cursor: Callable[[int], str]) -> Row:
    """The row of PageInfo; `cursor` gives that of an item by its number on the page."""
    ends = [cursor(0), cursor(len(page.items) - 1)] if page.items else []
    return place_row(ends, before=page.has_previous, after=page.has_next)


def place_row(cursors: Sequence[str], *, before: bool, after: bool) -> Row:
    """The row of PageInfo of a page with these cursors; `before` and `after` say whether the list goes on there."""
    return {
        "hasNextPage": after,
        "hasPreviousPage": before,
        "startCursor": cursors[0] if cursors else None,
        "endCursor": cursors[-1] if cursors else None,
    }
