"""Types split and merged, relationships turned, values of enums replaced, properties moved: under data, and back."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from graph.changes import UpsertAsset, UpsertRelationship
from graph.database import Database, WriteUnit, connect
from graph.errors import ChangesRefused
from migrations import DataInTheWay, MigrationInvalid, Project, forecast, make, plan, resume, status
from migrations.effects import Reach, replay
from migrations.errors import DifferenceUnexpressed
from migrations.ledger import StoredOntology, write_ontology
from migrations.making import Answers
from migrations.progress import Step
from queries import named
from tests.migrations.running import QUICK, ask, kill_at
from tests.migrations.starting import bring_to_head
from tests.migrations.test_succession import edited, finish, run, write
from tests.migrations.test_undoing import back, everything, schema
from tests.servers import Server

pytestmark = pytest.mark.neo4j

KINDS = "enums:\n  Kind: { values: [CENTRIFUGAL, SCREW] }\n"
BEFORE = """
  Pump:
    extends: [Equipment]
    properties:
      kind: { datatype: enum, enum: Kind }
      flow: { datatype: float, unit: L/s, required: true }
"""
SPLIT = """
  CentrifugalPump:
    extends: [Equipment]
    properties:
      ratedFlow: { datatype: float, unit: L/s, required: true }
  ScrewPump:
    extends: [Equipment]
    properties:
      ratedFlow: { datatype: float, unit: L/s, required: true }
"""
RETYPE = """
  - retype_assets:
      type: Pump
      by: kind
      cases: { CENTRIFUGAL: CentrifugalPump }
      otherwise: ScrewPump
      properties: { flow: ratedFlow }
      drop: [kind]
"""
DRAWN = """
MATCH (a:Asset)-[r]->(b:Asset)
RETURN type(r), a._id, b._id, r.key, properties(r)['delay'], properties(r)['capacity'] ORDER BY a._id, b._id, r.key
"""


@pytest.fixture
async def held(project: Project, own_server: Server) -> AsyncIterator[Database]:
    """Three pumps, two generators that power them, and where they stand."""
    file = project.path / "ontology.yaml"
    text = file.read_text()
    start = text.index("  Pump:")
    text = text[:start].rstrip() + BEFORE + "\n" + text[text.index("relationshipTypes:") :]
    file.write_text(text.replace("enums:\n", KINDS))
    for old in (project.path / "versions").iterdir():
        old.unlink()
    assert make(Project.load(project.path), "Start") is not None
    database = connect(own_server.uri, user=own_server.user, password=own_server.password)
    await bring_to_head(Project.load(project.path), database)
    kinds = ["CENTRIFUGAL", "SCREW", None]
    pumps = (
        UpsertAsset(id=f"P-{number}", type="Pump", properties={"kind": kind, "flow": 1.5 + number}, parents=("R",))
        for number, kind in enumerate(kinds)
    )
    generators = (
        UpsertAsset(id=f"G-{number}", type="Generator", properties={"fuel": fuel}, parents=("R",))
        for number, fuel in enumerate(("DIESEL", "GAS"))
    )
    powers = (
        UpsertRelationship(
            type="POWERS", source=f"G-{n % 2}", target=f"P-{n}", key=f"f{n}", properties={"delay": "PT5M"}
        )
        for n in range(3)
    )
    await write(database, UpsertAsset(id="R", type="Room"), *pumps, *generators, *powers)
    yield database
    await database.close()


def split(project: Project) -> Project:
    """Let Pump go, two types come, and say in the file what becomes what."""
    project = Project.load(project.path)
    file = project.path / "ontology.yaml"
    text = file.read_text()
    start, end = text.index("  Pump:"), text.index("relationshipTypes:")
    file.write_text(text[:start].rstrip() + SPLIT + "\n" + text[end:])
    made = make(Project.load(project.path), "Split pumps")
    assert made is not None
    text = made.file.read_text()
    assert "remove_asset_type" in text
    made.file.write_text(text.replace("contract:\n", f"contract:{RETYPE}"))
    return Project.load(project.path)


async def test_a_type_is_split_by_a_property(project: Project, held: Database) -> None:
    before, made, drawn = await everything(held), await schema(held), await ask(held, DRAWN)
    later = split(project)
    assert (await run(later, held)).waiting == "0002_split_pumps"
    planned = await forecast(later, held, complete=True)

    ended = await finish(later, held)

    assert [(each.step, each.objects) for each in planned.efforts] == [
        ("retype Pump as CentrifugalPump or ScrewPump", 3)
    ]
    assert (ended.objects, ended.hash) == (3, later.desired.hash)
    assert await ask(
        held, "MATCH (a:Asset) WHERE a._id STARTS WITH 'P' RETURN a._id, labels(a)[1..], a.ratedFlow ORDER BY a._id"
    ) == [
        ["P-0", ["Equipment", "CentrifugalPump"], 1.5],
        ["P-1", ["Equipment", "ScrewPump"], 2.5],
        ["P-2", ["Equipment", "ScrewPump"], 3.5],
    ]
    assert await ask(held, DRAWN) == drawn
    assert await ask(held, "MATCH (a:Asset) WHERE properties(a)['kind'] IS NOT NULL RETURN count(a)") == [[0]]
    assert (await status(later, held)).current

    await back(later, held)

    assert await everything(held) == before
    assert await schema(held) == made


@pytest.mark.long
async def test_what_the_other_type_can_not_say_is_told_before(project: Project, held: Database) -> None:
    later = split(project)
    file = later.versions / "0002_split_pumps.yaml"
    file.write_text(file.read_text().replace("      drop: [kind]\n", ""))
    assert await ask(held, "MATCH (p:Pump) RETURN count(p)") == [[3]]

    with pytest.raises(MigrationInvalid) as refused:
        await plan(Project.load(project.path), held)

    problems = [problem for problem in refused.value.problems if problem.code == "OPERATION_REFUSED"]
    assert [problem.message for problem in problems] == [
        "CentrifugalPump has no property for the values of Pump.kind",
        "ScrewPump has no property for the values of Pump.kind",
    ]
    assert problems[0].place is not None
    assert "0002_split_pumps.yaml" in problems[0].place


async def test_relationships_are_turned_under_another_name(project: Project, held: Database) -> None:
    before, drawn = await everything(held), await ask(held, DRAWN)
    project = Project.load(project.path)
    file = project.path / "ontology.yaml"
    yaml = YAML()
    document = yaml.load(file)
    old = document["relationshipTypes"].pop("POWERS")
    document["relationshipTypes"]["FED_BY"] = {
        "id": old["id"],
        "inverse": "POWERED_BY",
        "from": ["Equipment"],
        "to": ["Equipment"],
        "multiplicity": {"sources": "0..*", "targets": "0..2"},
        "impact": {"direction": "REVERSE"},
    }
    yaml.dump(document, file)
    made = make(Project.load(project.path), "Turn")
    assert made is not None
    assert [each.written for each in made.operations] == [{"type": "POWERS", "to": "FED_BY", "reverse": True}]
    assert not made.more
    later = Project.load(project.path)
    await run(later, held)

    ended = await finish(later, held)

    assert (ended.objects, ended.hash) == (3, later.desired.hash)
    turned = [[*row] for row in await ask(held, DRAWN) if row[0] == "FED_BY"]
    assert [row[:4] for row in turned] == [
        ["FED_BY", "P-0", "G-0", "f0"],
        ["FED_BY", "P-1", "G-1", "f1"],
        ["FED_BY", "P-2", "G-0", "f2"],
    ]
    with pytest.raises(ChangesRefused):
        await write(held, UpsertRelationship(type="POWERS", source="G-0", target="P-1"))

    await back(later, held)

    assert await ask(held, DRAWN) == drawn
    assert await everything(held) == before


@pytest.mark.long
async def test_a_value_of_an_enum_is_replaced(project: Project, held: Database) -> None:
    before = await everything(held)
    answers = Answers(successors={("Fuel", "DIESEL"): "HVO"})
    later = edited(Project.load(project.path), "values: [DIESEL, GAS]", "values: [HVO, GAS]", answers)
    await run(later, held)
    await write(held, UpsertAsset(id="G-0", type="Generator", name="First", properties={"fuel": "DIESEL"}))

    ended = await finish(later, held)

    assert (ended.objects, ended.hash) == (1, later.desired.hash)
    fuels = "MATCH (g:Generator) RETURN g.fuel ORDER BY g._id"
    assert await ask(held, fuels) == [["HVO"], ["GAS"]]
    with pytest.raises(ChangesRefused):
        await write(held, UpsertAsset(id="G-1", type="Generator", properties={"fuel": "DIESEL"}))

    await back(later, held)

    assert await ask(held, fuels) == [["DIESEL"], ["GAS"]]
    await write(held, UpsertAsset(id="G-0", type="Generator", name="G-0"))
    assert await everything(held) == before


@pytest.mark.long
async def test_a_property_moves_up_with_its_values(project: Project, held: Database) -> None:
    before, made = await everything(held), await schema(held)
    project = Project.load(project.path)
    yaml = YAML()
    file: Path = project.path / "ontology.yaml"
    document = yaml.load(file)
    moved = document["assetTypes"]["Generator"]["properties"].pop("fuel")
    document["assetTypes"]["Equipment"]["properties"]["fuel"] = moved
    yaml.dump(document, file)
    version = make(Project.load(project.path), "Move")
    assert version is not None
    assert [each.written for each in version.operations] == [
        {"property": "fuel", "from": ["Generator"], "to": ["Equipment"]}
    ]
    later = Project.load(project.path)

    assert (await run(later, held)).hash == later.desired.hash

    await write(held, UpsertAsset(id="P-0", type="Pump", properties={"fuel": "GAS"}))
    await write(held, UpsertAsset(id="P-0", type="Pump", properties={"fuel": None}))
    await back(later, held)
    assert await everything(held) == before
    assert await schema(held) == made


@pytest.mark.long
@pytest.mark.parametrize("done", [0, 1])
async def test_a_split_that_is_killed_goes_on(project: Project, held: Database, own_server: Server, done: int) -> None:
    later = split(project)
    await run(later, held)

    assert kill_at(later, own_server, "complete", Step.PAGE, done) == -signal.SIGKILL
    await resume(later, held, owner="a test", actor="tester", timing=QUICK)

    assert (await status(later, held)).current
    assert await ask(held, "MATCH (a:Asset) WHERE a:ScrewPump OR a:CentrifugalPump RETURN count(a)") == [[3]]


@pytest.mark.long
async def test_what_was_written_since_a_split_is_not_dropped(project: Project, held: Database) -> None:
    later = split(project)
    await run(later, held)
    await finish(later, held)
    await write(held, UpsertAsset(id="P-0", type="CentrifugalPump", properties={"ratedFlow": 9.0}))

    with pytest.raises(DataInTheWay) as refused:
        await back(later, held)

    assert [problem.actual for problem in refused.value.problems] == ["1 asset, e.g. P-0 of tenant site"]
    assert await ask(held, "MATCH (p:CentrifugalPump) RETURN p._id, p.ratedFlow") == [["P-0", 9.0]]
    await back(later, held, erase=True)
    assert await ask(held, "MATCH (p:Pump) RETURN p._id, p.flow ORDER BY p._id") == [
        ["P-0", 1.5],
        ["P-1", 2.5],
        ["P-2", 3.5],
    ]


async def closed(unit: WriteUnit) -> None:
    facts = {"revision": "0002_feeds", "facts": {"amid": Reach.CLOSING}}
    await unit.write(named("migrations/update_migration"), facts)


@pytest.mark.long
async def test_relationships_under_the_new_name_are_kept_as_written(project: Project, held: Database) -> None:
    project = Project.load(project.path)
    file = project.path / "ontology.yaml"
    file.write_text(file.read_text().replace("  POWERS:", "  FEEDS:"))
    assert make(Project.load(project.path), "Feeds") is not None
    later = Project.load(project.path)
    await run(later, held)
    closing = replay(later.history, later.history.order, {"0002_feeds": Reach.CLOSING})
    stored = StoredOntology(revision="0002_feeds", hash=closing.hash, canonical=closing.canonical)
    await held.write(None, lambda unit: write_ontology(unit, stored))
    await held.write(None, closed)
    with pytest.raises(ChangesRefused, match="1 problem") as refused:
        await write(held, UpsertRelationship(type="POWERS", source="G-1", target="P-0"))
    assert [problem.code for problem in refused.value.problems] == ["TYPE_CLOSED"]
    newer = {"delay": "PT1M"}
    await write(held, UpsertRelationship(type="FEEDS", source="G-0", target="P-0", key="f0", properties=newer))

    await finish(later, held)

    delays = "MATCH (:Generator)-[r:FEEDS]->(p) RETURN p._id, toString(r.delay) ORDER BY p._id"
    assert await ask(held, delays) == [["P-0", "PT1M"], ["P-1", "PT5M"], ["P-2", "PT5M"]]


@pytest.mark.long
async def test_flows_keep_their_name(project: Project, held: Database) -> None:
    project = Project.load(project.path)
    file = project.path / "ontology.yaml"
    file.write_text(file.read_text().replace("  PIPE:", "  DUCT:").replace("[PIPE]", "[DUCT]"))

    with pytest.raises(DifferenceUnexpressed, match="carries a flow"):
        make(Project.load(project.path), "Ducts")
