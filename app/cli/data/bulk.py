"""`twin load`, `twin loads` and `twin export`."""

from __future__ import annotations

import asyncio
import gzip
import sys
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, cast

import typer

from app.cli.console import print_json, print_table, say, tell
from app.cli.verbs import FOUND, JsonFlag, add

if TYPE_CHECKING:
    from graph import bulk
    from graph.bulk.formats import Format


class Kind(StrEnum):
    """The formats of `twin load`."""

    AUTO = "auto"
    NDJSON = "ndjson"
    CSV = "csv"
    AZURE = "azure"
    BRICK = "brick"
    AAS = "aas"

    def chosen(self) -> Format | None:
        """Return the format to read, or None where it is to be recognised."""
        from graph.bulk.formats import Format

        return None if self is Kind.AUTO else Format(self.value)


def register(twin: typer.Typer) -> None:
    """Add the verbs."""
    add(twin, "load", load)
    add(twin, "loads", loads)
    add(twin, "export", export)


def load(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="May be gzip; - is standard input.")],
    strict: Annotated[bool, typer.Option("--strict", help="Load nothing unless every line is valid.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything and write nothing.")] = False,
    refused: Annotated[
        Path | None, typer.Option("--refused", help="Where refused lines go. Default: beside the input.")
    ] = None,
    kind: Annotated[Kind, typer.Option("--format", help="Told from the file's first bytes unless said.")] = Kind.AUTO,
    mapping: Annotated[
        Path | None, typer.Option("--map", help="What another format's names are called here (YAML).")
    ] = None,
    as_json: JsonFlag = False,
) -> int:
    """Load assets and relationships; exit 2 where lines were refused.

    Everything is checked first. A load that was stopped goes on when the same file is loaded again; loading a file
    twice changes nothing.

    Examples:
        twin load campus.ndjson.gz
        twin load assets.ndjson relationships.ndjson --strict
        twin load --dry-run campus.ndjson
        twin load assets.csv relationships.csv
        twin load building.ttl --format brick --map brick.yaml
        python -m examples.campus.generate --assets 20000 | twin load -
    """
    from app.cli.data import loading, sources

    reports: list[bulk.LoadReport] = []
    loads = sources.together(files, kind.chosen(), mapping)
    for each in loads:
        file, lines = each.paths[0], refused_file(each.paths[0], refused)
        try:
            reports.append(asyncio.run(loading.load(each, lines, strict=strict, dry_run=dry_run, quiet=as_json)))
        except KeyboardInterrupt:
            again = "pass the same input" if str(file) == "-" else f"`twin load {' '.join(map(str, each.paths))}`"
            tell(f"The load was stopped: {again} again to go on where it was; `twin loads` shows how much is written")
            raise
        if not as_json:
            _print_report(str(each), reports[-1], lines, dry_run=dry_run)
    if as_json:
        print_json([{"file": str(each), **_shown(report)} for each, report in zip(loads, reports, strict=True)])
    return FOUND if any(report.refused for report in reports) else 0


def loads(as_json: JsonFlag = False) -> None:
    """List the loads of this tenant, newest first; a stopped one goes on when its file is loaded again.

    Examples:
        twin loads
        twin loads --json
    """
    from app.cli.data.loading import recent_loads

    columns = ("started", "name", "status", "by", "lines", "written", "refused")
    rows = [
        (
            each.started.isoformat(timespec="seconds"),
            each.name,
            each.status.value,
            each.actor,
            each.lines,
            each.written,
            each.refused,
        )
        for each in asyncio.run(recent_loads())
    ]
    if as_json:
        print_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif rows:
        print_table("", columns, rows, numbers=3, wide=("name",))
    else:
        say("Nothing was loaded yet")


def export(
    target: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; .gz packs it.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Write everything of the tenant in the bulk format, to standard output or a file.

    With --json the counts are printed as JSON: on standard output where a file is written, else on standard error.

    Examples:
        twin export -o backup.ndjson.gz
        twin export | head
    """
    done = _written(target)
    settled = f"revision {done.after}" if done.settled else f"revisions {done.before} to {done.after}"
    if as_json:
        counts = {"assets": done.assets, "relationships": done.relationships}
        shown = {**counts, "before": done.before, "after": done.after, "output": str(target) if target else None}
        print_json(shown, stream=sys.stdout if target is not None else sys.stderr)
        return
    if target is not None:
        tell(f"{target}: {done.assets} assets and {done.relationships} relationships at {settled}")
    if not done.settled:
        tell("Something was written meanwhile: export again for one revision")


def refused_file(file: Path, chosen: Path | None) -> Path:
    """Return where the refused lines of an input go."""
    if chosen is not None:
        return chosen
    return Path("stdin.refused.ndjson") if str(file) == "-" else file.with_name(file.name + ".refused.ndjson")


def _written(target: Path | None) -> bulk.Exported:
    from app.cli.data import loading

    if target is None:
        return asyncio.run(loading.export(sys.stdout.buffer.write))
    # Written under another name first: an export that is cut off never stands where a whole one should.
    part = target.with_name(target.name + ".part")
    try:
        with ExitStack() as stack:
            raw: BinaryIO = stack.enter_context(part.open("wb"))
            if target.suffix == ".gz":
                raw = cast("BinaryIO", stack.enter_context(gzip.GzipFile("", "wb", fileobj=raw, mtime=0)))
            done = asyncio.run(loading.export(raw.write))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return done


def _shown(report: bulk.LoadReport) -> dict[str, object]:
    return {
        "lines": report.lines,
        "refused": report.refused,
        "assetsCreated": report.assets_created,
        "assetsUpdated": report.assets_updated,
        "relationshipsCreated": report.relationships_created,
        "relationshipsUpdated": report.relationships_updated,
        "revision": report.revision,
        "resumed": report.resumed,
    }


def _print_report(name: str, report: bulk.LoadReport, refused: Path, *, dry_run: bool) -> None:
    if dry_run:
        say(f"{name}: {report.lines} lines checked, {report.refused} would be refused")
    elif written := _summary(report):
        say(f"{name}: {written}, revision {report.revision}")
    else:
        say(f"{name}: {report.lines} lines, nothing changed")
    if report.refused:
        tell(f"{report.refused} of {report.lines} lines refused; {refused} has them with their reasons")


def _summary(report: bulk.LoadReport) -> str:
    """Say what a load created and updated, nothing where it changed nothing."""
    created = f"{report.assets_created} assets and {report.relationships_created} relationships created"
    updated = f"{report.assets_updated} assets and {report.relationships_updated} relationships updated"
    parts = [
        created if report.assets_created or report.relationships_created else "",
        updated if report.assets_updated or report.relationships_updated else "",
    ]
    return ", ".join(part for part in parts if part)
