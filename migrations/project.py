"""An ontology project: a folder with the desired ontology and the versions that lead to it.

    ontology.yaml        or a folder `ontology` of several documents
    versions/*.yaml      one file a version, named by its revision

The bundled project is this package's own folder.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from graph.errors import Problem
from graph.ontology import load_ontology
from graph.ontology.model import Ontology
from graph.ontology.project import ontology_files
from migrations.effects import replay_to, verify
from migrations.errors import MigrationInvalid
from migrations.files import History, Migration, history_of, read_migration
from migrations.governance.corrections import first_checksums, load_corrections
from migrations.governance.settings import Governance, load_governance

VERSIONS = "versions"
DOCUMENT = "ontology.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project as its files stand: the desired ontology and the history of versions."""

    path: Path
    desired: Ontology
    history: History
    governance: Governance = field(default_factory=Governance)

    @property
    def versions(self) -> Path:
        """The folder of versions."""
        return self.path / VERSIONS

    @classmethod
    def load(cls, path: Path) -> Project:
        """Read a project's files.

        Raises:
            OntologyInvalid: there is no ontology here, or it does not hold together.
            ProjectInvalid: a file of its versions or its governance is wrong, or they form no history.
        """
        return cls(
            path=path,
            desired=load_ontology(path),
            history=_known(load_history(path), path),
            governance=load_governance(path),
        )

    @classmethod
    def bundled(cls) -> Project:
        """Read the project that comes with the twin."""
        return cls.load(bundled_folder())


def bundled_folder() -> Path:
    """Return the folder of the project that comes with the twin."""
    return Path(str(files("migrations")))


def load_history(path: Path) -> History:
    """Read the versions of the project at `path`; all faulty files are reported together."""
    migrations: list[Migration] = []
    problems: list[Problem] = []
    for file in sorted((path / VERSIONS).glob("*.yaml")):
        try:
            migrations.append(read_migration(_text(file), file=str(file)))
        except MigrationInvalid as error:
            problems.extend(error.problems)
    if problems:
        raise MigrationInvalid("Migration files can't be read", tuple(problems))
    return history_of(migrations)


def _known(history: History, path: Path) -> History:
    """Return the history with what is known of files that were corrected."""
    checksums = {revision: history[revision].checksum for revision in history.order}
    return history.knowing(first_checksums(load_corrections(path), checksums))


def check(project: Project) -> tuple[Problem, ...]:
    """Return what continuous integration should stop for, nothing where the project is sound.

    That is: no version or several heads, files that were changed under others, wrong hashes, versions that do not lead
    to the desired ontology.
    """
    history = project.history
    if not len(history):
        return (_no_version(project),)
    try:
        problems = [*_broken_chains(history), *verify(history, history.order)]
        head, *others = history.heads
        if others:
            return (*problems, _several_heads(project))
        if replay_to(history, head).hash != project.desired.hash:
            problems.append(_behind(project))
    except MigrationInvalid as error:
        return error.problems
    return tuple(problems)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        problem = Problem(code="ENCODING_INVALID", message="The file is not UTF-8", place=str(file), expected="UTF-8")
        raise MigrationInvalid(f"{file} can't be read", (problem,)) from error


def _no_version(project: Project) -> Problem:
    return Problem(
        code="NO_VERSION",
        message="The project has no version yet",
        place=str(project.versions),
        hint='Make the first with `twin ontology make -m "..."`',
    )


def _several_heads(project: Project) -> Problem:
    heads = project.history.heads
    return Problem(
        code="SEVERAL_HEADS",
        message=f"The history has {len(heads)} heads: {', '.join(heads)}",
        place=str(project.versions),
        expected="one head",
        hint="Write a migration whose parents are all of them",
    )


def _behind(project: Project) -> Problem:
    return Problem(
        code="VERSION_MISSING",
        message="The versions do not lead to the ontology as it is written",
        place=str(ontology_files(project.path)[0]),
        expected=f"the ontology of {project.history.heads[0]}",
        actual=project.desired.hash,
        hint='Make a version of the change with `twin ontology make -m "..."`',
    )


def _broken_chains(history: History) -> tuple[Problem, ...]:
    """Return versions whose `chain` is not what the files give that they build on."""
    return tuple(
        Problem(
            code="CHAIN_BROKEN",
            message=f"What {revision} builds on was changed after it was made",
            place=history[revision].place_of_chain,
            expected=str(history[revision].chain),
            actual=history.ground(*history[revision].parents),
            hint="Put the files before it back as they were; or record why they differ with `twin ontology repair`",
        )
        for revision in history.order
        if history[revision].chain is not None and history[revision].chain != history.ground(*history[revision].parents)
    )
