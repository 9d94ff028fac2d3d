"""Alarms and dead letters in GraphQL: looked at by page and filter, and what operators do to them."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.ingest import Intake, LetterDesk, Replayer
from graph.access import Scope
from graph.alarms import AlarmBoard, Alarms, AlarmService, Cause, Flood, Seen, Sighting, open_alarms
from graph.clock import SystemClock, epoch_micros
from graph.deadletters import DeadLetter, DeadLetters, open_dead_letters
from graph.impact import Level
from graph.snapshot import SnapshotService
from graph.state import StateService
from migrations.ledger import current_ontology
from tests.app.door import Door

pytestmark = pytest.mark.neo4j

NOON = epoch_micros(datetime(2026, 6, 3, 12, tzinfo=UTC))
ACK = 'mutation($ids: [ID!]!) { acknowledgeAlarms(ids: $ids, comment: "seen") { id state changed } }'


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarmed:
    """The campus with alarms, and what keeps them."""

    door: Door
    alarms: Alarms
    letters: DeadLetters

    async def sees(self, asset: str, kind: str, level: Level, *, channel: str = "", at: int = 0) -> None:
        seen = Seen(level=level, time=NOON + at, value=None if channel == "" else 8.0)
        sighting = Sighting(asset=asset, kind=kind, points={channel: seen})
        tenant = self.door.context.principal.tenant
        changes = await self.alarms.settle(tenant, "tests", [sighting])
        assert changes is not None
        self.door.context.alarms._board.tell(tenant, changes)


@pytest.fixture
async def alarmed(campus: Door, tmp_path: Path) -> AsyncIterator[Alarmed]:
    """The pump P1 vibrates, the room R2 has too little, and something that is no more had an alarm."""
    in_force = await current_ontology(campus.database)
    assert in_force is not None
    clock = SystemClock()
    alarms = open_alarms(None, folder=tmp_path, clock=clock, days=9)
    letters = open_dead_letters(None, folder=tmp_path, clock=clock, most=99, days=9)
    board, snapshots = AlarmBoard(lambda: alarms), SnapshotService(campus.database, in_force[1])
    states = StateService(campus.database, lambda: in_force[1], clock)
    tenant = campus.context.principal.tenant
    campus.context = replace(
        campus.context,
        alarms=AlarmService(board, snapshots, in_force[1]),
        letters=LetterDesk(lambda: letters, lambda: Replayer(letters, Intake(states, clock), states, None)),
    )
    assert await alarms.hold(tenant, "tests", seconds=600)
    made = Alarmed(door=campus, alarms=alarms, letters=letters)
    await made.sees("P1", "Pump", Level.DOWN, channel="vibration")
    await made.sees("R2", "Room", Level.DEGRADED, at=1)
    await made.sees("GONE", "Room", Level.DOWN, at=2)
    yield made
    await board.close()
    await alarms.close()
    await letters.close()
    await states.close()
    await snapshots.close()


async def ids(door: Door) -> dict[str, str]:
    data = await door.ask("{ alarms { nodes { id assetId } } }")
    return {node["assetId"]: node["id"] for node in data["alarms"]["nodes"]}


async def test_alarms_show_what_is_asked_for(alarmed: Alarmed) -> None:
    data = await alarmed.door.ask("""{ alarms(first: 2) { totalCount pageInfo { hasNextPage endCursor }
        edges { cursor node { assetId } } nodes { a: asset { name } asset { id } assetId assetType channel level
        priority state active value raised raisedCount shelvedUntil flood { id } transitions { action by } } } }""")
    page = data["alarms"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (3, True)
    assert page["pageInfo"]["endCursor"] == page["edges"][1]["cursor"]
    gone, room = page["nodes"]
    assert (gone["asset"], gone["assetId"], gone["value"]) == (None, "GONE", None)
    assert room == {
        "a": {"name": "Cold room"},
        "asset": {"id": "R2"},
        "assetId": "R2",
        "assetType": "Room",
        "channel": None,
        "level": "DEGRADED",
        "priority": "LOW",
        "state": "UNACK",
        "active": True,
        "value": None,
        "raised": "2026-06-03T12:00:00.000001Z",
        "raisedCount": 1,
        "shelvedUntil": None,
        "flood": None,
        "transitions": [{"action": "RAISED", "by": "twin"}],
    }
    rest = await alarmed.door.ask(
        "query($after: String) { alarms(after: $after) { nodes { channel value } pageInfo { hasPreviousPage } } }",
        after=page["pageInfo"]["endCursor"],
    )
    assert rest["alarms"] == {"nodes": [{"channel": "vibration", "value": 8.0}], "pageInfo": {"hasPreviousPage": True}}


async def test_alarms_are_found_by_filter(alarmed: Alarmed) -> None:
    async def found(given: str) -> list[str]:
        data = await alarmed.door.ask(f"{{ alarms(filter: {given}) {{ totalCount nodes {{ assetId }} }} }}")
        assert data["alarms"]["totalCount"] == len(data["alarms"]["nodes"])
        return [node["assetId"] for node in data["alarms"]["nodes"]]

    assert await found('{types: ["Equipment"]}') == ["P1"]
    assert await found('{within: "R1"}') == ["P1"]
    assert await found("{priorities: [LOW, HIGH], levels: [DOWN]}") == ["P1"]
    assert await found('{assets: ["R2", "P1"], states: [UNACK], open: true}') == ["R2", "P1"]
    assert await found("{open: false}") == []
    refused = await alarmed.door.refused('{ alarms(filter: {types: ["Pumpe"]}) { totalCount } }')
    assert refused["code"] == "UNKNOWN_TYPE"
    many = "query($ids: [ID!]) { alarms(filter: {assets: $ids}) { totalCount } }"
    assert (await alarmed.door.refused(many, ids=["x"] * 10_001))["code"] == "LIMIT_EXCEEDED"
    assert await alarmed.door.ask(many, ids=["P1"] * 10_000) == {"alarms": {"totalCount": 1}}


async def test_operators_acknowledge_shelve_and_unshelve(alarmed: Alarmed) -> None:
    door, named = alarmed.door, await ids(alarmed.door)
    done = await door.ask(ACK, ids=[named["P1"], named["R2"]])
    assert [each["state"] for each in done["acknowledgeAlarms"]] == ["ACKED", "ACKED"]
    assert (await door.refused(ACK, ids=[named["GONE"], "none"]))["code"] == "UNKNOWN_ALARM"
    shelve = """mutation($id: ID!, $until: DateTime!, $reason: String!) {
        shelveAlarm(id: $id, until: $until, reason: $reason) { shelvedUntil transitions { action by comment } } }"""
    until = (datetime.now(UTC) + timedelta(hours=8)).replace(microsecond=0)
    shelved = (await door.ask(shelve, id=named["P1"], until=until.isoformat(), reason="works"))["shelveAlarm"]
    assert shelved["shelvedUntil"] == until.isoformat().replace("+00:00", ".000Z")
    assert [each["comment"] for each in shelved["transitions"]] == ["", "seen", "works"]
    assert {each["by"] for each in shelved["transitions"][1:]} == {door.context.principal.name}
    refused = await door.refused(shelve, id=named["P1"], until="2020-01-01T00:00:00Z", reason="works")
    assert (refused["code"], refused["place"]) == ("SHELF_INVALID", "until")
    assert (await door.refused(shelve, id=named["P1"], until=until.isoformat(), reason=" "))["place"] == "reason"
    await door.ask(shelve, id=named["GONE"], until=until.isoformat(), reason="works")
    assert (await door.refused(ACK, ids=[named["GONE"]]))["code"] == "ALARM_STATE_CONFLICT"
    back = await door.ask("mutation($id: ID!) { unshelveAlarm(id: $id) { state } }", id=named["P1"])
    assert back == {"unshelveAlarm": {"state": "UNACK"}}
    assert await door.ask('{ alarm(id: "none") { id } }') == {"alarm": None}
    door.context = replace(door.context, principal=replace(door.context.principal, scopes=frozenset({Scope.READ})))
    assert (await door.refused(ACK, ids=[named["P1"]]))["code"] == "FORBIDDEN"
    assert len(await ids(door)) == 3


async def test_a_flood_shows_what_is_behind_it(alarmed: Alarmed) -> None:
    named = await ids(alarmed.door)
    cause = Cause(assets=("G", "GONE"), score=0.75, explains=2, unexplained=1, contradicted_by=0)
    flood = Flood(id="f", began=NOON, alarms=3, asked=3, causes=(cause,), notes=("cut",))
    await alarmed.alarms.put_flood(alarmed.door.context.principal.tenant, "tests", flood, list(named.values()))
    data = await alarmed.door.ask("""{ alarms(filter: {floods: ["f"]}, first: 1) { nodes { flood { began ended
        alarmCount notes causes { assets { id name } n: assets { name } assetIds score explainsCount unexplainedCount
        contradictedByCount } } } } }""")
    assert data["alarms"]["nodes"][0]["flood"] == {
        "began": "2026-06-03T12:00:00.000Z",
        "ended": None,
        "alarmCount": 3,
        "notes": ["cut"],
        "causes": [
            {
                "assets": [{"id": "G", "name": "Grid feed"}],
                "n": [{"name": "Grid feed"}],
                "assetIds": ["G", "GONE"],
                "score": 0.75,
                "explainsCount": 2,
                "unexplainedCount": 1,
                "contradictedByCount": 0,
            }
        ],
    }


async def test_a_subscription_hears_of_each_step(alarmed: Alarmed) -> None:
    document = """subscription { alarmChanged(filter: {levels: [DOWN]}, within: "R1") {
        alarm { state a: asset { name } } transition { action state by } } }"""
    stream = await alarmed.door.schema.stream(document, context_value=alarmed.door.context)
    first = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0.5)
    await alarmed.sees("R2", "Room", Level.OK)
    await alarmed.sees("P1", "Pump", Level.OK, channel="vibration")
    async with asyncio.timeout(20):
        result = await first
    assert result.data == {
        "alarmChanged": {
            "alarm": {"state": "RTN_UNACK", "a": {"name": "Pump P1"}},
            "transition": {"action": "RETURNED", "state": "RTN_UNACK", "by": "twin"},
        }
    }
    await stream.aclose()


# ---- dead letters ----------------------------------------------------------------------------------------------------

EVENT = (
    b'{"specversion": "1.0", "id": "%s", "source": "s", "type": "t", "subject": "P1", '
    b'"time": "2026-06-03T12:00:00Z", "data": {"%s": 3}}'
)
LETTERS = """query($code: String, $first: Int, $after: String) {
    deadLetters(code: $code, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
        nodes { id code source received times whole payload payloadBase64 } } }"""
REPLAY = """mutation($ids: [ID!], $all: Boolean! = false, $dry: Boolean! = false, $first: Int, $after: String) {
    replayDeadLetters(ids: $ids, all: $all, dryRun: $dry, first: $first, after: $after) {
        endCursor letters { id accepted problems { code place } } } }"""


async def park(alarmed: Alarmed, *payloads: tuple[str, bytes]) -> None:
    now = epoch_micros(datetime.now(UTC))
    letters = [
        DeadLetter(
            code=code,
            message="no",
            transport="mqtt",
            source="site/a",
            media="application/cloudevents+json",
            received=now + number,
            payload=payload,
        )
        for number, (code, payload) in enumerate(payloads)
    ]
    await alarmed.letters.park(alarmed.door.context.principal.tenant, letters)


async def test_dead_letters_are_looked_at_sent_again_and_forgotten(alarmed: Alarmed) -> None:
    door = alarmed.door
    good, bad = EVENT % (b"1", b"flow"), EVENT % (b"2", b"flew")
    await park(alarmed, ("UNKNOWN_ASSET", good), ("UNKNOWN_CHANNEL", bad), ("EVENT_INVALID", b"\xff"))
    page = (await door.ask(LETTERS, first=2))["deadLetters"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (3, True)
    garbage, second = page["nodes"]
    assert (garbage["payload"], garbage["whole"], garbage["times"]) == ("\N{REPLACEMENT CHARACTER}", True, 1)
    assert base64.b64decode(second["payloadBase64"]) == bad
    (first,) = (await door.ask(LETTERS, after=page["pageInfo"]["endCursor"]))["deadLetters"]["nodes"]

    dry = (await door.ask(REPLAY, all=True, dry=True, first=2))["replayDeadLetters"]
    assert [each["problems"][0]["code"] for each in dry["letters"]] == ["EVENT_INVALID", "UNKNOWN_CHANNEL"]
    rest = (await door.ask(REPLAY, all=True, dry=True, first=2, after=dry["endCursor"]))["replayDeadLetters"]
    assert rest == {"endCursor": None, "letters": [{"id": first["id"], "accepted": 1, "problems": []}]}
    assert (await door.ask(LETTERS))["deadLetters"]["totalCount"] == 3
    done = (await door.ask(REPLAY, ids=[first["id"], second["id"]]))["replayDeadLetters"]
    assert [each["accepted"] for each in done["letters"]] == [1, 0]
    state = await door.ask('{ asset(id: "P1") { state { channel(name: "flow") { value } } } }')
    assert state["asset"]["state"]["channel"] == {"value": 3.0}
    assert (await door.ask(LETTERS))["deadLetters"]["totalCount"] == 2

    drop = """mutation($ids: [ID!], $all: Boolean! = false, $code: String) {
        dropDeadLetters(ids: $ids, all: $all, code: $code) }"""
    for neither in ({}, {"all": True, "ids": [second["id"]]}):
        assert (await door.refused(drop, **neither))["code"] == "VALUE_INVALID"
    assert await door.ask(drop, all=True, code="EVENT_INVALID") == {"dropDeadLetters": 1}
    assert await door.ask(drop, ids=[second["id"], "none"]) == {"dropDeadLetters": 1}
    door.context = replace(door.context, principal=replace(door.context.principal, scopes=frozenset({Scope.READ})))
    for document, given in ((LETTERS, {}), (REPLAY, {"all": True}), (drop, {"all": True})):
        assert (await door.refused(document, **given))["code"] == "FORBIDDEN"
