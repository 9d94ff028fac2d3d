"""`twin ontology export` and `twin ontology import`: ontologies in the forms of other standards."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from app.cli.console import print_json, tell
from app.cli.verbs import FOUND, JsonFlag, ProjectOption
from graph.errors import InvalidInput

if TYPE_CHECKING:
    from app.exchange import Form
    from migrations.exchange import Note

_TOLD = 20


class FormName(StrEnum):
    """The forms of `twin ontology export`."""

    JSON_SCHEMA = "json-schema"
    GRAPHQL_SDL = "graphql-sdl"
    DTDL = "dtdl"
    SHACL = "shacl"
    AAS = "aas"

    def form(self) -> Form:
        """Return the form."""
        from app.exchange import Form

        return Form(self.value)


OutputOption: TypeAlias = Annotated[
    Path | None, typer.Option("--output", "-o", help="File to write. Default: standard output.")
]
ForceOption: TypeAlias = Annotated[bool, typer.Option("--force", help="Write over a file that is there.")]
StrictOption: TypeAlias = Annotated[bool, typer.Option("--strict", help="Exit 2 where anything could not be said.")]


def export(
    form: Annotated[FormName, typer.Option("--format", help="The standard to write.")],
    output: OutputOption = None,
    force: ForceOption = False,
    strict: StrictOption = False,
    as_json: JsonFlag = False,
    project: ProjectOption = None,
) -> int:
    """Write the ontology in the form of another standard, and tell what this can't carry. Needs no database.

    What is lost is found by reading back what was written. With --json the notes are printed as JSON, and the text
    goes to --output, or into them.

    Examples:
        twin ontology export --format json-schema -o ontology.schema.json
        twin ontology export --format dtdl --strict
        twin ontology export --format shacl --project my-site -o ontology.ttl
    """
    from app.cli.ontology.migrating import chosen_project
    from app.exchange import export_ontology

    done = export_ontology(chosen_project(project).desired, form.form())
    _give(done.text, done.notes, output, force=force, as_json=as_json)
    return _code(done.notes, strict=strict)


def import_(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="One file; of DTDL several, or a folder.")],
    form: Annotated[FormName | None, typer.Option("--format", help="Told from the contents unless said.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="Name of the ontology. Default: the file's.")] = None,
    output: OutputOption = None,
    start: Annotated[Path | None, typer.Option("--init", help="Start a project of it in this folder.")] = None,
    force: ForceOption = False,
    strict: StrictOption = False,
    as_json: JsonFlag = False,
) -> int:
    """Make an ontology document of another standard's file, and tell what was renamed, changed or left out.

    The document passes its checks. Ids of the source stay, so importing a newer version later shows renames as such.

    Examples:
        twin ontology import models/ --init my-site
        twin ontology import models/ -o my-site/ontology.yaml --force
        twin ontology import brick.ttl --name buildings --strict
        twin ontology import schema.graphql --format graphql-sdl
    """
    from app.exchange import import_ontology, joined

    paths = [each for path in files for each in _paths(path)]
    texts = [path.read_bytes().decode("utf-8-sig", errors="strict") for path in _decodable(paths)]
    stem = name or paths[0].name.partition(".")[0]
    done = import_ontology(joined(texts), stem, None if form is None else form.form())
    if start is not None:
        import migrations

        output, force = migrations.init(start, done.text).path / "ontology.yaml", True
    _give(done.text, done.notes, output, force=force, as_json=as_json)
    return _code(done.notes, strict=strict)


def _paths(path: Path) -> list[Path]:
    """Return the files of a folder by name, those below it among them, or the one file."""
    if not path.is_dir():
        return [path]
    found = sorted(each for each in path.rglob("*.json") if each.is_file())
    if not found:
        raise InvalidInput(f"There is no file of JSON in {path}", expected="a folder with DTDL models")
    return found


def _decodable(paths: Sequence[Path]) -> Sequence[Path]:
    for path in paths:
        try:
            path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InvalidInput(f"{path} is not UTF-8", expected="UTF-8", actual=f"byte {error.start + 1}") from error
    return paths


def _give(text: str, notes: Sequence[Note], output: Path | None, *, force: bool, as_json: bool) -> None:
    if output is not None:
        if output.exists() and not force:
            raise InvalidInput(f"{output} is there already", hint="--force writes over it")
        output.write_text(text, encoding="utf-8")
    if as_json:
        shown = [{"change": each.change, "place": each.place, "what": each.what, "now": each.now} for each in notes]
        print_json({"output": str(output) if output else None, "text": None if output else text, "notes": shown})
        return
    if output is None:
        sys.stdout.write(text)
        sys.stdout.flush()  # the document comes before the notes, which go to standard error
    _tell(notes)


def _tell(notes: Sequence[Note]) -> None:
    from migrations.exchange import Change, counted

    counts = counted(notes)
    for each in notes[:_TOLD]:
        tell(f"{each.change.value.lower().replace('_', ' '):8}  {each}")
    if len(notes) > _TOLD:
        tell(f"and {len(notes) - _TOLD} more; --json tells all")
    words = {Change.RENAMED: "renamed", Change.CHANGED: "changed", Change.LEFT_OUT: "left out"}
    tell(", ".join(f"{counts[kind]} {word}" for kind, word in words.items() if counts.get(kind)) or "nothing is lost")


def _code(notes: Sequence[Note], *, strict: bool) -> int:
    from migrations.exchange import Change

    return FOUND if strict and any(note.change is not Change.RENAMED for note in notes) else 0
