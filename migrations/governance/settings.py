"""What a project asks of its versions: `governance.yaml` beside the ontology. Without it, nothing more than must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Annotated, Literal

from pydantic import Field, JsonValue, ValidationError

from graph.errors import Problem
from graph.ontology.document import Element
from graph.ontology.source import Path, Source, read_source
from migrations.errors import ProjectInvalid

FILE = "governance.yaml"
FORMAT = "twin-governance/1"

Wanted = Literal["description", "owner", "author", "reason", "ticket"]
Strictness = Literal["off", "warning", "error"]


class LintDocument(Element):
    """What `twin ontology lint` asks."""

    since: str | None = Field(
        default=None,
        description="A revision: it and what it builds on were there before, and are not judged.",
    )
    warn_days: Annotated[int, Field(ge=0, le=3660)] = Field(
        default=30, description="How many days before a deprecated element goes it is warned of."
    )
    require: list[Wanted] = Field(
        default_factory=list[Wanted], description="What every element (description) and every version must have."
    )
    levels: dict[str, Strictness] = Field(
        default_factory=dict[str, Strictness], description="How seriously a rule is taken, by its code."
    )


class GovernanceDocument(Element):
    """What a project asks of its versions."""

    format: Literal["twin-governance/1"] = Field(description="Version of this format.")
    approvals: Annotated[int, Field(ge=0, le=9)] = Field(
        default=0,
        description="How many people, none of them the author, must have approved a version before it is applied, and "
        "before it is completed.",
    )
    lint: LintDocument = Field(default_factory=LintDocument)


@dataclass(frozen=True, slots=True, kw_only=True)
class LintSettings:
    """What `twin ontology lint` asks; as `LintDocument` has it."""

    since: str | None = None
    warn_days: int = 30
    require: frozenset[str] = frozenset()
    levels: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Governance:
    """What a project asks of its versions: how many approvals, and what lint is to look at."""

    approvals: int = 0
    lint: LintSettings = field(default_factory=LintSettings)


def load_governance(project: FilePath) -> Governance:
    """Return what the project in a folder asks; the defaults where it has no file for that.

    Raises:
        ProjectInvalid: with every problem of the file at its place.
    """
    file = project / FILE
    if not file.is_file():
        return Governance()
    source = read_source(file.read_bytes(), file=str(file))
    if source.problems:
        raise _invalid(file, source.problems)
    try:
        document = GovernanceDocument.model_validate(source.value)
    except ValidationError as error:
        raise _invalid(file, tuple(_problem(each["loc"], each["msg"], source) for each in error.errors())) from error
    lint = document.lint
    return Governance(
        approvals=document.approvals,
        lint=LintSettings(
            since=lint.since,
            warn_days=lint.warn_days,
            require=frozenset(lint.require),
            levels=dict[str, str](lint.levels),
        ),
    )


def governance_schema() -> dict[str, JsonValue]:
    """Return the JSON Schema of `governance.yaml`."""
    return GovernanceDocument.model_json_schema(by_alias=True)


def _problem(path: Path, message: str, source: Source) -> Problem:
    where = ".".join(map(str, path)) or "The file"
    return Problem(code="GOVERNANCE_INVALID", message=f"{where}: {message}", place=source.places.of_key(path))


def _invalid(file: FilePath, problems: tuple[Problem, ...]) -> ProjectInvalid:
    hint = "Correct the file; see docs/migrations.md#governance"
    return ProjectInvalid(f"{file} does not say what it should", problems, hint=hint)
