"""Loading and exporting for the command line: progress where somebody watches, refused lines told."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from app.cli.console import tell, watched
from app.cli.data.sources import Files, left_out, refusals_for
from app.cli.local import found_endpoint
from app.main import Twin, opened_twin
from app.settings import load_settings
from graph import bulk
from graph.access import operator
from graph.identity import parse_tenant

_TOLD = 5


async def load(
    files: Files, refused: Path, *, strict: bool = False, dry_run: bool = False, quiet: bool = False
) -> bulk.LoadReport:
    """Load one file, or tables that belong together, into the twin of the settings."""
    async with opened_twin(load_settings(), find=found_endpoint) as twin:
        return await load_files(twin, files, refused, strict=strict, dry_run=dry_run, quiet=quiet)


async def load_file(
    twin: Twin, file: Path, refused: Path, *, strict: bool = False, dry_run: bool = False, quiet: bool = False
) -> bulk.LoadReport:
    """Load one file in the bulk format for the operator of the settings' tenant; `quiet` as in `load_files`."""
    files = Files(paths=(file,))
    return await load_files(twin, files, refused, strict=strict, dry_run=dry_run, quiet=quiet)


async def load_files(
    twin: Twin, files: Files, refused: Path, *, strict: bool = False, dry_run: bool = False, quiet: bool = False
) -> bulk.LoadReport:
    """Load files for the operator of the settings' tenant; `quiet` doesn't tell the first refused lines."""
    settings = twin.settings
    principal = operator(parse_tenant(settings.tenant))
    loader = twin.services.loader
    with ExitStack() as stack:
        source = files.opened(stack, twin.in_force.ontology())
        refusals = stack.enter_context(refusals_for(source, refused))
        if not quiet:
            stack.callback(_tell_refused, refusals)
        progress = _LoadProgress(stack)
        report = await loader.load(
            principal, source, refusals=refusals, strict=strict, dry_run=dry_run, progress=progress.show
        )
        if (skipped := left_out(source)) is not None:
            stack.callback(tell, f"{files}: {skipped}")
    return report


async def recent_loads() -> tuple[bulk.LoadRecord, ...]:
    """Return the loads of the settings' tenant, newest first."""
    settings = load_settings()
    async with opened_twin(settings, find=found_endpoint) as twin:
        return await bulk.recent(twin.database, parse_tenant(settings.tenant))


async def export(write: Callable[[bytes], object]) -> bulk.Exported:
    """Write everything of the settings' tenant."""
    settings = load_settings()
    async with opened_twin(settings, find=found_endpoint) as twin:
        exporter = twin.services.exporter
        return await exporter.export(operator(parse_tenant(settings.tenant)), write)


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
