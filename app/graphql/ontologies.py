"""The ontology in force, and those before it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from graph.database import Database
from graph.errors import NotFound
from graph.ontology.model import Ontology
from migrations import History, MigrationRecord, Passage, read_passages, records
from migrations.effects import replay_to


class UnknownRevision(NotFound):
    """A revision of the ontology that the ledger doesn't have."""

    code = "UNKNOWN_ONTOLOGY_REVISION"


class LedgerOntologies:
    """What `Context.ontologies` is: ontologies of a project's versions, as far as the database's ledger has them.

    `current` gives revision and ontology in force. `read_history` reads the project's files, which takes a good part of
    a second, so only who asks for an earlier ontology waits for it.
    """

    def __init__(
        self, database: Database, current: Callable[[], tuple[str, Ontology]], read_history: Callable[[], History]
    ) -> None:
        self._database = database
        self._current = current
        self._read_history = read_history
        self._history: History | None = None

    async def load(self) -> History:
        """Return the project's history, reading its files the first time. Raises ProjectInvalid."""
        if self._history is None:
            self._history = await asyncio.to_thread(self._read_history)
        return self._history

    async def current(self) -> tuple[str, Ontology]:
        """Revision and ontology in force."""
        return self._current()

    async def at(self, revision: str) -> Ontology:
        """The ontology that a revision of the ledger brought. Raises UnknownRevision."""
        history = await self.load()
        known = [record.revision for record in await self.records() if record.revision in history]
        if revision not in known:
            raise UnknownRevision(
                f"The ledger has no revision {revision!r} whose file is there",
                place="revision",
                expected="one of " + ", ".join(known),
                actual=revision,
                hint="`migrations` lists the ledger",
            )
        return replay_to(history, revision)

    async def records(self) -> Sequence[MigrationRecord]:
        """The ledger, newest first."""
        return await records(self._database)

    async def passages(self) -> Sequence[Passage]:
        """How the versions of the ledger passed, newest first."""
        return await read_passages(self._database)
