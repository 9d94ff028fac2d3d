"""`twin ontology`: make, apply and look at versions of the ontology."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, cast

import typer

from app.cli.console import print_json, print_table, say
from app.cli.ontology.agreeing import approve, changelog, repair
from app.cli.ontology.catalogue import docs
from app.cli.ontology.drift import drift
from app.cli.ontology.evolving import apply, complete, make, plan, print_problems
from app.cli.ontology.exchanging import export, import_
from app.cli.ontology.halting import abort, pause, resume, rollback
from app.cli.ontology.linting import lint
from app.cli.verbs import FOUND, JsonFlag, ProjectOption, ServerOption, TokenOption, add, group

if TYPE_CHECKING:
    from graph.ontology.model import AssetType, Ontology, RelationshipType


def application() -> typer.Typer:
    """Return the verbs of `twin ontology`."""
    verbs = group("The ontology and its versions.")
    evolving = (make, lint, plan, apply, complete, approve, pause, resume, abort, rollback)
    for verb in (show, docs, export, import_, *evolving, status, history, changelog, check, repair, drift):
        add(verbs, verb.__name__.rstrip("_"), verb)
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
    from app.cli.ontology.migrating import chosen_project
    from app.cli.ontology.standing import served_ontology

    shown = chosen_project(project).desired if server is None else served_ontology(server, token)
    if type_name is None:
        _show_all(shown, as_json=as_json)
    else:
        _show_type(shown.relationship_types.get(type_name) or shown.asset_type(type_name), as_json=as_json)


def status(
    as_json: JsonFlag = False, project: ProjectOption = None, server: ServerOption = None, token: TokenOption = None
) -> int:
    """Say how project and database stand; exit 2 where they differ.

    Examples:
        twin ontology status
        twin ontology status --json
        twin ontology status --server http://127.0.0.1:8000 --token twin_...
    """
    from app.cli.ontology.migrating import chosen_project, status_of
    from app.cli.ontology.standing import served_standing, standing_of

    chosen = chosen_project(project)
    here = server is None
    found = standing_of(asyncio.run(status_of(chosen))) if here else served_standing(chosen, server, token)
    if as_json:
        print_json(found.shown)
    else:
        _print_facts({**found.shown, "doing": found.doing})
    return 0 if found.current else FOUND


def history(
    as_json: JsonFlag = False, project: ProjectOption = None, server: ServerOption = None, token: TokenOption = None
) -> None:
    """List versions, newest first: proposed, approved, applied and completed when, by whom, and what was forced.

    Examples:
        twin ontology history
        twin ontology history --json
    """
    from app.cli.ontology.migrating import chosen_project, status_of
    from app.cli.ontology.standing import history_of, served_history

    if server is None:
        rows = history_of(asyncio.run(status_of(chosen_project(project))).passages)
    else:
        rows = served_history(server, token)
    if as_json:
        print_json(rows)
    elif rows:
        columns = {
            "revision": "revision",
            "status": "status",
            "proposed": "proposed",
            "approvedAt": "approved",
            "appliedAt": "applied at",
            "completedAt": "completed",
            "appliedBy": "by",
            "changed": "changed",
            "durationMs": "ms",
        }
        shown = {key: name for key, name in columns.items() if any(row.get(key) is not None for row in rows)}
        cells = [tuple(row.get(key) for key in shown) for row in rows]
        numbers = sum(key in shown for key in ("changed", "durationMs"))
        print_table("", tuple(shown.values()), cells, numbers=numbers, wide=("by",))
        for row in rows:
            if row.get("forced"):
                say(f"{row['revision']} was completed although consumers broke: {row['forced']}")
    else:
        say("Nothing was applied yet: `twin ontology apply` begins")


def check(as_json: JsonFlag = False, project: ProjectOption = None) -> int:
    """Check the project's files: valid, unchanged, one head, replay equals the document. Needs no database.

    Examples:
        twin ontology check
        twin ontology check --project my-site
    """
    import migrations
    from app.cli.ontology.migrating import chosen_project
    from graph.errors import OntologyInvalid

    try:
        chosen = chosen_project(project)
        problems = migrations.check(chosen)
    except (OntologyInvalid, migrations.ProjectInvalid) as error:
        problems = error.problems
    else:
        if not problems and not as_json:
            say(f"The project {chosen.desired.name} in {chosen.path} holds together")
    if as_json:
        print_json(list(problems))
    elif problems:
        print_problems(problems)
    return FOUND if problems else 0


def _print_facts(facts: dict[str, object]) -> None:
    for name, value in facts.items():
        shown = ", ".join(map(str, cast("Sequence[object]", value))) if isinstance(value, list | tuple) else value
        if shown not in (None, ""):
            say(f"{name:9} {'yes' if shown is True else 'no' if shown is False else shown}")


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
