"""`twin ingest test` and `twin dlq replay`."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from app.ingest.sparkplug import Datatype, Metric, Payload, encode
from app.settings import load_settings
from app.stores import opened_stores
from graph.clock import epoch_micros
from graph.deadletters import DeadLetter
from graph.identity import Tenant
from tests.command_line import CommandLine

NOON = 1_780_488_000_000_000
FILE = """
format: twin-mapping/1
topics:
  - {topic: "site/{asset}", asset: "{asset}", time: at, channels: {temperature: {value: t, unit: degC}}}
examples:
  - {topic: site/R, payload: {at: "2026-06-03T12:00:00Z", t: 21.5}, asset: R, values: {temperature: 21.5}}
"""


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "site.yaml"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_examples_are_tried(bare: CommandLine, mapping: Path) -> None:
    assert bare.ok("ingest", "test", "site.yaml") == "1 example of site.yaml comes out as it says\n"
    mapping.write_text(FILE.replace("{temperature: 21.5}}", "{temperature: 22}}"), encoding="utf-8")
    ran = bare("ingest", "test", str(mapping), "--json")
    assert ran.code == 2
    assert ran.json["problems"][0]["place"] == "examples[0]"


def test_a_message_is_shown(bare: CommandLine, mapping: Path, tmp_path: Path) -> None:
    (tmp_path / "message.json").write_text('{"at": "2026-06-03T12:00:00Z", "t": 3}')
    asked = ("ingest", "test", str(mapping), "--topic", "site/R", "--payload", "@message.json")
    assert bare.ok(*asked) == "asset        R\ntemperature  3 degC\n"
    shown = bare(*asked, "--json").json
    assert (shown["time"], shown["values"]["temperature"]["value"]) == ("2026-06-03T12:00:00Z", 3)
    assert bare("ingest", "test", str(mapping), "--topic", "other").code == 1


def test_captured_messages_of_sparkplug_are_shown_after_their_births(bare: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "plant.yaml").write_text(
        "format: twin-mapping/1\ntopics:\n"
        "  - {topic: 'spBv1.0/P/+/{node}', payload: sparkplug, asset: '{node}', channels: {temperature: T, load: L}}\n"
    )
    life = Metric(name="bdSeq", datatype=Datatype.INT64, value=1)
    named = (Metric(name="T", alias=1, datatype=Datatype.FLOAT, value=2.5), Metric(name="x", alias=2, datatype=3))
    (tmp_path / "birth.bin").write_bytes(encode(Payload(time=NOON, sequence=0, metrics=(life, *named))))
    (tmp_path / "data.bin").write_bytes(
        encode(Payload(time=NOON, sequence=1, metrics=(Metric(alias=1, value=3, datatype=10),)))
    )
    (tmp_path / "none.bin").write_bytes(
        encode(Payload(time=NOON, sequence=1, metrics=(Metric(alias=2, value=3, datatype=3),)))
    )
    birth = ("--topic", "spBv1.0/P/NBIRTH/N", "--payload", "@birth.bin")
    data = ("--topic", "spBv1.0/P/NDATA/N", "--payload", "@data.bin")
    before = ("--birth", "spBv1.0/P/NBIRTH/N=@birth.bin")
    assert bare.ok("ingest", "test", "plant.yaml", *birth) == "asset        N\ntemperature  2.5\n"
    shown = bare("ingest", "test", "plant.yaml", *before, *data, "--json").json
    assert (shown["values"]["temperature"]["value"], shown["epoch"], shown["sequence"]) == (3, 1, 1)
    for wrong in (data, (*before, *data[:-1], "@none.bin"), ("--birth", "nonsense", *data)):
        assert bare("ingest", "test", "plant.yaml", *wrong).code == 1


def test_without_a_file_it_is_said(bare: CommandLine) -> None:
    assert bare("ingest", "test").code == 1
    assert bare("ingest", "test", "nowhere.yaml").code == 1


@pytest.mark.neo4j
def test_dead_letters_are_replayed_when_what_was_wrong_is_put_right(
    twin: CommandLine, mapping: Path, tenant: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = epoch_micros(datetime.now(UTC))
    event = {"specversion": "1.0", "id": "1", "source": "s", "type": "t", "subject": "R", "data": {"humidity": 40}}
    told = {**event, "time": datetime.now(UTC).isoformat()}
    payloads = (orjson.dumps(told), orjson.dumps({"at": told["time"], "t": 21.5}), b"garbage")

    async def park() -> None:
        async with opened_stores(load_settings()) as stores:
            for number, payload in enumerate(payloads):
                letter = DeadLetter(
                    code="UNKNOWN_ASSET", message="?", transport="mqtt", source="site/R", received=now + number,
                    payload=payload, media="application/cloudevents+json" if number == 0 else "",
                )  # fmt: skip
                await stores.dead_letters.park(tenant, [letter])

    asyncio.run(park())
    monkeypatch.setenv("TWIN_MAPPING", str(mapping))
    before = twin("dlq", "replay", "--all", "--dry-run", "--json")
    assert before.code == 2
    assert [each["accepted"] for each in before.json["letters"]] == [0, 0, 0]

    room = tmp_path / "room.ndjson"
    room.write_bytes(orjson.dumps({"kind": "asset", "id": "R", "type": "Room"}))
    twin.ok("load", str(room))
    tried = twin("dlq", "replay", "--all", "--dry-run", "--json").json
    assert sorted(each["accepted"] for each in tried["letters"]) == [0, 1, 1]
    assert twin("history", "R", "humidity", "--json").json["points"] == []

    done = twin("dlq", "replay", "--all", "--code", "UNKNOWN_ASSET")
    assert done.code == 2
    assert "2 events of 3 dead letters are taken; of 1 something is refused" in done.out
    assert [each["size"] for each in twin("dlq", "list", "--json").json["letters"]] == [len(b"garbage")]
    assert twin("dlq", "list", "--replayed", "--json").json["total"] == 2
    for channel, value in (("humidity", 40), ("temperature", 21.5)):
        (point,) = twin("history", "R", channel, "--json").json["points"]
        assert point["value"] == value
