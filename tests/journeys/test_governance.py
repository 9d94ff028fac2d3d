"""What is refused before a version is applied or completed: broken consumers, missing approvals, changed files."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from graph.database import connect
from graph.database.local import Endpoint
from graph.database.local.shell import answered, opened
from tests.command_line import CommandLine, set_settings, settings_of
from tests.servers import Server, empty_of_everything

pytestmark = pytest.mark.neo4j

FLOWS = "query PumpFlows { pumps { nodes { name ratedFlow } } }"
ORDERED = 'query Ordered { assets(orderBy: [{field: "serialNumber"}]) { nodes { name } } }'
CHOSEN = "query Chosen($order: [AssetOrder!]) { assets(orderBy: $order) { nodes { name } } }"
SERIALS = "query Serials { pumps { nodes { name serialNumber } } }"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "s"


@pytest.fixture
def twin(
    own_server: Server, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """The command line on a database with nothing in it, and on a new project."""
    asyncio.run(emptied(own_server))
    set_settings(monkeypatch, {**settings_of(own_server, "site", tmp_path / "data"), "TWIN_ONTOLOGY": str(site)})
    monkeypatch.chdir(tmp_path)
    twin = CommandLine(capsys)
    twin.ok("init", str(site))
    return twin


async def emptied(server: Server) -> None:
    database = connect(server.uri, user=server.user, password=server.password)
    await empty_of_everything(database)
    await database.close()


def test_a_contract_is_refused_while_a_registered_operation_would_break(
    twin: CommandLine, site: Path, own_server: Server, tmp_path: Path
) -> None:
    twin.ok("ontology", "apply")
    (tmp_path / "pump.ndjson").write_text(
        json.dumps({"kind": "asset", "id": "P1", "type": "Pump", "name": "P1", "properties": {"ratedFlow": 3}}) + "\n"
    )
    twin.ok("load", "pump.ndjson")
    (tmp_path / "ui.json").write_text(
        json.dumps({"serials": SERIALS, "flows": FLOWS, "ordered": ORDERED, "chosen": CHOSEN})
    )
    who = ("--consumer", "campus-ui", "--owner", "Team Campus", "--contact", "campus@example.org")
    twin.ok("documents", "register", "ui.json", *who)

    remove_serial(site)
    twin.ok("ontology", "make", "-m", "Serial numbers go", "--author", "Ada", "--owner", "Team Model", "--erase")
    shown = twin("ontology", "plan", "--json").json["interface"]
    assert {each["operation"]: each["owner"] for each in shown["broken"]} == dict.fromkeys(
        ["Serials", "Ordered"], "Team Campus"
    )
    assert [(each["operation"], each["reasons"][0].split(",")[0]) for each in shown["unseen"]] == [
        ("Chosen", "$order passes names to AssetOrder")
    ]
    assert "Pump.serialNumber" in {each["element"] for each in shown["breaking"]}
    plan = twin("ontology", "plan")
    assert "Serials of campus-ui, Team Campus (campus@example.org)" in plan.out
    assert "Chosen of campus-ui, Team Campus (campus@example.org), may break: $order passes names" in plan.err
    twin.ok("ontology", "apply")

    refused = twin("ontology", "complete")
    assert refused.code == 1
    assert "[OPERATIONS_BROKEN]" in refused.err
    assert "Serials of campus-ui would break" in refused.err
    assert "AssetOrder.field names property 'serialNumber', which there is no more then" in refused.err
    assert "Talk to Team Campus (campus@example.org)" in refused.err
    assert "PumpFlows" not in refused.err
    assert "Chosen" not in refused.err
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


@pytest.mark.long
def test_versions_are_approved_by_others_and_what_is_changed_afterwards_is_seen(
    twin: CommandLine, site: Path, own_server: Server, tmp_path: Path
) -> None:
    (site / "governance.yaml").write_text("format: twin-governance/1\napprovals: 1\n")
    twin.ok("ontology", "apply")  # nobody has data yet
    (tmp_path / "site.ndjson").write_text(json.dumps({"kind": "asset", "id": "S1", "type": "Site"}) + "\n")
    twin.ok("load", "site.ndjson")
    document = site / "ontology.yaml"
    document.write_text(document.read_text().replace("  Reservoir:", "  Tank: {extends: [Equipment]}\n  Reservoir:"))
    twin.ok("ontology", "make", "-m", "Add tanks", "--author", "Ada", "--reason", "Tanks are needed")

    refused = twin("ontology", "apply")
    assert (refused.code, "[APPROVAL_MISSING]" in refused.err) == (1, True)
    assert "[APPROVAL_REFUSED]" in twin("ontology", "approve", "0002_add_tanks", "--by", "ada").err
    assert "[UNKNOWN_VERSION]" in twin("ontology", "approve", "0009_none", "--by", "Grace").err
    twin.ok("ontology", "approve", "0002_add_tanks", "--by", "Grace")
    twin.ok("ontology", "apply")
    (newest, _) = json.loads(twin.ok("ontology", "history", "--json"))
    assert [each["by"] for each in newest["approvals"]] == ["Grace"]
    assert newest["proposed"] <= newest["approvedAt"] <= newest["appliedAt"]

    file = site / "versions" / "0002_add_tanks.yaml"
    file.write_text(file.read_text().replace("reason: Tanks are needed", "reason: Tanks were asked for"))
    assert "[MIGRATION_EDITED]" in twin("ontology", "apply").err
    assert "[REPAIR_REFUSED]" in twin("ontology", "repair", "--reason", " ").err
    twin.ok("ontology", "repair", "--reason", "Said more exactly", "--by", "Ada")
    assert twin("ontology", "status", "--json").json["edited"] == []
    text = file.read_text()
    file.write_text(text.replace("name: Tank", "name: Vessel"))
    assert "[REPAIR_REFUSED]" in twin("ontology", "repair", "--reason", "Another name").err
    file.write_text(text)

    change_by_hand(own_server, "MATCH (m:_Migration {revision: '0002_add_tanks'}) SET m.message = 'Nothing'")
    status = twin("ontology", "status", "--json")
    assert (status.code, len(status.json["tampered"])) == (2, 1)
    drift = twin("ontology", "drift", "--json").json["drift"]
    assert [(each["kind"], each["count"]) for each in drift] == [("LEDGER_TAMPERED", 1)]
    twin.ok("ontology", "repair", "--reason", "A slip of the hand, found on Monday")
    assert twin("ontology", "status", "--json").json["tampered"] == []
    change_by_hand(own_server, "MATCH (e:_LedgerEntry {number: 2}) SET e.by = 'Linus'")
    assert "entry 2 (APPROVED 0002_add_tanks) was changed" in twin("ontology", "status").out


def change_by_hand(server: Server, statement: str) -> None:
    endpoint = Endpoint(uri=server.uri, user=server.user, password=server.password)
    with opened(endpoint) as driver:
        answered(driver, statement, database=endpoint.database)
