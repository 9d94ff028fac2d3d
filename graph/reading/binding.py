"""Binds the pages of a selection to the parameters of the text that was compiled from its shape."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.errors import InvalidInput
from graph.reading.cursors import read_cursor
from graph.reading.fragments import BoundPage, Fragment, page_at
from graph.reading.limits import Limits, within_limit
from graph.reading.selection import EntriesField, LiveField, Page, ReachField


@dataclass(slots=True, kw_only=True)
class Bound:
    """Parameters of a statement and the pages they were made from."""

    parameters: dict[str, object] = field(default_factory=dict[str, object])
    pages: dict[str, BoundPage] = field(default_factory=dict[str, BoundPage])
    fields: dict[str, ReachField] = field(default_factory=dict[str, ReachField])
    live: dict[str, LiveField] = field(default_factory=dict[str, LiveField])


def bind(fragment: Fragment, selection: object, limits: Limits, bound: Bound) -> None:
    """Add the pages of `selection`, which `fragment` was compiled from or from its equal, to `bound`.

    Raises:
        LimitExceeded: a page is over its ceiling.
        CursorInvalid: an `after` is no cursor.
    """
    bound.parameters.update(fragment.parameters)
    for slot in fragment.slots:
        page = page_at(selection, slot.path)
        if isinstance(page, EntriesField):
            _bind_entries(page, slot.name, limits, bound)
            continue
        if isinstance(page, ReachField):
            bound.fields[slot.name] = page
            continue
        if isinstance(page, LiveField):
            bound.live[slot.name] = page
            continue
        read = bound_page(page, slot.keys, limits)
        bound.pages[slot.name] = read
        bound.parameters[f"{slot.name}_first"] = read.first + 1
        if slot.begins:
            bound.parameters[f"{slot.name}_begin"] = read.after is None
        keys = read.after.keys if read.after else slot.start
        for position, key in enumerate(keys):
            bound.parameters[f"{slot.name}_after{position}"] = key


def bound_page(page: Page, keys: tuple[type | tuple[type, ...], ...], limits: Limits) -> BoundPage:
    """Return `page` with its size checked and its cursor read."""
    within_limit(page.first, limits.first, place="first", what="The size of a page")
    return BoundPage(first=page.first, after=None if page.after is None else read_cursor(page.after, keys))


def _bind_entries(page: EntriesField, name: str, limits: Limits, bound: Bound) -> None:
    within_limit(page.first, limits.first, place="first", what="The number of entries")
    if not 0 <= page.after < 2**31:
        raise InvalidInput(
            "Not a position among entries", place="after", expected="a number from 0 on", actual=str(page.after)
        )
    bound.parameters[f"{name}_after0"] = page.after
    bound.parameters[f"{name}_first"] = page.after + page.first
