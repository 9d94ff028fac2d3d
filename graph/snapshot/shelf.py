"""Where snapshots outlive the process: a file for each tenant and rules, written aside, trusted only when proven."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson
import structlog

from graph.errors import TwinError
from graph.files import keep_newest
from graph.identity import Revision, Tenant
from graph.snapshot.evaluators import Evaluators
from graph.snapshot.files import FileUnusable, Origin, load, origin_of, save
from graph.snapshot.model import Snapshot
from graph.snapshot.rules import Rules
from graph.snapshot.source import Source

MOST: Final = 64
"""Files that are kept; those written longest ago go first."""

EVERY: Final = 60.0
"""Seconds that pass at least before a tenant's snapshot is written again."""

MANY: Final = 1000
"""So many revisions are worth another file."""

FEW: Final = 32
"""So many are worth another file at a clean end: a command that asks one question shouldn't write each time."""

_SUFFIX: Final = ".snapshot"

_TOLD: Final = 12
"""So many digits of the rules' digest tell files apart; the file itself has them all."""


@dataclass(slots=True)
class _Written:
    """What was written of a tenant last, and when."""

    revision: Revision
    seconds: float


class Shelf:
    """Snapshots by the rules of one ontology in the files of a folder; see `files.py`.

    A file is of the database's own past if the change record of its revision is still the same there: another database
    has another, and an older one that was put back has none. `seconds` is a clock that never goes back.
    """

    def __init__(
        self,
        folder: Path,
        source: Source,
        rules: Rules,
        evaluators: Evaluators,
        *,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._source = source
        self._rules = rules
        self._evaluators = evaluators
        self._seconds = seconds
        self._written: dict[Tenant, _Written] = {}
        self._newest: dict[Tenant, Snapshot] = {}
        self._writing: dict[Tenant, asyncio.Task[None]] = {}
        self._log = structlog.stdlib.get_logger("twin.snapshot")

    async def find(self, tenant: Tenant) -> Snapshot | None:
        """The snapshot of a tenant that was written last, if it is whole and of the database's own past."""
        try:
            snapshot, origin = await asyncio.to_thread(load, self._path(tenant), self._rules, tenant)
        except FileNotFoundError:
            return None
        except (OSError, FileUnusable) as error:
            self._log.warning("a snapshot's file is left aside", tenant=tenant, why=str(error))
            return None
        if await self._record(tenant, origin.revision) != origin.record:
            self._log.warning("a snapshot's file is left aside", tenant=tenant, why="it is of another database's past")
            return None
        self._written[tenant] = _Written(origin.revision, self._seconds())
        return snapshot

    def offer(self, snapshot: Snapshot) -> None:
        """Tell of a newer snapshot, which is written in the background where enough has changed."""
        tenant = snapshot.tenant
        self._newest[tenant] = snapshot
        if tenant not in self._writing and not snapshot.outgrown and self._is_due(snapshot):
            self._begin(tenant)

    def forget(self, tenant: Tenant) -> None:
        """Hold a tenant's snapshot no longer than it is being written."""
        self._newest.pop(tenant, None)
        self._written.pop(tenant, None)

    async def close(self) -> None:
        """Write what is newer than its file by more than is soon followed, and return when all is."""
        for tenant, snapshot in self._newest.items():
            known = self._written.get(tenant)
            if tenant not in self._writing and (known is None or snapshot.revision - known.revision >= FEW):
                self._begin(tenant)
        await self.settled()

    async def settled(self) -> None:
        """Return when all that was begun is written."""
        await asyncio.gather(*self._writing.values(), return_exceptions=True)

    def _is_due(self, snapshot: Snapshot) -> bool:
        known = self._written.get(snapshot.tenant)
        if known is None:
            return True
        return snapshot.revision - known.revision >= MANY and self._seconds() - known.seconds >= EVERY

    def _begin(self, tenant: Tenant) -> None:
        task = asyncio.create_task(self._write(tenant, self._newest[tenant]))
        self._writing[tenant] = task
        task.add_done_callback(lambda _: self._writing.pop(tenant, None))

    async def _write(self, tenant: Tenant, snapshot: Snapshot) -> None:
        self._written[tenant] = _Written(snapshot.revision, self._seconds())
        try:
            record = await self._record(tenant, snapshot.revision)
            if record is not None:
                origin = Origin(tenant=tenant, revision=snapshot.revision, record=record, rules=self._rules.digest)
                await asyncio.to_thread(self._save, snapshot, origin)
        except (OSError, TwinError) as error:
            self._log.warning("a snapshot could not be written", tenant=tenant, why=str(error))

    def _save(self, snapshot: Snapshot, origin: Origin) -> None:
        path = self._path(origin.tenant)
        there = origin_of(path)
        if there == origin:
            return  # another process has written it
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        save(path, snapshot, self._evaluators.of(snapshot).engine.baseline, origin)
        keep_newest(self._folder, f"*{_SUFFIX}", most=MOST)

    async def _record(self, tenant: Tenant, revision: Revision) -> str | None:
        """What tells a tenant's change record from any other that might have its revision; None where there is none."""
        row = await self._source.record(tenant, revision)
        return None if row is None else hashlib.sha256(orjson.dumps(row)).hexdigest()

    def _path(self, tenant: Tenant) -> Path:
        # Two editions of the service, before and after a migration, write each their own.
        return self._folder / f"{tenant}.{self._rules.digest[:_TOLD]}{_SUFFIX}"
