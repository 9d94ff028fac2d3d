"""What a run that can't go on says of the state that it leaves behind, and of the commands that lead on and back."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from graph.errors import DatabaseUnavailable
from migrations.errors import DataInTheWay, MigrationInterrupted


@contextmanager
def advised(state: str) -> Generator[None]:
    """Let data that is in the way inside the block be told with the `state` that is left, and what to do then."""
    try:
        yield
    except DataInTheWay as error:
        raise DataInTheWay(error.message, error.problems, hint=state) from error


@contextmanager
def interruptible() -> Generator[None]:
    """Let a database that fails inside the block, or is lost, be told with what is kept and how to go on."""
    try:
        yield
    except DatabaseUnavailable as error:
        raise MigrationInterrupted(
            f"The database failed under the migration: {error.message}",
            actual=error.actual,
            hint="What was committed is kept, and nothing is half done. See to the database (`twin doctor`; is its "
            "disk full?), then `twin ontology resume` goes on where this stopped; `twin ontology status` tells how "
            "far that is, `twin ontology abort` or `rollback` takes it back",
        ) from error


def not_begun(revision: str) -> str:
    """The state before a version begins."""
    return (
        f"Nothing of {revision} was applied. Correct or delete what is named, then `twin ontology apply` again; or "
        "change the version"
    )


def not_completed(revision: str) -> str:
    """The state of a version that can't be completed."""
    return (
        f"{revision} stays applied and not completed: what it adds is in force, what it takes away is still there. "
        "Correct or delete what is named, then `twin ontology complete` again; `twin ontology rollback` takes it back"
    )


def not_undone(revision: str) -> str:
    """The state of a version that can't be taken back."""
    return (
        f"{revision} is not taken back. Correct or delete what is named, then `twin ontology rollback` again; with "
        "`--erase` it goes, and the change log keeps it"
    )
