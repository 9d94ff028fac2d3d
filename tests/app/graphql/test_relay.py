"""Relay's compiler takes the schema and makes documents of an application's fragments that the service answers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.app.door import Door
from tests.javascript import Package

pytestmark = [pytest.mark.anyio, pytest.mark.neo4j, pytest.mark.long]

RELAY = Path(__file__).parent / "relay"
SCHEMA = Path(__file__).parents[3] / "docs" / "schema.graphql"


async def test_what_relay_compiles_is_answered(campus: Door, tmp_path: Path) -> None:
    package = await Package.copied(RELAY, tmp_path / "relay")
    shutil.copy(SCHEMA, package.folder)
    manifest = package.folder / "documents.json"
    manifest.write_text("{}")
    await package.tool("relay-compiler")
    documents: dict[str, str] = json.loads(manifest.read_text())
    page, rows = "", {}
    for document in documents.values():
        if document.startswith("query PumpsPageQuery"):
            page = document
        elif document.startswith("query PumpsQuery"):
            rows = await campus.ask(document, filter={"ratedFlow": {"gte": 3}})
    (edge,) = rows["pumps"]["edges"]
    assert (edge["node"]["__typename"], edge["node"]["id"], edge["node"]["name"]) == ("Pump", "P1", "Pump P1")
    after = rows["pumps"]["pageInfo"]["endCursor"]
    assert (await campus.ask(page, filter={"ratedFlow": {"gte": 3}}, after=after, first=50))["pumps"]["edges"] == []
    assert len(documents) == 3
