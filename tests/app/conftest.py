"""A schema, and a tenant's door to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.graphql import TwinSchema, build_schema
from graph.access import operator
from graph.database import connect
from graph.identity import Tenant
from graph.ontology import Ontology
from tests.app.door import Door, context_of
from tests.pumping import pumping, seed
from tests.servers import Server


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    return pumping()


@pytest.fixture(scope="session")
def schema(ontology: Ontology) -> TwinSchema:
    return build_schema(ontology)


@pytest.fixture
async def door(server: Server, tenant: Tenant, schema: TwinSchema, ontology: Ontology) -> AsyncIterator[Door]:
    """The door of a tenant that has the small world of `tests.pumping`."""
    statements: list[str] = []

    def observe(name: str, seconds: float) -> None:
        statements.append(name)

    database = connect(server.uri, user=server.user, password=server.password, observe=observe)
    await seed(database, tenant)
    statements.clear()
    context = context_of(database, operator(tenant), ontology)
    yield Door(schema=schema, context=context, database=database, statements=statements)
    await database.close()
