"""`twin simulate` on a twin, whose history shows what was played."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from tests.command_line import CommandLine

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
