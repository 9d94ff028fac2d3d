"""Corrections of a project's files: a version's text was changed after others were built on it, and somebody says why.

They stand in `corrections.yaml` beside the ontology, are appended by `twin ontology repair`, and never rewritten.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from ruamel.yaml import YAML

from graph.errors import Problem
from graph.ontology.document import Element, Text
from graph.ontology.source import read_source
from migrations.errors import ProjectInvalid
from migrations.governance.settings import fault_place

FILE = "corrections.yaml"
FORMAT = "twin-corrections/1"


class CorrectionDocument(Element):
    """One correction."""

    revision: Text = Field(description="The version whose file was changed.")
    was: Text = Field(description="Checksum of its text before.")
    now: Text = Field(description="Checksum of its text since.")
    reason: Text = Field(description="Why it was changed.")
    by: Text = Field(description="Who says so.")
    at: Text = Field(description="Day on which it was said.")


class CorrectionsDocument(Element):
    """All corrections of a project, oldest first."""

    format: Literal["twin-corrections/1"] = Field(description="Version of this format.")
    corrections: list[CorrectionDocument] = Field(default_factory=list[CorrectionDocument])


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A version's text was changed from one checksum to another: by whom, on which day, and why."""

    revision: str
    was: str
    now: str
    reason: str
    by: str
    at: str


def load_corrections(project: Path) -> tuple[Correction, ...]:
    """Return the corrections of the project in a folder, oldest first.

    Raises:
        ProjectInvalid: the file can't be read, with every problem at its place.
    """
    file = project / FILE
    if not file.is_file():
        return ()
    source = read_source(file.read_bytes(), file=str(file))
    problems = list(source.problems)
    if not problems:
        try:
            document = CorrectionsDocument.model_validate(source.value)
        except ValidationError as error:
            problems = [
                Problem(
                    code="GOVERNANCE_INVALID",
                    message=f"{'.'.join(map(str, each['loc'])) or 'The file'}: {each['msg']}",
                    place=fault_place(source, each["loc"], each["type"]),
                )
                for each in error.errors()
            ]
        else:
            return tuple(
                Correction(
                    revision=each.revision, was=each.was, now=each.now, reason=each.reason, by=each.by, at=each.at
                )
                for each in document.corrections
            )
    raise ProjectInvalid(f"{file} can't be read", tuple(problems), hint="`twin ontology repair` writes it")


def append_corrections(project: Path, added: Sequence[Correction]) -> None:
    """Write corrections behind those that a project has; what stands there stays as it is, comments included."""
    file = project / FILE
    known = {(each.revision, each.was, each.now) for each in load_corrections(project)}
    new = [each for each in added if (each.revision, each.was, each.now) not in known]
    if not new:
        return
    before = file.read_text(encoding="utf-8") if file.is_file() else f"format: {FORMAT}\ncorrections:\n"
    part = file.with_name(f".{file.name}.part")
    part.write_text(before + ("" if before.endswith("\n") else "\n") + _written(new), encoding="utf-8", newline="\n")
    part.replace(file)


def first_checksums(corrections: Sequence[Correction], current: Mapping[str, str]) -> dict[str, str]:
    """Return, of versions that were corrected, the checksum of their first text, by which others were built on them.

    `current` are the checksums of the files as they are; a file that is not as it was last corrected to has no part.
    """
    first: dict[str, str] = {}
    last: dict[str, str] = {}
    for each in corrections:
        if last.get(each.revision, each.was) == each.was:
            first.setdefault(each.revision, each.was)
            last[each.revision] = each.now
    return {revision: was for revision, was in first.items() if current.get(revision) == last[revision]}


def _written(corrections: Sequence[Correction]) -> str:
    yaml = YAML()
    yaml.width = 118
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    rows = [
        {
            "revision": each.revision,
            "was": each.was,
            "now": each.now,
            "reason": each.reason,
            "by": each.by,
            "at": each.at,
        }
        for each in corrections
    ]
    yaml.dump({"corrections": rows}, out)  # pyright: ignore[reportUnknownMemberType] - ruamel types no parameters
    return out.getvalue().partition("\n")[2]
