"""A chiller's events raise alarms, what it cooled raises others, and the flood names what is behind it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from app.settings import Auth, Settings
from tests.app.http.serving import served
from tests.journeys.test_live_state import Campus, well

pytestmark = pytest.mark.neo4j

OPEN = """{ alarms(filter: {open: true}, first: 1000) { nodes { id assetId channel level priority state value
    flood { id causes { assetIds score } notes } } } }"""
FEW = """{ alarms(filter: {open: true}, first: 1) { totalCount nodes { id assetId channel level priority state value
    flood { causes { assetIds } } } } }"""
CHILLERS = ("NBR-CH-1", "NBR-CH-2")


async def until(site: Campus, count: int, *, known: bool = False) -> list[dict[str, Any]]:
    """Ask until so many alarms are open, and (`known`) what is behind their flood; return them."""
    page: dict[str, Any] = {}
    for _ in range(400):
        page = (await site.ask(FEW))["alarms"]
        causes = [cause for node in page["nodes"] if node["flood"] for cause in node["flood"]["causes"]]
        if page["totalCount"] == count and (causes or not known):
            return (await site.ask(OPEN))["alarms"]["nodes"]
        await asyncio.sleep(0.3)
    raise AssertionError(page)


def by_asset(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {each["assetId"]: each for each in found}


@pytest.mark.long  # two processes of a service, and a flood that has to end
async def test_chillers_raise_a_flood_and_it_names_them(campus_settings: dict[str, str], tmp_path: Path) -> None:
    settings = Settings(
        neo4j_uri=campus_settings["TWIN_NEO4J_URI"],
        neo4j_user=campus_settings["TWIN_NEO4J_USER"],
        neo4j_password=SecretStr(campus_settings["TWIN_NEO4J_PASSWORD"]),
        tenant=campus_settings["TWIN_TENANT"],
        auth=Auth.NONE,
        data_dir=tmp_path,
        alarm_flood_seconds=3_600,  # however slow the machine is, they come together
    )
    async with served(settings) as address, httpx.AsyncClient(base_url=f"http://{address}", timeout=60) as client:
        site = Campus(client)
        await site.say(well())
        await site.say({"NBR-CH-1": {"runState": "TRIPPED"}})
        (first,) = await until(site, 1)
        assert (first["assetId"], first["channel"], first["level"]) == ("NBR-CH-1", "runState", "DOWN")
        assert (first["priority"], first["state"], first["value"], first["flood"]) == ("HIGH", "UNACK", "TRIPPED", None)
        await site.say({"NBR-CH-2": {"runState": "TRIPPED"}})
        fallen = await site.fallen()
        found = by_asset(await until(site, len(fallen), known=True))
        assert found.keys() == fallen.keys()
        assert len(found) > 100
        derived = [each for asset, each in found.items() if asset not in CHILLERS]
        assert {each["channel"] for each in derived} == {None}
        assert len({each["flood"]["id"] for each in found.values()}) == 1
        cause = found["NBR-CH-1"]["flood"]["causes"][0]
        assert cause["assetIds"] == list(CHILLERS), found["NBR-CH-1"]["flood"]
        ids = ", ".join(f'"{each["id"]}"' for each in found.values())
        acked = await site.ask(f'mutation {{ acknowledgeAlarms(ids: [{ids}], comment: "seen") {{ state }} }}')
        assert {each["state"] for each in acked["acknowledgeAlarms"]} == {"ACKED"}

    # Another process goes on: nothing is raised again, and what was seen stays seen.
    async with served(settings) as address, httpx.AsyncClient(base_url=f"http://{address}", timeout=60) as client:
        site = Campus(client)
        site.said = 10_000
        await site.say({"NBR-CH-3": {"runState": "RUNNING"}})
        again = by_asset(await until(site, len(found)))
        assert again.keys() == found.keys()
        assert {each["state"] for each in again.values()} == {"ACKED"}
        await site.say({"NBR-CH-1": {"runState": "RUNNING"}, "NBR-CH-2": {"runState": "RUNNING"}})
        assert await until(site, 0) == []
        query = f'{{ alarm(id: "{first["id"]}") {{ state transitions {{ action by comment }} }} }}'
        over = (await site.ask(query))["alarm"]
        assert over["state"] == "NORMAL"
        assert [(each["action"], each["by"]) for each in over["transitions"]] == [
            ("RAISED", "twin"),
            ("ACKNOWLEDGED", "operator"),
            ("RETURNED", "twin"),
        ]
