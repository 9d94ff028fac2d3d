"""`twin ontology drift`: what somebody changed by hand, or else went another way than the ontology."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.console import print_json, say, watched
from app.cli.verbs import FOUND, JsonFlag

if TYPE_CHECKING:
    from migrations.drift import Drift, DriftProgress, Finding


def drift(
    as_json: JsonFlag = False,
    sample: Annotated[int, typer.Option("--sample", min=0, max=1000, help="Cases shown of each kind.")] = 5,
) -> int:
    """Compare constraints, indexes and all data with the ontology that the database holds; exit 2 where they differ.

    Reads the whole database in pages, all tenants, and changes nothing. Every kind is counted, with samples and with
    what repairs it.

    Examples:
        twin ontology drift
        twin ontology drift --sample 20
        twin ontology drift --json
    """
    found = asyncio.run(_found(sample))
    if as_json:
        print_json(_json(found))
    else:
        _print(found)
    return 0 if found.clean else FOUND


async def _found(samples: int) -> Drift:
    from app.cli.database import bare_database
    from app.settings import load_settings
    from migrations import drift as looking

    async with bare_database(load_settings()) as database:
        with ExitStack() as stack:
            return await looking.drift(database, samples=samples, tell=_bar(stack))


def _bar(stack: ExitStack) -> Callable[[DriftProgress], None]:
    """Return what shows progress, on a terminal alone."""
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    console = watched()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    bar = None if console is None else stack.enter_context(Progress(*columns, console=console, transient=True))
    tasks = {} if bar is None else {step: bar.add_task(step, total=None) for step in ("assets", "relationships")}

    def show(progress: DriftProgress) -> None:
        if bar is not None:
            bar.update(tasks[progress.step], completed=progress.done, total=progress.total)

    return show


def _json(found: Drift) -> dict[str, object]:
    return {
        "revision": found.revision,
        "hash": found.hash,
        "clean": found.clean,
        "tenants": found.tenants,
        "assets": found.assets,
        "relationships": found.relationships,
        "drift": [
            {
                "kind": finding.kind,
                "count": finding.count,
                "note": finding.meaning.note,
                "meaning": finding.meaning.meaning,
                "repair": finding.meaning.repair,
                "samples": finding.samples,
            }
            for finding in found.findings
        ],
    }


def _print(found: Drift) -> None:
    say(
        f"{found.revision}: {found.assets:,} assets and {found.relationships:,} relationships "
        f"of {found.tenants:,} tenants looked at"
    )
    for finding in found.findings:
        _print_finding(finding)
    if found.clean:
        say("No drift: constraints, indexes and data are as the ontology says")


def _print_finding(finding: Finding) -> None:
    meaning = finding.meaning
    say()
    say(f"{finding.kind} {finding.count:,}", style="bold" if meaning.note else "bold red")
    say(f"  {meaning.meaning}")
    for sample in finding.samples:
        tenant = "" if sample.tenant is None or sample.tenant == sample.about else f" ({sample.tenant})"
        say(f"    {sample.about}{tenant}: {sample.detail}")
    more = finding.count - len(finding.samples)
    if more > 0:
        say(f"    and {more:,} more" if finding.samples else f"    {more:,} cases")
    say(f"  -> {meaning.repair}")
