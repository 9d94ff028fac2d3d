"""`twin init` and `twin sdl`: a project of one's own, and the schema as it is served."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from app.cli.console import print_json, say
from app.cli.verbs import JsonFlag, add


def register(twin: typer.Typer) -> None:
    """Add the verbs."""
    add(twin, "init", init)
    add(twin, "sdl", sdl)


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that does not exist yet, or is empty.")],
    as_json: JsonFlag = False,
) -> None:
    """Start an ontology project of one's own: a starter document, its first version, a test and a README.

    Examples:
        twin init my-site
    """
    import migrations

    made = migrations.init(directory)
    if as_json:
        print_json({"directory": str(made.path), "ontology": made.desired.name})
        return
    say(f"{made.path} is ready: change ontology.yaml to your own words, then")
    say(f"  export TWIN_ONTOLOGY={shlex.quote(str(made.path.absolute()))}")
    say('  twin ontology make -m "What changed"')
    say("  twin ontology apply")


def sdl(as_json: JsonFlag = False) -> None:
    """Print the GraphQL schema as it is served.

    Examples:
        twin sdl > schema.graphql
    """
    from app.cli.ontology.migrating import project_of
    from app.graphql import build_schema
    from app.settings import load_settings

    text = build_schema(project_of(load_settings()).desired).as_str()
    if as_json:
        print_json({"sdl": text})
    else:
        typer.echo(text)
