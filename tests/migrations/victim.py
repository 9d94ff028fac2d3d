"""A process that is killed: runs verbs of migrations in children of its own, each until so many commits are done.

It is asked on standard input, one JSON object a line (`project`, `verb`, `commits`, `amid`), and answers how the child
ended, as `subprocess` says it. What it imports it imports once, so that a child takes no longer than what it does.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

import migrations
from graph.database import Database, connect
from migrations import LeaseTiming, Project

Work: TypeAlias = "Callable[..., Awaitable[Any]]"
COMMITTING: Final = ("write", "execute_schema", "execute_schema_together")
# It lets go soon after its death, and nobody takes it away before; what beats by the clock would count by chance.
TIMING: Final = LeaseTiming(lasts=0.25, renewed_every=3600.0, wait=30.0, poll=0.02)


def main() -> None:
    """Answer until nobody asks any more."""
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _die_of(asked)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _die_of(asked: dict[str, Any]) -> None:
    code = 1
    try:
        _count(asked["commits"], amid=asked["amid"])
        asyncio.run(_run(Path(asked["project"]), asked["verb"]))
        code = 0
    except Exception:  # noqa: BLE001  whatever it is, who asked sees it
        traceback.print_exc()
    finally:
        os._exit(code)


def _count(commits: int, *, amid: bool) -> None:
    """Let this process be killed after its n-th commit, or (`amid`) when all of that was sent but the commit."""
    left = commits

    def counted(commit: Work) -> Work:
        async def run(*arguments: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0 and amid and callable(arguments[-1]):
                arguments = (*arguments[:-1], _last(cast("Work", arguments[-1])))
            done = await commit(*arguments)
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return run

    for name in COMMITTING:
        setattr(Database, name, counted(getattr(Database, name)))


def _last(work: Work) -> Work:
    async def run(unit: object) -> None:
        await work(unit)
        os.kill(os.getpid(), signal.SIGKILL)

    return run


async def _run(folder: Path, verb: str) -> None:
    database = connect(os.environ["URI"], user=os.environ["NEO4J"], password=os.environ["PASSWORD"])
    given = {"owner": f"victim {os.getpid()}", "actor": "tester", "timing": TIMING}
    try:
        await getattr(migrations, verb)(Project.load(folder), database, **given)
    finally:
        await database.close()


if __name__ == "__main__":
    main()
