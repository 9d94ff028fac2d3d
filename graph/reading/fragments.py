"""Pieces of a compiled read: Cypher for one asset, relationship or change, how to bind its pages, how to read its rows.

Rows come as nested value lists, not maps, and times as epoch milliseconds: maps repeat every key in every row, and a
driver's datetime costs 30 microseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from graph.reading.cursors import Cursor
from graph.reading.kinds import Kind, Orientation
from graph.reading.live import LiveWish
from graph.reading.selection import EntriesField, LiveField, Page, ReachField, Row

Values: TypeAlias = "list[Any]"
"""Columns of one row or a nested list of them, as the driver gives them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundPage:
    """A page with its cursor read."""

    first: int
    after: Cursor | None


@dataclass(slots=True, kw_only=True)
class Pending:
    """A list that the statement could not hold: fetched after it, for all assets at once."""

    row: Row
    anchor: str
    field: ReachField
    orientation: Orientation


@dataclass(slots=True, kw_only=True)
class Reading:
    """What decoding one answer needs, and what it leaves to fetch."""

    pages: dict[str, BoundPage]
    fields: dict[str, ReachField] = field(default_factory=dict[str, ReachField])
    pending: list[Pending] = field(default_factory=list[Pending])
    live: dict[str, LiveField] = field(default_factory=dict[str, LiveField])
    wishes: list[LiveWish] = field(default_factory=list[LiveWish])


Decode: TypeAlias = "Callable[[Values, Reading], Row]"
Read: TypeAlias = "Callable[[Any, Kind, Row, Reading], Any]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A page of the selection that travels as parameters.

    `name` begins its parameters' names; `path` leads to it: which field, and whether of `nodes` or `edges`, and so on.
    `start` is what its sort keys are compared with on the first page; `keys` are their types. `begins`: the text asks
    besides whether it is the first page, for no value comes before all others.
    """

    name: str
    path: tuple[int | str, ...]
    keys: tuple[type | tuple[type, ...], ...]
    start: tuple[str | int | None, ...]
    begins: bool = False


def held(name: str, path: tuple[int | str, ...]) -> Slot:
    """Return the slot of a list that is fetched afterwards: its field is looked up in each selection anew."""
    return Slot(name=name, path=path, keys=(), start=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """`expression` is Cypher over the variable it was made for; `decode` reads the list that it gives.

    `parameters` are those of filters inside it, whose values are part of its shape.
    """

    expression: str
    decode: Decode
    slots: tuple[Slot, ...]
    touches_history: bool
    parameters: Mapping[str, object] = field(default_factory=dict[str, object])


def page_at(selection: object, path: tuple[int | str, ...]) -> Page | EntriesField | ReachField | LiveField:
    """Return the page, or what holds one, at `path` of a selection of the shape that the slot was made for."""
    found: Any = selection
    for step in path:
        found = found.fields[step] if isinstance(step, int) else getattr(found, step)
    return found
