"""A process that is killed: runs verbs of migrations in children of its own, each of which dies after a new commit.

It is asked on standard input, one JSON object a line (`project`, `verb`), and answers how the child ended, as
`subprocess` says it. A child dies after the first commit that none has died of yet: so each goes on where the one
before it died, and comes one commit further. What is imported is imported once, or that took longer than all else.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, TypeAlias

import migrations
from graph.database import Database, WriteUnit, connect
from migrations import LeaseTiming, Project
from migrations.ledger import read_facts
from queries import Query, named, names
from tests.migrations.operations.pages import small_pages
from tests.migrations.operations.proving import FIRST

Run: TypeAlias = "Callable[..., Awaitable[object]]"
COMMITTING: Final = ("write", "execute_schema", "execute_schema_together")
# It lets go soon after its death, and nobody takes it away before; nothing beats by the clock.
TIMING: Final = LeaseTiming(lasts=0.05, renewed_every=3600.0, wait=30.0, poll=0.02)
RUNS: Final[Mapping[str, Run]] = {
    "apply": migrations.apply,
    "complete": migrations.complete,
    # To the first version, or it would take that back as well where all was done but to let go of the lease.
    "rollback": partial(migrations.rollback, to=FIRST),
}
_PASSING: Final = frozenset({"owner", "fence", "at", "now", "time", "previous", "hash", "durationMs"})
"""Parameters that are others with each run."""

_A_TIME: Final = 10**11


class Deaths:
    """The commits that children died of."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._reader, self._writer = os.pipe()

    def dies_of(self, commit: str) -> None:
        """Kill this process where no other has died of the commit."""
        if commit not in self._known:
            os.write(self._writer, f"{commit}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def learn(self) -> None:
        """Read what the child that has just been killed died of."""
        told = b""
        while not told.endswith(b"\n"):
            told += os.read(self._reader, 1)
        self._known.add(told.decode().strip())


def main() -> None:
    """Answer until nobody asks any more."""
    deaths = Deaths()
    for name in names():
        named(name)
    with small_pages():
        for line in sys.stdin:
            asked = json.loads(line)
            project = _project(Path(asked["project"]))
            child = os.fork()
            if child == 0:
                _die_of(project, asked["verb"], deaths)
            _, status = os.waitpid(child, 0)
            ended = os.waitstatus_to_exitcode(status)
            if ended == -signal.SIGKILL:
                deaths.learn()
            sys.stdout.write(f"{ended}\n")
            sys.stdout.flush()


@cache
def _project(folder: Path) -> Project:
    return Project.load(folder)


def _die_of(project: Project, verb: str, deaths: Deaths) -> None:
    code = 1
    try:
        _watch(verb, deaths.dies_of)
        asyncio.run(_run(project, verb))
        code = 0
    except Exception:  # noqa: BLE001  whatever it is, who asked sees it
        traceback.print_exc()
    finally:
        os._exit(code)


def _watch(verb: str, told: Callable[[str], None]) -> None:
    """Let `told` have every commit, by the verb and what was written."""
    written: list[object] = []
    send = WriteUnit.write

    async def noted(unit: WriteUnit, query: Query, parameters: Mapping[str, object] | None = None) -> list[list[Any]]:
        written.append((query.name, str(unit.tenant), _lasting(parameters)))
        return await send(unit, query, parameters)

    def counted(commit: Callable[..., Awaitable[Any]], *, of_schema: bool) -> Callable[..., Awaitable[Any]]:
        async def run(*arguments: Any, **named: Any) -> Any:
            written.clear()
            done = await commit(*arguments, **named)
            if of_schema:
                written.extend(arguments[-1])
            if written:
                told(json.dumps([verb, written], default=str))
            return done

        return run

    WriteUnit.write = noted  # type: ignore[method-assign]
    for name in COMMITTING:
        setattr(Database, name, counted(getattr(Database, name), of_schema=name != "write"))


def _lasting(value: object) -> object:
    """What is the same again when another run writes it: no times, no hashes over times."""
    if isinstance(value, Mapping):
        return {key: _lasting(each) for key, each in value.items() if key not in _PASSING and not key.endswith("At")}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_lasting(each) for each in value]
    return None if isinstance(value, int) and value > _A_TIME else value


async def _run(project: Project, verb: str) -> None:
    database = connect(os.environ["URI"], user=os.environ["NEO4J"], password=os.environ["PASSWORD"])
    given = {"owner": f"victim {os.getpid()}", "actor": "tester", "timing": TIMING}
    try:
        # What a person would type: `resume` where something is under way, and else the verb once more.
        if any(record.under_way for record in (await read_facts(database)).records):
            await migrations.resume(project, database, **given)
        else:
            await RUNS[verb](project, database, **given)
    finally:
        await database.close()


if __name__ == "__main__":
    main()
