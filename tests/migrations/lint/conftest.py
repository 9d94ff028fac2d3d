"""Projects whose document is changed step by step, without a database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from migrations import Project, make
from migrations.lint import Finding, lint

TODAY = date(2026, 11, 26)

START = """\
format: twin-ontology/1
name: pumping
compatibility: BACKWARD
enums:
  Fuel: {values: [DIESEL, GAS]}
assetTypes:
  Space: {}
  Equipment:
    abstract: true
    properties:
      serial: {datatype: string}
  Pump:
    extends: [Equipment]
    properties:
      flow: {datatype: float, unit: L/s, maximum: 100}
      fuel: {datatype: enum, enum: Fuel}
    channels:
      speed: {datatype: float, unit: rpm}
  Valve: {extends: [Equipment]}
relationshipTypes:
  PIPE: {from: [Equipment], to: [Equipment], multiplicity: {sources: 0..9}}
  HOLDS: {from: [Space], to: [Equipment]}
"""


class Site:
    """A project that a test changes by hand and by `make`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()
        self.document.write_text(START)
        make(self.project, "Start", name="start")

    @property
    def document(self) -> Path:
        return self.path / "ontology.yaml"

    @property
    def project(self) -> Project:
        return Project.load(self.path)

    def change(self, *edits: tuple[str, str], name: str = "change") -> Path:
        """Replace texts of the document, each there once, and make the version that leads there."""
        text = self.document.read_text()
        for old, new in edits:
            assert text.count(old) == 1, (old, text)
            text = text.replace(old, new)
        self.document.write_text(text)
        made = make(self.project, name, name=name)
        assert made is not None
        return made.file

    def govern(self, text: str) -> None:
        (self.path / "governance.yaml").write_text(f"format: twin-governance/1\n{text}")

    def lint(self, today: date = TODAY) -> list[Finding]:
        return list(lint(self.path, today=today))

    def codes(self, today: date = TODAY) -> list[tuple[str, str | None]]:
        return [(each.code, each.element) for each in self.lint(today)]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "site")


@pytest.fixture
def line() -> Callable[[Path, str], int]:
    """The number of the first line of a file that begins with a text, blanks and dashes apart."""

    def found(file: Path, text: str) -> int:
        lines = file.read_text().splitlines()
        return next(number for number, each in enumerate(lines, 1) if each.lstrip(" -").startswith(text))

    return found
