"""`twin ontology pause|resume|abort|rollback`: stopping a migration, letting it go on, and taking versions back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.console import print_json, say
from app.cli.ontology.evolving import print_problems
from app.cli.verbs import FOUND, JsonFlag, ProjectOption, ServerOption, TokenOption

if TYPE_CHECKING:
    from migrations import Applied, Retreat, Undone

EraseFlag = Annotated[
    bool, typer.Option("--erase", help="Let go what was written into properties that go; the change log keeps it.")
]


def rollback(
    to: Annotated[str | None, typer.Option("--to", metavar="REVISION", help="Default: the version before.")] = None,
    erase: EraseFlag = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    as_json: JsonFlag = False,
    project: ProjectOption = None,
    server: ServerOption = None,
    token: TokenOption = None,
) -> int:
    """Take the database back to an earlier version, with the data as it was; safe to run again.

    What was written since is never overwritten: it is converted back, or stands in the way. A dry run exits with 2
    where there is something to take back.

    Examples:
        twin ontology rollback --dry-run
        twin ontology rollback
        twin ontology rollback --to 0004_add_zone
    """
    from app.cli.ontology.migrating import chosen_project, retreat_of, taken_back
    from app.cli.ontology.served import served_run

    if server is not None:
        if dry_run:
            raise typer.BadParameter("a dry run looks at the database itself; leave --server out")
        _print_served(served_run("rollback", server, token, to=to, erase=erase), as_json=as_json)
        return 0
    if dry_run:
        found = asyncio.run(retreat_of(chosen_project(project), to, erase=erase))
        print_json(_planned(found)) if as_json else _print_plan(found)
        return FOUND if found.stages else 0
    _print_undone(asyncio.run(taken_back(chosen_project(project), to, erase=erase)), as_json=as_json)
    return 0


def abort(
    erase: EraseFlag = False,
    as_json: JsonFlag = False,
    project: ProjectOption = None,
    server: ServerOption = None,
    token: TokenOption = None,
) -> None:
    """Take back the version whose application did not end.

    Examples:
        twin ontology abort
    """
    from app.cli.ontology.migrating import aborted, chosen_project
    from app.cli.ontology.served import served_run

    if server is not None:
        _print_served(served_run("abort", server, token, erase=erase), as_json=as_json)
        return
    _print_undone(asyncio.run(aborted(chosen_project(project), erase=erase)), as_json=as_json)


def pause(as_json: JsonFlag = False, server: ServerOption = None, token: TokenOption = None) -> None:
    """Let the migration that is under way stop after the page it is at; needs no lock.

    Examples:
        twin ontology pause
    """
    from app.cli.ontology.migrating import paused
    from app.cli.ontology.served import served_run

    revision = asyncio.run(paused()) if server is None else served_run("pause", server, token)["paused"]
    if as_json:
        print_json({"paused": revision})
    else:
        say(f"{revision} stops after the page it is at; `twin ontology resume` lets it go on")


def resume(
    as_json: JsonFlag = False, project: ProjectOption = None, server: ServerOption = None, token: TokenOption = None
) -> None:
    """Let a migration go on that was paused, or left by a run that died; forwards or back, as it was going.

    Examples:
        twin ontology resume
    """
    from app.cli.ontology.migrating import chosen_project, resumed
    from app.cli.ontology.served import served_run
    from migrations import Undone

    if server is not None:
        _print_served(served_run("resume", server, token), as_json=as_json)
        return
    done = asyncio.run(resumed(chosen_project(project)))
    if isinstance(done, Undone):
        _print_undone(done, as_json=as_json)
    elif as_json:
        print_json({"revision": done.revision, "applied": done.migrations, "objects": done.objects})
    else:
        _print_done(done)


def _print_served(done: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(done)
        return
    if done["rolledBack"]:
        say(f"{', '.join(done['rolledBack'])} taken back")
    say(f"The database is at {done['revision']}: {done['objects']:,} assets and relationships changed")


def _print_done(done: Applied) -> None:
    say(f"The database is at {done.revision}: {done.objects:,} assets and relationships changed")
    if done.waiting is not None:
        say(f"What {done.waiting} takes away is still there: `twin ontology complete` when nobody uses it any more")


def _print_undone(done: Undone, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {"revision": done.revision, "hash": done.hash, "rolledBack": done.migrations, "objects": done.objects}
        )
    elif done.migrations:
        names = ", ".join(done.migrations)
        say(f"{names} taken back: {done.objects:,} assets and relationships changed")
        say(f"The database is at {done.revision}; `twin ontology apply` would apply them again")
    else:
        say(f"Nothing to do: the database is at {done.revision}")


def _print_plan(found: Retreat) -> None:
    if not found.stages:
        say("Nothing to do: no version is to be taken back")
    for stage in found.stages:
        say(f"{stage.revision}, back to {stage.parent}")
        for step, objects in stage.steps:
            say(f"  {step}: {objects:,} assets or relationships at most")
        for command in stage.commands:
            say(f"  {command}")
        print_problems(stage.in_the_way)


def _planned(found: Retreat) -> dict[str, object]:
    return {
        "stages": [
            {
                "revision": stage.revision,
                "parent": stage.parent,
                "steps": [{"step": step, "objects": objects} for step, objects in stage.steps],
                "commands": stage.commands,
                "inTheWay": stage.in_the_way,
            }
            for stage in found.stages
        ]
    }
