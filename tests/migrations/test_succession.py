"""A property under a new name, in another unit: both there until it is completed, kept in step, nothing lost."""

from __future__ import annotations

import signal

import pytest

from graph.access import operator
from graph.changes import Change, ChangeService, ChangeSet, UpsertAsset, UpsertRelationship
from graph.clock import SystemClock
from graph.database import Database
from graph.errors import ChangesRefused
from graph.identity import parse_tenant
from graph.ontology import ontology_from_canonical
from graph.ontology.model import Json, Ontology
from migrations import DataInTheWay, Project, apply, complete, forecast, make, status
from migrations.ledger import read_facts
from migrations.making import Answers
from migrations.progress import Step
from migrations.running import Applied
from tests.migrations.running import QUICK, ask, kill_at
from tests.servers import Server

pytestmark = pytest.mark.neo4j

SITE = parse_tenant("site")
FLOW = "ratedFlow: { id: type:Pump/ratedFlow, datatype: float, unit: L/s, required: true, description: at duty point }"


def edited(project: Project, old: str, new: str, answers: Answers | None = None) -> Project:
    file = project.path / "ontology.yaml"
    text = file.read_text()
    assert text.count(old) == 1, text
    file.write_text(text.replace(old, new))
    assert make(Project.load(project.path), "Change", answers=answers) is not None
    return Project.load(project.path)


async def run(project: Project, database: Database) -> Applied:
    return await apply(project, database, owner="a test", actor="tester", timing=QUICK)


async def finish(project: Project, database: Database) -> Applied:
    return await complete(project, database, owner="a test", actor="tester", timing=QUICK)


async def in_force(database: Database) -> Ontology:
    stored = (await read_facts(database)).ontology
    assert stored is not None
    return ontology_from_canonical(stored.canonical)


async def write(database: Database, *changes: Change) -> None:
    held = await in_force(database)
    service = ChangeService(database, lambda: held, SystemClock())
    await service.apply(operator(SITE), ChangeSet(changes=changes))


def pump(number: int, **properties: Json) -> UpsertAsset:
    return UpsertAsset(id=f"P-{number}", type="Pump", name=f"Pump {number}", properties=properties)


async def pumps(database: Database) -> list[list[object]]:
    return await ask(
        database, "MATCH (p:Pump) RETURN p._id, properties(p)['ratedFlow'], properties(p)['flow'] ORDER BY p._id"
    )


@pytest.fixture
async def held(project: Project, started: Database) -> Database:
    """A database of the project with three pumps."""
    await write(started, *(pump(number, ratedFlow=float(number)) for number in range(3)))
    return started


async def test_a_renamed_property_is_read_and_written_by_both_names(project: Project, held: Database) -> None:
    later = edited(project, "ratedFlow: {", "flow: {")
    planned = await forecast(later, held)

    applied = await run(later, held)

    assert [(each.step, each.objects) for each in planned.efforts] == [("convert Pump.ratedFlow to flow", 3)]
    assert (applied.objects, applied.waiting, planned.breaches, planned.later) == (3, "0002_change", (), ())
    assert await pumps(held) == [["P-0", 0.0, 0.0], ["P-1", 1.0, 1.0], ["P-2", 2.0, 2.0]]
    await write(held, pump(0, ratedFlow=7.0), pump(1, flow=8.0), pump(3, flow=9.0))
    assert await pumps(held) == [["P-0", 7.0, 7.0], ["P-1", 8.0, 8.0], ["P-2", 2.0, 2.0], ["P-3", 9.0, 9.0]]
    with pytest.raises(ChangesRefused, match="1 problem") as refused:
        await write(held, pump(0, ratedFlow=1.0, flow=2.0))
    assert [(each.code, each.place) for each in refused.value.problems] == [
        ("VALUE_INVALID", "changes[0].upsertAsset.properties")
    ]
    with pytest.raises(ChangesRefused):
        await write(held, pump(4))

    ended = await finish(later, held)

    assert (ended.hash, ended.objects, ended.waiting) == (later.desired.hash, 4, None)
    assert await pumps(held) == [["P-0", None, 7.0], ["P-1", None, 8.0], ["P-2", None, 2.0], ["P-3", None, 9.0]]
    assert (await status(later, held)).current
    kind = later.desired.asset_types["Pump"].properties["flow"]
    assert (kind.id, kind.required, kind.follows) == ("type:Pump/ratedFlow", True, None)


async def test_another_unit_and_values_that_cannot_be_converted(project: Project, held: Database) -> None:
    await write(held, UpsertAsset(id="P-2", type="Pump", properties={"ratedFlow": 2.5}))
    flow = "flow: { id: type:Pump/flow, datatype: int, unit: mL/s, required: true, maximum: 2000 }"
    later = edited(project, FLOW, flow, Answers(successors={("Pump", "ratedFlow"): "flow"}))
    planned = await forecast(later, held)

    applied = await run(later, held)

    assert [each.objects for each in planned.efforts] == [applied.objects] == [2]
    assert [(breach.number, breach.samples) for _, breach in planned.later] == [(1, (("site", "P-2"),))]
    assert await pumps(held) == [["P-0", 0.0, 0], ["P-1", 1.0, 1000], ["P-2", 2.5, None]]
    with pytest.raises(DataInTheWay) as refused:
        await finish(later, held)
    (problem, *_) = refused.value.problems
    assert (problem.place, problem.actual) == ("Pump.flow", "1 asset, e.g. P-2 of tenant site")
    await write(held, pump(2, flow=1500))
    assert await pumps(held) == [["P-0", 0.0, 0], ["P-1", 1.0, 1000], ["P-2", 1.5, 1500]]
    assert (await finish(later, held)).hash == later.desired.hash


@pytest.mark.long
async def test_properties_of_relationships_as_well(project: Project, held: Database) -> None:
    line = "    id: relationship:PIPE\n"
    later = edited(project, line, f"{line}    properties: {{ bore: {{ datatype: int, unit: mm }} }}\n")
    await run(later, held)
    await write(
        held,
        *(
            UpsertRelationship(type="PIPE", source="P-0", target=f"P-{number}", properties={"bore": 50 * number})
            for number in (1, 2)
        ),
    )
    bore = "bore: { id: relationship:PIPE/bore, datatype: int, unit: mm }"
    later = edited(later, bore, "diameter: { id: relationship:PIPE/bore, datatype: float, unit: m }")
    ask_pipes = "MATCH ()-[r:PIPE]->(b) RETURN b._id, properties(r)['bore'], properties(r)['diameter'] ORDER BY b._id"

    applied = await run(later, held)

    assert applied.objects == 2
    assert await ask(held, ask_pipes) == [["P-1", 50, 0.05], ["P-2", 100, 0.1]]
    await write(held, UpsertRelationship(type="PIPE", source="P-0", target="P-1", properties={"diameter": 0.08}))
    assert await ask(held, ask_pipes) == [["P-1", 80, 0.08], ["P-2", 100, 0.1]]
    assert (await finish(later, held)).objects == 2
    assert await ask(held, ask_pipes) == [["P-1", None, 0.08], ["P-2", None, 0.1]]


@pytest.mark.long
@pytest.mark.parametrize(("verb", "step", "done"), [("apply", Step.PAGE, 1), ("complete", Step.PAGE, 1)])
async def test_a_killed_run_goes_on(
    project: Project, held: Database, own_server: Server, verb: str, step: Step, done: int
) -> None:
    await write(held, *(pump(number, ratedFlow=float(number)) for number in range(3, 1200)))
    later = edited(project, "ratedFlow: {", "flow: {")
    if verb == "complete":
        await run(later, held)

    assert kill_at(later, own_server, verb, step, done) == -signal.SIGKILL
    if verb == "complete":
        with pytest.raises(ChangesRefused):  # nobody writes what is being taken away
            await write(held, pump(0, ratedFlow=5.0))
    await run(later, held) if verb == "apply" else await finish(later, held)

    if verb == "apply":
        await finish(later, held)
    assert await pumps(held) == sorted([f"P-{number}", None, float(number)] for number in range(1200))
    assert (await status(later, held)).current
