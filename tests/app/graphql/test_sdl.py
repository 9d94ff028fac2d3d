"""The schema of the bundled ontology is committed, so that every change of it shows."""

from __future__ import annotations

from pathlib import Path

from graphql import build_schema as parsed_schema

from app.graphql import build_schema, printed
from docs.generate import schema_sdl
from migrations import Project

COMMITTED = Path(__file__).parents[3] / "docs" / "schema.graphql"


def test_the_committed_schema_is_the_one_served() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == schema_sdl(), "make it anew with `make docs`, and look what differs"


def test_it_is_the_same_whenever_it_is_made() -> None:
    ontology = Project.bundled().desired
    assert printed(build_schema(ontology)) == printed(build_schema(ontology))


def test_clients_can_read_it() -> None:
    schema = parsed_schema(COMMITTED.read_text(encoding="utf-8"))
    assert schema.query_type is not None
    assert {"Pump", "Equipment", "Asset"} <= set(schema.type_map)
