"""Loading and exporting for the command line: progress where somebody watches, refused lines told."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from app.cli.console import tell, watched
from app.cli.data.sources import Files, left_out, refusals_for
from app.cli.database import checked_database
from app.ontology import OntologyInForce
from app.settings import Settings, load_settings
from graph import bulk
from graph.access import Principal, operator
from graph.clock import SystemClock
from graph.database import Database
from graph.identity import parse_tenant
from graph.ontology.model import Ontology

_TOLD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a load works on: for whom, by which ontology, and what writes."""

    principal: Principal
    ontology: Ontology
    loader: bulk.Loader


async def load(
    files: Files, refused: Path, *, strict: bool = False, dry_run: bool = False, quiet: bool = False
) -> bulk.LoadReport:
    """Load one file, or tables that belong together, into the database of the settings."""
    settings = load_settings()
    async with _ready(settings) as (database, in_force):
        ground = Ground(
            principal=operator(parse_tenant(settings.tenant)),
            ontology=in_force.ontology(),
            loader=bulk.Loader(database, in_force.ontology, SystemClock(), folder=settings.data_dir / "loads"),
        )
        return await load_files(ground, files, refused, strict=strict, dry_run=dry_run, quiet=quiet)


async def load_file(
    ground: Ground, file: Path, refused: Path, *, strict: bool = False, dry_run: bool = False, quiet: bool = False
) -> bulk.LoadReport:
    """Load one file in the bulk format; `quiet` as in `load_files`."""
    files = Files(paths=(file,))
    return await load_files(ground, files, refused, strict=strict, dry_run=dry_run, quiet=quiet)


async def load_files(
    ground: Ground, files: Files, refused: Path, *, strict: bool = False, dry_run: bool = False, quiet: bool = False
) -> bulk.LoadReport:
    """Load files; `quiet` doesn't tell the first refused lines."""
    with ExitStack() as stack:
        source = files.opened(stack, ground.ontology)
        refusals = stack.enter_context(refusals_for(source, refused))
        if not quiet:
            stack.callback(_tell_refused, refusals)
        progress = _LoadProgress(stack)
        report = await ground.loader.load(
            ground.principal, source, refusals=refusals, strict=strict, dry_run=dry_run, progress=progress.show
        )
        if (skipped := left_out(source)) is not None:
            stack.callback(tell, f"{files}: {skipped}")
    return report


async def recent_loads() -> tuple[bulk.LoadRecord, ...]:
    """Return the loads of the settings' tenant, newest first."""
    settings = load_settings()
    async with checked_database(settings) as database:
        return await bulk.recent(database, parse_tenant(settings.tenant))


async def export(write: Callable[[bytes], object]) -> bulk.Exported:
    """Write everything of the settings' tenant."""
    settings = load_settings()
    async with _ready(settings) as (database, in_force):
        exporter = bulk.Exporter(database, in_force.ontology)
        return await exporter.export(operator(parse_tenant(settings.tenant)), write)


@asynccontextmanager
async def _ready(settings: Settings) -> AsyncGenerator[tuple[Database, OntologyInForce]]:
    """Open the database of the settings and read its ontology: the whole twin would take seconds to import."""
    async with checked_database(settings) as database:
        in_force = OntologyInForce(database)
        await in_force.refresh()
        yield database, in_force


class _LoadProgress:
    """Shows a load under way; silent where nobody watches."""

    def __init__(self, stack: ExitStack) -> None:
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        console = watched()
        if console is None:
            return
        self._bar = Progress(
            TextColumn("{task.description:10}"),
            BarColumn(bar_width=20),
            TaskProgressColumn(),
            TextColumn("{task.fields[lines]} lines, {task.fields[refused]} refused"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        stack.enter_context(self._bar)
        self._task = self._bar.add_task("reading", total=None, lines=0, refused=0)

    def show(self, progress: bulk.Progress) -> None:
        if self._bar is None or self._task is None:
            return
        self._bar.update(
            self._task,
            description=progress.step,
            completed=progress.done,
            total=progress.total,
            lines=progress.lines,
            refused=progress.refused,
        )


def _tell_refused(refusals: bulk.Refusals) -> None:
    for line, problem in refusals.first[:_TOLD]:
        tell(f"line {line}: {problem.code}: {problem}")
