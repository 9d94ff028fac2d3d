"""The ontology in force, and those before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graph.database import Database
from graph.errors import NotFound
from graph.ontology.model import Ontology
from migrations import History, MigrationRecord, records
from migrations.replay import replay_to


class UnknownRevision(NotFound):
    """A revision of the ontology that the ledger doesn't have."""

    code = "UNKNOWN_ONTOLOGY_REVISION"


class LedgerOntologies:
    """What `Context.ontologies` is: ontologies of a project's versions, as far as the database's ledger has them.

    `current` gives revision and ontology in force; `history` is the project's.
    """

    def __init__(self, database: Database, current: Callable[[], tuple[str, Ontology]], history: History) -> None:
        self._database = database
        self._current = current
        self._history = history

    async def current(self) -> tuple[str, Ontology]:
        """Revision and ontology in force."""
        return self._current()

    async def at(self, revision: str) -> Ontology:
        """The ontology that a revision of the ledger brought. Raises UnknownRevision."""
        known = [record.revision for record in await self.records() if record.revision in self._history]
        if revision not in known:
            raise UnknownRevision(
                f"The ledger has no revision {revision!r} whose file is there",
                place="revision",
                expected="one of " + ", ".join(known),
                actual=revision,
                hint="`migrations` lists the ledger",
            )
        return replay_to(self._history, revision)

    async def records(self) -> Sequence[MigrationRecord]:
        """The ledger, newest first."""
        return await records(self._database)
