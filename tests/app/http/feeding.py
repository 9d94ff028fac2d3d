"""A grid feed G that powers what hangs on it, written through the service itself."""

from __future__ import annotations

from typing import Any

from tests.app.graphql.conftest import START
from tests.app.http.clients import TestClient


def feed(client: TestClient, assets: list[dict[str, Any]], powers: list[tuple[str, str]]) -> None:
    """Write G, other assets, and who powers whom."""
    grid = {"id": "G", "type": "GridFeed", "name": "Grid feed"}
    changes: list[dict[str, Any]] = [{"upsertAsset": each} for each in (grid, *assets)]
    changes += [{"upsertRelationship": {"type": "POWERS", "from": a, "to": b}} for a, b in powers]
    answer = client.post("/graphql", json={"query": START, "variables": {"input": {"changes": changes}}})
    assert answer.json() == {"data": {"applyChanges": {"__typename": "ChangesApplied"}}}


def feed_pump_through_boards(client: TestClient, pump: str, *, flow: float) -> None:
    """G powers a pump through two boards."""
    boards = [{"id": f"B{number}", "type": "Switchgear", "name": f"Board {number}"} for number in (1, 2)]
    fed = {"id": pump, "type": "Pump", "name": "Pump", "properties": {"ratedFlow": flow}}
    feed(client, [*boards, fed], [("G", "B1"), ("G", "B2"), ("B1", pump), ("B2", pump)])
