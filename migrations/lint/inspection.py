"""Looking through a project: everything that lint has to say, in the order of the files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from graph.errors import ManyProblems, TwinError
from graph.ontology import ontology_files
from graph.ontology.project import read_files
from migrations.errors import MigrationInvalid
from migrations.files import History
from migrations.governance import LintSettings
from migrations.lint.compatibility import compatibility
from migrations.lint.data import channels, data
from migrations.lint.desired import desired
from migrations.lint.findings import Finding, found, judged, of_problem
from migrations.lint.headers import headers
from migrations.lint.rules import Level
from migrations.lint.versions import Versions
from migrations.project import Project, check


def lint(path: Path, *, today: date) -> tuple[Finding, ...]:
    """Return all that is to be said of the project at `path`; nothing where it is clean.

    A project that can't be read has its problems for findings. Cost: each version is replayed once, and its ontology
    compared with that before it (all those before it, where `compatibility` is transitive).
    """
    try:
        project = Project.load(path)
        settings = project.governance.lint
    except TwinError as error:
        problems = error.problems if isinstance(error, ManyProblems) else (error.problem,)
        return tuple(map(of_problem, problems))
    checked = tuple(map(of_problem, check(project)))
    scope = _scope(project.history, settings)
    migrations = [project.history[each] for each in scope]
    said = [*checked, *judged(_found(project, scope, settings, today), migrations, settings)]
    return tuple(sorted(said, key=_order))


def _found(project: Project, scope: tuple[str, ...], settings: LintSettings, today: date) -> Iterator[Finding]:
    history = project.history
    if settings.since is not None and settings.since not in history:
        yield found("SINCE_UNKNOWN", f"There is no version {settings.since!r}", place=str(project.path))
    yield from headers([history[each] for each in scope], settings)
    yield from desired(project.desired, read_files(ontology_files(project.path)).places, settings, today)
    versions = Versions(history)
    for revision in scope:
        try:
            yield from compatibility(versions, revision, today)
            yield from data(versions, revision)
            yield from channels(versions, revision)
        except MigrationInvalid:
            return  # `check` says so already, and what builds on it can't be judged


def _scope(history: History, settings: LintSettings) -> tuple[str, ...]:
    """Versions that rules are asked of: all, or those that neither are nor come before the one named."""
    if settings.since is None or settings.since not in history:
        return history.order
    old = {settings.since, *history.ancestors(settings.since)}
    return tuple(each for each in history.order if each not in old)


def _order(finding: Finding) -> tuple[bool, str, int, int, str]:
    file, line, column = ([*(finding.place or "").rsplit(":", 2), "", ""])[:3]
    numbers = [int(each) if each.isdigit() else 0 for each in (line, column)]
    return (finding.level is not Level.ERROR, file, numbers[0], numbers[1], finding.code)
