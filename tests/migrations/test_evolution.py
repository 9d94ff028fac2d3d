"""Changing an ontology under data: looked at first, written page by page, taken away when it is asked for."""

from __future__ import annotations

import asyncio
import json
import signal
from functools import partial

import pytest

from graph.access import operator
from graph.changes import Change, ChangeService, ChangeSet, UpsertAsset, UpsertRelationship
from graph.clock import SystemClock
from graph.database import Database, ReadUnit
from graph.identity import parse_tenant
from graph.ontology import ontology_from_canonical, parse_ontology
from graph.ontology.model import Json, Ontology
from migrations import (
    DataInTheWay,
    MigrationRefused,
    Project,
    RequirementUnmet,
    apply,
    complete,
    forecast,
    make,
    status,
)
from migrations.effects import Demand, demands
from migrations.errors import MigrationEdited
from migrations.ledger import read_facts
from migrations.making import Answers
from migrations.progress import Progress, Step
from migrations.running import Applied
from migrations.steps import Breach, breaches
from tests.migrations.running import QUICK, ask, kill_at
from tests.servers import Server

pytestmark = pytest.mark.neo4j

SITE = parse_tenant("site")
COUNT = "MATCH (n) WHERE NOT n:_Migration AND NOT n:_Lease AND NOT n:_LedgerEntry RETURN count(n)"
PUMP = "      ratedFlow: { id: type:Pump/ratedFlow,"


def edited(project: Project, old: str, new: str, message: str = "Change", *, erase: bool = False) -> Project:
    """Return the project with another document and the version that leads to it."""
    file = project.path / "ontology.yaml"
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))
    assert make(Project.load(project.path), message, answers=Answers(erase=erase)) is not None
    return Project.load(project.path)


async def run(project: Project, database: Database, *, tell: list[Progress] | None = None) -> Applied:
    heard = [] if tell is None else tell
    return await apply(project, database, owner="a test", actor="tester", timing=QUICK, tell=heard.append)


async def finish(project: Project, database: Database) -> Applied:
    return await complete(project, database, owner="a test", actor="tester", timing=QUICK)


async def write(database: Database, ontology: Ontology, *changes: Change) -> None:
    service = ChangeService(database, lambda: ontology, SystemClock())
    await service.apply(operator(SITE), ChangeSet(changes=changes))


def pump(number: int, **properties: Json) -> UpsertAsset:
    return UpsertAsset(
        id=f"P-{number:04}", type="Pump", name=f"Pump {number}", properties={"ratedFlow": 1.0, **properties}
    )


@pytest.fixture
async def held(project: Project, started: Database) -> Database:
    """A database of the project with three pumps, a generator, and what powers what."""
    await write(
        started,
        project.desired,
        *(pump(number, serialNumber=f"S-{number}") for number in range(3)),
        UpsertAsset(id="G-1", type="Generator", name="Generator", properties={"fuel": "DIESEL"}),
        *(UpsertRelationship(type="POWERS", source="G-1", target=f"P-{number:04}") for number in range(3)),
    )
    return started


async def test_a_required_property_is_filled_and_then_required(project: Project, held: Database) -> None:
    later = edited(project, PUMP, f"      stage: {{ datatype: int, required: true, default: 1 }}\n{PUMP}")
    heard: list[Progress] = []
    planned = await forecast(later, held)

    applied = await run(later, held, tell=heard)

    assert [(each.step, each.objects) for each in planned.efforts] == [("fill Pump.stage", applied.objects)]
    assert (planned.breaches, planned.later) == ((), ())
    assert (applied.objects, applied.waiting) == (3, "0002_change")
    assert await ask(held, "MATCH (p:Pump) RETURN p._id, p.stage ORDER BY p._id") == [
        ["P-0000", 1],
        ["P-0001", 1],
        ["P-0002", 1],
    ]
    assert [(each.done, each.total, each.detail) for each in heard if each.step is Step.PAGE] == [
        (3, 3, "fill Pump.stage")
    ]
    now = await status(later, held)
    assert (now.waiting, now.pending, now.current) == (("0002_change",), (), False)
    done = await finish(later, held)
    assert (done.hash, done.waiting) == (later.desired.hash, None)
    assert (await status(later, held)).current
    log = await ask(held, "MATCH (c:_Change) WHERE c.operation STARTS WITH 'migrate' RETURN c.actor, c.entryCount")
    assert log == [["tester", 3]]


async def test_what_was_written_since_must_fit_when_it_is_completed(project: Project, held: Database) -> None:
    later = edited(project, PUMP, f"      stage: {{ datatype: int, required: true, default: 1 }}\n{PUMP}")
    await run(later, held)
    in_force = (await read_facts(held)).ontology
    assert in_force is not None
    middle = ontology_from_canonical(in_force.canonical)
    await write(
        held, middle, UpsertAsset(id="P-9", type="Pump", name="Late", properties={"ratedFlow": 2.0, "stage": 1})
    )
    await write(held, middle, UpsertAsset(id="P-9", type="Pump", properties={"stage": None}))

    with pytest.raises(DataInTheWay) as caught:
        await finish(later, held)

    (problem,) = caught.value.problems
    assert problem.place == "Pump.stage"
    assert problem.actual == "1 asset, e.g. P-9 of tenant site"
    assert (await status(later, held)).waiting == ("0002_change",)
    await write(held, middle, UpsertAsset(id="P-9", type="Pump", properties={"stage": 2}))
    assert (await finish(later, held)).waiting is None


SERIAL = "serialNumber: { id: type:Equipment/serialNumber, datatype: string"
ENDS = "    from: [Equipment]\n    to: [Equipment]\n    multiplicity"
TYPE = "  Pump:\n    id: type:Pump\n"


CASES = (
    ("values: [DIESEL, GAS]", "values: [GAS]", "Generator.fuel", "1 asset, e.g. G-1 of tenant site"),
    (PUMP, PUMP.replace("{ id", "{ minimum: 2, id"), "Pump.ratedFlow", "3 assets, e.g. P-000"),
    ("unit: L/s", "unit: m^3/h", "Pump.ratedFlow", "3 assets"),
    (SERIAL, f"{SERIAL}, pattern: 'S-[01]'", "Equipment.serialNumber", "1 asset, e.g. P-0002"),
    (SERIAL, f"{SERIAL}, required: true", "Equipment.serialNumber", "1 asset, e.g. G-1"),
    ("targets: 0..*", "targets: 0..2", "POWERS.multiplicity.targets", "1 asset, e.g. G-1"),
    (ENDS, ENDS.replace("[Equipment]", "[Pump]", 1), "POWERS", "3 relationships, e.g. G-1 -> P-000"),
    (TYPE, f"{TYPE}    abstract: true\n", "Pump", "3 assets"),
    ("minimum: 0 }", "minimum: 0, unique: true }", "Equipment.ratedPower", "2 assets, e.g. G-1 -> P-0000"),
)


async def test_data_in_the_way_is_counted_and_named(project: Project, held: Database) -> None:
    shared: dict[str, Json] = {"ratedPower": 5.0}
    await write(held, project.desired, UpsertAsset(id="G-1", type="Generator", properties=shared), pump(0, **shared))
    text = (project.path / "ontology.yaml").read_text()
    for old, new, place, says in CASES:
        assert text.count(old) == 1
        wanted = demands(project.desired, parse_ontology(text.replace(old, new)))
        found = await held.read(None, partial(_breaches, wanted))
        problem = next(each.problem for each in found if each.problem.place == place)
        assert problem.actual is not None
        assert problem.actual.startswith(says)


async def _breaches(wanted: tuple[Demand, ...], unit: ReadUnit) -> tuple[Breach, ...]:
    return await breaches(unit, wanted)


async def test_a_change_that_data_does_not_meet_is_told_refused_and_harmless(project: Project, held: Database) -> None:
    later = edited(project, "values: [DIESEL, GAS]", "values: [GAS]")
    before = await ask(held, COUNT)
    planned = await forecast(later, held)
    await run(later, held)

    with pytest.raises(DataInTheWay) as caught:
        await finish(later, held)

    assert tuple(each.problem for _, each in planned.later) == caught.value.problems
    assert await ask(held, COUNT) == before


async def test_values_that_are_there_stand_in_the_way_of_a_removal(project: Project, held: Database) -> None:
    line = next(each for each in (project.path / "ontology.yaml").read_text().splitlines(True) if each.startswith(PUMP))
    refusing = edited(project, line, "      tag: { datatype: string }\n")
    await run(refusing, held)
    with pytest.raises(DataInTheWay):
        await finish(refusing, held)
    assert await ask(held, "MATCH (p:Pump) RETURN count(p.ratedFlow)") == [[3]]


async def test_erasing_takes_values_away_and_the_log_keeps_them(project: Project, held: Database) -> None:
    line = next(each for each in (project.path / "ontology.yaml").read_text().splitlines(True) if each.startswith(PUMP))
    later = edited(project, line, "      tag: { datatype: string }\n", erase=True)
    await run(later, held)
    assert await ask(held, "MATCH (p:Pump) RETURN count(p.ratedFlow)") == [[3]]

    done = await finish(later, held)

    assert done.objects == 3
    assert await ask(held, "MATCH (p:Pump) RETURN count(p.ratedFlow)") == [[0]]
    entries = await ask(
        held, "MATCH (c:_Change) WHERE c.operation STARTS WITH 'migrate' UNWIND c.entries AS e RETURN e"
    )
    kept = [json.loads(str(entry))["before"]["properties"]["ratedFlow"] for (entry,) in entries]
    assert kept == [1.0, 1.0, 1.0]
    assert (await status(later, held)).current


POWER = "ratedPower: { id: type:Equipment/ratedPower, datatype: float, unit: kW, minimum: 0"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("unique", "indexed"),
        pytest.param("indexed", "unique", marks=pytest.mark.long),
        pytest.param("unique", "", marks=pytest.mark.long),
        pytest.param("indexed", "", marks=pytest.mark.long),
    ],
)
async def test_constraints_and_indexes_are_exchanged_and_dropped(
    project: Project, held: Database, before: str, after: str
) -> None:
    words = {"": POWER, **{word: f"{POWER}, {word}: true" for word in ("unique", "indexed")}}
    later = edited(project, POWER, words[before])
    await run(later, held)
    await finish(later, held)
    later = edited(later, words[before], words[after], "Exchange")

    await run(later, held)
    await finish(later, held)

    now = await status(later, held)
    assert (now.missing, now.extra, now.current) == ((), (), True)
    if after != "unique":
        await write(held, later.desired, pump(0, ratedPower=5.0), pump(1, ratedPower=5.0))


@pytest.mark.long
async def test_what_a_killed_run_left_is_dropped_by_the_next(project: Project, held: Database) -> None:
    await held.execute_schema(("CREATE RANGE INDEX twin_index_left FOR (n:Pump) ON (n._tenant, n.left)",))

    await run(project, held)

    assert (await status(project, held)).extra == ()


@pytest.mark.long
async def test_a_default_that_is_a_list_can_be_erased(project: Project, held: Database) -> None:
    tags = "      tags: { datatype: list, items: { datatype: string }, default: [new] }\n"
    later = edited(project, PUMP, f"{tags}{PUMP}")
    await run(later, held)
    await write(held, later.desired, pump(7))
    text = (project.path / "ontology.yaml").read_text()
    line = next(each for each in text.splitlines(True) if each.strip().startswith("tags:"))
    later = edited(later, line, "", "Drop", erase=True)
    await run(later, held)

    done = await finish(later, held)

    assert (done.objects, done.waiting) == (1, None)


async def test_nothing_is_erased_while_something_else_is_in_the_way(project: Project, held: Database) -> None:
    text = (project.path / "ontology.yaml").read_text()
    line = next(each for each in text.splitlines(True) if each.startswith(PUMP))
    (project.path / "ontology.yaml").write_text(text.replace("values: [DIESEL, GAS]", "values: [GAS]"))
    later = edited(Project.load(project.path), line, "      tag: { datatype: string }\n", erase=True)
    await run(later, held)

    with pytest.raises(DataInTheWay):
        await finish(later, held)

    assert await ask(held, "MATCH (p:Pump) RETURN count(p.ratedFlow)") == [[3]]


@pytest.mark.long
async def test_what_callers_can_not_write_is_filled_all_the_same(project: Project, held: Database) -> None:
    fixed = "      origin: { datatype: string, required: true, default: works, writable: false }\n"
    later = edited(project, PUMP, f"{fixed}{PUMP}")

    applied = await run(later, held)

    assert applied.objects == 3
    assert (await finish(later, held)).waiting is None


@pytest.mark.long
async def test_values_of_parallel_relationships_are_erased(project: Project, held: Database) -> None:
    noted = "    properties: { note: { datatype: string } }\n"
    later = edited(project, ENDS, f"{noted}{ENDS}")
    await run(later, held)
    note: dict[str, Json] = {"note": "x"}
    await write(
        held,
        later.desired,
        UpsertRelationship(type="POWERS", source="G-1", target="P-0000", properties=note),
        UpsertRelationship(type="POWERS", source="G-1", target="P-0000", key="second", properties=note),
    )
    text = (project.path / "ontology.yaml").read_text()
    line = next(each for each in text.splitlines(True) if "note:" in each)
    later = edited(later, line, "", "Drop", erase=True)
    await run(later, held)

    assert (await finish(later, held)).objects == 2
    assert await ask(held, "MATCH ()-[r:POWERS]->() RETURN count(r.note)") == [[0]]


@pytest.mark.long
async def test_sources_of_a_flow_that_ends_are_in_the_way(project: Project, held: Database) -> None:
    await write(held, project.desired, UpsertAsset(id="P-0000", type="Pump", source_of=("PIPE",)))
    text = (project.path / "ontology.yaml").read_text()
    (project.path / "ontology.yaml").write_text(text.replace("    sourceOf: [PIPE]\n", ""))
    later = edited(Project.load(project.path), "{ direction: BOTH, kind: FLOW }", "{ direction: BOTH }")
    await run(later, held)

    with pytest.raises(DataInTheWay) as caught:
        await finish(later, held)

    assert [(each.place, each.actual) for each in caught.value.problems] == [
        ("PIPE.impact", "1 asset, e.g. P-0000 of tenant site")
    ]


@pytest.mark.long
async def test_a_requirement_that_can_not_be_asked_is_named(project: Project, held: Database) -> None:
    later = edited(project, PUMP, f"      tag: {{ datatype: string }}\n{PUMP}")
    file = later.versions / "0002_change.yaml"
    file.write_text(file.read_text().replace("expand:", 'requires:\n  - assert: "RETRUN true"\nexpand:'))
    later = Project.load(project.path)

    (planned,) = (await forecast(later, held)).unmet
    with pytest.raises(RequirementUnmet) as caught:
        await run(later, held)

    assert caught.value.place == planned.place
    assert "RETRUN" in str(caught.value.actual)


async def test_what_builds_on_a_removal_waits_for_it(project: Project, held: Database) -> None:
    later = edited(project, "values: [DIESEL, GAS]", "values: [DIESEL]")
    later = edited(later, PUMP, f"      tag: {{ datatype: string }}\n{PUMP}", "Tag")
    first = await run(later, held)

    with pytest.raises(MigrationRefused) as caught:
        await run(later, held)

    assert first.migrations == ("0002_change",)
    assert caught.value.hint is not None
    assert "twin ontology complete" in caught.value.hint
    await finish(later, held)
    assert (await run(later, held)).migrations == ("0003_tag",)
    assert (await status(later, held)).current


async def test_an_empty_database_needs_no_second_step(project: Project, empty: Database) -> None:
    later = edited(project, "values: [DIESEL, GAS]", "values: [DIESEL]")
    later = edited(later, PUMP, f"      stage: {{ datatype: int, required: true, default: 1 }}\n{PUMP}", "Stage")

    done = await run(later, empty)

    assert done.migrations == ("0001_start", "0002_change", "0003_stage")
    assert (done.hash, done.waiting) == (later.desired.hash, None)
    assert (await status(later, empty)).current


@pytest.mark.long
async def test_what_is_required_must_hold_first(project: Project, held: Database) -> None:
    later = edited(project, PUMP, f"      tag: {{ datatype: string }}\n{PUMP}")
    file = later.versions / "0002_change.yaml"
    asked = 'requires:\n  - assert: "MATCH (p:Pump) RETURN count(p) = 0"\nexpand:'
    file.write_text(file.read_text().replace("expand:", asked))
    later = Project.load(project.path)

    with pytest.raises(RequirementUnmet) as caught:
        await run(later, held)

    assert caught.value.place is not None
    assert "0002_change.yaml" in caught.value.place
    await held.execute_schema(("MATCH (p:Pump) DETACH DELETE p",))
    assert (await run(later, held)).migrations == ("0002_change",)


@pytest.mark.long
async def test_a_file_edited_in_the_midst_is_refused(project: Project, held: Database) -> None:
    later = edited(project, PUMP, f"      stage: {{ datatype: int, required: true, default: 1 }}\n{PUMP}")
    await run(later, held)
    file = later.versions / "0002_change.yaml"
    file.write_text(file.read_text().replace("value: 1", "value: 2"))

    with pytest.raises(MigrationEdited):
        await finish(Project.load(project.path), held)


@pytest.mark.parametrize(
    ("verb", "step", "done"),
    [
        ("apply", Step.PAGE, 1500),
        pytest.param("apply", Step.EXPANDED, 0, marks=pytest.mark.long),
        pytest.param("apply", Step.APPLIED, 0, marks=pytest.mark.long),
        pytest.param("complete", Step.PAGE, 1500, marks=pytest.mark.long),
        pytest.param("complete", Step.COMPLETED, 0, marks=pytest.mark.long),
    ],
)
async def test_a_killed_run_goes_on_where_it_was(
    project: Project, held: Database, own_server: Server, verb: str, step: Step, done: int
) -> None:
    await write(held, project.desired, *(pump(number) for number in range(100, 2600)))
    line = next(each for each in (project.path / "ontology.yaml").read_text().splitlines(True) if each.startswith(PUMP))
    added = "      stage: { datatype: int, required: true, default: 1, indexed: true }\n"
    later = edited(project, line, added, erase=True)
    if verb == "complete":
        await run(later, held)
    returned = await asyncio.to_thread(kill_at, later, own_server, verb, step, done)
    assert returned == -signal.SIGKILL

    finished = await (run if verb == "apply" else finish)(later, held)

    counts = await ask(held, "MATCH (p:Pump) RETURN count(p), count(p.stage), count(p.ratedFlow)")
    assert counts == [[2503, 2503, 0 if verb == "complete" else 2503]]
    assert finished.waiting == (None if verb == "complete" else "0002_change")
    (record, *_) = (await read_facts(held)).records
    # What is filled and erased is counted once, whoever did it.
    assert record.changed == (2 * 2503 if verb == "complete" else 2503)
    log = await ask(held, "MATCH (c:_Change) WHERE c.operation STARTS WITH 'migrate' RETURN sum(c.entryCount)")
    assert log == [[record.changed]]


@pytest.mark.long
@pytest.mark.long
async def test_a_run_killed_between_an_index_and_a_constraint_is_finished(
    project: Project, held: Database, own_server: Server
) -> None:
    indexed = edited(project, POWER, f"{POWER}, indexed: true")
    await run(indexed, held)
    unique = edited(indexed, f"{POWER}, indexed: true", f"{POWER}, unique: true", "Unique")
    await run(unique, held)
    returned = await asyncio.to_thread(kill_at, unique, own_server, "complete", Step.COMMAND, 1)
    assert returned == -signal.SIGKILL

    await finish(unique, held)

    now = await status(unique, held)
    assert (now.missing, now.extra, now.current) == ((), (), True)
