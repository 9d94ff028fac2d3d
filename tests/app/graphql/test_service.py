"""How the service does, in GraphQL: whether events come in time, and which sources fell silent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.ingest import event_of
from graph.clock import SystemClock
from graph.state import StateService
from migrations.ledger import current_ontology
from tests.app.door import Door

pytestmark = pytest.mark.neo4j


async def test_sources_and_objective(campus: Door) -> None:
    in_force = await current_ontology(campus.database)
    assert in_force is not None
    states = StateService(campus.database, lambda: in_force[1], SystemClock())
    now = SystemClock().now().isoformat()
    for number, source in enumerate(("/old", "/new")):
        known = {"specversion": "1.0", "id": "1", "source": source, "type": "t", "subject": "P1", "time": now}
        await states.ingest(
            campus.context.principal, [event_of({**known, "data": {"flow": number}, "sequence": number})]
        )
    await states.close()
    document = """{ service { objective { seconds share state burnRates { window events late rate } } sourceCount
        silentSourceCount sources(first: 1) { source silent lastEvent lastReceived } quiet: sources(silent: true) {
        source } } }"""
    campus.context.objectives.queryable(campus.context.principal.tenant, 0.2)
    found = (await campus.ask(document))["service"]
    assert found["objective"]["state"] == "MET"
    assert found["objective"]["burnRates"][0] == {"window": "5m", "events": 1, "late": 0, "rate": 0.0}
    assert (found["sourceCount"], found["silentSourceCount"], found["quiet"]) == (1, 0, [])
    assert (found["sources"][0]["source"], found["sources"][0]["silent"]) == ("/new", False)
    campus.context = replace(campus.context, source_silence=-1.0)
    found = (await campus.ask(document))["service"]
    assert (found["silentSourceCount"], found["quiet"]) == (1, [{"source": "/new"}])
    refused = await campus.refused("{ service { sources(first: 1001) { source } } }")
    assert refused["code"] == "LIMIT_EXCEEDED"
