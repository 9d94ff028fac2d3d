"""`twin simulate` on a twin, whose history shows what was played."""

from __future__ import annotations

import time
from pathlib import Path

import orjson
import pytest

from tests.app.simulator.test_sending import listening
from tests.command_line import CommandLine
from tests.mosquitto import LEFT_OUT, mosquitto

pytestmark = pytest.mark.neo4j


def test_what_was_played_is_there_once(twin: CommandLine, tmp_path: Path) -> None:
    nobody = twin("simulate", "--for", "PT0S")
    assert nobody.code == 1
    assert "No asset has channels" in nobody.err
    assets = tmp_path / "assets.ndjson"
    assets.write_bytes(b"\n".join(orjson.dumps({"kind": "asset", "id": f"R{n}", "type": "Room"}) for n in range(3)))
    twin.ok("load", str(assets))
    asked = ("simulate", "--since", "PT10M", "--for", "PT0S", "--rate", "0.1", "--duplicates", "1", "--json")
    told = twin(*asked).json
    # Three rooms, each every thirty seconds for ten minutes, twice.
    assert told["refused"] == 0
    assert 110 <= told["accepted"] <= 130
    points = twin("history", "R1", "temperature", "--since", "PT1H", "--json").json["points"]
    assert len(points) == told["accepted"] / 6
    assert all(15 < point["value"] < 27 for point in points)


def test_it_is_played_over_mqtt(twin: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assets = tmp_path / "assets.ndjson"
    assets.write_bytes(b"\n".join(orjson.dumps({"kind": "asset", "id": f"R{n}", "type": "Room"}) for n in range(3)))
    twin.ok("load", str(assets))
    asked = ("simulate", "--over", "mqtt", "--since", "PT10M", "--for", "PT0S", "--rate", "0.1", "--duplicates", "1")
    with mosquitto(tmp_path) as broker:
        if broker is None:
            pytest.skip(LEFT_OUT)
        monkeypatch.setenv("TWIN_MQTT_URL", broker.url)
        monkeypatch.setenv("TWIN_MQTT_TOPICS", "all/#,plant/events")
        with listening(broker, "plant/events") as heard:
            told = twin(*asked, "--json").json
            end = time.monotonic() + 20
            while len(heard) < told["sent"] and time.monotonic() < end:
                time.sleep(0.02)
    assert told == {"sent": len(heard)}
    assert 110 <= len(heard) <= 130
    assert len({payload for payload, _ in heard}) == len(heard) / 2


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("--over", "mqtt"), "TWIN_MQTT_URL"),
        (("--over", "kafka"), "TWIN_KAFKA_SERVERS"),
        (("--topic", "t"), "Only brokers have topics"),
    ],
)
def test_where_it_cant_go_is_told(twin: CommandLine, given: tuple[str, ...], told: str) -> None:
    ran = twin("simulate", "--for", "PT0S", *given)
    assert ran.code == 1
    assert told in ran.err
