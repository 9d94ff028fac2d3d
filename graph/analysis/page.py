"""Pages of an analysis' lists. A cursor pins the analysis: a page never shifts, whatever is written meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from graph.reading.cursors import Cursor, question, read_cursor, write_cursor
from graph.reading.limits import LIMITS, within_limit

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf:
    """Which list of which analysis: its name and the filters put on it."""

    analysis: str
    name: str
    filters: tuple[tuple[str, ...] | None, ...] = ()

    @property
    def asked(self) -> str:
        """The digest of name and filters."""
        return question("impact", self.name, self.filters)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Generic[T_co]):
    """Some items of a list of `total`, from position `start` on."""

    items: Sequence[T_co]
    start: int
    total: int

    @property
    def has_next(self) -> bool:
        """Whether items follow."""
        return self.start + len(self.items) < self.total

    @property
    def has_previous(self) -> bool:
        """Whether items come before."""
        return self.start > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Slice[T_co]):
    """Some items of a list of an analysis."""

    of: ListOf

    def cursor(self, number: int) -> str:
        """The cursor of item `number` of this page."""
        return write_cursor(self.of.asked, [self.of.analysis, self.start + number])


def page_of(items: Sequence[T], of: ListOf, *, first: int, after: str | None) -> Page[T]:
    """The `first` items after the cursor `after`.

    Raises LimitExceeded or ValueInvalid for `first`, CursorInvalid for a cursor of another list.
    """
    check_first(first)
    start = 0
    if after is not None:
        cursor = _read(after)
        cursor.demand(of.asked)
        start = max(0, cast("int", cursor.keys[1]) + 1)
    return Page(of=of, items=items[start : start + first], start=start, total=len(items))


def check_first(first: int) -> int:
    """`first` itself. Raises LimitExceeded over the ceiling, ValueInvalid below 0."""
    return within_limit(first, LIMITS.first, place="first", what="A page")


def pinned_analysis(after: str) -> str:
    """The analysis that a cursor pins. Raises CursorInvalid."""
    return cast("str", _read(after).keys[0])


def _read(text: str) -> Cursor:
    return read_cursor(text, (str, int))
