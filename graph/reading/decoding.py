"""Reads the nested value lists that a compiled statement returns into plain rows."""

from __future__ import annotations

from typing import Any, TypeAlias, cast

import orjson

from graph.ontology.model import Json
from graph.ontology.scalars import show_datetime
from graph.reading.cursors import question, write_cursor
from graph.reading.fragments import BoundPage, Decode, Pending, Read, Reading, Values
from graph.reading.kinds import Kind, Orientation, Vocabulary
from graph.reading.live import LiveWish
from graph.reading.selection import (
    ChangeConnectionSelection,
    ChangeValue,
    ConnectionSelection,
    NeighbourConnectionSelection,
    RelationshipConnectionSelection,
    Row,
)
from graph.reading.unpacking import Step, Unpack, plain, unpacker

AnyConnection: TypeAlias = (
    "ConnectionSelection | RelationshipConnectionSelection | NeighbourConnectionSelection | ChangeConnectionSelection"
)

_CHANGE = Kind(name="Change", shows={})


def with_keys(connection: AnyConnection) -> bool:
    """Whether rows bring what they are sorted by: cursors are made of it, and nothing else is."""
    return connection.edges is not None or connection.want_page_info


def digest_of(connection: AnyConnection, page: BoundPage, *asked: object) -> str:
    """Return the digest of `asked` that cursors of this list hold; empty where none is made or given.

    A tree has a list in each of its assets, most of them short ones without cursors. Raises CursorInvalid where the
    page's cursor is that of another question.
    """
    if page.after is None and not with_keys(connection):
        return ""
    digest = question(*asked)
    if page.after is not None:
        page.after.demand(digest)
    return digest


def asset_decoder(steps: tuple[Step, ...], vocabulary: Vocabulary) -> Decode:
    """Return what reads `[labels, column, ...]`; a function is compiled when the first asset of its type comes."""
    known: dict[tuple[str, ...], Unpack] = {}

    def decode(values: Values, reading: Reading) -> Row:
        labels = tuple(values[0])
        unpack = known.get(labels)
        if unpack is None:
            kind = vocabulary.kind_of(labels)
            unpack = known[labels] = unpacker(steps, kind, kind.name)
        return unpack(values, reading)

    return decode


def exact_decoder(steps: tuple[Step, ...], kind: Kind) -> Decode:
    """Return what reads the columns of assets that are all of one exact type."""
    return unpacker(steps, kind, kind.name)


def relationship_decoder(steps: tuple[Step, ...], vocabulary: Vocabulary) -> Decode:
    """Return what reads `[type, column, ...]`."""
    known: dict[str, Unpack] = {}

    def decode(values: Values, reading: Reading) -> Row:
        unpack = known.get(values[0])
        if unpack is None:
            kind = vocabulary.relationship_kinds[values[0]]
            unpack = known[values[0]] = unpacker(steps, kind, "Relationship")
        return unpack(values, reading)

    return decode


def neighbour_decoder(steps: tuple[Step, ...], kind: Kind) -> Decode:
    """Return what reads the columns of a relationship to a neighbour into what its edge holds beside the cursor."""
    return unpacker(steps, kind, None)


def change_decoder(steps: tuple[Step, ...]) -> Decode:
    """Return what reads the columns of a change record."""
    return unpacker(steps, _CHANGE, "Change")


def text_or_empty(value: str | None, _kind: Kind, _row: Row, _reading: Reading) -> Json:
    """Read a text that is stored only where it isn't empty."""
    return value or ""


def source_of(value: list[str] | None, kind: Kind, _row: Row, _reading: Reading) -> Json:
    """Read the FLOW types that the asset is a source of, by its type or its own."""
    return [*sorted({*kind.sources, *(value or ())})]


def external_ids(value: list[list[str]], _kind: Kind, _row: Row, _reading: Reading) -> Json:
    """Read ids in other systems."""
    return [{"system": system, "id": name} for system, name in value]


def properties(value: dict[str, Any], kind: Kind, _row: Row, _reading: Reading) -> Json:
    """Read all properties of the exact type that have a value, by name."""
    shown: dict[str, Json] = {}
    for name, show in kind.shows.items():
        stored = value.get(name)
        if stored is not None:
            shown[name] = stored if show is None else show(stored)
    return shown


def list_reader(decode: Decode) -> Read:
    """Return what reads a list of assets."""

    def read(value: list[Values], _kind: Kind, _row: Row, reading: Reading) -> Json:
        return [decode(values, reading) for values in value]

    return read


def end_reader(decode: Decode) -> Read:
    """Return what reads the asset at an end of a relationship."""

    def read(value: Values, _kind: Kind, _row: Row, reading: Reading) -> Json:
        return decode(value, reading)

    return read


def pending_reader(slot: str, ways: Orientation) -> Read:
    """Return what notes a list to be fetched afterwards; the row holds null until then.

    The field is the one of the selection at hand, not of the one that was compiled: their pages differ.
    """

    def read(value: Values, _kind: Kind, row: Row, reading: Reading) -> Json:
        reading.pending.append(Pending(row=row, anchor=value[0], field=reading.fields[slot], orientation=ways))
        return None

    return read


def live_reader(slot: str) -> Read:
    """Return what notes a field to be filled in from states; the row holds null until then."""

    def read(value: str, kind: Kind, row: Row, reading: Reading) -> Json:
        reading.wishes.append(LiveWish(row=row, asset=value, type=kind.name, field=reading.live[slot]))
        return None

    return read


def entries(value: list[str], _kind: Kind, _row: Row, _reading: Reading) -> Json:
    """Read entries of a change record: each is JSON text."""
    return [orjson.loads(text) for text in value]


def change_value(value: ChangeValue) -> Read:
    """Return what reads a value of a change record."""
    if value is not ChangeValue.TIME:
        return plain

    def read(millis: int, _kind: Kind, _row: Row, _reading: Reading) -> Json:
        return show_datetime(millis)

    return read


def connection_reader(
    connection: AnyConnection,
    *,
    slot: str,
    asked: tuple[object, ...],
    keys: int,
    nodes: Decode | None,
    edges: Decode | None,
) -> Read:
    """Return what reads `[anchor id, [row, ...], total?]`, a row being as the assembler takes it."""
    assemble = ConnectionAssembler(connection, keys=keys, nodes=nodes, edges=edges)
    want_total = getattr(connection, "want_total", False)

    def read(value: Values, _kind: Kind, _row: Row, reading: Reading) -> Json:
        page = reading.pages[slot]
        digest = digest_of(connection, page, *asked, value[0])
        return assemble(value[1], value[2] if want_total else None, page, digest, reading)

    return cast("Read", read)


class ConnectionAssembler:
    """Makes a connection of its rows: what was asked for, by the contract's names.

    A row is `[key, ..., node?, edge?]`; without keys, of which cursors are made, there are nodes alone, and it is one.
    """

    __slots__ = ("_connection", "_edges", "_keys", "_nodes", "_whole")

    def __init__(self, connection: AnyConnection, *, keys: int, nodes: Decode | None, edges: Decode | None) -> None:
        self._connection = connection
        self._keys = keys
        self._nodes = nodes
        self._edges = edges
        self._whole = isinstance(connection, NeighbourConnectionSelection)

    def __call__(self, rows: list[Values], total: int | None, page: BoundPage, digest: str, reading: Reading) -> Row:
        """Return the connection; `rows` may hold one more than the page, which says that there is a next one."""
        keys = self._keys
        shown = rows[: page.first]
        made: Row = {}
        if self._nodes is not None:
            node = self._nodes
            made["nodes"] = [node(row[keys] if keys else row, reading) for row in shown]
        if self._edges is not None:
            edge, column = self._edges, keys + (self._nodes is not None)
            whole = self._whole
            made["edges"] = [
                {"cursor": write_cursor(digest, row[:keys]), **_edge(edge(row[column], reading), whole=whole)}
                for row in shown
            ]
        if self._connection.want_page_info:
            made["pageInfo"] = {
                "hasNextPage": len(rows) > page.first,
                "hasPreviousPage": page.after is not None,
                "startCursor": write_cursor(digest, shown[0][:keys]) if shown else None,
                "endCursor": write_cursor(digest, shown[-1][:keys]) if shown else None,
            }
        if total is not None:
            made["totalCount"] = total
        return made


def _edge(row: Row, *, whole: bool) -> Row:
    """What an edge holds beside its cursor: all that was read, or a node."""
    return row if whole else {"node": row}
