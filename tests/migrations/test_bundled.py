"""The Neo4j of the run holds the bundled ontology, whoever started it."""

from __future__ import annotations

import pytest

from graph.database import Database
from migrations import Project, status, wanted_schema

pytestmark = pytest.mark.neo4j


async def test_the_server_of_the_run_is_at_the_bundled_head(database: Database) -> None:
    bundled = Project.bundled()

    now = await status(bundled, database)

    assert now.current
    assert now.hash == bundled.desired.hash


def test_every_type_has_its_constraints_and_indexes() -> None:
    campus = Project.bundled().desired
    schema = {(each.kind, each.entity, each.properties) for each in wanted_schema(campus)}

    assert {("range index", name, ("_tenant", "_id")) for name in campus.asset_types} <= schema
    assert {("unique relationship", name, ("_key",)) for name in campus.relationship_types} <= schema
