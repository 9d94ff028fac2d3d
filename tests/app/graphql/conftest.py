"""A door to the bundled campus, for what writes: only the ontology in force may be written by."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.graphql import build_schema
from graph.access import operator
from graph.database import connect
from graph.identity import Tenant
from migrations.ledger import current_ontology
from tests.app.door import Door, context_of
from tests.servers import Server

START = """
mutation Start($input: ChangeSetInput!) { applyChanges(input: $input) {
    __typename ... on ChangesRejected { problems { message } } } }"""


@pytest.fixture
async def campus(server: Server, tenant: Tenant) -> AsyncIterator[Door]:
    """A tenant with a grid feed G that powers the pump P1 in the room R1, and an empty room R2: revision 1."""
    statements: list[str] = []

    def observe(name: str, seconds: float) -> None:
        statements.append(name)

    database = connect(server.uri, user=server.user, password=server.password, observe=observe)
    in_force = await current_ontology(database)
    assert in_force is not None
    _, ontology = in_force
    door = Door(
        schema=build_schema(ontology),
        context=context_of(database, operator(tenant), ontology),
        database=database,
        statements=statements,
    )
    assets = [
        {"id": "R1", "type": "Room", "name": "Plant room"},
        {"id": "R2", "type": "Room", "name": "Cold room"},
        {"id": "G", "type": "GridFeed", "name": "Grid feed"},
        {"id": "P1", "type": "Pump", "name": "Pump P1", "properties": {"ratedFlow": 12.5}, "parents": ["R1"]},
    ]
    powers = {"type": "POWERS", "from": "G", "to": "P1"}
    changes = [*({"upsertAsset": asset} for asset in assets), {"upsertRelationship": powers}]
    started = await door.ask(START, input={"changes": changes})
    assert started["applyChanges"] == {"__typename": "ChangesApplied"}, started
    yield door
    await door.context.changes.close()
    await database.close()
