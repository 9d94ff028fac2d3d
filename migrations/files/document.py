"""Migration files, format `twin-migration/1`: read, checked, and written.

A file's checksum is SHA-256 over its text with LF line ends, so that a checkout on another system doesn't change it.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias, cast

from pydantic import Field, JsonValue, ValidationError
from ruamel.yaml import YAML

from graph.errors import Problem
from graph.ontology.advice import nearest
from graph.ontology.document import Day, Element, Text
from graph.ontology.model import Json
from graph.ontology.source import Path, Source, read_source
from migrations.errors import MigrationInvalid
from migrations.operations import OPERATIONS, Operation, OperationKind, Phase

FORMAT = "twin-migration/1"

RevisionName = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}[0-9]*_[a-z0-9]+(_[a-z0-9]+)*$",
        max_length=100,
        description="Name of this version and of its file: a number and a few words, e.g. 0007_split_pump.",
    ),
]
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$", description="Hash of an ontology.")]
Written: TypeAlias = "dict[str, JsonValue]"


class RequirementDocument(Element):
    """Something that must hold before a migration starts."""

    assert_: Text = Field(alias="assert", description="Cypher that only reads and returns one value: true.")


class ExemptionDocument(Element):
    """A rule of `twin ontology lint` that this version may break, and why."""

    rule: Text = Field(description="The rule's code, e.g. BACKWARD_BROKEN.")
    element: Text | None = Field(default=None, description="Only for this element, e.g. Pump.ratedFlow.")
    reason: Annotated[str, Field(min_length=1, max_length=10_000)] = Field(description="Why it may.")


class MigrationDocument(Element):
    """A migration as its author writes it; operations are checked one by one against the table of operations."""

    format: Literal["twin-migration/1"] = Field(description="Version of this format.")
    revision: RevisionName
    parents: list[RevisionName] = Field(
        default_factory=list[str], description="Versions it builds on; none for the first."
    )
    from_: Digest | None = Field(default=None, alias="from", description="Hash of the ontology before; none at first.")
    to: Digest = Field(description="Hash of the ontology after.")
    chain: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")] | None = Field(
        default=None, description="Digest of the files it builds on; `make` writes it, `check` compares it."
    )
    message: Text = Field(description="What it does, in a sentence.")
    author: Text | None = Field(default=None, description="Who proposed it.")
    owner: Text | None = Field(default=None, description="Who answers for it.")
    proposed: Day | None = Field(default=None, description="Day on which it was proposed, e.g. 2026-11-26.")
    reason: Text | None = Field(default=None, description="Why.")
    ticket: Text | None = Field(default=None, description="Where it was asked for.")
    status: Literal["draft", "approved", "deprecated"] | None = Field(default=None, description="How far it is agreed.")
    approved_by: Text | None = Field(default=None, description="Who agreed; never the author.")
    exempt: list[ExemptionDocument] = Field(
        default_factory=list["ExemptionDocument"], description="Rules of lint that it may break."
    )
    requires: list[RequirementDocument] = Field(
        default_factory=list["RequirementDocument"], description="What must hold in the database before it starts."
    )
    expand: list[Written] = Field(default_factory=list[Written], description="Additions; old readers keep working.")
    backfill: list[Written] = Field(default_factory=list[Written], description="Steps over data, in batches.")
    contract: list[Written] = Field(
        default_factory=list[Written], description="Takes away what nobody uses any more, as a step of its own."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An operation and where it is written."""

    operation: Operation
    place: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A statement that only reads, and answers with one true value where the migration may begin."""

    statement: str
    place: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """A rule of lint that a version may break, for one element or (None) for any, and why."""

    rule: str
    element: str | None
    reason: str
    place: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """How a version came about: who proposed it, when and why, who answers for it, and how far it is agreed."""

    owner: str | None = None
    proposed: str | None = None
    reason: str | None = None
    ticket: str | None = None
    status: str | None = None
    approved_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One version of an ontology: what it builds on, what it does, and the hashes before and after."""

    revision: str
    parents: tuple[str, ...]
    before: str | None
    after: str
    message: str
    author: str | None
    checksum: str
    file: str
    text: str
    requires: tuple[Requirement, ...] = ()
    expand: tuple[Placed, ...] = ()
    backfill: tuple[Placed, ...] = ()
    contract: tuple[Placed, ...] = ()
    place_of_before: str | None = None
    place_of_after: str | None = None
    chain: str | None = None
    place_of_chain: str | None = None
    standpoint: Standpoint = Standpoint()
    exemptions: tuple[Exemption, ...] = ()

    @property
    def operations(self) -> tuple[Placed, ...]:
        """All operations, phase by phase."""
        return (*self.expand, *self.backfill, *self.contract)


def checksum_of(text: str) -> str:
    """Return `sha256:` and hex of a file's text, line ends as LF."""
    normal = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"sha256:{hashlib.sha256(normal.encode()).hexdigest()}"


def read_migration(text: str, *, file: str) -> Migration:
    """Read one migration file; `file` is what places call it.

    Raises:
        MigrationInvalid: with every problem found, each at its line and column.
    """
    source = read_source(text, file=file)
    if source.problems:
        raise _invalid(file, source.problems)
    try:
        document = MigrationDocument.model_validate(source.value)
    except ValidationError as error:
        raise _invalid(file, _problems_of(error, source, ())) from error
    sections = {phase: _section(document, phase, source) for phase in Phase}
    problems = [each for section in sections.values() for each in section if isinstance(each, Problem)]
    if problems:
        raise _invalid(file, problems)
    steps = {phase: tuple(each for each in found if isinstance(each, Placed)) for phase, found in sections.items()}
    return Migration(
        revision=document.revision,
        parents=tuple(document.parents),
        before=document.from_,
        after=document.to,
        message=document.message,
        author=document.author,
        requires=tuple(
            Requirement(statement=each.assert_, place=source.places.of(("requires", number)))
            for number, each in enumerate(document.requires)
        ),
        expand=steps[Phase.EXPAND],
        backfill=steps[Phase.BACKFILL],
        contract=steps[Phase.CONTRACT],
        checksum=checksum_of(text),
        file=file,
        text=text,
        place_of_before=source.places.of(("from",)),
        place_of_after=source.places.of(("to",)),
        chain=document.chain,
        place_of_chain=source.places.of(("chain",)),
        standpoint=Standpoint(
            owner=document.owner,
            proposed=document.proposed,
            reason=document.reason,
            ticket=document.ticket,
            status=document.status,
            approved_by=document.approved_by,
        ),
        exemptions=tuple(
            Exemption(
                rule=each.rule, element=each.element, reason=each.reason, place=source.places.of(("exempt", number))
            )
            for number, each in enumerate(document.exempt)
        ),
    )


def write_migration(header: Mapping[str, Json], steps: Mapping[Phase, Sequence[Operation]], *, comment: str) -> str:
    """Return the text of a migration file; the same input gives the same text, byte for byte."""
    content = {
        "format": FORMAT,
        **{key: value for key, value in header.items() if value is not None},
        **{
            phase.value: [{operation.kind: operation.written} for operation in steps[phase]]
            for phase in Phase
            if steps.get(phase) or phase is Phase.EXPAND
        },
    }
    yaml = YAML()
    yaml.width = 118
    yaml.default_flow_style = False
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(content, out)  # pyright: ignore[reportUnknownMemberType] - ruamel types no parameters
    return "".join(f"# {line}\n" for line in comment.splitlines()) + out.getvalue()


def _section(document: MigrationDocument, phase: Phase, source: Source) -> list[Placed | Problem]:
    found: list[Placed | Problem] = []
    written: list[Written] = getattr(document, phase.value)
    for number, each in enumerate(written):
        read = _operation(each, phase, (phase.value, number), source)
        found.extend([read] if isinstance(read, Placed) else read)
    return found


def _operation(written: Written, phase: Phase, path: Path, source: Source) -> Placed | list[Problem]:
    place = source.places.of(path)
    if len(written) != 1:
        return [
            Problem(
                code="MIGRATION_INVALID",
                message="An operation is one name with its arguments",
                place=place,
                expected="one key, e.g. `add_property: {...}`",
                actual=", ".join(written) or "nothing",
            )
        ]
    ((name, arguments),) = written.items()
    kind = OPERATIONS.get(name)
    if kind is None:
        return [_unknown_operation(name, source.places.of_key((*path, name)))]
    if phase not in kind.phases:
        return [_misplaced(kind, phase, source.places.of_key((*path, name)))]
    return _read(kind, arguments, (*path, name), source)


def _read(kind: OperationKind, arguments: JsonValue, path: Path, source: Source) -> Placed | list[Problem]:
    try:
        # As JSON, because strict Python input wants enum members where files hold their text.
        checked = kind.arguments.model_validate_json(json.dumps(arguments))
    except ValidationError as error:
        return _problems_of(error, source, path)
    plain = cast("dict[str, Json]", checked.model_dump(mode="json", by_alias=True, exclude_unset=True))
    return Placed(operation=kind.read(plain), place=source.places.of(path))


def _unknown_operation(name: str, place: str | None) -> Problem:
    return Problem(
        code="UNKNOWN_OPERATION",
        message=f"{name!r} is no operation that this version knows",
        place=place,
        expected=f"one of {', '.join(OPERATIONS)}",
        actual=name,
        hint=nearest(name, OPERATIONS) if nearest(name, OPERATIONS).startswith("Did") else None,
    )


def _misplaced(kind: OperationKind, phase: Phase, place: str | None) -> Problem:
    return Problem(
        code="OPERATION_MISPLACED",
        message=f"{kind.name} can't run in `{phase}`",
        place=place,
        expected=" or ".join(f"`{each}`" for each in Phase if each in kind.phases),
        actual=f"`{phase}`",
        hint="`expand` adds, `backfill` writes data, `contract` takes away",
    )


def _problems_of(error: ValidationError, source: Source, prefix: Path) -> list[Problem]:
    return [
        Problem(
            code="MIGRATION_INVALID",
            message=f"{'.'.join(str(part) for part in each['loc']) or 'The file'}: {each['msg']}",
            place=_place_of(source, (*prefix, *each["loc"]), each["type"]),
            actual=None if each["type"] == "missing" else _shown(each["input"]),
        )
        for each in error.errors(include_url=False, include_context=False)
    ]


def _place_of(source: Source, path: Path, kind: str) -> str | None:
    return source.places.of_key(path) if kind == "extra_forbidden" else source.places.of(path)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:80]}…"


def _invalid(file: str, problems: Sequence[Problem]) -> MigrationInvalid:
    return MigrationInvalid(
        f"{file} is no migration that can be run", tuple(problems), hint="Correct the file; nothing was applied"
    )
