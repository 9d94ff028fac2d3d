"""Second start of the local server to its first answer, beside a bare boot of the same Neo4j.

The bare boot is the same command line on the same data, asked until it answers. Goal: at most 2 s above.
Run it by `python -m benchmarks.start`.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import psutil
from neo4j import GraphDatabase
from neo4j.exceptions import Neo4jError, ServiceUnavailable

from benchmarks.servers import local_server
from graph.database.local import LocalServer
from graph.database.local.endpoint import Endpoint

GOAL = 2.0
ROUNDS = 3


def answer(endpoint: Endpoint) -> None:
    """Ask one statement; raises where the server does not answer yet, without trying again."""
    with (
        GraphDatabase.driver(endpoint.uri, auth=(endpoint.user, endpoint.password)) as driver,
        driver.session() as session,
    ):
        session.run("RETURN 1").consume()


def ours(local: LocalServer) -> float:
    """Seconds from `start` to the first answer."""
    begun = time.perf_counter()
    answer(local.start())
    return time.perf_counter() - begun


def command_of(local: LocalServer) -> tuple[list[str], str]:
    """The command line and folder that the running server was started with."""
    pid = local.status().pid
    assert pid is not None
    process = psutil.Process(pid)
    return process.cmdline(), process.cwd()


def bare(command: list[str], folder: str, endpoint: Endpoint) -> float:
    """Seconds from the same command to the first answer, with nothing of ours around it."""
    begun = time.perf_counter()
    child = psutil.Popen(command, cwd=folder, stdout=-3, stderr=-3)
    try:
        while True:
            try:
                answer(endpoint)
            except (ServiceUnavailable, Neo4jError):
                time.sleep(0.02)
            else:
                return time.perf_counter() - begun
    finally:
        child.terminate()
        child.wait(60)


def main(_arguments: list[str] | None = None) -> None:
    """Measure in turn, and print the best of each."""
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as folder:
        local = local_server(Path(folder))
        try:
            endpoint = local.start()
            command, place = command_of(local)
            local.stop()
            starts: list[float] = []
            boots: list[float] = []
            for _ in range(ROUNDS):
                boots.append(bare(command, place, endpoint))
                starts.append(ours(local))
                local.stop()
        finally:
            local.stop()
    above = min(starts) - min(boots)
    print(f"second start {min(starts):.2f} s   bare boot {min(boots):.2f} s   {above:+.2f} s (goal: {GOAL} s above)")


if __name__ == "__main__":
    main()
