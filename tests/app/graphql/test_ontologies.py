"""Ontologies by revision, and the ledger."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.graphql import LedgerOntologies, UnknownRevision
from graph.database import Database
from migrations import Project, current_ontology
from tests.app.door import Door

pytestmark = pytest.mark.neo4j


async def ledger_of(database: Database) -> LedgerOntologies:
    in_force = await current_ontology(database)
    assert in_force is not None
    return LedgerOntologies(database, lambda: in_force, lambda: Project.bundled().history)


async def test_every_revision_of_the_ledger_has_its_ontology(database: Database) -> None:
    ontologies = await ledger_of(database)
    for record in await ontologies.records():
        assert (await ontologies.at(record.revision)).hash == record.after


async def test_a_revision_that_is_not_there_is_told(database: Database) -> None:
    with pytest.raises(UnknownRevision) as refusal:
        await (await ledger_of(database)).at("9999_never")
    assert "0001_campus" in (refusal.value.expected or "")


async def test_through_the_schema(campus: Door, database: Database) -> None:
    campus.context = replace(campus.context, ontologies=await ledger_of(database))
    query = """
    query Q($revision: String) {
      migrations { revision parents status phase appliedAt appliedBy checksum changed durationMs }
      ontology(revision: $revision) { revision hash document }
    }"""
    data = await campus.ask(query)
    newest, *_ = data["migrations"]
    assert (newest["revision"], newest["status"]) == (data["ontology"]["revision"], "APPLIED")
    assert newest["appliedAt"].endswith("Z")
    assert await campus.ask(query, revision=data["ontology"]["revision"]) == data
    assert (await campus.refused(query, revision="9999_never"))["code"] == "UNKNOWN_ONTOLOGY_REVISION"
