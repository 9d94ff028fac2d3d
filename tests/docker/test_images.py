"""No Docker engine runs where this is tested: each file, command and setting that docker/ names is checked to exist."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from app.http.graphiql_page import ASSETS
from app.settings import Settings
from graph.database.local import NEWEST_LINE
from graph.database.local.release import release

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "docker" / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = YAML(typ="safe").load((ROOT / "docker" / "compose.yaml").read_text())


def test_compose_file_fits_the_published_schema() -> None:
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*checker, str(ROOT / "docker" / "compose.yaml")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_every_copied_file_exists() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    sources = [source for group in copied for source in group.split()]
    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []


def test_nothing_that_is_copied_is_ignored() -> None:
    ignored = set((ROOT / ".dockerignore").read_text().split())
    assert set(re.findall(r"^COPY (\w+)/", DOCKERFILE, re.MULTILINE)) & ignored == set()


def test_the_page_is_built_as_its_folder_says_and_put_where_it_is_served_from() -> None:
    package = json.loads((ROOT / "app/http/graphiql/package.json").read_text())
    assert "npm run build -- --outdir=/graphiql" in DOCKERFILE
    script = package["scripts"]["build"].removeprefix("node ")
    assert '"--outdir="' in (ROOT / "app/http/graphiql" / script).read_text()
    copied = re.findall(r"^COPY --from=graphiql /graphiql (\S+)$", DOCKERFILE, re.MULTILINE)
    assert [ROOT / target for target in copied] == [ASSETS]


def test_every_setting_exists() -> None:
    named = set(re.findall(r"TWIN_([A-Z0-9_]+)=", DOCKERFILE))
    for service in COMPOSE["services"].values():
        named |= {name.removeprefix("TWIN_") for name in service.get("environment", {}) if name.startswith("TWIN_")}
    assert named
    assert named - {name.upper() for name in Settings.model_fields} == set()


def test_neo4j_is_the_one_that_is_tested() -> None:
    assert COMPOSE["services"]["neo4j"]["image"] == f"neo4j:{release(NEWEST_LINE).version}-community"


def commands() -> list[list[str]]:
    found = [json.loads(each) for each in re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)]
    found += [service["command"] for service in COMPOSE["services"].values() if "command" in service]
    comment = (ROOT / "docker" / "compose.yaml").read_text()
    return found + [each.split() for each in re.findall(r"exec twin (twin .*)$", comment, re.MULTILINE)]


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_exists(command: list[str]) -> None:
    assert command[0] == "twin"
    asked = [sys.executable, "-m", "app.cli", *command[1:], "--help"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
