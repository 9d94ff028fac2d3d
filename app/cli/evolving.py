"""`twin ontology make|plan|apply|complete`: from a changed document to a database that holds data of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.console import print_json, say, tell
from app.cli.verbs import FOUND, JsonFlag, ProjectOption
from graph.errors import Problem

if TYPE_CHECKING:
    from graph.ontology.model import Json
    from migrations import Applied, Forecast, Made


def make(
    message: Annotated[str, typer.Option("--message", "-m", help="What the version does.")],
    name: Annotated[str | None, typer.Option("--name", help="Words for the file's name.")] = None,
    erase: Annotated[
        bool, typer.Option("--erase", help="Let values of properties that are removed be taken away.")
    ] = False,
    successors: Annotated[
        list[str] | None,
        typer.Option("--becomes", metavar="TYPE.OLD=NEW", help="A new property takes the place of one that is gone."),
    ] = None,
    as_json: JsonFlag = False,
    project: ProjectOption = None,
) -> None:
    """Write the version that leads to the ontology document.

    What it adds comes in force when it is applied; what it takes away when it is completed. A property that has another
    name and the same id is a rename; a terminal is asked about others that may be one, a script says it by --becomes.

    Examples:
        twin ontology make -m "First version"
        twin ontology make -m "Add boilers" --project my-site
        twin ontology make -m "Drop the old tags" --erase
        twin ontology make -m "Flows in L/s" --becomes Pump.flowGpm=ratedFlow
    """
    import migrations
    from app.cli.asking import answers_for
    from app.cli.migrating import chosen_project

    chosen = chosen_project(project)
    answers = answers_for(chosen, erase=erase, successors=successors or ())
    made = migrations.make(chosen, message, name=name, answers=answers)
    if as_json:
        print_json(None if made is None else _made(made))
    elif made is None:
        say("Nothing to make: the versions lead to the ontology document already")
    else:
        for operation in made.operations:
            say(f"  {operation.kind} {' '.join(map(str, _names(operation.written)))}")
        say(f"{made.file}: {len(made.operations)} operations. `twin ontology apply` applies it")


def plan(
    completing: Annotated[bool, typer.Option("--complete", help="Say what complete would do.")] = False,
    as_json: JsonFlag = False,
    project: ProjectOption = None,
) -> int:
    """Say what apply would do, to how many assets, and what is in its way; exit 0 nothing, 2 changes.

    Examples:
        twin ontology plan
        twin ontology plan --complete
        twin ontology plan --json
    """
    from app.cli.migrating import chosen_project, planned

    found = asyncio.run(planned(chosen_project(project), complete=completing))
    if as_json:
        print_json(_planned(found))
    else:
        _print_plan(found)
    return 0 if found.plan.empty else FOUND


def apply(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    as_json: JsonFlag = False,
    project: ProjectOption = None,
) -> int:
    """Bring the database to the project's head; safe to run again.

    Examples:
        twin ontology apply
        twin ontology apply --dry-run
    """
    from app.cli.migrating import applied, chosen_project
    from app.settings import load_settings

    if dry_run:
        return plan(as_json=as_json, project=project)
    done = asyncio.run(applied(load_settings(), chosen_project(project)))
    if as_json:
        print_json(_done(done))
    elif done.changed:
        objects = f", {done.objects:,} assets and relationships changed" if done.objects else ""
        say(f"The database is at {done.revision}: {len(done.migrations)} versions applied{objects}")
    else:
        say(f"Nothing to do: the database is at {done.revision}")
    if done.waiting is not None and not as_json:
        say(f"What {done.waiting} takes away is still there: `twin ontology complete` when nobody uses it any more")
    return 0


def complete(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    as_json: JsonFlag = False,
    project: ProjectOption = None,
) -> int:
    """Take away what the version that was applied last no longer needs; safe to run again.

    Refused, with counts and samples, while data uses it.

    Examples:
        twin ontology complete --dry-run
        twin ontology complete
    """
    from app.cli.migrating import applied, chosen_project
    from app.settings import load_settings

    if dry_run:
        return plan(completing=True, as_json=as_json, project=project)
    done = asyncio.run(applied(load_settings(), chosen_project(project), complete=True))
    if as_json:
        print_json(_done(done))
    elif done.changed:
        objects = f": {done.objects:,} assets and relationships changed" if done.objects else ""
        say(f"{', '.join(done.migrations)} is complete{objects}")
    else:
        say("Nothing to do: no version waits to be completed")
    return 0


def print_problems(problems: Sequence[Problem]) -> None:
    """Print problems on standard error, one a line."""
    for problem in problems:
        tell(f"{problem.code}: {problem}")


def _print_plan(found: Forecast) -> None:
    if found.plan.empty:
        say(f"Nothing to do: the database is at {found.plan.revision}")
        return
    for stage in found.plan.stages:
        waits = f"; {len(stage.migration.contract)} wait to be completed" if stage.waits else ""
        say(f"{stage.migration.revision}: {stage.operations} operations{waits}")
        for each in (effort for effort in found.efforts if effort.revision == stage.migration.revision):
            say(f"  {each.step}: {each.objects:,} assets or relationships")
    for command in found.plan.commands:
        say(f"  {command}")
    print_problems([*found.unmet, *(breach.problem for _, breach in found.breaches)])
    if found.later:
        tell("In the way of completing it:")
        print_problems([breach.problem for _, breach in found.later])


def _planned(found: Forecast) -> dict[str, object]:
    return {
        "pending": found.plan.pending,
        "commands": found.plan.commands,
        "target": found.plan.target,
        "steps": [{"revision": each.revision, "step": each.step, "objects": each.objects} for each in found.efforts],
        "unmet": found.unmet,
        "inTheWay": [breach.problem for _, breach in found.breaches],
        "inTheWayOfCompletion": [breach.problem for _, breach in found.later],
    }


def _done(done: Applied) -> dict[str, object]:
    return {
        "revision": done.revision,
        "applied": done.migrations,
        "commands": done.commands,
        "objects": done.objects,
        "waiting": done.waiting,
    }


def _made(made: Made) -> dict[str, object]:
    operations = [{"operation": each.kind, **each.written} for each in made.operations]
    return {"revision": made.revision, "file": str(made.file), "operations": operations}


def _names(written: dict[str, Json]) -> list[str]:
    """What an operation is about: names of type, property, channel, enum and value."""
    shown: list[str] = []
    for noun in ("type", "enum", "property", "channel", "value"):
        found = written.get(noun)
        if isinstance(found, dict):
            found = found.get("name")
        if isinstance(found, str):
            shown.append(found)
    return shown
