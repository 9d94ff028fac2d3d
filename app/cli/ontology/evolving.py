"""`twin ontology make|plan|apply|complete`: from a changed document to a database that holds data of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, cast

import typer

from app.cli.console import print_json, say, tell
from app.cli.ontology.gating import OperationsOption, WindowOption
from app.cli.verbs import FOUND, JsonFlag, ProjectOption, ServerOption, TokenOption
from graph.errors import Problem

if TYPE_CHECKING:
    from graph.ontology.model import Json
    from migrations import Forecast, Made


def make(
    message: Annotated[str, typer.Option("--message", "-m", help="What the version does.")],
    name: Annotated[str | None, typer.Option("--name", help="Words for the file's name.")] = None,
    erase: Annotated[
        bool, typer.Option("--erase", help="Let values of properties that are removed be taken away.")
    ] = False,
    successors: Annotated[
        list[str] | None,
        typer.Option(
            "--becomes",
            metavar="TYPE.OLD=NEW",
            help="A new property, channel or enum value takes the place of one that is gone.",
        ),
    ] = None,
    merge: Annotated[bool, typer.Option("--merge", help="Build on all heads: branches come together.")] = False,
    author: Annotated[str | None, typer.Option("--author", help="Who proposes it.")] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="Who answers for it.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Why.")] = None,
    ticket: Annotated[str | None, typer.Option("--ticket", help="Where it was asked for.")] = None,
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
        twin ontology make -m "Valves and tanks" --merge
        twin ontology make -m "Flows in L/s" --becomes Pump.flowGpm=ratedFlow
        twin ontology make -m "Add valves" --author "Ada Lovelace" --owner "Team Model" --ticket TM-12
    """
    import migrations
    from app.cli.ontology.asking import answers_for
    from app.cli.ontology.migrating import chosen_project
    from graph.clock import SystemClock

    chosen = chosen_project(project)
    answers = answers_for(chosen, erase=erase, successors=successors or (), merge=merge)
    today = SystemClock().now().date().isoformat()
    said = migrations.Standpoint(owner=owner, reason=reason, ticket=ticket, proposed=today)
    made = migrations.make(chosen, message, name=name, author=author, standpoint=said, answers=answers, merge=merge)
    if as_json:
        print_json(None if made is None else _made(made))
    elif made is None:
        say("Nothing to make: the versions lead to the ontology document already")
    else:
        for operation in made.operations:
            say(f"  {operation.kind} {' '.join(map(str, _names(operation.written)))}")
        say(f"{made.file}: {len(made.operations)} operations. `twin ontology apply` applies it")
        if made.then is not None:
            say(f"{made.then.file}: what was converted gets its name back, once the other is complete")
        if made.more:
            say("Types and enums change their names in a version of their own: `make` once more writes the rest down")


def plan(
    completing: Annotated[bool, typer.Option("--complete", help="Say what complete would do.")] = False,
    operations: OperationsOption = None,
    window: WindowOption = 30,
    as_json: JsonFlag = False,
    project: ProjectOption = None,
    server: ServerOption = None,
    token: TokenOption = None,
) -> int:
    """Say what apply would do, to how many assets, what is in its way, and what it does to consumers.

    Shows how the GraphQL schema changes, and which registered or used operations break, with their owners. Exit 0
    nothing, 2 changes.

    Examples:
        twin ontology plan
        twin ontology plan --operations ui/operations.yaml --window 90
        twin ontology plan --complete
        twin ontology plan --json
    """
    from app.cli.ontology.gating import print_verdict
    from app.cli.ontology.migrating import GateOptions, chosen_project, planned
    from app.evolution import outlook_document

    if server is not None:
        return _served_plan(server, token, completing=completing, window=window, as_json=as_json)
    options = GateOptions(operations=operations, window=window)
    found = asyncio.run(planned(chosen_project(project), complete=completing, options=options))
    if as_json:
        print_json(outlook_document(found))
    else:
        _print_plan(found.forecast)
        if found.verdict is not None:
            print_verdict(found.verdict)
    return 0 if found.forecast.plan.empty else FOUND


def _served_plan(server: str, token: str | None, *, completing: bool, window: int, as_json: bool) -> int:
    from app.cli.ontology.served import print_served_plan, served_plan

    found = served_plan(server, token, complete=completing, window=window)
    if as_json:
        print_json(found)
    else:
        print_served_plan(found)
    return FOUND if found["pending"] or found["commands"] else 0


def apply(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    as_json: JsonFlag = False,
    project: ProjectOption = None,
    server: ServerOption = None,
    token: TokenOption = None,
) -> int:
    """Bring the database to the project's head; safe to run again.

    Examples:
        twin ontology apply
        twin ontology apply --dry-run
    """
    from app.cli.ontology.migrating import applied, chosen_project
    from app.cli.ontology.served import served_run
    from app.evolution import run_document
    from app.settings import load_settings

    if dry_run:
        return plan(as_json=as_json, project=project, server=server, token=token)
    done = (
        run_document(asyncio.run(applied(load_settings(), chosen_project(project))))
        if server is None
        else served_run("apply", server, token)
    )
    if as_json:
        print_json(done)
        return 0
    if _changed(done):
        say(f"The database is at {done['revision']}: {len(_applied(done))} versions applied{_objects(done, ', ')}")
    else:
        say(f"Nothing to do: the database is at {done['revision']}")
    if done["waiting"] is not None:
        say(f"What {done['waiting']} takes away is still there: `twin ontology complete` when nobody uses it any more")
    return 0


def complete(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    operations: OperationsOption = None,
    window: WindowOption = 30,
    forced: Annotated[bool, typer.Option("--force", help="Although operations of consumers break.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why it is forced; stays in the ledger.")] = "",
    as_json: JsonFlag = False,
    project: ProjectOption = None,
    server: ServerOption = None,
    token: TokenOption = None,
) -> int:
    """Take away what the version that was applied last no longer needs; safe to run again.

    Refused, with counts and samples, while data uses it, and while registered operations would break, or such as were
    seen in use of late; they are named with their owners.

    Examples:
        twin ontology complete --dry-run
        twin ontology complete
        twin ontology complete --force --reason "Team Campus shuts its old app down today"
    """
    from app.cli.ontology.migrating import GateOptions, chosen_project, completed
    from app.cli.ontology.served import served_run
    from app.evolution import run_document
    from migrations.gate import Force

    if dry_run:
        return plan(
            completing=True,
            operations=operations,
            window=window,
            as_json=as_json,
            project=project,
            server=server,
            token=token,
        )
    force = Force(reason=reason) if forced else None
    options = GateOptions(operations=operations, window=window)
    done = (
        run_document(asyncio.run(completed(chosen_project(project), options, force)))
        if server is None
        else served_run("complete", server, token, force=forced, reason=reason, window=window)
    )
    if as_json:
        print_json(done)
    elif _changed(done):
        say(f"{', '.join(_applied(done))} is complete{_objects(done, ': ')}")
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
    for channel in found.plan.anew:
        say(f"  {channel} begins anew: what was kept of it before is not told any more")
    print_problems([*found.unmet, *(breach.problem for _, breach in found.breaches)])
    if found.later:
        tell("In the way of completing it:")
        print_problems([breach.problem for _, breach in found.later])


def _applied(done: Mapping[str, object]) -> list[str]:
    return cast("list[str]", done["applied"])


def _changed(done: Mapping[str, object]) -> bool:
    return bool(done["applied"] or done["commands"] or done["objects"])


def _objects(done: Mapping[str, object], lead: str) -> str:
    return f"{lead}{done['objects']:,} assets and relationships changed" if done["objects"] else ""


def _made(made: Made) -> dict[str, object]:
    operations = [{"operation": each.kind, **each.written} for each in made.operations]
    shown: dict[str, object] = {
        "revision": made.revision,
        "file": str(made.file),
        "operations": operations,
        "more": made.more,
    }
    return shown if made.then is None else {**shown, "then": _made(made.then)}


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
