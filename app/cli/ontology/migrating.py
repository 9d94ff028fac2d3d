"""Projects and migrations for the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import migrations
from app.cli.console import paced, tell, watched
from app.cli.database import bare_database
from app.evolution import Outlook, run_owner
from app.settings import Settings, load_settings
from app.whereabouts import WHEREABOUTS
from graph.clock import SystemClock
from graph.database import Database
from migrations import Applied, Progress, Project, Retreat, Status, Undone
from migrations.gate import WINDOW_DAYS, Force, Gate
from migrations.project import bundled_folder


def chosen_project(path: Path | None) -> Project:
    """Return the project at `path`, or else that of the settings."""
    return Project.load(chosen_folder(path))


def chosen_folder(path: Path | None) -> Path:
    """Return the folder of the project at `path`, or else of that of the settings; its files may be wrong.

    Who named none is told which one it is, where it isn't the bundled one.
    """
    if path is not None:
        return path
    settings = load_settings()
    if settings.ontology is None:
        return bundled_folder()
    if settings.origins()["ontology"] == WHEREABOUTS:
        tell(f"Project {settings.ontology}")
    return settings.ontology


def project_of(settings: Settings) -> Project:
    """Return the ontology project of the settings: one of the site's own, or the bundled one."""
    return Project.bundled() if settings.ontology is None else Project.load(settings.ontology)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateOptions:
    """What the gate looks at beside what is registered: a file or folder of operations, and use of so many days."""

    operations: Path | None = None
    window: int = WINDOW_DAYS

    def gate(self, project: Project, database: Database) -> Gate:
        """Return the gate of a project on a database."""
        from app.gate import GraphqlInterface  # what builds schemas takes longer to import than an apply to run

        return Gate(
            interface=GraphqlInterface(),
            database=database,
            clock=SystemClock(),
            project=project.path,
            operations=self.operations,
            window=self.window,
        )


async def planned(project: Project, *, complete: bool = False, options: GateOptions | None = None) -> Outlook:
    """Return what an apply (or the completion) would do to the database of the settings, and to consumers."""
    async with bare_database(load_settings()) as database:
        found = await migrations.forecast(project, database, complete=complete)
        gate = (options or GateOptions()).gate(project, database)
        return Outlook(forecast=found, verdict=await migrations.judged(gate, found.plan))


async def applied(settings: Settings, project: Project) -> Applied:
    """Bring the database of the settings to the project's head."""
    async with bare_database(settings) as database:
        done = await migrations.apply(
            project, database, owner=run_owner(), actor="operator", share=load_settings().migration_share, tell=_tell
        )
    _clear()
    return done


async def completed(project: Project, options: GateOptions, force: Force | None) -> Applied:
    """Complete what waits for that, unless consumers would break and nobody forces it."""
    async with bare_database(load_settings()) as database:
        done = await migrations.complete(
            project,
            database,
            owner=run_owner(),
            actor="operator",
            share=load_settings().migration_share,
            tell=_tell,
            gate=options.gate(project, database),
            force=force,
        )
    _clear()
    return done


async def retreat_of(project: Project, to: str | None, *, erase: bool) -> Retreat:
    """Return what taking the database of the settings back would do."""
    async with bare_database(load_settings()) as database:
        return await migrations.retreat(project, database, to, erase=erase)


async def taken_back(project: Project, to: str | None, *, erase: bool) -> Undone:
    """Take the database of the settings back to a version."""
    async with bare_database(load_settings()) as database:
        done = await migrations.rollback(
            project,
            database,
            owner=run_owner(),
            actor="operator",
            share=load_settings().migration_share,
            to=to,
            erase=erase,
            tell=_tell,
        )
    _clear()
    return done


async def aborted(project: Project, *, erase: bool) -> Undone:
    """Take back the version whose application did not end."""
    async with bare_database(load_settings()) as database:
        done = await migrations.abort(
            project,
            database,
            owner=run_owner(),
            actor="operator",
            share=load_settings().migration_share,
            erase=erase,
            tell=_tell,
        )
    _clear()
    return done


async def resumed(project: Project) -> Applied | Undone:
    """Let go on what was paused or left."""
    async with bare_database(load_settings()) as database:
        done = await migrations.resume(
            project, database, owner=run_owner(), actor="operator", share=load_settings().migration_share, tell=_tell
        )
    _clear()
    return done


async def paused() -> str:
    """Let what is under way pause, and return its revision."""
    async with bare_database(load_settings()) as database:
        return await migrations.pause(database, actor="operator")


async def status_of(project: Project) -> Status:
    """Return how the project and the database of the settings stand."""
    async with bare_database(load_settings()) as database:
        return await migrations.status(project, database)


def _clear() -> None:
    """Clear the line that shows progress."""
    if (console := watched()) is not None:
        console.print(" " * (console.width - 1), end="\r")


def _tell(progress: Progress) -> None:
    """Show a step of a migration where somebody watches."""
    console = watched()
    if console is not None and progress.step in (migrations.Step.COMMAND, migrations.Step.PAGE):
        what = progress.detail if progress.step is migrations.Step.PAGE else ""
        pace = paced(what, progress.done, progress.total, progress.rate, progress.seconds_left)
        shown = f"{progress.revision or ''} {pace}"
        console.print(f"{shown:{console.width - 1}.{console.width - 1}}", end="\r")
    elif progress.step is migrations.Step.WAITING:
        tell(f"waiting for {progress.detail}, who is migrating")
