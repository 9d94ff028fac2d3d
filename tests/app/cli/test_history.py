"""`twin history` and `twin dlq`, which need no graph."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.cli.state.series import key_of
from app.settings import load_settings
from app.stores import Stores, opened_stores
from graph.deadletters import DeadLetter
from graph.history import Point
from graph.identity import Tenant, parse_tenant
from graph.ontology import parse_ontology
from tests.command_line import CommandLine

TENANT = Tenant("default")
NOON = round(datetime(2026, 6, 3, 12, tzinfo=UTC).timestamp()) * 1_000_000


def with_stores(work: Callable[[Stores], Awaitable[None]]) -> None:
    async def run() -> None:
        async with opened_stores(load_settings()) as stores:
            await work(stores)

    asyncio.run(run())


def point(minutes: int, value: float) -> Point:
    return Point(
        asset="R1", channel="temperature", time=NOON + minutes * 60_000_000, epoch=0, sequence=0, event=str(minutes),
        source="bms", value=value, quality="GOOD",
    )  # fmt: skip


@pytest.fixture
def filled(bare: CommandLine) -> CommandLine:
    with_stores(lambda stores: stores.history.append(TENANT, [point(0, 20.0), point(1, 22.0), point(5, 30.25)]))
    return bare


SPAN = ("history", "R1", "temperature", "--since", "2026-06-03T12:00Z", "--until", "2026-06-04T00:00Z")


def test_values(filled: CommandLine) -> None:
    assert filled.ok(*SPAN).splitlines() == [
        "time                  value  quality  source",
        "2026-06-03T12:00:00Z  20.0   GOOD     bms",
        "2026-06-03T12:01:00Z  22.0   GOOD     bms",
        "2026-06-03T12:05:00Z  30.25  GOOD     bms",
    ]
    found = filled(*SPAN, "--first", "1", "--json").json
    value = {"time": "2026-06-03T12:00:00Z", "value": 20.0, "quality": "GOOD", "source": "bms"}
    assert found == {"more": True, "points": [value]}


def test_a_renamed_channel_is_found_by_its_new_name(
    filled: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = "format: twin-ontology/1\nname: site\nassetTypes: {Room: {channels: {inlet: {datatype: float%s}}}}\n"
    (tmp_path / "ontology.yaml").write_text(document % ", formerly: [temperature]")
    asked = ["inlet" if each == "temperature" else each for each in SPAN]
    assert filled.ok(*asked) == "No values in that time\n"
    monkeypatch.setenv("TWIN_ONTOLOGY", str(tmp_path))
    assert filled.ok(*asked) == filled.ok(*SPAN)


def test_what_was_kept_of_a_channel_in_another_unit_is_not_told_as_its_own(
    filled: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = "{datatype: float, unit: degF, keptAs: temperature7d1e4a02}"
    document = f"format: twin-ontology/1\nname: site\nassetTypes: {{Room: {{channels: {{temperature: {channel}}}}}}}\n"
    (tmp_path / "ontology.yaml").write_text(document)
    monkeypatch.setenv("TWIN_ONTOLOGY", str(tmp_path))
    assert filled.ok(*SPAN) == "No values in that time\n"


CALLED = "{datatype: float, formerly: [temperature, inlet], becomes: air}"
SHAKEN = f"""
format: twin-ontology/1
name: site
assetTypes:
  Room: {{channels: {{intake: {CALLED}}}}}
  Hall: {{channels: {{temperature: {{datatype: float}}}}}}
"""


@pytest.mark.parametrize("name", ["temperature", "inlet", "intake", "air"])
def test_all_names_of_a_channel_lead_to_its_values(name: str) -> None:
    room, hall = (parse_ontology(SHAKEN).asset_types[each] for each in ("Room", "Hall"))
    assert key_of(room, name) == "temperature"
    assert key_of(hall, name) == name


def test_where_nobody_knows_the_type_values_are_looked_for_under_all_names(
    filled: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ontology.yaml").write_text(SHAKEN)
    monkeypatch.setenv("TWIN_ONTOLOGY", str(tmp_path))
    for name in ("inlet", "intake", "air"):
        assert filled.ok(*(name if each == "temperature" else each for each in SPAN)) == filled.ok(*SPAN)


@pytest.mark.neo4j
def test_the_type_of_the_asset_says_which_channel_is_meant(
    twin: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A project says of another type that a channel was called as one of this asset's: that one isn't meant."""
    (tmp_path / "rooms.ndjson").write_text('{"kind": "asset", "type": "Room", "id": "R1"}\n')
    twin.ok("load", "rooms.ndjson")
    tenant = parse_tenant(load_settings().tenant)
    with_stores(lambda stores: stores.history.append(tenant, [point(0, 20.0)]))
    (tmp_path / "ontology.yaml").write_text(SHAKEN)
    monkeypatch.setenv("TWIN_ONTOLOGY", str(tmp_path))
    asked = ["intake" if each == "temperature" else each for each in SPAN]
    assert twin.ok(*asked) == "No values in that time\n"
    assert "20.0" in twin.ok(*SPAN)
    gone = ["R2" if each == "R1" else each for each in asked]
    assert twin.ok(*gone) == "No values in that time\n"


def test_a_neo4j_that_does_not_answer_is_told_of_and_done_without(
    filled: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWIN_NEO4J_URI", "bolt://127.0.0.1:9")
    monkeypatch.setenv("TWIN_NEO4J_PASSWORD", "none")
    ran = filled(*SPAN)
    assert (ran.code, "20.0" in ran.out, "looked for by name" in ran.err) == (0, True, True), ran.err


def test_windows(filled: CommandLine) -> None:
    asked = (*SPAN, "--window", "PT5M", "--aggregate", "mean", "--aggregate", "time_weighted_mean")
    assert filled(*asked, "--json").json == [
        {"start": "2026-06-03T12:00:00Z", "end": "2026-06-03T12:05:00Z", "mean": 21.0, "time_weighted_mean": 21.6},
        {"start": "2026-06-03T12:05:00Z", "end": "2026-06-03T12:10:00Z", "mean": 30.25, "time_weighted_mean": 30.25},
    ]
    assert "21.6" in filled.ok(*asked)


def test_nothing_in_that_time(filled: CommandLine) -> None:
    assert filled.ok("history", "R1", "humidity") == "No values in that time\n"


def test_a_file(filled: CommandLine, tmp_path: Path) -> None:
    filled.ok(*SPAN, "--output", "values.csv")
    assert len((tmp_path / "values.csv").read_text().splitlines()) == 4


@pytest.mark.parametrize(
    "more",
    [
        ("--since", "yesterday"),
        ("--window", "PT5M", "--aggregate", "median"),
        ("--window", "PT5M", "--output", "x.csv"),
        ("--window", "PT0.0001S"),
    ],
)
def test_wrong_questions_are_refused(filled: CommandLine, more: tuple[str, ...]) -> None:
    ran = filled("history", "R1", "temperature", *more, "--json")
    assert ran.code == 1
    assert ran.out == ""


async def park(stores: Stores) -> None:
    now = round(datetime.now(UTC).timestamp()) * 1_000_000  # older ones would be forgotten at once
    for number, code in enumerate(("UNKNOWN_ASSET", "UNKNOWN_ASSET", "VALUE_INVALID")):
        letter = DeadLetter(
            code=code, message="There is no such asset", transport="mqtt", source="site/a", received=now + number,
            payload=b'{"n": %d}' % number, offset=str(number),
        )  # fmt: skip
        await stores.dead_letters.park(TENANT, [letter])


def test_dead_letters_are_listed_shown_and_dropped(bare: CommandLine) -> None:
    assert bare.ok("dlq", "list") == "No dead letters\n"
    with_stores(park)
    assert bare("dlq", "list", "--json").json["total"] == 3
    listed = bare("dlq", "list", "--code", "UNKNOWN_ASSET", "--json").json["letters"]
    assert [each["offset"] for each in listed] == ["1", "0"]
    shown = bare("dlq", "show", listed[0]["id"], "--json").json
    assert (shown["payload"], shown["source"], shown["times"]) == ('{"n": 1}', "site/a", 1)
    assert "UNKNOWN_ASSET" in bare.ok("dlq", "show", listed[0]["id"])
    assert bare("dlq", "drop", listed[0]["id"], "--json").json == {"dropped": 1}
    assert bare("dlq", "drop", "--all", "--code", "UNKNOWN_ASSET", "--json").json == {"dropped": 1}
    assert "1 dead letters" in bare.ok("dlq", "list")
    assert bare("dlq", "show", listed[0]["id"]).code == 1


@pytest.mark.parametrize("more", [(), ("x", "--all"), ("x", "--code", "A")])
def test_drop_wants_to_know_which(bare: CommandLine, more: tuple[str, ...]) -> None:
    assert bare("dlq", "drop", *more).code == 1
