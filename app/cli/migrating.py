"""Projects and migrations for the command line."""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path

import migrations
from app.cli.console import tell, watched
from app.cli.opened import bare_database
from app.settings import Settings, load_settings
from migrations import Applied, Forecast, Progress, Project, Retreat, Status, Undone


def chosen_project(path: Path | None) -> Project:
    """Return the project at `path`, or else that of the settings."""
    return Project.load(path) if path is not None else project_of(load_settings())


def chosen_folder(path: Path | None) -> Path:
    """Return the folder of the project at `path`, or else of that of the settings; its files may be wrong."""
    return path or load_settings().ontology or Project.bundled().path


def project_of(settings: Settings) -> Project:
    """Return the ontology project of the settings: one of the site's own, or the bundled one."""
    return Project.bundled() if settings.ontology is None else Project.load(settings.ontology)


async def planned(project: Project, *, complete: bool = False) -> Forecast:
    """Return what an apply (or the completion) would do to the database of the settings."""
    async with bare_database(load_settings()) as database:
        return await migrations.forecast(project, database, complete=complete)


async def applied(settings: Settings, project: Project, *, complete: bool = False) -> Applied:
    """Bring the database of the settings to the project's head, or complete what waits for that."""
    verb = migrations.complete if complete else migrations.apply
    async with bare_database(settings) as database:
        done = await verb(project, database, owner=_owner(), actor="operator", tell=_tell)
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
            project, database, owner=_owner(), actor="operator", to=to, erase=erase, tell=_tell
        )
    _clear()
    return done


async def aborted(project: Project, *, erase: bool) -> Undone:
    """Take back the version whose application did not end."""
    async with bare_database(load_settings()) as database:
        done = await migrations.abort(project, database, owner=_owner(), actor="operator", erase=erase, tell=_tell)
    _clear()
    return done


async def resumed(project: Project) -> Applied | Undone:
    """Let go on what was paused or left."""
    async with bare_database(load_settings()) as database:
        done = await migrations.resume(project, database, owner=_owner(), actor="operator", tell=_tell)
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


def _owner() -> str:
    """Return a name for this run that no other has."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def _clear() -> None:
    """Wipe the line of progress."""
    if (console := watched()) is not None:
        console.print(" " * (console.width - 1), end="\r")


def _tell(progress: Progress) -> None:
    """Show a step of a migration where somebody watches."""
    console = watched()
    if console is not None and progress.step in (migrations.Step.COMMAND, migrations.Step.PAGE):
        what = f" {progress.detail}" if progress.step is migrations.Step.PAGE else ""
        shown = f"{progress.revision or ''}{what} {progress.done:,}/{progress.total:,}"
        console.print(f"{shown:{console.width - 1}.{console.width - 1}}", end="\r")
    elif progress.step is migrations.Step.WAITING:
        tell(f"waiting for {progress.detail}, who is migrating")
