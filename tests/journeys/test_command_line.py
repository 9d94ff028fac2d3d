"""The command line as its user goes through it, on a real database."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.database.local import Endpoint
from graph.database.local.shell import answered, opened
from graph.identity import Tenant
from tests.command_line import CommandLine, set_settings, settings_of
from tests.journeys.conftest import ROOT
from tests.servers import Server

pytestmark = pytest.mark.neo4j

ASSETS = [
    {"kind": "asset", "id": "S [1]", "type": "Site", "name": "Works 🏥 [red]"},
    {"kind": "asset", "id": "B 1", "type": "Building", "name": "Hall", "parents": ["S [1]"]},
]


@pytest.fixture
def twin(
    server: Server,
    tenant: Tenant,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> CommandLine:
    """The command line for a tenant of this test's own."""
    set_settings(monkeypatch, settings_of(server, tenant, tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return CommandLine(capsys)


@pytest.fixture(scope="module")
def address(campus_settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service on the campus, with tokens."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("TWIN_")}
    with subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--port", "0"],
        env={**bare, **campus_settings, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path_factory.mktemp("serving"),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        word, _, url = process.stdout.readline().strip().partition(" ")
        assert word == "ready"
        yield url.removesuffix("/graphql")
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("asset", "NBR-UPS-A"),
        ("tree", "NBR-DC", "--depth", "3"),
        ("search", "chilled water"),
        ("impact", "NBR-CH-1", "NBR-CH-2"),
        ("compare", "NBR-CH-1", "--maintenance", "NBR-CH-2"),
        ("root-cause", "NBR-R01-PDU-A", "NBR-R02-PDU-A", "--healthy", "NBR-R03-PDU-A"),
        ("spof", "NBR-R01-S1", "--level", "degraded"),
        ("cut-sets", "NBR-R01-S1", "--max-order", "2"),
        ("criticality", "--type", "Ups"),
        ("ontology", "show"),
        ("ontology", "show", "Chiller"),
        ("ontology", "history"),
    ],
    ids=" ".join,
)
def test_a_service_gives_the_same_answers(on_campus: CommandLine, address: str, arguments: tuple[str, ...]) -> None:
    token = on_campus("token", "create", "reader", "--scope", "read", "--json").json["token"]
    through = ("--server", address, "--token", token)
    assert _unscored(on_campus.ok(*arguments, *through)) == _unscored(on_campus.ok(*arguments))
    assert _unpinned(on_campus.ok(*arguments, "--json", *through)) == _unpinned(on_campus.ok(*arguments, "--json"))


def test_the_standing_through_a_service(on_campus: CommandLine, address: str) -> None:
    token = on_campus("token", "create", "reader", "--scope", "read", "--json").json["token"]
    through = ("--server", address, "--token", token)
    assert on_campus.ok("ontology", "status", *through) == on_campus.ok("ontology", "status")


def test_what_a_service_refuses(on_campus: CommandLine, address: str) -> None:
    ran = on_campus("asset", "NBR-UPS-A", "--server", address)
    assert ran.code == 1
    assert "[UNAUTHENTICATED]" in ran.err
    token = on_campus("token", "create", "reader", "--scope", "read", "--json").json["token"]
    ran = on_campus("impact", "NBR-UPS-X", "--server", address, "--token", token)
    assert ran.code == 1
    assert "NBR-UPS-A" in ran.err


def test_an_unknown_id_names_those_near_it(on_campus: CommandLine) -> None:
    ran = on_campus("impact", "NBR-UPS-X")
    assert (ran.code, ran.out) == (1, "")
    assert "NBR-UPS-A" in ran.err
    assert "twin search" in ran.err
    assert on_campus("asset", "NBR-UPS-X").code == 1


def test_what_brings_an_asset_down(on_campus: CommandLine) -> None:
    answer = on_campus("spof", "NBR-R01-S1", "--json").json
    (first, *_) = answer["nodes"]
    assert answer["totalCount"] == len(answer["nodes"])
    down = on_campus("impact", first["id"], "--first", "1000", "--json").json["impacted"]["nodes"]
    assert {"NBR-R01-S1": "DOWN"}.items() <= {each["asset"]["id"]: each["level"] for each in down}.items()
    sets = on_campus("cut-sets", "NBR-R01-S1", "--max-order", "2", "--first", "1000", "--json").json
    assert sets["truncated"] is None
    alone = [each[0]["id"] for each in sets["cutSets"] if len(each) == 1]
    assert alone == [each["id"] for each in answer["nodes"]]
    assert first["id"] in on_campus.ok("spof", "NBR-R01-S1", "--first", "1")
    assert "minimal cut sets" in on_campus.ok("cut-sets", "NBR-R01-S1", "--type", "Ups", "--within", "NBR")
    assert on_campus("spof", "NBR-R01-S1", "--level", "ok").code == 1
    assert on_campus("spof", "NBR-NOBODY").code == 1
    assert on_campus("cut-sets", "NBR-R01-S1", "--probability-by", "ratedPower").code == 1


def test_works_that_clash(on_campus: CommandLine, address: str) -> None:
    token = on_campus("token", "create", "reader", "--scope", "read", "--json").json["token"]
    asked = (
        "maintenance-check",
        "examples/campus/works.csv",
        "--level",
        "degraded",
        "--type",
        "Room",
        "--weight-by",
        "area",
    )
    ran = on_campus(*asked)
    assert ran.code == 2
    assert "Chiller 1 overhaul + Chiller 2 leak test " in ran.out
    assert on_campus(*asked, "--server", address, "--token", token).out == ran.out
    answer = on_campus(*asked, "--json").json
    both = answer["combinations"][0]
    assert both["weight"] > both["assetCount"] > 500
    down = on_campus("impact", "NBR-CH-1", "NBR-CH-2", "--json").json
    assert {"type": "Room", "count": both["assetCount"]} in down["byType"]


def test_two_questions_from_files(on_campus: CommandLine, tmp_path: Path) -> None:
    today, planned = tmp_path / "today.json", tmp_path / "planned.json"
    today.write_text('{"failures": [{"asset": "NBR-UPS-A"}]}')
    planned.write_text('{"failures": [{"asset": "NBR-UPS-A"}, {"asset": "NBR-UPS-B"}]}')
    answer = on_campus("compare", "--before", str(today), "--after", str(planned), "--json").json
    assert (answer["newlyImpactedCount"], answer["before"]["impactedCount"]) == (136, 8)
    same = on_campus("compare", "--before", str(today), "--failing", "NBR-UPS-B", "--json").json
    assert same["newlyImpacted"]["totalCount"] == 136
    assert on_campus("compare", "--before", str(today), "--without", "POWERS NBR-UPS-A").code == 1
    assert on_campus("compare", "NBR-UPS-A").code == 1


def test_wrong_questions_are_refused(on_campus: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "question.json"
    for text in ("[]", "{", '{"failures": [{"asset": 7}], "more": 1}'):
        file.write_text(text)
        ran = on_campus("impact", "--question", str(file))
        assert ran.code == 1
        assert "Traceback" not in ran.err
    for arguments in (
        ("--without", "POWERS A"),
        ("NBR-UPS-A", "--baseline", "x"),
        (),
        ("NBR-UPS-A", "--first", "9999"),
    ):
        assert on_campus("impact", *arguments).code == 1
    assert on_campus("impact", "--question", str(tmp_path / "none.json")).code == 1


def test_load_export_and_back(twin: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "site.ndjson"
    file.write_bytes(b"".join(json.dumps(line).encode() + b"\n" for line in ASSETS))
    assert twin("load", str(file), "--dry-run", "--json").json[0]["lines"] == 2
    assert "nothing was loaded" in twin.ok("loads").lower()
    assert twin("load", str(file), "--json").json[0]["assetsCreated"] == 2
    assert "nothing changed" in twin.ok("load", str(file))
    assert twin("loads", "--json").json[0]["status"] == "COMPLETE"
    assert "Works 🏥 [red]" in twin.ok("asset", "S [1]")
    assert "└── Hall  (Building B 1)" in twin.ok("tree", "S [1]", "--depth", "1")
    ran = twin("export", "-o", str(tmp_path / "out.ndjson.gz"), "--json")
    assert ran.json["assets"] == 2
    assert not list(tmp_path.glob("*.part"))
    assert "nothing changed" in twin.ok("load", str(tmp_path / "out.ndjson.gz"))


def test_refused_lines_are_found_beside_the_input(twin: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "site.ndjson"
    file.write_bytes(json.dumps(ASSETS[0]).encode() + b'\n{"kind": "asset", "id": "X", "type": "Nope"}\nnot json\n')
    ran = twin("load", str(file))
    assert ran.code == 2
    assert "UNKNOWN_TYPE" in ran.err
    assert len((tmp_path / "site.ndjson.refused.ndjson").read_bytes().splitlines()) == 2
    assert twin("load", str(file), "--strict").code == 1
    assert twin("load", str(tmp_path / "none.ndjson")).code == 1


def test_an_export_into_a_reader_that_leaves_ends_quietly(campus_settings: dict[str, str]) -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("TWIN_")}
    ran = subprocess.run(
        f"{sys.executable} -m app.cli export | head -n 1",
        shell=True,
        cwd=ROOT,
        env={**bare, **campus_settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.count("\n") == 1
    assert ran.stderr == ""


def test_tokens(twin: CommandLine) -> None:
    made = twin("token", "create", "ui [x]", "--scope", "read", "--expires", "P1D", "--json").json
    assert made["id"] in twin.ok("token", "list")
    assert twin("token", "revoke", made["id"], "--json").json == {"revoked": made["id"]}
    assert twin("token", "revoke", "nope").code == 1
    assert twin("token", "create", "ui", "--scope", "read", "--expires", "soon").code == 1
    assert twin("token", "create", "ui", "--scope", "rule").code == 64


def test_demo_refuses_data_of_ones_own(twin: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "site.ndjson"
    file.write_bytes(json.dumps(ASSETS[0]).encode() + b"\n")
    twin.ok("load", str(file))
    ran = twin("demo", "--once")
    assert ran.code == 1
    assert "DEMO_REFUSED" in ran.err
    assert "TWIN_TENANT=demo" in ran.err


def test_doctor_on_a_database_that_is_well(on_campus: CommandLine) -> None:
    ran = on_campus("doctor", "--json")
    assert ran.code == 0, ran.out
    names = [each["name"] for each in ran.json["findings"]]
    assert names[-2:] == ["ontology", "constraints"]
    assert "clock" in names


def test_doctor_on_a_wrong_password(on_campus: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWIN_NEO4J_PASSWORD", "wrong")
    ran = on_campus("doctor")
    assert ran.code == 2
    assert "TWIN_NEO4J_PASSWORD" in ran.out


@pytest.mark.long
def test_a_project_of_ones_own(
    own_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From `twin init` to an asset of one's own type, on a database that holds nothing."""
    set_settings(monkeypatch, settings_of(own_server, "mine", tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    twin = CommandLine(capsys)
    ran = twin("serve", "--port", "0")
    assert ran.code == 1
    assert "twin ontology apply" in ran.err
    assert "export TWIN_ONTOLOGY=" in twin.ok("init", "site")
    assert twin("init", "site").code == 1
    monkeypatch.setenv("TWIN_ONTOLOGY", str(tmp_path / "site"))
    if twin("ontology", "check").code:
        twin.ok("ontology", "make", "-m", "First version")
    twin.ok("ontology", "check")
    assert twin("ontology", "plan").code == 2
    assert twin("ontology", "status").code == 2
    assert "not set up yet" in twin("doctor").out
    assert twin("ontology", "apply", "--dry-run").code == 2
    applied = twin("ontology", "apply", "--json").json
    assert applied["applied"]
    twin.ok("ontology", "apply")
    assert twin("ontology", "plan").code == 0
    assert twin("ontology", "status", "--json").json["current"] is True
    assert applied["revision"] in twin.ok("ontology", "history")
    assert twin("doctor").code == 0
    _drop_a_constraint(own_server)
    ran = twin("doctor")
    assert ran.code == 2
    assert "wrong  constraints: missing" in ran.out
    twin.ok("ontology", "apply")
    assert twin("doctor").code == 0
    _change_an_ontology(twin, tmp_path / "site" / "ontology.yaml")
    monkeypatch.delenv("TWIN_ONTOLOGY")
    assert twin("doctor").code == 2  # the bundled ontology is not the one this database holds
    monkeypatch.setenv("TWIN_ONTOLOGY", str(tmp_path / "site"))
    assert "Nothing to make" in twin.ok("ontology", "make", "-m", "Nothing")
    document = tmp_path / "site" / "ontology.yaml"
    document.write_text(document.read_text(encoding="utf-8").replace("abstract:", "abstrakt:"), encoding="utf-8")
    ran = twin("ontology", "check")
    assert ran.code == 2
    assert "ontology.yaml:" in ran.err


def _change_an_ontology(twin: CommandLine, document: Path) -> None:
    """Ask for more than the data has: told beforehand, refused, corrected, completed."""
    lines = document.parent / "lines.ndjson"
    generator = {"kind": "asset", "id": "G-1", "type": "Generator", "name": "Generator", "properties": {"fuel": "GAS"}}
    lines.write_text(json.dumps(generator) + "\n", encoding="utf-8")
    twin.ok("load", str(lines))
    text = document.read_text(encoding="utf-8")
    document.write_text(text.replace("values: [DIESEL, GAS]", "values: [DIESEL, HYDROGEN]"), encoding="utf-8")

    made = twin.ok("ontology", "make", "-m", "Hydrogen instead of gas")
    planned = twin("ontology", "plan")
    applied = twin.ok("ontology", "apply")
    refused = twin("ontology", "complete")

    assert "add_enum_value Fuel HYDROGEN" in made
    assert "remove_enum_value Fuel GAS" in made
    assert planned.code == 2
    assert "In the way of completing it:" in planned.err
    assert "1 asset, e.g. G-1" in planned.err
    assert "`twin ontology complete`" in applied
    assert refused.code == 1
    assert "DATA_IN_THE_WAY" in refused.err
    assert "Generator.fuel" in refused.err
    assert twin("ontology", "status").code == 2
    lines.write_text(json.dumps(generator | {"properties": {"fuel": "HYDROGEN"}}) + "\n", encoding="utf-8")
    twin.ok("load", str(lines))
    assert twin("ontology", "complete", "--dry-run").code == 2
    assert "is complete" in twin.ok("ontology", "complete")
    assert "Nothing to do" in twin.ok("ontology", "complete")
    assert twin("ontology", "status").code == 0


def _drop_a_constraint(server: Server) -> None:
    with opened(Endpoint(uri=server.uri, user=server.user, password=server.password, database=None)) as driver:
        names = answered(driver, "SHOW CONSTRAINTS YIELD name").rows
        answered(driver, f"DROP CONSTRAINT `{names[0][0].strip(chr(34))}`")


def _unpinned(text: str) -> object:
    """A JSON answer without cursors, which pin the analysis that gave it, and without scores."""

    def bare(value: object) -> object:
        if isinstance(value, dict):
            return {key: bare(part) for key, part in value.items() if not key.endswith("Cursor") and key != "score"}
        return [bare(part) for part in value] if isinstance(value, list) else value

    return bare(json.loads(text))


def _unscored(text: str) -> str:
    """An answer without the scores of a search: they compare within one answer, and other tests write meanwhile."""
    return re.sub(r"[0-9]+\.[0-9]{2}$", "#", text, flags=re.MULTILINE)
