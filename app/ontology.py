"""The ontology in force, as last read from the database; apart from what serves it, which takes seconds to import."""

from __future__ import annotations

from graph.database import Database
from graph.errors import OntologyInvalid, Unavailable
from graph.ontology.model import Ontology
from migrations.ledger import current_ontology


class OntologyMissing(Unavailable):
    """The database holds no ontology yet, so there is nothing to serve."""

    code = "ONTOLOGY_MISSING"


class OntologyInForce:
    """Revision and ontology that the database holds data of, as last read."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: tuple[str, Ontology] | None = None
        self._refused: str | None = None

    def held(self) -> tuple[str, Ontology]:
        """Return revision and ontology. Raises OntologyMissing."""
        if self._held is None:
            raise OntologyMissing("The database holds no ontology yet", hint="Run `twin ontology apply`")
        return self._held

    def ontology(self) -> Ontology:
        """Return the ontology. Raises OntologyMissing."""
        return self.held()[1]

    async def refresh(self) -> None:
        """Read it from the database."""
        self._held = await self.read()

    async def read(self) -> tuple[str, Ontology] | None:
        """Return what the database holds now; what is held here stays."""
        return await current_ontology(self._database)

    async def newest(self) -> Ontology | None:
        """Read the ontology alone, before anything is served by it; what is held here stays.

        None where this process can't follow: one that it refused to serve, or of a newer release that it can't read.
        """
        try:
            found = await self.read()
        except OntologyInvalid:
            return None
        return None if found is None or found[1].hash == self._refused else found[1]

    def refuse(self, ontology: Ontology) -> None:
        """Note that what the database holds by now can't be served here."""
        self._refused = ontology.hash

    def hold(self, held: tuple[str, Ontology] | None) -> None:
        """Go over to what was read."""
        self._held = held

    @property
    def hash(self) -> str | None:
        """Hash of the ontology that is held."""
        return None if self._held is None else self._held[1].hash
