"""Asking a database whatever a test wants to know, and runs that are killed half-way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from graph.database import Database, Statement
from migrations import LeaseTiming, Project, Step
from tests.servers import Server

ROOT = Path(__file__).parents[2]
QUICK = LeaseTiming(lasts=1.0, renewed_every=0.2, wait=30.0, poll=0.02)

_CHILD = """
import asyncio, os, signal, sys
from pathlib import Path
import migrations
from graph.database import connect
from migrations import Project
from migrations.lease import LeaseTiming
from migrations.steps import revaluing

revaluing.SHORT_PAGE = 1000

def tell(progress):
    if progress.step == sys.argv[3] and progress.done >= int(sys.argv[4]) and sys.argv[5]:
        os.kill(os.getpid(), getattr(signal, sys.argv.pop(5)))
        sys.argv.append("")

async def main():
    database = connect(os.environ["URI"], user=os.environ["NEO4J"], password=os.environ["PASSWORD"])
    timing = LeaseTiming(lasts=1.0, renewed_every=0.2, transaction=10.0)
    project = Project.load(Path(sys.argv[1]))
    verb = getattr(migrations, sys.argv[2])
    await verb(project, database, owner="the killed one", actor="tester", timing=timing, tell=tell)

asyncio.run(main())
"""


def kill_at(project: Project, server: Server, verb: str, step: Step, done: int) -> int:
    return subprocess.run(
        _command(project, verb, step, done, "SIGKILL"), env=_environment(server), check=False
    ).returncode


def stop_at(project: Project, server: Server, verb: str, step: Step, done: int) -> subprocess.Popen[str]:
    """Run a verb in a process that stands still at a step, until it is told to go on (SIGCONT)."""
    command = _command(project, verb, step, done, "SIGSTOP")
    process = subprocess.Popen(command, env=_environment(server), stderr=subprocess.PIPE, text=True)
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status), "it ended before that step"
    return process


def _command(project: Project, verb: str, step: Step, done: int, with_: str) -> list[str]:
    return [sys.executable, "-c", _CHILD, str(project.path), verb, step, str(done), with_]


def _environment(server: Server) -> dict[str, str]:
    access = {"URI": server.uri, "NEO4J": server.user, "PASSWORD": server.password, "PYTHONPATH": str(ROOT)}
    return {**os.environ, **access}


class Victims:
    """Runs verbs in processes that are killed after a commit; see `victim`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, project: Project, verb: str) -> int:
        """Run `verb` until one commit more than before is done, and return how it ended: killed, or 0 at its end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps({'project': str(project.path), 'verb': verb})}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def victims(server: Server) -> Generator[Victims]:
    """Processes to be killed, on a server of one's own, while the block lasts."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.migrations.victim"],
        cwd=ROOT,
        env=_environment(server),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Victims(process)


async def ask(database: Database, text: str) -> list[list[object]]:
    statement = Statement(name="test", text=text, parameters={})
    return await database.read(None, lambda unit: unit.compiled(statement))
