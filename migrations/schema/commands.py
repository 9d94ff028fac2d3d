"""Running schema commands: several together where nobody can be waiting, each harmless where it ran before."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from neo4j.exceptions import Neo4jError, TransientError

from graph.database import Database
from graph.errors import DatabaseUnavailable
from migrations.errors import SchemaCommandFailed
from migrations.lease import Lease
from migrations.progress import Progress, Step
from queries import named

INDEX_SECONDS: Final = 3600
_ATTEMPTS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaCommands:
    """Runs the commands of one run on its database, and tells of each."""

    database: Database
    tell: Callable[[Progress], None]

    async def run(self, commands: Sequence[str], lease: Lease, *, revision: str | None, size: int) -> None:
        """Run `commands` in order, `size` in one transaction, wait for their indexes, and hold the lease meanwhile."""
        if not commands:
            return
        for done in range(0, len(commands), size):
            batch = commands[done : done + size]
            # What follows can't share its transaction: who has lost the lease should learn it before, not after.
            await lease.prolong(self.database)
            await self.execute(batch)
            self.tell(_ran(revision, done + len(batch), len(commands), batch[-1]))
        await self.database.rows(None, named("migrations/await_indexes"), {"seconds": INDEX_SECONDS})
        await lease.prolong(self.database)
        self.tell(Progress(step=Step.ONLINE, revision=revision, done=len(commands), total=len(commands)))

    async def execute(self, commands: Sequence[str]) -> None:
        """Run `commands` in one transaction, or one by one where something is in the way of that."""
        if len(commands) > 1:
            try:
                await self.database.execute_schema_together(commands)
            except DatabaseUnavailable as error:
                # One by one, to keep what can be made and to name what can't.
                if not _is_about_schema(error):
                    raise
            else:
                return
        for command in commands:
            await self._command(command)

    async def _command(self, command: str) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                await self.database.execute_schema((command,))
            except DatabaseUnavailable as error:
                # Two runners that make the same constraint at once may block each other: one is sent back.
                if isinstance(error.__cause__, TransientError) and attempt < _ATTEMPTS:
                    await asyncio.sleep(0.05 * attempt)
                    continue
                raise _schema_error(command, error) from error
            return


def _schema_error(command: str, error: DatabaseUnavailable) -> DatabaseUnavailable | SchemaCommandFailed:
    if not _is_about_schema(error):
        return error
    cause = error.__cause__
    return SchemaCommandFailed(
        f"Neo4j refused a constraint or index: {command}",
        actual=str(cause)[:500],
        hint="Remove what is in its way (doubled values, or an index made by hand), then apply again: it goes on there",
    )


def _is_about_schema(error: DatabaseUnavailable) -> bool:
    cause = error.__cause__
    return isinstance(cause, Neo4jError) and ".Schema." in (cause.code or "")


def _ran(revision: str | None, done: int, total: int, command: str) -> Progress:
    return Progress(step=Step.COMMAND, revision=revision, done=done, total=total, detail=command)
