"""Readers and writers hammer the service while a version is applied and completed; how quick, a benchmark tells."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.cli.main import run
from benchmarks.hammer import Tally
from benchmarks.migrations_hammered import hammered, write_pumps
from benchmarks.reads import served
from graph.database.local import Endpoint
from migrations import Project, init
from tests.command_line import set_settings, settings_of
from tests.servers import Server

pytestmark = [pytest.mark.neo4j, pytest.mark.long, pytest.mark.timeout(900)]

ASSETS = 4_000


def test_nothing_fails_and_nothing_invalid_is_read(
    own_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project: Project = init(tmp_path / "site")
    settings = settings_of(own_server, "site", tmp_path / "data")
    set_settings(monkeypatch, {**settings, "TWIN_ONTOLOGY": str(project.path)})
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.chdir(tmp_path)
    assert run(["ontology", "apply"]) == 0
    assert run(["load", str(write_pumps(tmp_path / "pumps.ndjson", ASSETS))]) == 0
    endpoint = Endpoint(uri=own_server.uri, user=own_server.user, password=own_server.password)

    with served(endpoint) as url:
        tallies = asyncio.run(hammered(url.removesuffix("/graphql"), project.path, ASSETS, 2.0))

    for tally in tallies:
        judge(tally)
    assert run(["ontology", "status"]) == 0


def judge(tally: Tally) -> None:
    assert tally.failures == {}
    assert tally.invalid == []
    assert len(tally.reads) > 10
    assert len(tally.writes) > 0
