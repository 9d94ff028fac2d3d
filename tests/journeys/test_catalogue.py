"""The catalogue by the command line, and its examples where they would be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graph.identity import Tenant
from migrations import Project
from migrations.catalogue.ends import connections
from migrations.catalogue.examples import MUTATION, Example, asset_example, relationship_example
from tests.app.door import Door
from tests.app.graphql.conftest import campus
from tests.command_line import CommandLine, set_settings, settings_of
from tests.servers import Server

__all__ = ["campus"]


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line where there is no database at all."""
    set_settings(monkeypatch, {"TWIN_DATA_DIR": str(tmp_path / "data")})
    monkeypatch.chdir(tmp_path)
    return CommandLine(capsys)


def examples() -> list[Example]:
    """One of each asset type with a relationship, and one of each relationship type."""
    ontology = Project.bundled().desired
    found = [relationship_example(ontology, link) for link in ontology.relationship_types.values()]
    for kind in ontology.asset_types.values():
        whole = [each.type for each in connections(ontology, kind) if not each.partial]
        found.append(asset_example(ontology, kind, whole[-1] if whole else None))
    return [example for example in found if example is not None]


def test_a_catalogue_of_a_project_of_ones_own(bare: CommandLine, tmp_path: Path) -> None:
    bare.ok("init", "site")
    out = bare.ok("ontology", "docs", "--project", "site")
    assert out.startswith("catalogue/index.html: ")
    told = bare("ontology", "docs", "--project", "site", "--json").json
    assert (told["index"], told["written"], told["removed"], told["kept"]) == ("catalogue/index.html", 0, 0, [])
    document = tmp_path / "site/ontology.yaml"
    document.write_text(document.read_text().replace("\n  Pump:\n", "\n  Mover:\n"))
    told = bare("ontology", "docs", "--project", "site", "--json").json
    assert told["removed"] == 1
    assert (tmp_path / "catalogue/types/Mover.html").exists()
    assert not (tmp_path / "catalogue/types/Pump.html").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/index.html").write_text("mine")
    ran = bare("ontology", "docs", "--project", "site", "--out", "mine")
    assert (ran.code, ran.out) == (1, "")
    assert "[CATALOGUE_REFUSED]" in ran.err
    assert (tmp_path / "mine/index.html").read_text() == "mine"
    assert bare("ontology", "docs", "--project", "site", "--out", "mine", "--force").code == 0
    assert not (tmp_path / "data").exists()


@pytest.mark.long
@pytest.mark.neo4j
async def test_every_example_is_taken_as_it_stands(campus: Door) -> None:
    for example in examples():
        answer = await campus.send(MUTATION, **json.loads(example.variables))
        assert answer["errors"] is None
        assert answer["data"]["applyChanges"]["__typename"] == "ChangesApplied", (example.lines, answer)
    for reading in {example.reading for example in examples()} - {None}:
        assert (await campus.send(str(reading)))["errors"] is None


@pytest.mark.neo4j
def test_an_example_can_be_loaded(
    bare: CommandLine, server: Server, tenant: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_settings(monkeypatch, settings_of(server, tenant, tmp_path / "data"))
    ontology = Project.bundled().desired
    example = asset_example(ontology, ontology.asset_types["Sensor"], ontology.relationship_types["MONITORS"])
    assert example is not None
    file = tmp_path / "example.ndjson"
    file.write_text(example.text)
    ran = bare("load", str(file), "--dry-run", "--json")
    assert (ran.code, ran.json[0]["refused"], ran.json[0]["lines"]) == (0, 0, len(example.lines))
