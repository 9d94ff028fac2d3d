"""`twin ontology docs`: the catalogue of an ontology as a folder of pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.console import print_json, say, tell
from app.cli.verbs import JsonFlag, ProjectOption


def docs(
    out: Annotated[Path, typer.Option("--out", help="Folder of the pages.", metavar="DIR")] = Path("catalogue"),
    force: Annotated[bool, typer.Option("--force", help="Write over what this verb did not write.")] = False,
    as_json: JsonFlag = False,
    project: ProjectOption = None,
) -> None:
    """Write the ontology as a site of pages: types, properties, relationships, diagrams, examples and history.

    Needs no database and no server: open index.html. What is in the folder already is kept unless this verb wrote it.

    Examples:
        twin ontology docs
        twin ontology docs --out public/ontology --project my-site
    """
    from app.cli.ontology.migrating import chosen_project
    from migrations.catalogue import Catalogue, write_site

    chosen = chosen_project(project)
    done = write_site(Catalogue(chosen).files(), out, force=force)
    for path in done.kept:
        tell(f"{out / path} is a page of nothing any more, but was changed by hand: it stays")
    if as_json:
        files = {"written": done.written, "unchanged": done.unchanged, "removed": done.removed, "kept": done.kept}
        print_json({"index": str(out / "index.html"), **files})
        return
    ontology = chosen.desired
    counts = f"{len(ontology.asset_types)} asset types, {len(ontology.relationship_types)} relationship types"
    say(f"{out / 'index.html'}: {counts}, {len(ontology.enums)} enums")
    say(f"{done.written} files written, {done.unchanged} unchanged, {done.removed} removed")
