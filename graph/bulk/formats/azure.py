"""Azure Digital Twins' import format: NDJSON in sections (Header, Models, Twins, Relationships); one line in memory.

Twins become assets and relationships relationships. Models are an ontology's business: they are skipped and counted.
https://learn.microsoft.com/azure/digital-twins/concepts-apis-sdks#bulk-import-with-the-import-jobs-api
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import cast

from pydantic_core import from_json

from graph.bulk.errors import BulkInputBroken
from graph.bulk.formats.conversion import Item
from graph.bulk.formats.lines import AssetSource, Body, LineMaker, LinkSource, RowFault, fault
from graph.bulk.formats.spelling import last_segment
from graph.bulk.inputs import Input
from graph.ontology.model import Json

_SECTION = "Section"
_OF_TWINS = frozenset({"$dtId", "$metadata", "$etag", "$lastUpdateTime"})
_OF_RELATIONSHIPS = frozenset(
    {"$relationshipId", "$sourceId", "$dtId", "$targetId", "$relationshipName", "$etag", "$metadata", "$lastUpdateTime"}
)


class Section(StrEnum):
    """The parts of an import file, in their order."""

    HEADER = "Header"
    MODELS = "Models"
    TWINS = "Twins"
    RELATIONSHIPS = "Relationships"


class AzureTwins:
    """An import file."""

    def __init__(self, source: Input, maker: LineMaker) -> None:
        self._source = source
        self._maker = maker

    @property
    def left_out(self) -> Mapping[str, int]:
        """What was skipped so far."""
        return self._maker.left_out

    def items(self) -> Iterator[Item]:
        """Yield an item for each twin and relationship. Raises BulkInputBroken."""
        section: Section | None = None
        for line in self._source.lines():
            if line.oversize:
                yield Item(number=line.number, raw=line.data, oversize=True)
                continue
            try:
                given = _object(line.data)
                if set(given) == {_SECTION}:
                    section = self._next_section(given[_SECTION], section, line.number)
                    continue
                body = self._body(given, section, line.number)
            except RowFault as broken:
                if section is None:
                    raise self._broken(line.number, "something else") from broken
                yield Item(number=line.number, raw=line.data, problems=broken.problems)
                continue
            if body is not None:
                yield Item(number=line.number, body=body)

    def _next_section(self, named: Json, before: Section | None, line: int) -> Section:
        known = list(Section)
        later = known if before is None else known[known.index(before) + 1 :]
        if named not in list(later) or (before is None and named != Section.HEADER):
            raise BulkInputBroken(
                f"{self._source.name} has a section that can't be there",
                place=f"{self._source.name}:{line}",
                expected=" or ".join(later if before is not None else [Section.HEADER]) or "no further section",
                actual=repr(named)[:80],
                hint="The sections are Header, Models, Twins and Relationships, in this order",
            )
        return Section(cast("str", named))

    def _body(self, given: Body, section: Section | None, line: int) -> Body | None:
        match section:
            case None:
                raise self._broken(line, "another line")
            case Section.HEADER:
                return self._header(given, line)
            case Section.MODELS:
                self._maker.left_out["models"] += 1
                return None
            case Section.TWINS:
                return self._maker.asset(_twin(given))
            case Section.RELATIONSHIPS:
                return self._maker.relationship(_relationship(given))

    def _header(self, given: Body, line: int) -> None:
        version = given.get("fileVersion")
        if not isinstance(version, str) or version.partition(".")[0] != "1":
            raise BulkInputBroken(
                f"{self._source.name} is of a version that is not read here",
                place=f"{self._source.name}:{line}",
                expected='"fileVersion": "1.0.0"',
                actual=repr(version)[:80],
            )

    def _broken(self, line: int, actual: str) -> BulkInputBroken:
        return BulkInputBroken(
            f"{self._source.name} is no import file of Azure Digital Twins",
            place=f"{self._source.name}:{line}",
            expected='{"Section": "Header"} in the first line',
            actual=actual,
            hint="Name another format with --format",
        )


def _object(data: bytes) -> Body:
    try:
        found = from_json(data, allow_inf_nan=False)
    except ValueError as error:
        raise fault("Not a line of JSON", place="", expected="one JSON object in UTF-8", actual=str(error)) from error
    if not isinstance(found, dict):
        raise fault("Not an object", place="", expected="one JSON object", actual=repr(found)[:80])
    return cast("Body", found)


def _twin(given: Body) -> AssetSource:
    metadata = given.get("$metadata")
    model = metadata.get("$model") if isinstance(metadata, dict) else None
    if not isinstance(model, str) or not last_segment(model):
        raise fault(
            "The twin has no model", place="$metadata.$model", expected="dtmi:...:Name;1", actual=repr(model)[:80]
        )
    return AssetSource(
        id=_text(given, "$dtId"), type=last_segment(model), properties=_properties(given, _OF_TWINS), extra={}
    )


def _relationship(given: Body) -> LinkSource:
    return LinkSource(
        name=_text(given, "$relationshipName"),
        source=_text(given, "$sourceId" if "$sourceId" in given else "$dtId"),
        target=_text(given, "$targetId"),
        key=_text(given, "$relationshipId"),
        properties=_properties(given, _OF_RELATIONSHIPS),
    )


def _text(given: Body, name: str) -> str:
    found = given.get(name)
    if not isinstance(found, str) or not found:
        raise fault(f"{name} is missing or no text", place=name, expected="text", actual=repr(found)[:80])
    return found


def _properties(given: Body, system: frozenset[str]) -> Body:
    for name in given:
        if name.startswith("$") and name not in system:
            raise fault(
                f"A field {name!r} is not known here", place=name, expected=", ".join(sorted(system)), actual=name
            )
    return {name: value for name, value in given.items() if name not in system}
