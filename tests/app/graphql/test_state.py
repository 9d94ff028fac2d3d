"""State and health in GraphQL: for all assets of an answer at once, filters by level, impact from what is so."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.ingest import event_of
from graph.clock import SystemClock, epoch_micros
from graph.health import Histories
from graph.history import Point, open_history
from graph.state import StateService
from migrations.ledger import current_ontology
from tests.app.door import Door

pytestmark = pytest.mark.neo4j

STATE = "state { channels { name value unit quality source stale level eventTime } v: channel(name: %s) { value } }"


@pytest.fixture
async def said(campus: Door) -> Door:
    """The pump P1 in R1 vibrates too much, G feeds it; R2 is a room that was seen once, long ago."""
    in_force = await current_ontology(campus.database)
    assert in_force is not None
    states = StateService(campus.database, lambda: in_force[1], SystemClock())
    now = SystemClock().now().isoformat()
    told = [
        ("P1", now, {"vibration": {"value": 0.8, "unit": "cm/s"}, "flow": 12, "runState": "RUNNING"}),
        ("G", now, {"voltage": 20_000}),
        ("R2", "2026-01-01T00:00:00Z", {"temperature": 50}),
    ]
    events = [
        event_of(
            {"specversion": "1.0", "id": "1", "source": "s", "type": "t", "subject": asset, "time": time, "data": data}
        )
        for asset, time, data in told
    ]
    receipt = await states.ingest(campus.context.principal, events)
    assert [str(each) for each in receipt.outcomes] == ["CURRENT"] * 3
    await states.close()
    campus.statements.clear()
    return campus


async def test_state_shows_the_newest_values(said: Door) -> None:
    data = await said.ask('{ asset(id: "P1") { %s } }' % (STATE % '"vibration"'))
    state = data["asset"]["state"]
    assert [(each["name"], each["value"], each["unit"], each["level"]) for each in state["channels"]] == [
        ("flow", 12.0, "L/s", "OK"),
        ("runState", "RUNNING", None, "OK"),
        ("vibration", 8.0, "mm/s", "DOWN"),
    ]
    assert state["v"] == {"value": 8.0}
    old = (await said.ask('{ asset(id: "R2") { %s } }' % (STATE % '"humidity"')))["asset"]["state"]
    assert (old["v"], old["channels"][0]["stale"], old["channels"][0]["level"]) == (None, True, "UNKNOWN")
    assert old["channels"][0]["eventTime"] == "2026-01-01T00:00:00.000Z"


async def test_health_says_how_it_is_and_why(said: Door) -> None:
    document = """{ assets(orderBy: [{field: "id"}]) { nodes { id health { level own operability operabilityBounds
        because { id health { level } } within { level count } } } } }"""
    data = await said.ask(document)
    found = {node["id"]: node["health"] for node in data["assets"]["nodes"]}
    assert {asset: (each["level"], each["own"]) for asset, each in found.items()} == {
        "G": ("OK", "OK"),
        "P1": ("DOWN", "DOWN"),
        "R1": ("OK", "UNKNOWN"),
        "R2": ("OK", "UNKNOWN"),
    }
    assert found["P1"]["because"] == [{"id": "P1", "health": {"level": "DOWN"}}]
    assert (found["P1"]["operability"], found["P1"]["operabilityBounds"]) == (0.0, [0.0, 0.0])
    assert found["R1"]["within"] == [{"level": "DOWN", "count": 1}]
    assert found["G"]["because"] == []


async def test_the_statements_are_as_many_for_many_assets(said: Door) -> None:
    both = "id state { channels { name } } health { level because { name } }"
    await said.ask(f"{{ assets {{ nodes {{ {both} }} }} }}")
    said.statements.clear()
    await said.ask(f"{{ assets {{ nodes {{ {both} parents {{ {both} }} }} }} }}")
    assert said.statements.count("assets") == 1
    assert said.statements.count("assets by ids") == 1
    assert len(said.statements) < 9  # the rest looks whether topology and states are still the same


async def test_assets_are_found_by_their_level(said: Door) -> None:
    async def found(levels: str, more: str = "") -> list[str]:
        document = f'{{ assets(filter: {{levels: {levels} {more}}}, orderBy: [{{field: "id"}}]) {{ nodes {{ id }} }} }}'
        return [node["id"] for node in (await said.ask(document))["assets"]["nodes"]]

    assert await found("[DOWN]") == ["P1"]
    assert await found("[OK, DEGRADED]") == ["G", "R1", "R2"]
    assert await found("[OK, DOWN]", 'types: ["Room"]') == ["R1", "R2"]
    assert await found("[UNKNOWN]") == []
    counted = await said.ask("{ aggregate(filter: {not: {levels: [OK]}}) { count } }")
    assert counted == {"aggregate": [{"count": 1}]}
    typed = await said.ask("""{ pumps(filter: {levels: [DOWN], not: {levels: [OK]}}) { nodes { id } }
        well: equipment(filter: {levels: [OK]}) { nodes { id } }
        fed: gridFeeds(filter: {powers: {some: {levels: [DOWN]}}}) { nodes { id } }
        rooms(filter: {levels: null}) { totalCount } }""")
    assert [[node["id"] for node in typed[name]["nodes"]] for name in ("pumps", "well", "fed")] == [
        ["P1"],
        ["G"],
        ["G"],
    ]
    assert typed["rooms"] == {"totalCount": 2}


async def test_assets_are_counted_by_their_level(said: Door) -> None:
    async def counted(given: str) -> list[tuple[dict[str, str], int]]:
        data = await said.ask(f"{{ aggregate({given}) {{ group count values }} }}")
        return [(row["group"], row["count"]) for row in data["aggregate"]]

    assert await counted('groupBy: ["level"]') == [({"level": "OK"}, 3), ({"level": "DOWN"}, 1)]
    assert await counted('groupBy: ["level", "type"], filter: {levels: [OK], types: ["Equipment"]}') == [
        ({"level": "OK", "type": "GridFeed"}, 1)
    ]
    assert await counted('groupBy: ["type", "level"], filter: {within: "R1"}') == [
        ({"type": "Pump", "level": "DOWN"}, 1)
    ]


async def test_impact_live_starts_from_the_state(said: Door) -> None:
    document = """{ impact(input: {failures: [{asset: "G"}], baseline: LIVE}) {
        alreadyDownCount impactedCount assumptions } }"""
    impact = (await said.ask(document))["impact"]
    assert (impact["alreadyDownCount"], impact["impactedCount"]) == (1, 0)
    assert impact["assumptions"][0].startswith("Baseline LIVE")


async def test_a_subscription_hears_of_what_changes(said: Door) -> None:
    in_force = await current_ontology(said.database)
    assert in_force is not None
    states = StateService(said.database, lambda: in_force[1], SystemClock(), committed=said.context.state_feed.took)
    await said.ask('{ asset(id: "P1") { health { level } } }')  # compiled, so that the first look takes but a moment
    document = """subscription { stateChanged(within: "R1") { asset { id name } c: channel { name value level }
        health { level because { id } } } }"""
    stream = await said.schema.stream(document, context_value=said.context)
    first = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(1)
    event = {"specversion": "1.0", "id": "2", "source": "s", "type": "t", "time": SystemClock().now().isoformat()}
    told = [{**event, "subject": "P1", "data": {"vibration": 1}}, {**event, "subject": "G", "data": {"voltage": 9}}]
    await states.ingest(said.context.principal, [event_of(each) for each in told])
    async with asyncio.timeout(20):
        result = await first
    assert result.data == {
        "stateChanged": {
            "asset": {"id": "P1", "name": "Pump P1"},
            "c": {"name": "vibration", "value": 1.0, "level": "OK"},
            "health": {"level": "OK", "because": []},
        }
    }
    await stream.aclose()
    await states.close()


HISTORY = """query H($from: DateTime, $window: Duration, $first: Int, $after: String) { asset(id: "P1") { state {
    channel(name: "flow") { name history(from: $from, to: "2026-06-04T00:00:00Z", window: $window, first: $first,
        after: $after) { nodes { time value min max mean count quality } edges { cursor node { value } }
        pageInfo { hasNextPage hasPreviousPage endCursor } } } } } }"""


async def history_of(door: Door, **variables: object) -> dict[str, Any]:
    return (await door.ask(HISTORY, **variables))["asset"]["state"]["channel"]["history"]


async def test_history_shows_what_was_so_before(said: Door, tmp_path: Path) -> None:
    history = open_history(None, folder=tmp_path, clock=SystemClock(), days=None)
    said.context.health.histories = Histories(lambda: history, SystemClock())
    noon = epoch_micros(datetime(2026, 6, 3, 12, tzinfo=UTC))
    points = [
        Point(
            asset="P1", channel="flow", time=noon + minute * 60_000_001, epoch=0, sequence=0, event=str(minute),
            source="s", value=None if minute == 4 else 10.0 + minute, quality="GOOD",
        )
        for minute in range(5)
    ]  # fmt: skip
    await history.append(said.context.principal.tenant, points)
    whole = await history_of(said)
    assert [each["value"] for each in whole["nodes"]] == [10.0, 11.0, 12.0, 13.0, None]
    bare = {"min": None, "max": None, "mean": None, "quality": "GOOD"}
    assert whole["nodes"][0] == {"time": "2026-06-03T12:00:00.000Z", "value": 10.0, "count": 1, **bare}
    assert whole["nodes"][4] == {"time": "2026-06-03T12:04:00.000004Z", "value": None, "count": 0, **bare}
    first = await history_of(said, first=3)
    assert (len(first["edges"]), first["pageInfo"]["hasNextPage"]) == (3, True)
    rest = await history_of(said, first=3, after=first["pageInfo"]["endCursor"])
    assert [each["node"]["value"] for each in rest["edges"]] == [13.0, None]
    assert (rest["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasPreviousPage"]) == (False, True)

    asked = {"from": "2026-06-03T12:00:00Z", "window": "PT2M", "first": 1}
    window = await history_of(said, **asked)
    (node,) = window["nodes"]
    numbers = {"min": 10.0, "max": 11.0, "mean": 10.5, "count": 2, "quality": "GOOD"}
    assert node == {"time": "2026-06-03T12:00:00.000Z", "value": 11.0, **numbers}
    assert window["pageInfo"]["hasNextPage"]
    following = await history_of(said, **asked, after=window["pageInfo"]["endCursor"])
    assert [each["value"] for each in following["nodes"]] == [13.0]
    assert not following["pageInfo"]["hasNextPage"]
    latest = await history_of(said, window="PT12H", first=1)
    assert [(each["time"], each["mean"]) for each in latest["nodes"]] == [("2026-06-03T12:00:00.000Z", 11.5)]
    refused = await said.refused(HISTORY, first=2, after=window["pageInfo"]["endCursor"])
    assert refused["code"] == "CURSOR_INVALID"
    await history.close()


async def test_transitions_of_levels_are_told_from_history(said: Door, tmp_path: Path) -> None:
    history = open_history(None, folder=tmp_path, clock=SystemClock(), days=None)
    said.context.health.histories = Histories(lambda: history, SystemClock())
    noon = epoch_micros(datetime(2026, 6, 3, 12, tzinfo=UTC))
    points = [
        Point(
            asset="P1", channel="vibration", time=noon + minute * 60_000_000, epoch=0, sequence=0, event=str(minute),
            source="s", value=value, quality="GOOD",
        )
        for minute, value in enumerate((1.0, 1.1, 8.0, 8.1, 1.0))
    ]  # fmt: skip
    await history.append(said.context.principal.tenant, points)
    document = """query($first: Int) { asset(id: "P1") { state { channel(name: "vibration") { now: level
        t: transitions(from: "2026-06-03T12:00:00Z", to: "2026-06-03T12:04:01Z", first: $first) { time level value }
        } } } }"""
    channel = (await said.ask(document))["asset"]["state"]["channel"]
    assert channel["now"] == "DOWN"
    assert channel["t"] == [
        {"time": "2026-06-03T12:00:00.000Z", "level": "OK", "value": 1.0},
        {"time": "2026-06-03T12:02:00.000Z", "level": "DOWN", "value": 8.0},
        {"time": "2026-06-03T12:04:00.000Z", "level": "OK", "value": 1.0},
    ]
    newest = (await said.ask(document, first=1))["asset"]["state"]["channel"]["t"]
    assert newest == channel["t"][-1:]
    assert (await said.refused(document, first=0))["code"] == "VALUE_INVALID"
    await history.close()


async def test_where_no_history_is_kept_it_is_said(said: Door) -> None:
    assert (await said.refused(HISTORY))["code"] == "HISTORY_UNAVAILABLE"
