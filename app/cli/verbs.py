"""How verbs are declared: their help and examples come from their docstring, options that many have are named once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

FOUND = 2
"""Exit code: changes or problems found."""

JsonFlag: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
ServerOption: TypeAlias = Annotated[
    str | None, typer.Option("--server", help="Ask a running service instead of the database.", metavar="URL")
]
TokenOption: TypeAlias = Annotated[
    str | None, typer.Option("--token", help="Bearer token for --server; default TWIN_TOKEN.", metavar="T")
]
ProjectOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--project", help="Folder of the ontology project; default TWIN_ONTOLOGY, or where you stand."),
]

_EXAMPLES = "\n\nExamples:\n"


def add(verbs: typer.Typer, name: str, verb: Callable[..., int | None]) -> None:
    """Add a verb; its docstring is its help and ends with its examples, a command line each."""
    about, _, examples = inspect.cleandoc(verb.__doc__ or "").partition(_EXAMPLES)
    lines = [f"[cyan]$ {_plain(line.strip())}[/]" for line in examples.splitlines() if line.strip()]
    assert lines, f"the verb {name} has no example"
    verbs.command(name, help=_plain(about), epilog="\n\n".join(["[bold]Examples[/]", *lines]))(verb)


def group(about: str) -> typer.Typer:
    """Return an empty group of verbs."""
    return typer.Typer(help=about, no_args_is_help=True, rich_markup_mode="rich")


def _plain(text: str) -> str:
    """Return text so that help shows it as it is, whatever brackets it holds."""
    return text.replace("[", r"\[")
