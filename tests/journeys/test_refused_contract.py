"""A contract that would break a consumer is refused and names owner and operation; forced, the reason stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import CommandLine, set_settings, settings_of
from tests.servers import Server

pytestmark = pytest.mark.neo4j

FLOWS = "query PumpFlows { pumps { nodes { name ratedFlow } } }"
SERIALS = "query Serials { pumps { nodes { name serialNumber } } }"


def test_a_contract_is_refused_while_a_registered_operation_would_break(
    own_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_settings(monkeypatch, {**settings_of(own_server, "site", tmp_path / "data"), "TWIN_ONTOLOGY": str(tmp_path / "s")})
    monkeypatch.chdir(tmp_path)
    twin = CommandLine(capsys)
    site = tmp_path / "s"
    twin.ok("init", str(site))
    twin.ok("ontology", "apply")
    (tmp_path / "pump.ndjson").write_text(
        json.dumps({"kind": "asset", "id": "P1", "type": "Pump", "name": "P1", "properties": {"ratedFlow": 3}}) + "\n"
    )
    twin.ok("load", "pump.ndjson")
    (tmp_path / "ui.json").write_text(json.dumps({"serials": SERIALS, "flows": FLOWS}))
    who = ("--consumer", "campus-ui", "--owner", "Team Campus", "--contact", "campus@example.org")
    twin.ok("documents", "register", "ui.json", *who)

    remove_serial(site)
    twin.ok("ontology", "make", "-m", "Serial numbers go", "--author", "Ada", "--owner", "Team Model", "--erase")
    shown = twin("ontology", "plan", "--json").json["interface"]
    assert [(each["operation"], each["owner"]) for each in shown["broken"]] == [("Serials", "Team Campus")]
    assert "Pump.serialNumber" in {each["element"] for each in shown["breaking"]}
    assert "Serials of campus-ui, Team Campus (campus@example.org)" in twin("ontology", "plan").out
    twin.ok("ontology", "apply")

    refused = twin("ontology", "complete")
    assert refused.code == 1
    assert "[OPERATIONS_BROKEN]" in refused.err
    assert "Serials of campus-ui would break" in refused.err
    assert "Talk to Team Campus (campus@example.org)" in refused.err
    assert "PumpFlows" not in refused.err
    assert twin("ontology", "complete", "--force").code == 1  # without a reason
    assert twin("ontology", "status", "--json").json["waiting"] == ["0002_serial_numbers_go"]

    twin.ok("ontology", "complete", "--force", "--reason", "Team Campus shuts its old app down today")

    newest = json.loads(twin.ok("ontology", "history", "--json"))[0]
    assert newest["revision"] == "0002_serial_numbers_go"
    assert newest["forced"] == "Team Campus shuts its old app down today"
    status = twin("ontology", "status", "--json")
    assert (status.code, status.json["tampered"]) == (0, [])


def remove_serial(site: Path) -> None:
    document = site / "ontology.yaml"
    lines = document.read_text().splitlines(keepends=True)
    kept = [line for line in lines if "serialNumber" not in line]
    assert len(kept) == len(lines) - 1
    document.write_text("".join(kept))
