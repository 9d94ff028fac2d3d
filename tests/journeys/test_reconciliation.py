"""The campus against its own export: nothing differs; what somebody changes is found, repaired, and gone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from examples.campus.generate import campus, encoded
from graph.identity import Tenant
from tests.command_line import CommandLine, set_settings, settings_of
from tests.journeys.conftest import ROOT
from tests.servers import Server

pytestmark = [pytest.mark.neo4j]


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The campus as a registry has it."""
    file = tmp_path_factory.mktemp("registry") / "campus.ndjson"
    file.write_bytes(b"".join(encoded(line) for line in campus()))
    return file


def changed(registry: Path, target: Path, **by_id: dict[str, Any] | None) -> Path:
    """Write the registry with other lines for some assets; None takes an asset out, with its relationships."""
    lines: list[dict[str, Any]] = []
    gone = {name for name, line in by_id.items() if line is None}
    for text in registry.read_bytes().splitlines():
        line = json.loads(text)
        if line["kind"] == "asset" and line["id"] in by_id:
            other = by_id[line["id"]]
            line = None if other is None else {**line, **other}
        elif line["kind"] == "relationship" and gone & {line["from"], line["to"]}:
            line = None
        if line is not None:
            lines.append(line)
    target.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return target


def test_the_campus_is_as_its_registry_says(on_campus: CommandLine, registry: Path, tmp_path: Path) -> None:
    answer = on_campus("reconcile", str(registry), "--json").json
    assert (answer["same"], answer["kinds"], answer["refused"]) == (True, [], 0)
    assert answer["assets"] == answer["sourceAssets"]
    export = tmp_path / "export.ndjson.gz"
    on_campus.ok("export", "-o", str(export))
    whole = on_campus("reconcile", str(export), "--exact", "--json").json
    assert (whole["same"], whole["relationships"]) == (True, whole["sourceRelationships"])
    part = on_campus("reconcile", str(export), "--within", "NBR-DC", "--json").json
    assert part["same"]
    assert 0 < part["assets"] < whole["assets"]


def test_what_differs_on_the_campus(on_campus: CommandLine, registry: Path, tmp_path: Path) -> None:
    other = {"id": "NBR-CH-9", "name": "Chiller 9"}
    source = changed(registry, tmp_path / "registry.ndjson", **{"NBR-CH-1": other, "NBR-CH-2": {"name": "Old chiller"}})
    report = tmp_path / "report.json"
    ran = on_campus("reconcile", str(source), "--out", str(report), "--sample", "1")
    assert ran.code == 2
    assert "NBR-CH-9 (Chiller)" in ran.out
    assert "NBR-CH-2 (Chiller): source Old chiller" in ran.out
    written = json.loads(report.read_text())
    assert {each["asset"] for each in written["differences"]} >= {"NBR-CH-1", "NBR-CH-9", "NBR-CH-2"}
    assert len(written["differences"]) == sum(kind["count"] for kind in written["kinds"])
    chillers = on_campus("reconcile", str(source), "--types", "Chiller", "--json").json
    assert [(each["kind"], each["count"]) for each in chillers["kinds"]][:3] == [
        ("ASSET_MISSING", 1),
        ("ASSET_EXTRA", 1),
        ("NAME", 1),
    ]
    refused = on_campus("reconcile", str(source), "--apply", "extra")
    assert refused.code == 1
    assert "[RECONCILE_REFUSED]" in refused.err


SITE = [
    {"kind": "asset", "id": "S", "type": "Site"},
    {"kind": "asset", "id": "B", "type": "Building", "parents": ["S"]},
    {"kind": "asset", "id": "R", "type": "Room", "parents": ["B"]},
    {"kind": "asset", "id": "G", "type": "GridFeed", "name": "Feed"},
    {
        "kind": "asset",
        "id": "P",
        "type": "Pump",
        "properties": {"ratedFlow": 1, "variableSpeed": True},
        "parents": ["R"],
    },
    {"kind": "relationship", "type": "POWERS", "from": "G", "to": "P"},
]


@pytest.fixture
def twin(
    server: Server, tenant: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """The command line for a tenant of this test's own, whose folder holds a registry."""
    set_settings(monkeypatch, settings_of(server, tenant, tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "site.ndjson", SITE)
    return CommandLine(capsys)


def write(path: Path, lines: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


@pytest.mark.long
def test_repairs_from_nothing_to_the_registry_and_back(twin: CommandLine, tmp_path: Path) -> None:
    ran = twin("reconcile", "site.ndjson", "--apply", "missing")
    assert ran.code == 2
    assert "5 assets created" in ran.out
    assert twin("export").out == ""
    ran = twin("reconcile", "site.ndjson", "--apply", "missing,different", "--yes", "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["repair"]["assetsCreated"], ran.json["repair"]["relationshipsCreated"]) == (5, 4)
    assert "as the source says" in twin.ok("reconcile", "site.ndjson")
    write(tmp_path / "less.ndjson", [{**SITE[3], "name": "Feed 1"}, *SITE[:2], {**SITE[4], "parents": ["B"]}, SITE[5]])
    wish = ("reconcile", "less.ndjson", "--apply", "different,extra", "--delete-extra", "--yes")
    assert "[RECONCILE_REFUSED]" in twin(*wish).err
    assert twin(*wish, "--force").code == 1
    assert "1 assets deleted" in twin.ok(*wish, "--force", "--reason", "torn down")
    assert twin.ok("reconcile", "less.ndjson", "--exact")
    for wrong in (("--every", "PT1H"), ("--apply", "all"), ("--yes",), ("--tolerance", "much"), ("--types", "Pmp")):
        assert twin("reconcile", "site.ndjson", *wrong).code == 1, wrong
    assert twin("reconcile", "http://127.0.0.1:9/").code == 1
    (tmp_path / "empty").mkdir()
    assert twin("reconcile", "empty").code == 1


@pytest.mark.long
def test_tables_in_a_folder(twin: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "assets.csv").write_text(
        "id,type,name,parents\nS,Site,S,\nB,Building,B,S\nR,Room,R,B\nG,GridFeed,Feed,\nP,Pump,P,R\n"
    )
    (folder / "relationships.csv").write_text("type,from,to,delay\nPOWERS,G,P,PT1M\n")
    twin.ok("load", "site.ndjson")
    answer = twin("reconcile", "tables", "--json").json
    assert [each["kind"] for each in answer["kinds"]] == ["SUPPLY_PROPERTY"]


@pytest.mark.long
def test_runs_at_intervals_until_they_are_ended(
    twin: CommandLine, server: Server, tenant: Tenant, tmp_path: Path
) -> None:
    twin.ok("load", "site.ndjson")
    bare = {name: value for name, value in os.environ.items() if not name.startswith("TWIN_")}
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "app.cli",
            "reconcile",
            "site.ndjson",
            "--every",
            "PT0.2S",
            "--report",
            "reports",
            "--keep",
            "2",
        ],
        env={**bare, **settings_of(server, tenant, tmp_path / "data"), "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        text=True,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)]
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert all("0 differences" in line for line in lines)
    assert len(list((tmp_path / "reports").glob("reconcile-*.json"))) == 2
    metrics = (tmp_path / "reports" / "reconcile.prom").read_text()
    assert "twin_reconcile_failed 0.0" in metrics
    assert 'twin_reconcile_differences{group="missing",kind="ASSET_MISSING"} 0.0' in metrics


@pytest.mark.long
def test_through_a_service_and_against_one(twin: CommandLine, server: Server, tenant: Tenant, tmp_path: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("TWIN_")}
    with subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--port", "0"],
        env={**bare, **settings_of(server, tenant, tmp_path / "data"), "PYTHONPATH": str(ROOT), "TWIN_AUTH": "none"},
        cwd=tmp_path,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[1].removesuffix("/graphql")
        through = ("--server", address)
        assert twin("reconcile", "site.ndjson", *through).code == 2
        assert (
            "It would be repaired so: 5 assets created"
            in twin("reconcile", "site.ndjson", "--apply", "missing", *through).out
        )
        assert "Repaired" in twin.ok("reconcile", "site.ndjson", "--apply", "missing", "--yes", *through)
        assert "as the source says" in twin.ok("reconcile", "site.ndjson", "--tolerance", "ratedFlow=0.1", *through)
        (tmp_path / "assets.csv").write_text("id,type\nS,Site\n")
        assert "the bulk format alone" in twin("reconcile", "assets.csv", *through).err
        assert twin("reconcile", "site.ndjson", "--out", "r.json", *through).code == 1
        against = twin("reconcile", address, "--exact", "--json").json
        assert (against["same"], against["sourceAssets"], against["sourceRelationships"]) == (True, 5, 4)
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0  # it compiles on, on a machine that never served
