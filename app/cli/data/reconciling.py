"""Comparing with a source of truth for the command line: once, at intervals, or by a running service."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from rich.progress import Progress, SpinnerColumn, TextColumn

from app.cli.console import say, tell, watched
from app.cli.data.sources import Files, refusals_for, together
from app.cli.local import found_endpoint
from app.cli.remote import reached, token_of
from app.main import Twin, opened_twin
from app.reconciliation import (
    Outcome,
    Repetition,
    ReportFolder,
    ended_by_signals,
    fetched,
    is_address,
    is_trusted,
    write_report,
)
from app.settings import Settings, load_settings
from graph.access import operator
from graph.bulk.formats import Format
from graph.clock import SystemClock
from graph.errors import InvalidInput, TwinError, ValueInvalid
from graph.identity import parse_tenant
from graph.ontology.model import Json
from graph.ontology.temporal import parse_duration
from graph.reconciliation import Compared, Given, Question, Repair


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is compared with what, and what becomes of it."""

    sources: tuple[str, ...]
    question: Question
    repair: Repair | None
    samples: int
    out: Path | None
    format: Format | None
    mapping: Path | None
    quiet: bool


async def once(task: Task) -> Outcome:
    """Compare, repair where that is asked for, and write the report that is asked for."""
    async with opened_twin(load_settings(), find=found_endpoint) as twin, _done(twin, task) as (compared, outcome):
        if task.out is not None:
            write_report(task.out, compared, outcome, time=SystemClock().now())
        return outcome


async def repeated(task: Task, every: str, folder: Path, *, keep: int) -> None:
    """Compare every so often until SIGTERM or Ctrl-C; one that comes to nothing is told, and the next one tried."""
    seconds = parse_duration(every) / timedelta(seconds=1)
    if seconds <= 0:
        raise ValueInvalid("Not an interval", place="--every", expected="a duration, as PT1H", actual=every[:40])
    reports = ReportFolder(folder, keep)
    async with opened_twin(load_settings(), find=found_endpoint) as twin:

        async def run() -> None:
            began, at = time.monotonic(), SystemClock().now()
            try:
                async with _done(twin, task) as (compared, outcome):
                    path = reports.write(compared, outcome, time=at, seconds=time.monotonic() - began)
                    told = outcome.report
            except (TwinError, OSError) as error:
                failure = error if isinstance(error, TwinError) else InvalidInput(str(error))
                reports.write_failure(failure, time=at, seconds=time.monotonic() - began)
                tell(f"{at:%Y-%m-%dT%H:%M:%SZ} {failure.code}: {failure}")
                return
            say(f"{at:%Y-%m-%dT%H:%M:%SZ} revision {told.revision}: {told.count()} differences, {path}")

        with ended_by_signals() as ended:
            count = await Repetition(seconds, run, time.monotonic).until(ended)
    tell(f"ended after {count} runs")


async def served(task: Task, server: str, token: str | None) -> tuple[dict[str, Json], bool]:
    """Have the service at `server` compare, and return what it says and whether anything differs still.

    Raises InvalidInput for what the service doesn't take.
    """
    if len(task.sources) != 1 or is_address(task.sources[0]) or task.out is not None:
        raise InvalidInput(
            "A service compares with one file in the bulk format, and gives the report without a file",
            expected="one file, without --out",
            hint="Leave --server out: then several files, folders, addresses and --out may be named",
        )
    (files,) = together([Path(task.sources[0])], task.format, task.mapping)
    if files.format is not Format.NDJSON:
        raise InvalidInput(
            f"A service takes the bulk format alone, and {task.sources[0]} is {files.format.value}",
            expected="NDJSON, or gzip of it",
            hint="Leave --server out to compare with other formats",
        )
    async with reached(server, token_of(load_settings(), token)) as service:
        told = dict(await service.reconcile(Path(task.sources[0]), task.question, task.repair, samples=task.samples))
    return told, bool(told.pop("differs"))


@asynccontextmanager
async def _done(twin: Twin, task: Task) -> AsyncGenerator[tuple[Compared, Outcome]]:
    """Compare and repair; the differences can be asked for while the block lasts."""
    principal = operator(parse_tenant(twin.settings.tenant))
    reconciler = twin.services.reconciler
    async with AsyncExitStack() as stack:
        given = await _given(task, twin, stack)
        show = _Progress(stack.enter_context(ExitStack()))
        compared = await stack.enter_async_context(
            reconciler.compared(principal, given, task.question, samples=task.samples, heard=show.step)
        )
        outcome = Outcome(report=compared.report)
        if task.repair is not None:
            outcome = replace(outcome, repaired=await reconciler.repair(principal, compared, task.repair))
        yield compared, outcome


async def _given(task: Task, twin: Twin, stack: AsyncExitStack) -> list[Given]:
    """Open all sources while `stack` lasts: what is behind addresses is fetched, folders give their files."""
    paths: list[Path] = []
    for source in task.sources:
        if is_address(source):
            token = _token(twin.settings) if is_trusted(source, task.sources) else None
            held = fetched(source, token=token, folder=twin.settings.data_dir / "loads")
            paths.append(await stack.enter_async_context(held))
        else:
            paths += _files(Path(source))
    return [_opened(files, twin, stack) for files in together(paths, task.format, task.mapping)]


def _opened(files: Files, twin: Twin, stack: AsyncExitStack) -> Given:
    source = files.opened(stack.enter_context(ExitStack()), twin.in_force.ontology())
    return Given(source, stack.enter_context(refusals_for(source, None)))


def _token(settings: Settings) -> str | None:
    return settings.source_token.get_secret_value() if settings.source_token else None


def _files(path: Path) -> list[Path]:
    """Return the files of a folder by name, or the one file. Raises InvalidInput for an empty folder."""
    if not path.is_dir():
        return [path]
    found = sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith("."))
    if not found:
        raise InvalidInput(f"{path} is an empty folder", expected="a folder with files to compare with")
    return found


class _Progress:
    """Shows how far a comparison is; silent where nobody watches."""

    def __init__(self, stack: ExitStack) -> None:
        console = watched()
        columns = (SpinnerColumn(), TextColumn("{task.description}"))
        self._bar = (
            None if console is None else stack.enter_context(Progress(*columns, console=console, transient=True))
        )
        self._task = None if self._bar is None else self._bar.add_task("reading", total=None)

    def step(self, what: str, count: int) -> None:
        if self._bar is not None and self._task is not None:
            words = f"reading the source: {count:,} lines" if what == "reading" else f"comparing: {count:,} assets"
            self._bar.update(self._task, description=words)
