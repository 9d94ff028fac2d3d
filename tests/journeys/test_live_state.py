"""A chiller's events make it fall, the health of what it cools follows, and the root cause names it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from pydantic import SecretStr

from app.settings import Auth, Settings
from examples.campus.generate import campus
from migrations import Project
from tests.app.http.serving import served

pytestmark = pytest.mark.neo4j

WELL = {"runState": "RUNNING", "voltage": 20_000, "busVoltage": 400, "vibration": 1, "reachable": True}
FALLEN = """{ assets(filter: {levels: [DOWN, DEGRADED]}, first: 1000) { nodes { id type
    health { level own because { id } } } } }"""


class Campus:
    """The campus of a running service."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.said = 0

    async def say(self, values: dict[str, dict[str, object]]) -> None:
        """Send what assets say now, as NDJSON; all of it is taken."""
        known = {"specversion": "1.0", "type": "reading", "source": "/bms", "time": datetime.now(UTC).isoformat()}
        lines: list[bytes] = []
        for asset, data in values.items():
            self.said += 1
            lines.append(orjson.dumps({**known, "id": str(self.said), "subject": asset, "data": data}))
        answer = await self._client.post(
            "/v1/events", content=b"\n".join(lines), headers={"content-type": "application/x-ndjson"}
        )
        assert answer.json()["refused"] == 0, answer.text

    async def ask(self, query: str) -> dict[str, Any]:
        answer = (await self._client.post("/graphql", json={"query": query})).json()
        assert "errors" not in answer, answer
        return answer["data"]

    async def fallen(self) -> dict[str, dict[str, Any]]:
        found = await self.ask(FALLEN)
        return {node["id"]: node for node in found["assets"]["nodes"]}


def well() -> dict[str, dict[str, object]]:
    """What everything on the campus says whose channels set operability, on a good day."""
    ontology = Project.bundled().desired
    found: dict[str, dict[str, object]] = {}
    for line in campus():
        if line["kind"] == "asset":
            channels = ontology.asset_types[str(line["type"])].channels.values()
            setting = {each.name: WELL[each.name] for each in channels if each.sets_operability}
            if setting:
                found[str(line["id"])] = setting
    return found


async def test_chillers_fall_and_what_they_cool_follows(campus_settings: dict[str, str], tmp_path: Path) -> None:
    settings = Settings(
        neo4j_uri=campus_settings["TWIN_NEO4J_URI"],
        neo4j_user=campus_settings["TWIN_NEO4J_USER"],
        neo4j_password=SecretStr(campus_settings["TWIN_NEO4J_PASSWORD"]),
        tenant=campus_settings["TWIN_TENANT"],
        auth=Auth.NONE,
        data_dir=tmp_path,
    )
    async with served(settings) as address, httpx.AsyncClient(base_url=f"http://{address}", timeout=60) as client:
        site = Campus(client)
        await site.say(well())
        assert await site.fallen() == {}
        await site.say({"NBR-CH-1": {"runState": "TRIPPED"}})
        assert set(await site.fallen()) == {"NBR-CH-1"}  # the others make up for it
        await site.say({"NBR-CH-2": {"runState": "TRIPPED"}})
        fallen = await site.fallen()
        lower = {asset: each for asset, each in fallen.items() if not asset.startswith("NBR-CH-")}
        assert len(lower) > 100
        behind = {tuple(sorted(cause["id"] for cause in each["health"]["because"])) for each in lower.values()}
        assert behind == {("NBR-CH-1", "NBR-CH-2")}
        live = await site.ask('{ impact(input: {failures: [{asset: "NBR-CH-3"}], baseline: LIVE}) { impactedCount } }')
        nominal = await site.ask('{ impact(input: {failures: [{asset: "NBR-CH-3"}]}) { impactedCount } }')
        assert live["impact"]["impactedCount"] > nominal["impact"]["impactedCount"]
        symptoms = ", ".join(f'{{asset: "{asset}"}}' for asset in sorted(lower)[::4])
        given = f'symptoms: [{symptoms}], healthy: ["NBR-CH-3", "NBR-MCC"]'
        found = await site.ask(f"{{ rootCause(input: {{{given}}}) {{ candidates {{ causes {{ id }} }} }} }}")
        assert [each["id"] for each in found["rootCause"]["candidates"][0]["causes"]] == ["NBR-CH-1", "NBR-CH-2"]
        await site.say({"NBR-CH-1": {"runState": "RUNNING"}, "NBR-CH-2": {"runState": "RUNNING"}})
        assert await site.fallen() == {}
