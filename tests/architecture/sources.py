"""What the tests of house rules look at: the tracked files and modules of the floors."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = ("queries", "graph", "migrations", "app")


@cache
def tracked() -> tuple[Path, ...]:
    """Files of the project, committed or about to be, relative to its root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return tuple(path for path in map(Path, listed) if (ROOT / path).is_file())


def sources(*folders: str) -> list[Path]:
    """Python files below `folders` (the floors, where none is named), relative to the root."""
    return [path for path in tracked() if path.suffix == ".py" and path.parts[0] in (folders or FLOORS)]


def modules(*folders: str) -> list[str]:
    """Names of the modules below `folders` that may be imported: not what runs, nor what is copied elsewhere."""
    paths = [path for path in sources(*folders) if path.name != "__main__.py" and "starter" not in path.parts]
    return [".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in paths]
