"""`twin ontology lint`: rules that versions are held to before anybody applies them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.console import print_json, say
from app.cli.verbs import FOUND, JsonFlag, ProjectOption

if TYPE_CHECKING:
    from migrations.lint import Finding


def lint(
    strict: Annotated[bool, typer.Option("--strict", help="Exit 2 for warnings too.")] = False,
    as_json: JsonFlag = False,
    project: ProjectOption = None,
) -> int:
    """Hold the project's versions to the rules: compatibility, deprecations, data, and what the project asks for.

    Needs no database. Exit 0 clean (warnings allowed), 2 errors. Levels are set in governance.yaml; a version may be
    exempt from a rule where it says why.

    Examples:
        twin ontology lint
        twin ontology lint --project my-site --strict
        twin ontology lint --json
    """
    from app.cli.ontology.migrating import chosen_folder
    from graph.clock import SystemClock
    from migrations import lint as linting

    found = linting.lint(chosen_folder(project), today=SystemClock().now().date())
    errors = sum(each.level is linting.Level.ERROR for each in found)
    if as_json:
        print_json(list(found))
    else:
        for finding in found:
            _print(finding)
        say(_summary(errors, len(found) - errors))
    return FOUND if errors or (strict and found) else 0


def _print(finding: Finding) -> None:
    where = f"{finding.place}: " if finding.place else ""
    say(f"{where}{finding.message} [{finding.code}]", style="bold red" if finding.level == "error" else "yellow")
    for label, fact in (("expected", finding.expected), ("got", finding.actual), ("do", finding.hint)):
        if fact:
            say(f"  {label:9}{fact}")


def _summary(errors: int, warnings: int) -> str:
    if not errors and not warnings:
        return "Clean: no rule is broken"
    return f"{_counted(errors, 'error')}, {_counted(warnings, 'warning')}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
