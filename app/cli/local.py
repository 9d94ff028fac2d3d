"""The local server as the command line shows it: with progress on standard error where that is a terminal."""

from __future__ import annotations

from rich.progress import BarColumn, DownloadColumn, TaskID, TextColumn
from rich.progress import Progress as Bar

from app.cli.console import watched
from app.settings import Settings
from graph.database.local import Endpoint, LocalServer, Progress


def local_server(settings: Settings) -> LocalServer:
    """Return the local server of the settings' data directory."""
    return LocalServer(
        data_dir=settings.data_dir,
        jars=settings.neo4j_jars,
        mirror=settings.neo4j_mirror,
        progress=StartProgress().report,
    )


def found_endpoint(settings: Settings) -> Endpoint:
    """Return where the Neo4j of the settings answers; the local server is started, with progress, if none is named."""
    return named_endpoint(settings) or local_server(settings).start()


def named_endpoint(settings: Settings) -> Endpoint | None:
    """Return the Neo4j that the settings name, None where they leave it to the local server."""
    if settings.neo4j_uri is None:
        return None
    return Endpoint(
        uri=settings.neo4j_uri,
        user=settings.neo4j_user,
        password=settings.neo4j_password.get_secret_value(),
        database=settings.neo4j_database,
    )


class StartProgress:
    """Shows the steps of a start: a line each, with a bar where bytes are counted. Silent where nobody watches."""

    def __init__(self) -> None:
        self._bar: Bar | None = None
        self._task: TaskID | None = None
        self._step = ""

    def report(self, progress: Progress) -> None:
        """Show one step under way."""
        if watched() is None:
            return
        if progress.step != self._step:
            self._next(progress)
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=progress.done, total=progress.total)
            if progress.total and progress.done >= progress.total:
                self._end()

    def _next(self, progress: Progress) -> None:
        self._end()
        self._step = progress.step
        console = watched()
        if console is None:
            return
        if not progress.total:
            console.print(progress.step)
            return
        self._bar = Bar(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), console=console)
        self._task = self._bar.add_task(progress.step, total=progress.total)
        self._bar.start()

    def _end(self) -> None:
        if self._bar is not None:
            self._bar.stop()
        self._bar = self._task = None
