"""Keeps the newest snapshot of each tenant, and has it follow what is written."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Final

from graph.database import Database
from graph.errors import RevisionNotReached
from graph.identity import Revision, Tenant
from graph.ontology.model import Ontology
from graph.snapshot.evaluators import Evaluators
from graph.snapshot.keeper import Keeper
from graph.snapshot.model import Snapshot
from graph.snapshot.rules import Rules
from graph.snapshot.shelf import Shelf
from graph.snapshot.source import Source
from graph.work import Workers

KEPT: Final = 16
PATIENCE: Final = 5.0
"""Seconds that a revision is waited for."""

_PAUSES: Final = (0.02, 0.05, 0.1, 0.25)


class SnapshotService:
    """Snapshots of tenants, made by the rules of one ontology. `evaluators` are those of its snapshots.

    `kept` is the number of tenants whose newest snapshot stays in memory; in `folder` they outlive the process.
    `seconds` is a clock that never goes back.
    """

    def __init__(
        self,
        database: Database,
        ontology: Ontology,
        *,
        kept: int = KEPT,
        evaluators: Evaluators | None = None,
        folder: Path | None = None,
        workers: Workers | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.evaluators = evaluators or Evaluators()
        self._workers = workers or Workers()
        self._rules = Rules.of(ontology)
        self._source = Source(database, self._rules)
        self._shelf = None
        if folder is not None:
            self._shelf = Shelf(folder, self._source, self._rules, self.evaluators, seconds=seconds)
        self._kept = kept
        self._seconds = seconds
        self._keepers: OrderedDict[Tenant, Keeper] = OrderedDict()
        self._leaving: list[Keeper] = []
        self._expected: dict[Tenant, Revision] = {}

    @property
    def digest(self) -> str:
        """What snapshots depend on of the ontology: two ontologies with the same make the same snapshots."""
        return self._rules.digest

    @property
    def tenants(self) -> tuple[Tenant, ...]:
        """Those whose newest snapshot is kept, the one asked for last at the end."""
        return tuple(self._keepers)

    async def current(self, tenant: Tenant, minimum: Revision | None = None) -> Snapshot:
        """The tenant at its newest revision, or a newer one if something is written meanwhile.

        It is at least `minimum`, and at least what was `expected`. Raises RevisionNotReached after PATIENCE seconds.
        """
        wanted = max(minimum or 0, self._expected.get(tenant, 0))
        until = self._seconds() + PATIENCE
        turn = 0
        while True:
            snapshot = await self._keeper(tenant).current()
            if snapshot.revision >= wanted:
                return snapshot
            pause = _PAUSES[min(turn, len(_PAUSES) - 1)]
            if self._seconds() + pause > until:
                raise RevisionNotReached(
                    f"Revision {wanted} has not arrived within {PATIENCE:g} seconds",
                    expected=f"revision {wanted}",
                    actual=f"revision {snapshot.revision}",
                    hint="Ask again; if it stays so, the revision is not one of this tenant",
                )
            await asyncio.sleep(pause)
            turn += 1

    def expect(self, tenant: Tenant, revision: Revision) -> None:
        """Let no answer from now on be older than a revision that was seen, whichever server of a cluster answers."""
        if tenant in self._keepers:
            self._expected[tenant] = max(revision, self._expected.get(tenant, Revision(0)))

    async def close(self) -> None:
        """End what runs in the background, and write what is newer than its file."""
        for keeper in (*self._keepers.values(), *self._leaving):
            await keeper.close()
        if self._shelf is not None:
            await self._shelf.close()

    def _keeper(self, tenant: Tenant) -> Keeper:
        keeper = self._keepers.get(tenant)
        if keeper is None:
            keeper = self._keepers[tenant] = Keeper(
                tenant,
                self._source,
                self._rules,
                shelf=self._shelf,
                evaluators=self.evaluators,
                workers=self._workers,
            )
        self._keepers.move_to_end(tenant)
        while len(self._keepers) > self._kept:
            forgotten, leaving = self._keepers.popitem(last=False)
            leaving.forget()
            self._leaving = [each for each in (*self._leaving, leaving) if each.busy]
            self._expected.pop(forgotten, None)
            if self._shelf is not None:
                self._shelf.forget(forgotten)
        return keeper
