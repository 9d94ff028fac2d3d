"""The command line for tests: run in this process, against the Neo4j of the run, as a tenant of one's own."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.cli.main import run
from tests.servers import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command line printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class CommandLine:
    """`twin` for a test."""

    capture: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> Ran:
        self.capture.readouterr()
        code = run(arguments)
        printed = self.capture.readouterr()
        return Ran(code=code, out=printed.out, err=printed.err)

    def ok(self, *arguments: str) -> str:
        """Run a command line that has to succeed, and return what it printed."""
        ran = self(*arguments)
        assert ran.code == 0, ran.err
        return ran.out


def settings_of(server: Server, tenant: str, folder: Path) -> dict[str, str]:
    """The settings of a test, as environment variables."""
    return {
        "TWIN_NEO4J_URI": server.uri,
        "TWIN_NEO4J_USER": server.user,
        "TWIN_NEO4J_PASSWORD": server.password,
        "TWIN_TENANT": tenant,
        "TWIN_DATA_DIR": str(folder),
    }


def set_settings(patch: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    """Set these settings and no others."""
    for name in [name for name in os.environ if name.startswith("TWIN_")]:
        patch.delenv(name)
    for name, value in settings.items():
        patch.setenv(name, value)
