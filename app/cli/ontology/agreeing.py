"""`twin ontology approve|repair|changelog`: who agreed to a version, why a file was changed, and what changed when."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.console import print_json, say
from app.cli.verbs import JsonFlag, ProjectOption, ServerOption, TokenOption

if TYPE_CHECKING:
    from migrations import Project, Repaired
    from migrations.governance import Entry

ByOption = Annotated[str, typer.Option("--by", help="Who says so.", metavar="NAME")]


def approve(
    revision: Annotated[str, typer.Argument(help="The version, as its file is.")],
    by: Annotated[str | None, typer.Option("--by", help="Who approves; through a service the token's name.")] = None,
    as_json: JsonFlag = False,
    project: ProjectOption = None,
    server: ServerOption = None,
    token: TokenOption = None,
) -> None:
    """Record in the ledger that somebody approves a version: never its author, and its file as it is now.

    Where `governance.yaml` asks for approvals, apply and complete are refused without them.

    Examples:
        twin ontology approve 0007_split_pump --by "Grace Hopper"
    """
    from app.cli.ontology.migrating import chosen_project
    from app.cli.ontology.served import served_run

    if server is not None:
        said = served_run("approve", server, token, revision=revision)
    else:
        entry = asyncio.run(_approved(chosen_project(project), revision, by or ""))
        said = {"revision": entry.revision, "by": entry.by, "entry": entry.number, "checksum": entry.said["checksum"]}
    if as_json:
        print_json(said)
    else:
        say(f"{said['by']} approves {said['revision']}, {said['checksum']}")


def repair(
    reason: Annotated[str, typer.Option("--reason", help="Why; stays in the ledger.")],
    by: ByOption = "operator",
    as_json: JsonFlag = False,
    project: ProjectOption = None,
) -> None:
    """Record why applied files, or the ledger itself, are not what they were. Nothing is rewritten.

    A file may differ in its words (comments, reason, ticket), not in what it does. The correction is appended to the
    ledger and to the project's corrections.yaml.

    Examples:
        twin ontology repair --reason "Ticket numbers moved to the new tracker" --by "Ada Lovelace"
    """
    from app.cli.ontology.migrating import chosen_project

    done = asyncio.run(_repaired(chosen_project(project), reason, by))
    if as_json:
        print_json(
            {
                "corrected": [each.revision for each in done.corrections],
                "acknowledged": [f"{each.about} {each.says}" for each in done.acknowledged],
            }
        )
        return
    for correction in done.corrections:
        say(f"{correction.revision} is corrected to {correction.now}")
    for each in done.acknowledged:
        say(f"known from now on: {each.about} {each.says}")
    if done.empty:
        say("Nothing to repair: files and ledger are as they were")


def changelog(
    out: Annotated[Path | None, typer.Option("--out", help="Write it there instead.", metavar="FILE")] = None,
    as_json: JsonFlag = False,
    project: ProjectOption = None,
) -> None:
    """Print what each version changed, newest first, as Markdown. Needs no database.

    Examples:
        twin ontology changelog
        twin ontology changelog --out CHANGES.md --project my-site
    """
    import migrations
    from app.cli.ontology.migrating import chosen_project

    text = migrations.changelog(chosen_project(project))
    if as_json:
        print_json({"markdown": text})
    elif out is None:
        say(text.rstrip("\n"))
    else:
        out.write_text(text, encoding="utf-8", newline="\n")
        say(out)


async def _approved(project: Project, revision: str, by: str) -> Entry:
    import migrations
    from app.cli.database import bare_database
    from app.settings import load_settings

    async with bare_database(load_settings()) as database:
        return await migrations.approve(project, database, revision, by=by)


async def _repaired(project: Project, reason: str, by: str) -> Repaired:
    import migrations
    from app.cli.database import bare_database
    from app.settings import load_settings

    async with bare_database(load_settings()) as database:
        return await migrations.repair(project, database, reason=reason, by=by)
