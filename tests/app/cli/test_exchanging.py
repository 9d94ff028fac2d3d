"""`twin ontology export` and `import`, from a file to a project that holds together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import CommandLine, set_settings

MODEL = {
    "@context": "dtmi:dtdl:context;2",
    "@id": "dtmi:e:Pump;1",
    "@type": "Interface",
    "contents": [{"@type": "Command", "name": "go"}, {"@type": "Property", "name": "flow", "schema": "double"}],
}


@pytest.fixture
def twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    set_settings(monkeypatch, {})
    monkeypatch.chdir(tmp_path)
    return CommandLine(capsys)


def test_an_import_makes_a_project_that_holds_together(twin: CommandLine, tmp_path: Path) -> None:
    models = tmp_path / "models" / "deep"
    models.mkdir(parents=True)
    (models / "pump.json").write_text(json.dumps(MODEL), encoding="utf-8")
    ran = twin("ontology", "import", "models", "--init", "site", "--strict")
    assert ran.code == 2
    assert "left out  Pump.go: a Command" in ran.err
    assert "holds together" in twin.ok("ontology", "check", "--project", "site")
    assert twin("ontology", "import", "models", "--init", "site").code == 1
    assert twin("ontology", "import", "models", "-o", "site/ontology.yaml").code == 1
    twin.ok("ontology", "import", "models", "-o", "site/ontology.yaml", "--force")
    assert "Nothing to make" in twin.ok("ontology", "make", "-m", "The same again", "--project", "site")
    again = twin("ontology", "export", "--format", "shacl", "--project", "site", "--json").json
    assert "dtmi:e:Pump" in again["text"]
    assert again["notes"] == []


def test_what_can_not_be_read_is_told(twin: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "odd.txt").write_bytes(b"\xff\xfe")
    (tmp_path / "empty").mkdir()
    for arguments in (("odd.txt",), ("empty",), ("none.json",)):
        ran = twin("ontology", "import", *arguments)
        assert (ran.code, ran.out) == (1, ""), arguments
        assert "Traceback" not in ran.err
    assert twin("ontology", "export", "--format", "uml").code == 64


def test_losses_are_told_and_strict(twin: CommandLine) -> None:
    ran = twin("ontology", "export", "--format", "dtdl")
    assert ran.code == 0
    assert json.loads(ran.out)
    assert "left out" in ran.err
    assert twin("ontology", "export", "--format", "dtdl", "--strict").code == 2
    assert twin("ontology", "export", "--format", "aas", "--strict").code == 0
