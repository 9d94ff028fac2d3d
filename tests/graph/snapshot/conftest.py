"""The ontology that the database of the run holds."""

from __future__ import annotations

import pytest

from graph.ontology import Ontology, load_ontology
from tests.graph.changes.conftest import CAMPUS


@pytest.fixture(scope="session")
def campus() -> Ontology:
    """The bundled ontology."""
    return load_ontology(CAMPUS)
