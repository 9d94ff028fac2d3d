"""The command line on the database of the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.identity import Tenant
from tests.command_line import CommandLine, set_settings, settings_of
from tests.servers import Server


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """The command line on a machine where nothing is set up, in a folder of its own."""
    set_settings(monkeypatch, {"TWIN_DATA_DIR": str(tmp_path / "data")})
    monkeypatch.chdir(tmp_path)
    return CommandLine(capsys)


@pytest.fixture
def twin(
    bare: CommandLine, server: Server, tenant: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """The command line on the Neo4j of the run, for a tenant of this test's own."""
    set_settings(monkeypatch, settings_of(server, tenant, tmp_path / "data"))
    return bare
