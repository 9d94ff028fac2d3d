"""Checks of planned works through the schema."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app.door import Door

pytestmark = pytest.mark.neo4j

CHECK = """
query Q($input: MaintenanceCheckInput!) { maintenanceCheck(input: $input) {
    revision count truncated { reason limit }
    combinations(first: 10) { works start end assetCount weight byType { type count } assets(first: 5) {
        asset { id name } level levelBefore operability operabilityBefore because { group path { from { id } } } } }
    works { works start end assetCount weight assets { asset { id } } } } }"""


def work(name: str, *assets: str, start: str = "2026-12-01T08:00Z", **ends: str) -> dict[str, Any]:
    return {"name": name, "assets": list(assets), "start": start, **(ends or {"end": "2026-12-01T12:00Z"})}


LEFT = work("left pump", "P1")
RIGHT = work("right pump", "P2", start="2026-12-01T12:00+01:00", duration="PT2H")


async def test_two_pumps_at_once(door: Door) -> None:
    found = (
        await door.ask(
            CHECK, input={"works": [LEFT, RIGHT, work("grid", "G", start="2026-12-02T08:00Z", duration="PT1H")]}
        )
    )["maintenanceCheck"]
    assert (found["revision"], found["count"], found["truncated"]) == (7, 1, None)
    (both,) = found["combinations"]
    (service,) = both.pop("assets")
    assert both == {
        "works": ["left pump", "right pump"],
        "start": "2026-12-01T11:00:00.000Z",
        "end": "2026-12-01T12:00:00.000Z",
        "assetCount": 1,
        "weight": 1.0,
        "byType": [{"type": "Service", "count": 1}],
    }
    assert service["because"] == {"group": "pumps", "path": [{"from": {"id": "P1"}}]}
    assert service["asset"] == {"id": "S", "name": "Cooling service"}
    assert (service["level"], service["levelBefore"]) == ("DOWN", "OK")
    assert (service["operability"], service["operabilityBefore"]) == (0.0, 1.0)
    alone = {each["works"][0]: [asset["asset"]["id"] for asset in each["assets"]] for each in found["works"]}
    assert alone == {"left pump": [], "right pump": [], "grid": ["P1", "P2", "S"]}


async def test_what_counts_may_be_chosen_and_weighed(door: Door) -> None:
    works = [work("grid", "G"), LEFT]
    pumps = {"works": works, "types": ["Pump"], "weightBy": "ratedFlow"}
    found = (await door.ask(CHECK, input=pumps))["maintenanceCheck"]
    grid = found["works"][0]
    assert (grid["assetCount"], grid["weight"]) == (2, 19.5)
    assert [each["asset"]["id"] for each in grid["assets"]] == ["P1", "P2"]
    assert (await door.ask(CHECK, input={"works": [LEFT, RIGHT], "types": ["Pump"]}))["maintenanceCheck"]["count"] == 0


@pytest.mark.parametrize(
    ("given", "code", "place"),
    [
        ({"works": []}, "WORKS_INVALID", "works"),
        ({"works": [work("a", "P1", end="2026-12-01T07:00Z")]}, "WORKS_INVALID", "works[0].end"),
        ({"works": [work("a", "P1", end="2026-12-01T08:00Z")]}, "WORKS_INVALID", "works[0].end"),
        ({"works": [work("a", "P1", duration="PT0S")]}, "WORKS_INVALID", "works[0].duration"),
        ({"works": [work("a", "P1", end="2026-12-01T09:00Z", duration="PT1H")]}, "WORKS_INVALID", "works[0].end"),
        ({"works": [{"name": "a", "assets": ["P1"], "start": "2026-12-01T08:00Z"}]}, "WORKS_INVALID", "works[0].end"),
        ({"works": [LEFT, work("left pump", "P2")]}, "WORKS_INVALID", "works[1].name"),
        ({"works": [work(" ", "P2")]}, "WORKS_INVALID", "works[0].name"),
        ({"works": [LEFT, work("none")]}, "WORKS_INVALID", "works[1].assets"),
        ({"works": [work("twice", "P1", "P1")]}, "WORKS_INVALID", "works[0].assets[1]"),
        ({"works": [work("a", "P1", "nobody")]}, "UNKNOWN_ASSET", "works[0].assets[1]"),
        ({"works": [LEFT] * 501}, "LIMIT_EXCEEDED", "works"),
        ({"works": [LEFT], "level": "OK"}, "VALUE_INVALID", "level"),
        ({"works": [LEFT], "maxOrder": 1}, "VALUE_INVALID", "maxOrder"),
        ({"works": [LEFT], "maxOrder": 7}, "LIMIT_EXCEEDED", "maxOrder"),
        ({"works": [LEFT], "types": ["Submarine"]}, "UNKNOWN_TYPE", None),
        ({"works": [LEFT], "weightBy": "serialNumber"}, "VALUE_INVALID", "weightBy"),
    ],
)
async def test_wrong_works_are_told_with_their_place(
    door: Door, given: dict[str, object], code: str, place: str | None
) -> None:
    refusal = await door.refused(CHECK, input=given)
    assert (refusal["code"], refusal.get("place")) == (code, place)
    assert refusal["expected"] or code == "UNKNOWN_TYPE"


async def test_several_problems_are_told_at_once(door: Door) -> None:
    wrong = [work("a", "nobody"), work("a", "P1", end="2026-12-01T07:00Z")]
    refusal = await door.refused(CHECK, input={"works": wrong})
    assert refusal["code"] == "WORKS_INVALID"
    assert [each["place"] for each in refusal["problems"]] == ["works[0].assets[0]", "works[1].name", "works[1].end"]
