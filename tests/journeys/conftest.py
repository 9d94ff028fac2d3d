"""The campus, loaded once by the command line itself, and the command line on it."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from app.cli.main import run
from examples.campus.generate import campus, encoded
from tests.command_line import CommandLine, set_settings, settings_of
from tests.servers import Server

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def campus_settings(server: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of a tenant that holds the campus; tests on it write nothing."""
    folder = tmp_path_factory.mktemp("campus")
    settings = settings_of(server, f"campus{secrets.token_hex(6)}", folder)
    file = folder / "campus.ndjson"
    file.write_bytes(b"".join(encoded(line) for line in campus()))
    with pytest.MonkeyPatch.context() as patch:
        set_settings(patch, settings)
        patch.chdir(folder)
        assert run(["load", str(file)]) == 0
    return settings


@pytest.fixture
def on_campus(
    campus_settings: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """The command line on the campus, in the folder of the project."""
    set_settings(monkeypatch, campus_settings)
    monkeypatch.chdir(ROOT)
    return CommandLine(capsys)
