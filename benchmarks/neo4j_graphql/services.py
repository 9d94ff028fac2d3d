"""Both services as processes of their own, the load on them, and what they answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import psutil

from app.http.graphiql.build import npm
from graph.database.local.endpoint import Endpoint

HERE: Final = Path(__file__).parent
CONNECTIONS: Final = 16


@dataclass(frozen=True, slots=True)
class Service:
    """A service that answers at `url`."""

    url: str
    process: subprocess.Popen[str]

    def blocked(self) -> tuple[float, float]:
        """Return the longest blocks of the loop since asked last, in ms: on the clock, and of processor time."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        clock, worked = json.loads(self.process.stdout.readline())
        return clock * 1000, worked * 1000


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a load: good answers a second, 95th percentile in ms, failures.

    `work` is the processor time of an answer in ms, that of the service and that of the database together.
    """

    rate: float
    p95: float
    failures: int
    work: float


def _database_of(endpoint: Endpoint) -> psutil.Process:
    """Return the process that listens where the endpoint is."""
    port = urlsplit(endpoint.uri).port
    listening = (each for each in psutil.net_connections("tcp") if each.status == psutil.CONN_LISTEN)
    return psutil.Process(next(each.pid for each in listening if getattr(each.laddr, "port", None) == port))


def _processor_seconds(processes: Sequence[psutil.Process]) -> float:
    return sum(times.user + times.system for times in (each.cpu_times() for each in processes))


class Node:
    """node with the packages of the lock file, beside the database; they are installed where they aren't yet."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._database = _database_of(endpoint)
        command, path = npm()
        self.environment = {**os.environ, "PATH": path, "NODE_ENV": "production"}
        lock, installed = HERE / "package-lock.json", HERE / "node_modules" / ".package-lock.json"
        if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
            subprocess.run([*command, "ci", "--ignore-scripts"], cwd=HERE, env=self.environment, check=True)

    @contextmanager
    def theirs(self, endpoint: Endpoint) -> Generator[Service]:
        """Run @neo4j/graphql with Apollo Server while the block lasts."""
        names = {"NEO4J_URI": endpoint.uri, "NEO4J_USER": endpoint.user, "NEO4J_PASSWORD": endpoint.password}
        with _running(["node", "server.mjs"], {**self.environment, **names}, HERE) as service:
            yield service

    def load(self, service: Service, bodies: Sequence[Mapping[str, Any]], seconds: float) -> Load:
        """Send the bodies in turn over 16 connections."""
        working = (psutil.Process(service.process.pid), self._database)
        before = _processor_seconds(working)
        task = {"url": service.url, "connections": CONNECTIONS, "seconds": seconds, "bodies": bodies}
        done = subprocess.run(
            ["node", "load.mjs"],
            cwd=HERE,
            env=self.environment,
            input=json.dumps(task),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=seconds + 60,
        )
        found = json.loads(done.stdout)
        good = max(0, found["requests"] - found["failures"])
        work = (_processor_seconds(working) - before) * 1000 / max(1, good)
        return Load(good / found["seconds"], found["p95"], found["failures"], work)


@contextmanager
def ours(endpoint: Endpoint) -> Generator[Service]:
    """Run the service with its watcher while the block lasts."""
    names = {"TWIN_NEO4J_URI": endpoint.uri, "TWIN_NEO4J_USER": endpoint.user, "TWIN_NEO4J_PASSWORD": endpoint.password}
    command = [sys.executable, "-m", "benchmarks.neo4j_graphql.watched"]
    environment = {**os.environ, **names, "TWIN_AUTH": "none", "TWIN_PORT": "0"}
    with _running(command, environment, HERE.parents[1]) as service:
        yield service


def answered(service: Service, query: str, variables: Mapping[str, object]) -> Any:
    """Return the data of one answer. Raises ValueError where there is an error in it."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(service.url, body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        answer = json.load(response)
    if "errors" in answer:
        raise ValueError(f"{service.url}: {answer['errors'][0]['message']}")
    return answer["data"]


@contextmanager
def _running(command: list[str], environment: dict[str, str], folder: Path) -> Generator[Service]:
    child = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert child.stdout is not None
        line = next((line for line in child.stdout if line.startswith("ready ")), None)
        if line is None:
            raise RuntimeError(f"{command[-1]} ended before it was ready")
        yield Service(line.split()[1], child)
    finally:
        child.terminate()
        child.wait(30)
