"""A project of one's own: a starter ontology with its first version, a test and a README."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

from graph.ontology import json_schema
from migrations.errors import ProjectExists
from migrations.making.making import make
from migrations.project import DOCUMENT, Project

SCHEMA = "ontology.schema.json"
_FILES = {DOCUMENT: DOCUMENT, "README.md": "README.md", "test_ontology.py.txt": "tests/test_ontology.py"}

_OF_THE_STARTER = "def test_a_pump_is_equipment"
"""From here on the starter's test speaks of the starter's types."""


def init(directory: Path, document: str | None = None) -> Project:
    """Write a new project into `directory`, which may exist if it is empty, and return it; it passes `check` at once.

    It starts from `document`, an ontology document that holds together, or else from the starter's.

    Raises:
        ProjectExists: something is there already; nothing was written.
    """
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise ProjectExists(
            f"{directory} is not empty",
            place=str(directory),
            expected="a folder that does not exist, or an empty one",
            hint="Name another folder; nothing was written",
        )
    starter = files("migrations").joinpath("starter")
    for name, target in _FILES.items():
        text = starter.joinpath(name).read_text(encoding="utf-8")
        if document is not None:
            text = document if name == DOCUMENT else text.partition(_OF_THE_STARTER)[0].rstrip() + "\n"
        _write(directory / target, text)
    _write(directory / SCHEMA, json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n")
    make(Project.load(directory), "The ontology to start from", name="start")
    return Project.load(directory)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
