"""The services that walk, over the bundled ontology."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.access.principal import Principal, operator
from graph.database import Database
from graph.identity import Tenant
from graph.ontology import Ontology, load_ontology
from graph.traversal import TraversalService


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    return load_ontology(Path("migrations/ontology.yaml"))


@pytest.fixture
def principal(tenant: Tenant) -> Principal:
    return operator(tenant)


@pytest.fixture
def traversal(database: Database, ontology: Ontology) -> TraversalService:
    return TraversalService(database, lambda: ontology)
