"""Consumers of a project's interface that are registered by file: whose operations they are, and how to reach them.

The file is `operations.yaml` beside the ontology, or in a folder of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, JsonValue, ValidationError

from graph.documents import DocumentsInvalid, parse_manifest
from graph.errors import Problem
from graph.ontology.document import Element
from graph.ontology.source import Places, read_source
from migrations.errors import OperationsInvalid
from migrations.governance.settings import fault_place

FILE = "operations.yaml"
Said = Annotated[str, Field(min_length=1, max_length=200)]


class ConsumerDocument(Element):
    """A consumer of the interface."""

    owner: Said = Field(description="Who answers for it.")
    contact: Said = Field(description="How to reach them.")
    documents: list[Said] = Field(
        min_length=1,
        description="Its GraphQL documents, relative to this file: patterns such as ui/*.graphql, or manifests of "
        "graphql-codegen, Relay or Apollo (.json).",
    )


class ConsumersDocument(Element):
    """All consumers that a file registers."""

    format: Literal["twin-operations/1"] = Field(description="Version of this format.")
    consumers: dict[str, ConsumerDocument] = Field(min_length=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """A consumer of the interface: who answers for it, how to reach them, and its documents by id."""

    name: str
    owner: str
    contact: str
    documents: Mapping[str, str]


def operations_schema() -> dict[str, JsonValue]:
    """Return the JSON Schema of `operations.yaml`."""
    return ConsumersDocument.model_json_schema(by_alias=True)


def load_consumers(path: Path) -> tuple[Consumer, ...]:
    """Return the consumers that a file registers, or the `operations.yaml` of a folder.

    Raises:
        OperationsInvalid: with every problem at its place.
    """
    file = path / FILE if path.is_dir() else path
    if not file.is_file():
        problem = _problem(str(file), "No such file", expected=f"a file such as {FILE}, or a folder that has it")
        raise _invalid(file, [problem])
    source = read_source(file.read_bytes(), file=str(file))
    if source.problems:
        raise _invalid(file, list(source.problems))
    try:
        document = ConsumersDocument.model_validate(source.value)
    except ValidationError as error:
        faults = error.errors()
        problems = [
            _of_fault(each["loc"], each["msg"], fault_place(source, each["loc"], each["type"])) for each in faults
        ]
        raise _invalid(file, problems) from error
    problems: list[Problem] = []
    found = tuple(
        Consumer(
            name=name,
            owner=each.owner,
            contact=each.contact,
            documents=dict(_documents(name, each, file, source.places, problems)),
        )
        for name, each in document.consumers.items()
    )
    if problems:
        raise _invalid(file, problems)
    return found


def _documents(
    name: str, consumer: ConsumerDocument, file: Path, places: Places, problems: list[Problem]
) -> Iterator[tuple[str, str]]:
    for number, pattern in enumerate(consumer.documents):
        place = places.of(("consumers", name, "documents", number))
        try:
            matched = sorted(each for each in file.parent.glob(pattern) if each.is_file())
        except (ValueError, NotImplementedError) as error:
            problems.append(_problem(place, f"No pattern of files: {error}", expected="a path relative to this file"))
            continue
        if not matched:
            problems.append(_problem(place, f"No file is {pattern}", expected="a file, or a pattern of files"))
        for each in matched:
            yield from _read(each, file.parent, problems)


def _read(file: Path, folder: Path, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    name = file.relative_to(folder).as_posix()
    if file.suffix != ".json":
        yield name, file.read_text(encoding="utf-8", errors="replace")
        return
    try:
        yield from parse_manifest(file.read_bytes(), place=str(file)).documents.items()
    except DocumentsInvalid as error:
        problems.extend(_problem(each.place, each.message) for each in error.problems)


def _of_fault(path: tuple[str | int, ...], message: str, place: str | None) -> Problem:
    return _problem(place, f"{'.'.join(map(str, path)) or 'The file'}: {message}")


def _problem(place: str | None, message: str, *, expected: str | None = None) -> Problem:
    return Problem(code=OperationsInvalid.code, message=message, place=place, expected=expected)


def _invalid(file: Path, problems: list[Problem]) -> OperationsInvalid:
    return OperationsInvalid(
        f"{file} does not register operations",
        tuple(problems),
        hint="Say of each consumer its owner, contact and documents; see docs/migrations.md",
    )
