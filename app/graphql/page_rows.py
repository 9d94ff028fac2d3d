"""The row of a page's place in its list."""

from __future__ import annotations

from collections.abc import Callable

from graph.analysis import Slice
from graph.reading import Row


def page_info(page: Slice[object], cursor: Callable[[int], str]) -> Row:
    """The row of PageInfo; `cursor` gives that of an item by its number on the page."""
    last = len(page.items) - 1
    return {
        "hasNextPage": page.has_next,
        "hasPreviousPage": page.has_previous,
        "startCursor": cursor(0) if page.items else None,
        "endCursor": cursor(last) if page.items else None,
    }
