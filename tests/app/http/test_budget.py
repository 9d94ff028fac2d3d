"""A spent budget over HTTP: what is left in a header, and 429 with the time to wait."""

from __future__ import annotations

import httpx
import orjson
import pytest
from websockets.asyncio.client import connect

from app.settings import Settings
from tests.app.http.serving import served

pytestmark = [pytest.mark.anyio, pytest.mark.neo4j]

QUERY = {"query": "{ pumps(first: 3) { nodes { id } } }"}


async def test_what_is_left_and_what_is_spent(settings: Settings) -> None:
    bounded = settings.changed(cost_budget=10, cost_budget_seconds=600, batch_limit=3)
    async with served(bounded) as address, httpx.AsyncClient(base_url=f"http://{address}", timeout=30) as client:
        first = await client.post("/graphql", json=QUERY, headers={"twin-show-cost": "1"})
        assert (first.status_code, first.headers["twin-cost-left"]) == (200, "6")
        assert first.json()["extensions"]["cost"] == {"value": 4, "limit": 10, "left": 6}
        too_large = await client.post("/graphql", json={"query": "{ pumps(first: 10) { nodes { id } } }"})
        assert too_large.json()["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED", "no time would be enough"
        batch = await client.post("/graphql", json=[QUERY, QUERY])
        assert [each.get("errors", [{}])[0].get("extensions", {}).get("code") for each in batch.json()] == [
            None,
            "COST_BUDGET_SPENT",
        ]
        assert int(batch.headers["retry-after"]) > 100
        spent = await client.post("/graphql", json=QUERY, headers={"accept": "application/graphql-response+json"})
        assert (spent.status_code, spent.json()["code"], spent.headers["twin-cost-left"]) == (
            429,
            "COST_BUDGET_SPENT",
            "2",
        )
        assert spent.headers["content-type"] == "application/problem+json"
        assert int(spent.headers["retry-after"]) > 100
        events = await client.post("/graphql", json=QUERY, headers={"accept": "text/event-stream"})
        assert (events.status_code, events.headers["twin-cost-left"]) == (429, "2")
        small = {"query": "{ revision }"}
        events = await client.post("/graphql", json=small, headers={"accept": "text/event-stream"})
        assert (events.status_code, events.headers["twin-cost-left"]) == (200, "1")
        assert (await client.get("/health/live")).headers.get("twin-cost-left") is None
        async with connect(f"ws://{address}/graphql", subprotocols=["graphql-transport-ws"]) as socket:  # pyright: ignore[reportArgumentType] - a type of its own for any text
            await socket.send(orjson.dumps({"type": "connection_init"}).decode())
            await socket.recv()
            await socket.send(orjson.dumps({"type": "subscribe", "id": "1", "payload": QUERY}).decode())
            told = orjson.loads(await socket.recv())
        assert (told["type"], told["payload"][0]["extensions"]["code"]) == ("error", "COST_BUDGET_SPENT")
        assert told["payload"][0]["extensions"]["retryAfter"] > 100
