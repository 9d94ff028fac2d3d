"""`twin doctor`: finds what is wrong with the installation and says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from app.cli.console import print_json, print_table, say
from app.cli.verbs import FOUND, JsonFlag, add

if TYPE_CHECKING:
    from graph.database.local import Finding


def register(twin: typer.Typer) -> None:
    """Add the verb."""
    add(twin, "doctor", doctor)


def doctor(as_json: JsonFlag = False) -> int:
    """Check Java, Neo4j, versions, constraints, ports, disk, clock and settings; exit 2 where something is wrong.

    Changes and starts nothing. What isn't set up yet is not wrong: it says how to begin.

    Examples:
        twin doctor
        twin doctor --json
    """
    from app.cli.checkup import examined
    from app.settings import load_settings

    settings = load_settings()
    findings = examined(settings)
    origins = settings.origins()
    well = all(finding.ok for finding in findings)
    if as_json:
        named = {name: {"value": str(getattr(settings, name)), "from": origins[name]} for name in sorted(origins)}
        print_json({"well": well, "findings": findings, "settings": named})
    else:
        for finding in findings:
            _print(finding)
        say()
        rows = [(name, getattr(settings, name), origins[name]) for name in sorted(origins)]
        print_table("settings", ("setting", "value", "from"), rows, wide=("value",))
    return 0 if well else FOUND


def _print(finding: Finding) -> None:
    state = "ok" if finding.ok and not finding.advice else "note" if finding.ok else "wrong"
    say(f"{state:6} {finding.name}: {finding.seen}", style="bold red" if not finding.ok else None)
    if finding.advice:
        say(f"{'':6} -> {finding.advice}")
