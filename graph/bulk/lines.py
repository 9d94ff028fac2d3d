"""A line of the bulk format as a change: `{"kind": "asset", ...}` or `{"kind": "relationship", ...}`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from graph.changes.model import ExternalId, UpsertAsset, UpsertRelationship
from graph.errors import Problem


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel, validate_by_alias=True)


class ExternalIdLine(_Line):
    """What another system calls the asset."""

    system: str
    id: str


class AssetLine(_Line):
    """An asset to create or change; what is left out stays as it is."""

    kind: Literal["asset"]
    id: str
    type: str
    name: str | None = None
    properties: dict[str, Any] = Field(default_factory=dict)
    external_ids: list[ExternalIdLine] | None = None
    source_of: list[str] | None = None
    parents: list[str] | None = None
    replace: bool = False

    def change(self) -> UpsertAsset:
        """Return the line as a change."""
        externals = self.external_ids
        return UpsertAsset(
            id=self.id,
            type=self.type,
            name=self.name,
            properties=self.properties,
            external_ids=None if externals is None else tuple(ExternalId(system=e.system, id=e.id) for e in externals),
            source_of=None if self.source_of is None else tuple(self.source_of),
            parents=None if self.parents is None else tuple(self.parents),
            replace=self.replace,
        )


class RelationshipLine(_Line):
    """A relationship to create or change."""

    kind: Literal["relationship"]
    type: str
    source: str = Field(alias="from")
    target: str = Field(alias="to")
    key: str = ""
    properties: dict[str, Any] = Field(default_factory=dict)

    def change(self) -> UpsertRelationship:
        """Return the line as a change."""
        return UpsertRelationship(
            type=self.type, source=self.source, target=self.target, key=self.key, properties=self.properties
        )


_LINE: TypeAdapter[AssetLine | RelationshipLine] = TypeAdapter(
    Annotated[AssetLine | RelationshipLine, Field(discriminator="kind")]
)


class LineInvalid(ValueError):
    """A line that is no line of the bulk format; `problems` say why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


def parse_line(data: bytes) -> UpsertAsset | UpsertRelationship:
    """Return the change that a line asks for, or raise LineInvalid with everything that is wrong with its shape."""
    try:
        return _LINE.validate_json(data).change()
    except ValidationError as error:
        raise LineInvalid(tuple(_problem(dict(detail)) for detail in error.errors(include_url=False))) from error


def _problem(detail: dict[str, Any]) -> Problem:
    where = [str(part) for part in detail["loc"] if part not in ("asset", "relationship")]
    if detail["type"] == "json_invalid":
        return Problem(
            code="LINE_INVALID",
            message="Not a line of JSON",
            expected="one JSON object in UTF-8",
            actual=str(detail["ctx"]["error"]),
            hint="Write each object on a line of its own",
        )
    given = detail["input"]
    return Problem(
        code="LINE_INVALID",
        message=f"{'.'.join(where) or 'the line'}: {detail['msg']}",
        place=".".join(where) or None,
        actual=None if isinstance(given, dict | list) else repr(given)[:100],
        hint="See docs/bulk.md for the format",
    )
