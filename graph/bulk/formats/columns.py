"""Columns: what the header of a table says that its cells are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from graph.bulk.errors import BulkInputBroken
from graph.bulk.formats.cells import NUMERIC
from graph.bulk.formats.naming import ASSET_NAME, NameMap, Unknown
from graph.ontology.advice import nearest
from graph.ontology.model import AssetType, Ontology, PropertyDefinition, RelationshipType

EXTERNAL = "external:"
_UNIT = re.compile(r"(?P<name>.*\S)\s*\[(?P<unit>[^\[\]]+)\]")


class TableKind(StrEnum):
    """Which of the two tables a file is."""

    ASSETS = "assets"
    RELATIONSHIPS = "relationships"


FIELDS: Mapping[TableKind, tuple[str, ...]] = {
    TableKind.ASSETS: ("id", "type", "name", "parents", "sourceOf"),
    TableKind.RELATIONSHIPS: ("type", "from", "to", "key"),
}
REQUIRED: Mapping[TableKind, frozenset[str]] = {
    TableKind.ASSETS: frozenset({"id", "type"}),
    TableKind.RELATIONSHIPS: frozenset({"type", "from", "to"}),
}


class Role(StrEnum):
    """What a column holds."""

    FIELD = "field"
    EXTERNAL = "external"
    PROPERTY = "property"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: `name` is the field, the property by the source's name, or the system; `number` counts from 1."""

    number: int
    role: Role
    name: str
    unit: str | None = None

    @property
    def place(self) -> str:
        """The column as errors name it."""
        return f"column {self.number} ({EXTERNAL if self.role is Role.EXTERNAL else ''}{self.name})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header that was understood."""

    kind: TableKind
    columns: tuple[Column, ...]

    def place(self, place: str | None) -> str | None:
        """Return the column that a place in a line came from, or `place` itself where it came from none."""
        first, _, rest = (place or "").partition(".")
        first = first.partition("[")[0]
        wanted = rest.partition(".")[0].partition("[")[0] if first == "properties" else first
        for column in self.columns:
            if column.name == wanted and column.role in (Role.FIELD, Role.PROPERTY):
                return column.place
        return place


def read_header(cells: Sequence[str], ontology: Ontology, names: NameMap, *, file: str, line: int = 1) -> Header:
    """Return what the header says. Raises BulkInputBroken where a column is missing, unknown or there twice."""
    titles = [cell.strip() for cell in cells]
    reader = _HeaderReader(_kind(titles, file, line), ontology, names, f"{file}:{line}")
    columns = tuple(reader.column(number, title) for number, title in enumerate(titles, 1))
    _refuse_repeated(columns, f"{file}:{line}")
    return Header(kind=reader.kind, columns=columns)


def _kind(titles: Sequence[str], file: str, line: int) -> TableKind:
    fitting = [kind for kind in TableKind if REQUIRED[kind] <= set(titles)]
    if len(fitting) == 1:
        return fitting[0]
    raise BulkInputBroken(
        f"The header of {file} is that of neither table" if not fitting else f"The header of {file} fits both tables",
        place=f"{file}:{line}",
        expected="the columns id and type (assets), or type, from and to (relationships)",
        actual=", ".join(titles)[:200] or "an empty line",
        hint="The first line names the columns, separated by commas, semicolons or tabs",
    )


class _HeaderReader:
    def __init__(self, kind: TableKind, ontology: Ontology, names: NameMap, place: str) -> None:
        self.kind = kind
        self._names = names
        self._place = place
        owners: Iterable[AssetType | RelationshipType] = (
            ontology.asset_types if kind is TableKind.ASSETS else ontology.relationship_types
        ).values()
        self._known: dict[str, list[PropertyDefinition]] = {}
        for owner in owners:
            for name, definition in owner.properties.items():
                self._known.setdefault(name, []).append(definition)

    def column(self, number: int, title: str) -> Column:
        place = f"{self._place}: column {number}"
        if not title:
            raise BulkInputBroken("A column has no name", place=place, expected="a name in the first line")
        if title in FIELDS[self.kind] and not self._names.skips(title):
            return Column(number=number, role=Role.FIELD, name=title)
        if title.startswith(EXTERNAL) and self.kind is TableKind.ASSETS:
            return Column(number=number, role=Role.EXTERNAL, name=title.removeprefix(EXTERNAL))
        found = _UNIT.fullmatch(title)
        name, unit = (found["name"], found["unit"].strip()) if found else (title, None)
        if self._names.skips(name):
            return Column(number=number, role=Role.SKIPPED, name=name)
        definitions = self._definitions(name)
        if definitions is None:
            return self._unknown(number, name, place)
        if unit is not None and not any(definition.datatype in NUMERIC for definition in definitions):
            raise BulkInputBroken(
                f"{name} can't have a unit", place=place, expected=f"{name} without a unit", actual=title
            )
        return Column(number=number, role=Role.PROPERTY, name=name, unit=unit)

    def _definitions(self, name: str) -> list[PropertyDefinition] | None:
        """Return what the column may mean; empty where it names the asset, None where it means nothing."""
        ending = f".{name}"
        targets = {to for source, to in self._names.properties.items() if source == name or source.endswith(ending)}
        if not targets and name not in self._known:
            return None
        return [one for target in (targets or {name}) - {ASSET_NAME} for one in self._known.get(target, [])]

    def _unknown(self, number: int, name: str, place: str) -> Column:
        if self._names.unknown is Unknown.SKIP:
            return Column(number=number, role=Role.SKIPPED, name=name)
        fields = dict.fromkeys(FIELDS[self.kind])
        raise BulkInputBroken(
            f"No type has a property {name!r}",
            place=place,
            expected=f"one of {', '.join(fields)}, or a property of the ontology",
            actual=name,
            hint=f"{nearest(name, {**fields, **self._known})}. A mapping file can rename it or skip it",
        )


def _refuse_repeated(columns: Sequence[Column], place: str) -> None:
    seen: dict[tuple[Role, str], Column] = {}
    for column in columns:
        first = seen.setdefault((column.role, column.name), column)
        if first is not column:
            raise BulkInputBroken(
                f"{column.name!r} is there twice",
                place=f"{place}: column {column.number}",
                expected="each column once",
                actual=f"the first is column {first.number}",
                hint="Remove or rename one of them",
            )
