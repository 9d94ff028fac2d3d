"""Starts a local server from a process of its own, to be raced and killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

START = """
import sys
from pathlib import Path
from graph.database.local import LocalServer, Memory
data_dir, cache_dir, line = sys.argv[1:]
server = LocalServer(
    data_dir=Path(data_dir), cache_dir=Path(cache_dir), line=line, memory=Memory(heap=512, page_cache=64)
)
endpoint = server.start()
print(endpoint.uri, endpoint.password, server.status().pid)
"""


def starter(data_dir: Path, cache_dir: Path, line: str) -> subprocess.Popen[str]:
    """Start the server from a process of its own that has no Java on its path and a spoilt environment for it."""
    return subprocess.Popen(
        [sys.executable, "-c", START, str(data_dir), str(cache_dir), line],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[4],
        env={**os.environ, "PATH": "/nonexistent", "JAVA_TOOL_OPTIONS": "-Xmx1k"},
    )


def wait_until(holds: Callable[[], bool], *, within: float = 60.0) -> None:
    """Wait until it holds; fails after `within` seconds."""
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)
