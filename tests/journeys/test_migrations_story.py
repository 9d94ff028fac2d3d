"""An ontology goes through eight versions with data of the first: two architects, a refusal, and the way back.

`docs/migrations-story.md` tells the same by commands, which `tests/docs/test_console.py` types.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.command_line import CommandLine, Ran, set_settings, settings_of
from tests.servers import Server, emptied

pytestmark = pytest.mark.neo4j

ROOM = "  Room:\n    id: type:Room\n"
FLOW = "ratedFlow: { id: type:Pump/ratedFlow, datatype: float, unit: L/s"
LINES = (
    {"kind": "asset", "id": "S-1", "type": "Site", "name": "Waterworks"},
    {"kind": "asset", "id": "R-1", "type": "Room", "name": "Pump house", "parents": ["S-1"]},
    {"kind": "asset", "id": "G-1", "type": "Generator", "name": "Diesel set", "properties": {"fuel": "DIESEL"}},
    {"kind": "asset", "id": "G-2", "type": "Generator", "name": "Gas set", "properties": {"fuel": "GAS"}},
    *(
        {
            "kind": "asset",
            "id": f"P-{number}",
            "type": "Pump",
            "name": f"Pump {number}",
            "parents": ["R-1"],
            "properties": {"ratedFlow": number + 0.5, "serialNumber": f"A-{number}"},
        }
        for number in range(3)
    ),
    {"kind": "relationship", "type": "POWERS", "from": "G-1", "to": "P-1", "properties": {"delay": "PT5M"}},
    {"kind": "relationship", "type": "POWERS", "from": "G-2", "to": "P-2"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A project, the command line on its database, and where files are put."""

    twin: CommandLine
    folder: Path
    project: Path

    def edit(self, old: str, new: str, project: Path | None = None) -> None:
        document = (project or self.project) / "ontology.yaml"
        text = document.read_text()
        assert old in text
        document.write_text(text.replace(old, new))

    def make(self, message: str, *options: str) -> str:
        return self.twin.ok("ontology", "make", "-m", message, *options)

    def bring(self) -> None:
        """Apply what is pending, and complete it."""
        self.twin.ok("ontology", "apply")
        self.twin.ok("ontology", "complete")

    def load(self, *lines: Mapping[str, object]) -> None:
        file = self.folder / "lines.ndjson"
        file.write_text("".join(json.dumps(line) + "\n" for line in lines))
        self.twin.ok("load", str(file))

    def exported(self) -> list[str]:
        file = self.folder / "exported.ndjson"
        self.twin.ok("export", "-o", str(file))
        return file.read_text().splitlines()


@pytest.fixture
def site(
    own_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Site:
    """A project whose first version is applied, with data, on a database of its own."""
    asyncio.run(emptied(own_server))
    project = tmp_path / "plant"
    set_settings(monkeypatch, {**settings_of(own_server, "plant", tmp_path / "data"), "TWIN_ONTOLOGY": str(project)})
    monkeypatch.chdir(tmp_path)
    site = Site(twin=CommandLine(capsys), folder=tmp_path, project=project)
    site.twin.ok("init", str(project))
    site.twin.ok("ontology", "apply")
    site.load(*LINES)
    return site


def branch_and_merge(site: Site) -> None:
    """Two architects add a type each to the same version; version control brings files and documents together."""
    graces = site.folder / "graces"
    shutil.copytree(site.project, graces)
    site.edit(ROOM, f"  Valve: {{ id: type:Valve, extends: [Equipment] }}\n{ROOM}")
    site.make("Add valves")
    site.edit(ROOM, f"  Tank: {{ id: type:Tank, extends: [Equipment] }}\n{ROOM}", graces)
    site.make("Add tanks", "--project", str(graces))
    (hers,) = (graces / "versions").glob("*_add_tanks.yaml")
    shutil.copy(hers, site.project / "versions")
    site.edit(ROOM, f"  Tank: {{ id: type:Tank, extends: [Equipment] }}\n{ROOM}")

    checked = site.twin("ontology", "check")
    refused = site.twin("ontology", "apply")
    merged = site.make("Valves and tanks", "--merge")

    assert (checked.code, "SEVERAL_HEADS" in checked.err) == (2, True)
    assert (refused.code, "twin ontology make --merge" in refused.err) == (1, True)
    assert "0 operations" in merged
    site.twin.ok("ontology", "check")
    site.twin.ok("ontology", "apply")


def refused_contract(site: Site) -> Ran:
    """A fuel goes that a generator still burns; it is named, corrected, and then the version is completed."""
    site.edit("values: [DIESEL, GAS]", "values: [DIESEL]")
    site.make("No gas any more")
    site.twin.ok("ontology", "apply")
    before = site.exported()

    refused = site.twin("ontology", "complete")

    assert site.exported() == before
    site.load({"kind": "asset", "id": "G-2", "type": "Generator", "properties": {"fuel": "DIESEL"}})
    site.twin.ok("ontology", "complete")
    return refused


def erased_and_taken_back(site: Site) -> None:
    """A property goes with its values, which was a mistake: they come back."""
    before, document = site.exported(), (site.project / "ontology.yaml").read_text()
    line = next(line for line in document.splitlines(keepends=True) if "serialNumber" in line)
    site.edit(line, "")
    site.make("Serial numbers go", "--erase")
    site.bring()
    assert not any("serialNumber" in line for line in site.exported())

    back = site.twin.ok("ontology", "rollback")

    assert "taken back: 3 assets and relationships changed" in back
    assert site.exported() == before
    (site.project / "ontology.yaml").write_text(document)
    next((site.project / "versions").glob("*_serial_numbers_go.yaml")).unlink()


@pytest.mark.long
def test_two_architects_a_refusal_and_the_way_back(site: Site) -> None:
    branch_and_merge(site)
    refused = refused_contract(site)
    erased_and_taken_back(site)

    assert refused.code == 1
    assert "1 asset, e.g. G-2 of tenant plant" in refused.err
    assert "0004_no_gas_any_more.yaml:" in refused.err
    assert "0004_no_gas_any_more stays applied and not completed" in refused.err
    assert site.twin("ontology", "status", "--json").json["current"] is True


@pytest.mark.long
def test_eight_versions_and_back_to_the_first(site: Site) -> None:
    first = site.exported()
    site.edit(f"      {FLOW}", f"      stage: {{ datatype: int, required: true, default: 1 }}\n      {FLOW}")
    site.make("Stages")
    site.bring()
    site.edit(FLOW, "flow: { id: type:Pump/flow, datatype: float, unit: m**3/h")
    site.make("Flows per hour", "--becomes", "Pump.ratedFlow=flow")
    site.bring()
    branch_and_merge(site)
    refused_contract(site)
    site.edit("  Pump:\n", "  CentrifugalPump:\n")
    site.make("Call pumps what they are")
    site.bring()
    erased_and_taken_back(site)

    history = json.loads(site.twin.ok("ontology", "history", "--json"))
    assert sorted(each["revision"] for each in history if each["status"] == "APPLIED") == [
        "0001_start",
        "0002_stages",
        "0003_flows_per_hour",
        "0004_add_tanks",
        "0004_add_valves",
        "0005_valves_and_tanks",
        "0006_no_gas_any_more",
        "0007_call_pumps_what_they_are",
    ]
    assert site.twin("ontology", "drift").code == 0
    pump = next(json.loads(line) for line in site.exported() if '"P-1"' in line)
    assert pump["type"] == "CentrifugalPump"
    assert pump["properties"] == {"flow": 5.4, "serialNumber": "A-1", "stage": 1}

    site.twin.ok("ontology", "rollback", "--to", "0001_start")

    corrected = [line.replace('"fuel":"GAS"', '"fuel":"DIESEL"') for line in first]
    assert site.exported() == corrected != first
