"""The first start killed at many moments: what comes after must find nothing half-made."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import psutil
import pytest

from graph.database.local import LocalServer, Memory, ServerState
from graph.database.local.diagnosis import diagnose
from graph.database.local.process import is_gone, running
from tests.graph.database.local.starting import starter, wait_until

pytestmark = [pytest.mark.neo4j, pytest.mark.long]


@pytest.mark.parametrize("seconds", [0.2, 0.7, 1.5, 2.5, 4.0, 6.0, 9.0])
def test_kill_9_of_all_processes_during_the_first_start(
    tmp_path: Path, jar_cache: Path, line: str, seconds: float
) -> None:
    server = LocalServer(data_dir=tmp_path, cache_dir=jar_cache, line=line, memory=Memory(heap=512, page_cache=64))
    started = starter(tmp_path, jar_cache, line)
    time.sleep(seconds)
    kill_all(server, started.pid)
    started.communicate()
    assert server.status().state is ServerState.STOPPED
    assert server.status().pid is None
    endpoint = server.start()
    try:
        assert [finding for finding in diagnose(server) if not finding.ok] == []
        assert server.start() == endpoint
        assert not server.folders.first_start.exists()
    finally:
        server.stop()


def kill_all(server: LocalServer, starter_pid: int) -> None:
    """Kill the starter and everything it began: its own children, and the server that is nobody's child."""
    with contextlib.suppress(psutil.NoSuchProcess):
        for process in (*psutil.Process(starter_pid).children(recursive=True), psutil.Process(starter_pid)):
            process.kill()
    launched = running(server.folders)
    if launched is not None:
        launched.kill()
        wait_until(lambda: is_gone(launched))
