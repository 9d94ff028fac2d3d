"""CSV: a table of assets and a table of relationships, told apart by their headers; one row in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from graph.bulk.errors import BulkInputBroken
from graph.bulk.formats.cells import LIST_SEPARATOR, parsed
from graph.bulk.formats.columns import Header, Role, TableKind, read_header
from graph.bulk.formats.conversion import Item
from graph.bulk.formats.lines import AssetSource, Body, LineMaker, LinkSource, RowFault, fault, value_fault
from graph.bulk.formats.rows import Row, rows
from graph.bulk.inputs import Input
from graph.errors import Problem, ValueInvalid
from graph.ontology.model import AssetType, Json, RelationshipType

_TEXTS = TypeAdapter(list[str])


class Tables:
    """Tables of assets and of relationships, any number of each, read in the order in which they are given."""

    def __init__(self, inputs: Sequence[Input], maker: LineMaker) -> None:
        self._inputs = tuple(inputs)
        self._maker = maker
        self._headers: dict[int, Header] = {}

    @property
    def left_out(self) -> Mapping[str, int]:
        """What was skipped so far."""
        return self._maker.left_out

    def items(self) -> Iterator[Item]:
        """Yield an item a row. Raises BulkInputBroken."""
        return chain.from_iterable(self._table(index, each) for index, each in enumerate(self._inputs))

    def place(self, source: int, place: str | None) -> str | None:
        """Return the column that a place of a line came from."""
        header = self._headers.get(source)
        return place if header is None else header.place(place)

    def _table(self, index: int, source: Input) -> Iterator[Item]:
        found = rows(source)
        first = next(found, None)
        if first is None or first.fault is not None:
            raise BulkInputBroken(
                f"{source.name} has no header",
                place=f"{source.name}:1",
                expected="a first line that names the columns",
                actual="an empty file" if first is None else first.fault,
            )
        header = read_header(first.cells, self._maker.ontology, self._maker.names, file=source.name, line=first.line)
        self._headers[index] = header
        make = self._asset if header.kind is TableKind.ASSETS else self._relationship
        for row in found:
            raw = to_json(row.cells)
            try:
                body = make(_Cells(header, row))
            except RowFault as broken:
                yield Item(number=row.line, source=index, raw=raw, problems=broken.problems)
                continue
            if body is not None:
                yield Item(number=row.line, source=index, body=body)

    def _asset(self, cells: _Cells) -> Body | None:
        kind = cells.text("type")
        target = self._maker.asset_type(kind)
        properties = cells.properties(self._maker, kind, self._maker.ontology.asset_types.get(target or ""))
        extra: Body = {}
        if (parents := cells.several("parents")) is not None:
            extra["parents"] = [self._maker.id_of(parent) for parent in parents]
        if (sources := cells.several("sourceOf")) is not None:
            found = (self._maker.relationship_type(name) for name in sources)
            extra["sourceOf"] = [to.type for to in found if to is not None]
        if (externals := cells.external_ids()) is not None:
            extra["externalIds"] = externals
        return self._maker.asset(
            AssetSource(id=cells.text("id"), type=kind, name=cells.given("name"), properties=properties, extra=extra)
        )

    def _relationship(self, cells: _Cells) -> Body | None:
        kind = cells.text("type")
        to = self._maker.relationship_type(kind)
        owner = None if to is None else self._maker.ontology.relationship_types.get(to.type)
        return self._maker.relationship(
            LinkSource(
                name=kind,
                source=cells.text("from"),
                target=cells.text("to"),
                key=cells.given("key") or "",
                properties=cells.properties(self._maker, kind, owner),
            )
        )


class _Cells:
    """A row by its columns. An empty cell is not given."""

    def __init__(self, header: Header, row: Row) -> None:
        if row.fault is not None:
            raise fault(f"The row can't be taken apart: {row.fault}", place="", expected="RFC 4180")
        if len(row.cells) != len(header.columns):
            raise fault(
                "The row has more cells than the header"
                if len(row.cells) > len(header.columns)
                else "Cells are missing",
                place=f"column {min(len(row.cells), len(header.columns)) + 1}",
                expected=f"{len(header.columns)} cells",
                actual=f"{len(row.cells)} cells",
                hint="Put cells that hold the delimiter into quotation marks",
            )
        self._pairs = [(column, cell) for column, cell in zip(header.columns, row.cells, strict=True) if cell]
        self._fields = {column.name: (column, cell) for column, cell in self._pairs if column.role is Role.FIELD}

    def given(self, field: str) -> str | None:
        found = self._fields.get(field)
        return None if found is None else found[1]

    def text(self, field: str) -> str:
        found = self.given(field)
        if found is None:
            raise fault(f"The row has no {field}", place=field, expected="text")
        return found

    def several(self, field: str) -> list[str] | None:
        found = self._fields.get(field)
        return None if found is None else _several(found[1])

    def external_ids(self) -> list[Json] | None:
        found: list[Json] = [
            {"system": column.name, "id": name}
            for column, cell in self._pairs
            if column.role is Role.EXTERNAL
            for name in _several(cell)
        ]
        return found or None

    def properties(
        self, maker: LineMaker, source_type: str, owner: AssetType | RelationshipType | None
    ) -> Mapping[str, Json]:
        found: dict[str, Json] = {}
        problems: list[Problem] = []
        for column, cell in self._pairs:
            if column.role is Role.PROPERTY:
                target = maker.property_name(column.name, source_type, owner)
                definition = owner.properties.get(target) if owner is not None and target is not None else None
                try:
                    found[column.name] = cell if definition is None else parsed(cell, definition, column.unit)
                except ValueInvalid as error:
                    problems.append(value_fault(error, column.name, column.place))
        if problems:
            raise RowFault(*problems)
        return found


def _several(cell: str) -> list[str]:
    """Return the ids in a cell: a JSON list where they hold semicolons, else with semicolons between them."""
    if cell.startswith("["):
        try:
            return _TEXTS.validate_json(cell)
        except ValidationError:  # an id may begin with a bracket
            return _parted(cell)
    return _parted(cell)


def _parted(cell: str) -> list[str]:
    return [each.strip() for each in cell.split(LIST_SEPARATOR) if each.strip()]
