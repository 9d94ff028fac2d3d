"""`twin ontology`: make, apply and look at versions of the ontology."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, cast

import typer

from app.cli.catalogue import docs
from app.cli.console import print_json, print_table, say, tell
from app.cli.drift import drift
from app.cli.verbs import FOUND, JsonFlag, ProjectOption, ServerOption, TokenOption, add, group
from graph.errors import Problem

if TYPE_CHECKING:
    from graph.ontology.model import AssetType, Ontology, RelationshipType
    from migrations import Plan


def application() -> typer.Typer:
    """Return the verbs of `twin ontology`."""
    verbs = group("The ontology and its versions.")
    for verb in (show, docs, make, plan, apply, status, history, check, drift):
        add(verbs, verb.__name__, verb)
    return verbs


def show(
    type_name: Annotated[str | None, typer.Argument(metavar="[TYPE]", help="One type in full.")] = None,
    as_json: JsonFlag = False,
    project: ProjectOption = None,
    server: ServerOption = None,
    token: TokenOption = None,
) -> None:
    """List the types of the project's ontology, or of the one that a service serves; or show one type.

    Examples:
        twin ontology show
        twin ontology show Chiller
        twin ontology show POWERS --json
    """
    from app.cli.migrating import chosen_project
    from app.cli.standing import served_ontology

    shown = chosen_project(project).desired if server is None else served_ontology(server, token)
    if type_name is None:
        _show_all(shown, as_json=as_json)
    else:
        _show_type(shown.relationship_types.get(type_name) or shown.asset_type(type_name), as_json=as_json)


def make(
    message: Annotated[str, typer.Option("--message", "-m", help="What the version does.")],
    name: Annotated[str | None, typer.Option("--name", help="Words for the file's name.")] = None,
    as_json: JsonFlag = False,
    project: ProjectOption = None,
) -> None:
    """Write the version that leads to the ontology document.

    Examples:
        twin ontology make -m "First version"
        twin ontology make -m "Add boilers" --project my-site
    """
    import migrations
    from app.cli.migrating import chosen_project

    made = migrations.make(chosen_project(project), message, name=name)
    if as_json:
        print_json(None if made is None else {"revision": made.revision, "file": str(made.file)})
    elif made is None:
        say("Nothing to make: the versions lead to the ontology document already")
    else:
        say(f"{made.file}: {len(made.operations)} operations. `twin ontology apply` applies it")


def plan(as_json: JsonFlag = False, project: ProjectOption = None) -> int:
    """Say what apply would do; exit 0 nothing, 2 changes.

    Examples:
        twin ontology plan
        twin ontology plan --json
    """
    from app.cli.migrating import chosen_project, planned

    found = asyncio.run(planned(chosen_project(project)))
    if as_json:
        print_json({"pending": found.pending, "commands": found.commands, "target": found.target})
    else:
        _print_plan(found)
    return 0 if found.empty else FOUND


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
        print_json({"revision": done.revision, "applied": done.migrations, "commands": done.commands})
    elif done.changed:
        say(f"The database is at {done.revision}: {len(done.migrations)} versions applied")
    else:
        say(f"Nothing to do: the database is at {done.revision}")
    return 0


def status(
    as_json: JsonFlag = False, project: ProjectOption = None, server: ServerOption = None, token: TokenOption = None
) -> int:
    """Say how project and database stand; exit 2 where they differ.

    Examples:
        twin ontology status
        twin ontology status --json
        twin ontology status --server http://127.0.0.1:8000 --token twin_...
    """
    from app.cli.migrating import chosen_project, status_of
    from app.cli.standing import served_standing, standing_of

    chosen = chosen_project(project)
    here = server is None
    found = standing_of(asyncio.run(status_of(chosen))) if here else served_standing(chosen, server, token)
    if as_json:
        print_json(found.shown)
    else:
        _print_facts(found.shown)
    return 0 if found.current else FOUND


def history(
    as_json: JsonFlag = False, project: ProjectOption = None, server: ServerOption = None, token: TokenOption = None
) -> None:
    """List what was applied, newest first.

    Examples:
        twin ontology history
        twin ontology history --json
    """
    from app.cli.migrating import chosen_project, status_of
    from app.cli.standing import history_of, served_history

    if server is None:
        rows = history_of(asyncio.run(status_of(chosen_project(project))).records)
    else:
        rows = served_history(server, token)
    if as_json:
        print_json(rows)
    elif rows:
        columns = ("revision", "status", "applied at", "by", "changed", "ms")
        print_table("", columns, [tuple(row.values()) for row in rows], numbers=2, wide=("by",))
    else:
        say("Nothing was applied yet: `twin ontology apply` begins")


def check(as_json: JsonFlag = False, project: ProjectOption = None) -> int:
    """Check the project's files: unchanged, one head, replay equals the document. Needs no database.

    Examples:
        twin ontology check
        twin ontology check --project my-site
    """
    import migrations
    from app.cli.migrating import chosen_project

    problems = migrations.check(chosen_project(project))
    if as_json:
        print_json(list(problems))
    elif problems:
        _print_problems(problems)
    else:
        say("The project holds together")
    return FOUND if problems else 0


def _print_plan(found: Plan) -> None:
    if found.empty:
        say(f"Nothing to do: the database is at {found.revision}")
        return
    for stage in found.stages:
        say(f"{stage.migration.revision}: {stage.operations} operations")
    for command in found.commands:
        say(f"  {command}")


def _print_facts(facts: dict[str, object]) -> None:
    for name, value in facts.items():
        shown = ", ".join(map(str, cast("Sequence[object]", value))) if isinstance(value, list | tuple) else value
        if shown not in (None, ""):
            say(f"{name:9} {'yes' if shown is True else 'no' if shown is False else shown}")


def _print_problems(problems: Sequence[Problem]) -> None:
    for problem in problems:
        tell(f"{problem.code}: {problem}")


def _show_all(ontology: Ontology, *, as_json: bool) -> None:
    types = [
        (kind.name, ", ".join(kind.extends), "abstract" if kind.abstract else "", kind.description)
        for kind in ontology.asset_types.values()
    ]
    links = [
        (
            kind.name,
            " | ".join(kind.from_types),
            " | ".join(kind.to_types),
            f"{kind.impact.value} {kind.kind.value}" if kind.is_supply else "",
            kind.description,
        )
        for kind in ontology.relationship_types.values()
    ]
    if as_json:
        print_json(
            {
                "hash": ontology.hash,
                "assetTypes": [row[0] for row in types],
                "relationshipTypes": [row[0] for row in links],
            }
        )
        return
    print_table("asset types", ("type", "extends", "", "description"), types, wide=("description", "extends"))
    say()
    columns = ("type", "from", "to", "impact", "description")
    print_table("relationship types", columns, links, wide=("description", "from", "to"))


def _show_type(kind: AssetType | RelationshipType, *, as_json: bool) -> None:
    rows = [
        (
            each.name,
            each.datatype.value,
            each.unit,
            " ".join(word for word in ("required", "unique", "indexed") if getattr(each, word)),
            each.description,
        )
        for each in kind.properties.values()
    ]
    columns = ("property", "datatype", "unit", "rules", "description")
    if as_json:
        properties = [dict(zip(columns, row, strict=True)) for row in rows]
        print_json({"name": kind.name, "description": kind.description, "properties": properties})
        return
    say(f"{kind.name}: {kind.description or 'no description'}")
    print_table("", columns, rows, wide=("description",))
