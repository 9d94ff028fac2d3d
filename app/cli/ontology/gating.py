"""What the gate says on the command line: how the schema changes, and whose operations break."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from app.cli.console import say, tell

if TYPE_CHECKING:
    from migrations.gate import BrokenOperation, Verdict

OperationsOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--operations", help="operations.yaml of consumers, or its folder; default: the project's."),
]
WindowOption: TypeAlias = Annotated[
    int, typer.Option("--window", min=0, max=3660, help="Days back in which use counts; 0 counts none.")
]

_LISTED = 40


def print_verdict(verdict: Verdict) -> None:
    """Print how the schema changes, what breaks first, and the operations that break with their owners."""
    from migrations.gate import ChangeLevel

    breaking, dangerous = verdict.of(ChangeLevel.BREAKING), verdict.of(ChangeLevel.DANGEROUS)
    added = verdict.of(ChangeLevel.SAFE)
    say(f"GraphQL: {len(breaking)} breaking, {len(dangerous)} dangerous and {len(added)} other changes", style="bold")
    for sign, changes, style in (("-", breaking, "red"), ("!", dangerous, "yellow"), ("+", added, "green")):
        for change in changes[:_LISTED]:
            say(f"  {sign} {change.says}", style=style)
        if len(changes) > _LISTED:
            say(f"  {sign} and {len(changes) - _LISTED} more; all with --json")
    say(f"{verdict.looked_at} operations looked at, {len(verdict.broken)} break", style="bold")
    for each in verdict.broken:
        _print_broken(each)
    for each in verdict.unseen:
        found = each.operation
        tell(f"{found.operation} of {found.consumer}, {found.owner} ({found.contact}), may break: {each.reasons[0]}")
    for each in verdict.stale:
        found = each.operation
        tell(f"{found.operation} of {found.consumer} ({found.document}) does not work now either: {each.reasons[0]}")


def _print_broken(each: BrokenOperation) -> None:
    found = each.operation
    seen = f", used {found.uses:,} times, last on {found.last_used}" if found.last_used is not None else ""
    say(f"  {found.operation} of {found.consumer}, {found.owner} ({found.contact}){seen}", style="bold red")
    for reason in each.reasons:
        say(f"    {reason}")
