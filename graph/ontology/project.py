"""Where an ontology comes from: a file, a folder of files merged into one, or text."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from graph.errors import OntologyInvalid, Problem
from graph.ontology.model import Json
from graph.ontology.source import Places, Source, read_source

SECTIONS = ("enums", "assetTypes", "relationshipTypes")
DOCUMENT = "ontology.yaml"
FOLDER = "ontology"


def ontology_files(path: Path) -> tuple[Path, ...]:
    """Return the files of the ontology at `path`, in order of name.

    Args:
        path: a document, a folder of documents, or a project folder that holds `ontology.yaml` or `ontology/*.yaml`.

    Raises:
        OntologyInvalid: there is none, or a project has both.
    """
    if path.is_file():
        return (path,)
    single, folder = path / DOCUMENT, path / FOLDER
    several = _documents(folder) if folder.is_dir() else ()
    if single.is_file() and several:
        raise _unusable(path, f"Both {DOCUMENT} and {FOLDER}/ are there", hint="Keep one of the two")
    if single.is_file():
        return (single,)
    found = several or (_documents(path) if path.is_dir() else ())
    if not found:
        raise _unusable(
            path,
            "No ontology is there",
            expected=f"a YAML file, or a folder with {DOCUMENT} or {FOLDER}/*.yaml",
            hint="`twin init` makes a project to start from",
        )
    return found


def read_files(files: Iterable[Path]) -> Source:
    """Read `files` and merge them into one source."""
    return merged([_read_file(file) for file in files])


def merged(sources: list[Source]) -> Source:
    """Return several documents as one; a name that two of them define is a problem that names both places."""
    if len(sources) == 1:
        return sources[0]
    value: dict[str, Json] = {}
    places = Places()
    problems = [problem for source in sources for problem in source.problems]
    for source in sources:
        if source.problems and source.value is None:
            continue
        if not isinstance(source.value, dict):
            problems.append(_not_a_document(source))
            continue
        problems.extend(_add(value, places, source, source.value))
    return Source(value=value, places=places, problems=tuple(problems))


def _add(value: dict[str, Json], places: Places, source: Source, added: dict[str, Json]) -> list[Problem]:
    problems: list[Problem] = []
    for key, part in added.items():
        present = value.get(key)
        if key not in value:
            value[key] = dict(part) if isinstance(part, dict) else part
        elif key in SECTIONS and isinstance(present, dict) and isinstance(part, dict):
            problems.extend(_twice(key, name, places, source) for name in part if name in present)
            present.update({name: body for name, body in part.items() if name not in present})
        elif present != part:
            problems.append(_disagrees(key, places, source))
    for mine, theirs in ((places.keys, source.places.keys), (places.values, source.places.values)):
        mine.update({path: position for path, position in theirs.items() if path not in mine})
    return problems


def _twice(section: str, name: str, places: Places, source: Source) -> Problem:
    return Problem(
        code="DUPLICATE_NAME",
        message=f"{name!r} is defined twice",
        place=source.places.of_key((section, name)),
        expected="each name once in all files",
        actual=f"the first at {places.of_key((section, name))}",
        hint="Remove or rename one of them",
    )


def _disagrees(key: str, places: Places, source: Source) -> Problem:
    return Problem(
        code="DUPLICATE_NAME",
        message=f"The files disagree about {key!r}",
        place=source.places.of((key,)),
        expected=f"the same as at {places.of((key,))}",
        hint="Say it in one file, or the same in all",
    )


def _not_a_document(source: Source) -> Problem:
    return Problem(
        code="FIELD_INVALID",
        message="The file holds no ontology document",
        place=source.places.of(()),
        expected="a mapping that begins with `format: twin-ontology/1`",
    )


def _documents(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(file for file in folder.iterdir() if file.suffix in (".yaml", ".yml") and file.is_file()))


def _read_file(file: Path) -> Source:
    try:
        return read_source(file.read_bytes(), file=str(file))
    except OSError as error:
        raise _unusable(file, f"The file can't be read: {error.strerror or error}") from error


def _unusable(path: Path, message: str, *, expected: str | None = None, hint: str | None = None) -> OntologyInvalid:
    problem = Problem(code="ONTOLOGY_NOT_FOUND", message=message, place=str(path), expected=expected, hint=hint)
    return OntologyInvalid("The ontology can't be read", (problem,))
