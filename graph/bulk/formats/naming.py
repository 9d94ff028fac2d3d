"""The mapping file: what another system's types, properties and relationships are called here."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from graph.bulk.errors import BulkInputBroken
from graph.bulk.formats.errors import MapInvalid
from graph.errors import Problem
from graph.ontology.advice import nearest
from graph.ontology.model import Json, Ontology
from graph.ontology.source import Path as Place
from graph.ontology.source import Source, read_source

ASSET_NAME = "name"
"""A property mapped to this one gives the asset its name."""


class Unknown(StrEnum):
    """What becomes of what the ontology doesn't have."""

    REFUSE = "refuse"
    SKIP = "skip"


class IdForm(StrEnum):
    """What of an IRI becomes the id."""

    LOCAL = "local"
    IRI = "iri"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RelationshipName(_Part):
    """A relationship type of the ontology; `reverse` where the source system draws it the other way round."""

    type: str
    reverse: bool = False


class Ids(_Part):
    """How ids are made: `prefix` goes before each; `form` is what of an IRI is taken."""

    prefix: str = ""
    form: IdForm = IdForm.LOCAL


class NameMap(_Part):
    """A mapping file. Names that are not in it are taken as they are, or in the ontology's spelling.

    `properties` may be limited to a type of the source: `Pump.flow`. `skip` leaves out types, properties and
    relationships by name, `*` standing for any text. `unknown` says whether what the ontology doesn't have is refused
    or left out.
    """

    types: dict[str, str] = Field(default_factory=dict)
    properties: dict[str, str] = Field(default_factory=dict)
    relationships: dict[str, RelationshipName] = Field(default_factory=dict)
    skip: tuple[str, ...] = ()
    ids: Ids = Ids()
    unknown: Unknown = Unknown.REFUSE

    @field_validator("relationships", mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        """Let `feeds: FEEDS` stand for `feeds: {type: FEEDS}`."""
        if not isinstance(value, dict):
            return value
        entries = cast("dict[object, object]", value)
        return {name: {"type": to} if isinstance(to, str) else to for name, to in entries.items()}

    def skips(self, name: str) -> bool:
        """Whether `name` is one of those to leave out."""
        return any(fnmatchcase(name, pattern) for pattern in self.skip)


def load_map(path: Path, ontology: Ontology) -> NameMap:
    """Return the mapping file at `path`, every name in it checked against `ontology`.

    Raises:
        BulkInputBroken: it can't be opened.
        MapInvalid: it doesn't hold together; `problems` has all of it, each with line and column.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise BulkInputBroken(
            f"{path} can't be opened", actual=error.strerror or str(error), hint="Check the name and its permissions"
        ) from error
    return parse_map(text, ontology, file=str(path))


def parse_map(text: str | bytes, ontology: Ontology, *, file: str = "map.yaml") -> NameMap:
    """Return the mapping file written in `text` (YAML), as `load_map` does."""
    source = read_source(text, file=file)
    if source.problems:
        raise _invalid(file, source.problems)
    try:
        found = NameMap.model_validate({} if source.value is None else source.value)
    except ValidationError as error:
        problems = [
            _shape_problem(source, detail["loc"], detail["type"], detail["msg"], detail["input"])
            for detail in error.errors(include_url=False)
        ]
        raise _invalid(file, tuple(problems)) from error
    unknown = tuple(_unknown_names(found, ontology, source))
    if unknown:
        raise _invalid(file, unknown)
    return found


def _invalid(file: str, problems: tuple[Problem, ...]) -> MapInvalid:
    return MapInvalid(f"{file} is no mapping file", problems, hint="See docs/bulk-formats.md for what it may hold")


def _shape_problem(source: Source, loc: Place, kind: str, message: str, given: Json) -> Problem:
    if kind == "extra_forbidden":
        place = source.places.of_key(loc)
        return Problem(
            code="FIELD_UNKNOWN",
            message=f"A mapping file has no field {loc[-1]!r} here",
            place=place,
            hint=nearest(str(loc[-1]), RelationshipName.model_fields | Ids.model_fields | NameMap.model_fields),
        )
    actual = None if isinstance(given, dict | list) else repr(given)[:100]
    name = ".".join(str(step) for step in loc) or "the file"
    return Problem(code="FIELD_INVALID", message=f"{name}: {message}", place=source.places.of(loc), actual=actual)


def _unknown_names(found: NameMap, ontology: Ontology, source: Source) -> list[Problem]:
    properties = {
        ASSET_NAME: None,
        **{name: None for owner in ontology.asset_types.values() for name in owner.properties},
        **{name: None for owner in ontology.relationship_types.values() for name in owner.properties},
    }
    kinds: tuple[tuple[str, str, str, Mapping[str, str], Mapping[str, object]], ...] = (
        ("types", "UNKNOWN_TYPE", "asset type", found.types, ontology.asset_types),
        ("properties", "UNKNOWN_PROPERTY", "property", found.properties, properties),
        (
            "relationships",
            "UNKNOWN_TYPE",
            "relationship type",
            {name: to.type for name, to in found.relationships.items()},
            ontology.relationship_types,
        ),
    )
    return [
        Problem(
            code=code,
            message=f"The ontology has no {kind} {to!r}",
            place=source.places.of((part, name)),
            expected=f"the name of {'an' if kind[0] == 'a' else 'a'} {kind} of the ontology",
            actual=to,
            hint=nearest(to, known),
        )
        for part, code, kind, names, known in kinds
        for name, to in names.items()
        if to not in known
    ]
