"""Files of other formats through the real Loader, into an ontology made for them."""

from __future__ import annotations

import csv
import json
import tarfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
import rdflib

from graph import bulk
from graph.access import operator
from graph.bulk.formats import converted, parse_map, recognised
from graph.clock import SystemClock
from graph.database import Database, connect
from graph.identity import Tenant
from graph.ontology import Ontology
from migrations import Project, apply, init, make
from tests.graph.bulk.formats.conftest import MAPPED, kept, shared
from tests.servers import Server

BRICK = rdflib.Namespace("http://buildsys.org/ontologies/Brick#")
FRAME = rdflib.Namespace("http://buildsys.org/ontologies/BrickFrame#")
GRID = """
  GridThing:
    abstract: true
    properties:
      powerRequirement: {datatype: float}
      output: {datatype: float}
      capacity: {datatype: float}
      gridType: {datatype: string}
"""
GRID_TYPES = [
    "DomesticConsumer",
    "FarmConsumer",
    "IndustrialConsumer",
    "DeliverySubStation",
    "GeneratorSubStation",
    "PowerLine",
    "WindPlant",
    "SolarPlant",
    "CityPlant",
    "IndustrialPlant",
    "CoalPlant",
]


def brick_map() -> str:
    """A mapping file for the building: its 90 classes are points or equipment here, told by a reader of RDF alone."""
    graph = rdflib.Graph().parse(shared("ibm_b3.ttl"), format="turtle")
    pointed = set(graph.objects(None, FRAME.hasPoint)) | set(graph.subjects(FRAME.isPointOf))
    types: dict[str, str] = {}
    for thing, kind in graph.subject_objects(rdflib.RDF.type):
        if not str(kind).startswith((str(FRAME), str(rdflib.OWL))):
            types[str(kind).partition("#")[2]] = "Point" if thing in pointed else "Equipment"
    return json.dumps({"types": types | {"Room": "Room"}})


def document() -> str:
    """The small ontology of the other tests, with the grid's and the building's types beside its own."""
    asset_types, relationship_types = MAPPED.split("relationshipTypes:")
    grid = "".join(f"  {name}: {{extends: [GridThing]}}\n" for name in GRID_TYPES)
    return (
        asset_types.replace("name: mapped", "name: everything").replace("  Room: {}", "  Room: {extends: [BrickThing]}")
        + GRID
        + grid
        + "  BrickThing: {abstract: true}\n  Point: {extends: [BrickThing]}\n  Equipment: {extends: [BrickThing]}\n"
        + "relationshipTypes:"
        + relationship_types.replace(
            "FEEDS: {from: [Pump, Valve], to: [Pump, Valve, Room]",
            "FEEDS: {from: [Pump, Valve, GridThing, BrickThing], to: [Pump, Valve, GridThing, BrickThing]",
        )
        .replace(
            "HAS_POINT: {from: [Pump, Valve, Room], to: [Sensor]}", "HAS_POINT: {from: [BrickThing], to: [BrickThing]}"
        )
        .replace(
            "HAS_PART: {from: [Pump, Room], to: [Pump, Valve, Room]}",
            "HAS_PART: {from: [BrickThing], to: [BrickThing]}",
        )
        + "  HAS_LOCATION: {from: [BrickThing], to: [BrickThing]}\n"
        + "  HAS_GENERATOR: {from: [GridThing], to: [GridThing]}\n"
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("project") / "everything"
    init(folder)
    for version in (folder / "versions").glob("*.yaml"):
        version.unlink()
    (folder / "ontology.yaml").write_text(document())
    make(Project.load(folder), "Everything")
    return Project.load(folder)


@pytest.fixture
async def loaded_into(own_server: Server, project: Project) -> AsyncIterator[Database]:
    database = connect(own_server.uri, user=own_server.user, password=own_server.password)
    await apply(project, database, owner="tests", actor="tests")
    yield database
    await database.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A record of the file of refused lines."""

    line: int
    problems: list[dict[str, str]]
    input: str


class Loading:
    """Loads files of another format for one tenant."""

    def __init__(self, database: Database, ontology: Ontology, tenant: Tenant, folder: Path) -> None:
        self._database, self._ontology, self._tenant, self._folder = database, ontology, tenant, folder

    async def load(self, *files: Path, names: str = "") -> tuple[bulk.LoadReport, list[Refused]]:
        """The report, and what was refused."""
        ontology = self._ontology
        loader = bulk.Loader(self._database, lambda: ontology, SystemClock(), folder=self._folder / "loads")
        with ExitStack() as stack:
            inputs = [stack.enter_context(bulk.opened(file)) for file in files]
            source = converted(inputs, recognised(files[0]), ontology, parse_map(names, ontology))
            refusals = stack.enter_context(kept(source, self._folder))
            report = await loader.load(operator(self._tenant), source, refusals=refusals)
        path = self._folder / "refused.ndjson"
        return report, [
            Refused(**json.loads(line)) for line in (path.read_text().splitlines() if path.exists() else [])
        ]

    async def exported(self) -> Counter[tuple[str, str]]:
        lines: list[bytes] = []
        exporter = bulk.Exporter(self._database, lambda: self._ontology)
        await exporter.export(operator(self._tenant), lines.append)
        found = [json.loads(line) for line in b"".join(lines).splitlines()]
        return Counter((each["kind"], each["type"]) for each in found)


@pytest.fixture
def loading(loaded_into: Database, project: Project, tenant: Tenant, tmp_path: Path) -> Loading:
    return Loading(loaded_into, project.desired, tenant, tmp_path)


async def test_the_distribution_grid(loading: Loading) -> None:
    path = shared("distributionGridBulkImport.ndjson")
    report, refused = await loading.load(path)
    plain = [json.loads(line) for line in path.read_text().splitlines()]
    twins = Counter(
        ("asset", (name := each["$metadata"]["$model"].split(":")[-1].split(";")[0])[0].upper() + name[1:])
        for each in plain
        if "$metadata" in each
    )
    links = Counter(
        ("relationship", {"feeds": "FEEDS", "hasGenerator": "HAS_GENERATOR"}[each["$relationshipName"]])
        for each in plain
        if "$relationshipId" in each
    )
    assert refused == []
    assert (report.assets_created, report.relationships_created) == (twins.total(), links.total())
    assert await loading.exported() == twins + links
    again, _ = await loading.load(path)
    assert (again.assets_created, again.assets_updated, again.relationships_updated) == (0, 0, 0)


@pytest.mark.long
async def test_the_building_of_ibm(loading: Loading) -> None:
    path = shared("ibm_b3.ttl")
    report, refused = await loading.load(path, names=brick_map())
    graph = rdflib.Graph().parse(path, format="turtle")
    things = set(graph.subjects(rdflib.RDFS.label))
    pairs = {
        kind: set(graph.subject_objects(forth)) | {(two, one) for one, two in graph.subject_objects(back)}
        for kind, forth, back in (
            ("FEEDS", FRAME.feeds, FRAME.isFedBy),
            ("HAS_POINT", FRAME.hasPoint, FRAME.isPointOf),
            ("HAS_PART", FRAME.hasPart, FRAME.isPartOf),
            ("HAS_LOCATION", FRAME.isLocatedIn, FRAME.isLocationOf),
        )
    }
    assert refused == []
    assert report.assets_created == len(things)
    found = await loading.exported()
    assert {kind: found["relationship", kind] for kind in pairs} == {kind: len(each) for kind, each in pairs.items()}
    assert report.relationships_created == sum(map(len, pairs.values()))


SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def rows_of(workbook: bytes) -> list[dict[str, str]]:
    """Rows of a workbook's first sheet by the names in its first row."""
    with ZipFile(BytesIO(workbook)) as archive:
        texts = ["".join(item.itertext()) for item in ET.fromstring(archive.read("xl/sharedStrings.xml"))]
        sheet = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    rows: list[dict[str, str]] = []
    for row in sheet.iter(f"{SHEET}row"):
        cells: dict[str, str] = {}
        for cell in row.iter(f"{SHEET}c"):
            value = cell.find(f"{SHEET}v")
            if value is not None and value.text is not None:
                text = texts[int(value.text)] if cell.get("t") == "s" else value.text
                cells[cell.get("r", "").rstrip("0123456789")] = text
        rows.append(cells)
    head, *body = rows
    return [{head[column]: text for column, text in row.items() if column in head} for row in body]


async def test_a_workbook_saved_as_tables(loading: Loading, tmp_path: Path) -> None:
    """What one does with a spreadsheet: save it as CSV, name the columns, say in a mapping file what is what."""
    with tarfile.open(shared("explorer-examples.tar.gz")) as archive:
        member = archive.extractfile("client/examples/distributionGrid.xlsx")
        assert member is not None
        rows = rows_of(member.read())
    twins = {row["ID (must be unique)"]: row for row in rows if "ModelID" in row}
    data = {name: json.loads(row.get("Init Data", "{}")) for name, row in twins.items()}
    columns = sorted({column for each in data.values() for column in each})
    assets, links = tmp_path / "assets.csv", tmp_path / "relationships.csv"
    with assets.open("w", newline="") as file:
        table = csv.writer(file, delimiter=";")
        table.writerow(["id", "type", *columns])
        for name, row in twins.items():
            table.writerow([name, row["ModelID"], *(data[name].get(column, "") for column in columns)])
    drawn = {
        (row["Relationship Name"], row["Relationship (From)"], row["ID (must be unique)"])
        for row in rows
        if "Relationship Name" in row
    }
    with links.open("w", newline="") as file:
        csv.writer(file).writerows([("type", "from", "to"), *sorted(drawn)])
    models = {row["ModelID"]: row["ModelID"].rpartition(":")[2].partition(";")[0] for row in twins.values()}
    types = {model: name[0].upper() + name[1:] for model, name in models.items()}
    properties = {column: column[0].lower() + column[1:] for column in columns}
    report, refused = await loading.load(assets, links, names=json.dumps({"types": types, "properties": properties}))
    assert refused == []
    assert (report.assets_created, report.relationships_created) == (len(twins), len(drawn))
    expected = Counter(("asset", types[row["ModelID"]]) for row in twins.values())
    assert {key: n for key, n in (await loading.exported()).items() if key[0] == "asset"} == expected


async def test_tables_with_units_and_refused_rows(loading: Loading, tmp_path: Path) -> None:
    assets, links = tmp_path / "assets.csv", tmp_path / "relationships.csv"
    assets.write_text(
        "id,type,parents,ratedFlow [m**3/h],stages\nR,Room,,,\nP1,Pump,R,36,2\n"
        "P2,Pump,R,-36,\nP3,Pump,R,1,x\nX,Unheard,,,\n"
    )
    links.write_text("type,from,to,key,diameter [cm]\nFEEDS,P1,P1,,5\nFEEDS,P1,P2,,5\nFEEDS,P1,R,,5\n")
    report, refused = await loading.load(assets, links)
    told = {(each.line, problem["code"], problem["place"]) for each in refused for problem in each.problems}
    assert told == {
        (4, "VALUE_INVALID", "assets.csv: column 4 (ratedFlow)"),
        (5, "VALUE_INVALID", "assets.csv: column 5 (stages)"),
        (6, "UNKNOWN_TYPE", "assets.csv: column 2 (type)"),
        (3, "UNKNOWN_ASSET", "relationships.csv"),
    }
    assert await loading.exported() == Counter(
        {("asset", "Room"): 1, ("asset", "Pump"): 1, ("relationship", "CONTAINS"): 1, ("relationship", "FEEDS"): 2}
    )
    assert (report.lines, report.refused) == (8, 4)
