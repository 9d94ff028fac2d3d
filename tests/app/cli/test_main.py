"""Help, usage and what happens when things go wrong: messages, exit codes, no tracebacks."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from app.cli.main import application
from app.cli.tokens import ScopeName
from graph.access import Scope
from tests.command_line import CommandLine

ROOT = Path(__file__).parents[3]


def verbs() -> list[tuple[str, ...]]:
    """Every verb of the command line, as its words."""
    return list(_verbs(application(), ()))


def _verbs(of: typer.Typer, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for command in of.registered_commands:
        assert command.name is not None
        yield (*words, command.name)
    for inner in of.registered_groups:
        assert isinstance(inner.name, str)
        assert inner.typer_instance is not None
        yield from _verbs(inner.typer_instance, (*words, inner.name))


def ids(words: tuple[str, ...]) -> str:
    return " ".join(words)


@pytest.mark.parametrize("words", verbs(), ids=ids)
def test_every_verb_has_help_with_an_example_and_json(bare: CommandLine, words: tuple[str, ...]) -> None:
    shown = bare.ok(*words, "--help")
    _, _, examples = shown.partition("Examples")
    assert f"twin {' '.join(words)}" in examples
    assert "--json" in shown


def test_the_page_lists_every_verb_and_no_other() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    table = page.partition("## What it prints")[0]
    listed = set(re.findall(r"`twin ([a-z0-9-]+(?: [a-z]+)?)", table))
    assert listed == {" ".join(words) for words in verbs()}


def test_the_scopes_are_all_there_are() -> None:
    assert [each.value for each in ScopeName] == [each.value for each in Scope]


def test_help_lists_verbs(bare: CommandLine) -> None:
    shown = bare.ok("--help")
    assert all(words[0] in shown for words in verbs())


@pytest.mark.parametrize(
    "arguments", [(), ("nope",), ("asset",), ("asset", "A", "--nope"), ("neo4j", "nope"), ("serve", "--port", "x")]
)
def test_wrong_usage_is_64(bare: CommandLine, arguments: tuple[str, ...]) -> None:
    ran = bare(*arguments)
    assert ran.code == 64
    assert "Traceback" not in ran.err
    if arguments:
        assert "--help" in ran.err
        assert ran.out == ""


def test_wrong_usage_as_json(bare: CommandLine) -> None:
    ran = bare("nope", "--json")
    assert ran.code == 64
    assert json.loads(ran.err)["code"] == "INPUT_INVALID"


def test_an_unknown_setting_is_refused_with_its_like(bare: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWIN_NEO4J_URL", "bolt://x")
    ran = bare("neo4j", "status")
    assert ran.code == 1
    assert "TWIN_NEO4J_URI" in ran.err


def test_what_the_system_refuses_is_one_sentence(bare: CommandLine, tmp_path: Path) -> None:
    ran = bare("export", "-o", str(tmp_path / "missing" / "out.ndjson"))
    assert ran.code == 1
    assert "missing" in ran.err
    assert "No such file" in ran.err


def test_status_of_a_server_that_never_was(bare: CommandLine) -> None:
    assert bare("neo4j", "status", "--json").json["state"] == "stopped"
    assert bare("neo4j", "stop").out == "Neo4j was not running\n"


def test_the_address_of_a_stopped_server_is_refused_with_advice(bare: CommandLine) -> None:
    ran = bare("neo4j", "env")
    assert ran.code == 1
    assert "twin neo4j start" in ran.err


def test_a_service_that_does_not_answer(bare: CommandLine) -> None:
    ran = bare("asset", "A", "--server", "http://127.0.0.1:9")
    assert ran.code == 1
    assert "SERVICE_UNREACHABLE" in ran.err
    ran = bare("asset", "A", "--server", "nonsense", "--json")
    assert json.loads(ran.err)["code"] == "SERVICE_UNREACHABLE"


def test_doctor_on_a_machine_where_nothing_is_set_up(bare: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    # Jars from a folder: nothing is asked of the network. Missing ones there are wrong, and doctor says so.
    monkeypatch.setenv("TWIN_NEO4J_JARS", str(Path.cwd()))
    ran = bare("doctor", "--json")
    findings = {each["name"]: each for each in ran.json["findings"]}
    assert findings["jars"]["ok"] is False
    assert ran.code == 2
    assert findings["ontology"]["ok"] is True
    assert "twin demo" in findings["ontology"]["advice"]
    assert ran.json["settings"]["neo4j_jars"]["from"] == "TWIN_NEO4J_JARS"


def test_doctor_on_an_address_where_no_neo4j_is(bare: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWIN_NEO4J_URI", "bolt://127.0.0.1:9")
    ran = bare("doctor")
    assert ran.code == 2
    assert "wrong  neo4j" in ran.out


def test_small_verbs_import_no_driver_and_no_schema(tmp_path: Path) -> None:
    """What keeps them quick; a clock would depend on the machine."""
    heavy = {"neo4j", "strawberry", "graphql", "pint", "numpy", "pydantic_settings", "rich.progress", "httpx"}
    assert_unimported(heavy, "from app.cli.main import run; run(['impact', '--help'])")


def test_verbs_without_questions_import_no_service() -> None:
    """Migrations, loads and a service elsewhere: a story of forty commands waits two minutes for it otherwise."""
    heavy = {"strawberry", "graphql", "starlette", "numba", "app.main", "app.graphql", "graph.kernel"}
    assert_unimported(heavy, "import app.cli.ontology.migrating, app.cli.data.loading, app.cli.remote")


def assert_unimported(heavy: set[str], code: str) -> None:
    """See that a process of its own has none of these modules after what it did."""
    told = f"import sys; {code}; sys.exit(', '.join({heavy} & set(sys.modules)) or 0)"
    ran = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_colours_are_for_terminals(tmp_path: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("TWIN_")}
    ran = subprocess.run(
        [sys.executable, "-m", "app.cli", "neo4j", "nope"],
        cwd=ROOT,
        env={**bare, "NO_COLOR": "1", "TWIN_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 64
    assert "\x1b" not in ran.stderr
