"""Versions taken back: the graph of before, what was written since neither overwritten nor lost, and pauses."""

from __future__ import annotations

import signal

import pytest

from graph.changes import DeleteAsset, UpsertAsset
from graph.database import Database
from migrations import (
    DataInTheWay,
    MigrationPaused,
    MigrationRefused,
    Project,
    abort,
    apply,
    pause,
    resume,
    rollback,
    status,
)
from migrations.ledger import read_facts
from migrations.making import Answers
from migrations.progress import Progress, Step
from migrations.running import Undone
from tests.migrations.running import QUICK, ask, kill_at
from tests.migrations.test_succession import FLOW, edited, finish, held, pump, run, write
from tests.servers import Server

pytestmark = pytest.mark.neo4j
__all__ = ["held"]

STAGE = "      stage: { datatype: int, required: true, default: 1 }\n"
PUMP = "      ratedFlow: { id: type:Pump/ratedFlow,"
SERIAL = (
    "      serialNumber: { id: type:Equipment/serialNumber, datatype: string, unique: true } "
    "# no two assets of a tenant share one\n"
)
EVERYTHING = """
MATCH (n) WHERE n:Asset OR n:_Ontology
RETURN [key IN keys(n) WHERE key <> '_rev' |
  key + '=' + reduce(all = '', each IN [] + n[key] | all + toString(each) + ';')] AS properties, labels(n)
ORDER BY n._id
"""


async def back(project: Project, database: Database, to: str | None = None, *, erase: bool = False) -> Undone:
    return await rollback(project, database, owner="a test", actor="tester", to=to, erase=erase, timing=QUICK)


async def everything(database: Database) -> list[list[object]]:
    rows = await ask(database, EVERYTHING)
    return [[sorted(values), sorted(labels)] for values, labels in rows]  # type: ignore[type-var, arg-type]


async def schema(database: Database) -> list[list[object]]:
    shown = await ask(database, "SHOW INDEXES YIELD name RETURN name ORDER BY name")
    return [*shown, *await ask(database, "SHOW CONSTRAINTS YIELD name RETURN name ORDER BY name")]


@pytest.mark.parametrize("completed", [pytest.param(False, marks=pytest.mark.long), True])
@pytest.mark.parametrize(
    "change", ["convert", *(pytest.param(each, marks=pytest.mark.long) for each in ("rename", "add", "drop"))]
)
async def test_back_to_the_same_graph(project: Project, held: Database, change: str, completed: bool) -> None:
    await write(held, pump(1, ratedFlow=1.5, serialNumber="S-1"))
    before, made = await everything(held), await schema(held)
    match change:
        case "rename":
            later = edited(project, "ratedFlow: {", "flow: {")
        case "convert":
            answers = Answers(successors={("Pump", "ratedFlow"): "flow"})
            later = edited(
                project, FLOW, "flow: { datatype: decimal, scale: 3, unit: m**3/h, required: true }", answers
            )
        case "add":
            later = edited(project, PUMP, f"{STAGE}{PUMP}")
        case _:
            later = edited(project, SERIAL, "", Answers(erase=True))
    await run(later, held)
    if completed:
        await finish(later, held)

    done = await back(later, held)

    assert (done.migrations, done.revision) == (("0002_change",), "0001_start")
    assert await everything(held) == before
    assert await schema(held) == made
    now = await status(later, held)
    assert (now.applied, now.pending, now.problem) == (("0001_start",), ("0002_change",), None)
    await run(later, held)
    assert (await finish(later, held)).hash == later.desired.hash


async def test_what_was_written_since_is_kept(project: Project, held: Database) -> None:
    later = edited(
        project,
        FLOW,
        "flow: { datatype: float, unit: m**3/h, required: true }",
        Answers(successors={("Pump", "ratedFlow"): "flow"}),
    )
    await run(later, held)
    await finish(later, held)
    await write(held, pump(1, flow=7.2), pump(9, flow=3.6))

    await back(later, held)

    assert await ask(held, "MATCH (p:Pump) RETURN p._id, p.ratedFlow ORDER BY p._id") == [
        ["P-0", 0.0],
        ["P-1", 2.0],
        ["P-2", 2.0],
        ["P-9", 1.0],
    ]


@pytest.mark.long
async def test_values_of_what_goes_stand_in_the_way(project: Project, held: Database) -> None:
    later = edited(project, PUMP, f"      tag: {{ datatype: string }}\n{PUMP}")
    await run(later, held)
    await write(held, pump(1, tag="north"))

    with pytest.raises(DataInTheWay) as refused:
        await back(later, held)

    (problem,) = refused.value.problems
    assert (problem.place, problem.actual) == ("Pump.tag", "1 asset, e.g. P-1 of tenant site")
    await write(held, pump(2, tag="south"))  # nothing was changed by the refusal
    assert (await back(later, held, erase=True)).objects == 2


@pytest.mark.long
async def test_filled_values_that_were_changed_since_are_not_dropped_unasked(project: Project, held: Database) -> None:
    later = edited(project, PUMP, f"{STAGE}{PUMP}")
    await run(later, held)
    await write(held, pump(1, stage=4))

    with pytest.raises(DataInTheWay):
        await back(later, held)

    assert await ask(held, "MATCH (p:Pump) RETURN p._id, p.stage ORDER BY p._id") == [
        ["P-0", None],
        ["P-1", 4],
        ["P-2", None],
    ]
    with pytest.raises(MigrationRefused, match="taken back"):
        await run(later, held)
    assert (await back(later, held, erase=True)).revision == "0001_start"


@pytest.mark.long
async def test_a_required_property_that_was_removed_comes_back(project: Project, held: Database) -> None:
    before = await everything(held)
    later = edited(project, f"      {FLOW}\n", "      speed: { datatype: int, unit: rpm }\n", Answers(erase=True))
    await run(later, held)
    await finish(later, held)
    assert await ask(held, "MATCH (p:Pump) WHERE properties(p)['ratedFlow'] IS NOT NULL RETURN count(p)") == [[0]]

    await back(later, held)

    assert await everything(held) == before


@pytest.mark.long
async def test_a_value_that_the_old_property_cannot_say_stands_in_the_way(project: Project, held: Database) -> None:
    answers = Answers(successors={("Pump", "ratedFlow"): "flow"})
    later = edited(project, FLOW, "flow: { datatype: string, required: true }", answers)
    await run(later, held)
    await finish(later, held)
    await write(held, pump(1, flow="plenty"))

    with pytest.raises(DataInTheWay) as refused:
        await back(later, held)

    (problem,) = refused.value.problems
    assert (problem.place, problem.actual) == ("Pump.flow", "1 that can't")
    await write(held, pump(1, flow="4.5"))
    await back(later, held)
    assert await ask(held, "MATCH (p:Pump {_id: 'P-1'}) RETURN p.ratedFlow") == [[4.5]]


@pytest.mark.long
async def test_what_was_made_anew_as_something_else_is_left_alone(project: Project, held: Database) -> None:
    later = edited(project, PUMP, f"{STAGE}{PUMP}")
    await run(later, held)
    await write(held, DeleteAsset(id="P-1"), UpsertAsset(id="P-1", type="Generator", name="Generator"))

    await back(later, held)

    assert await ask(held, "MATCH (g:Generator) RETURN g._id, properties(g)['stage']") == [["P-1", None]]


@pytest.mark.long
async def test_several_versions_newest_first(project: Project, held: Database) -> None:
    before = await everything(held)
    later = edited(project, "ratedFlow: {", "flow: {")
    await run(later, held)
    await finish(later, held)
    later = edited(later, "      flow: {", f"{STAGE}      flow: {{")
    await run(later, held)

    assert (await back(later, held, "0001_start")).migrations == ("0003_change", "0002_change")
    assert await everything(held) == before
    with pytest.raises(MigrationRefused, match="is not applied"):
        await back(later, held, "0003_change")
    with pytest.raises(MigrationRefused, match="first version"):
        await back(later, held)


@pytest.mark.long
@pytest.mark.parametrize("at", ["return", "leave"])
async def test_a_killed_rollback_goes_on(project: Project, held: Database, own_server: Server, at: str) -> None:
    await write(held, *(pump(number, ratedFlow=float(number)) for number in range(3, 1200)))
    before = await everything(held)
    later = edited(project, "ratedFlow: {", "flow: {")
    await run(later, held)
    if at == "return":
        await finish(later, held)

    assert kill_at(later, own_server, "rollback", Step.PAGE, 1) == -signal.SIGKILL
    assert (await status(later, held)).problem is not None
    await resume(later, held, owner="another", actor="tester", timing=QUICK)

    assert await everything(held) == before


async def test_pause_resume_and_abort(project: Project, held: Database) -> None:
    await write(held, *(pump(number, ratedFlow=float(number)) for number in range(3, 2500)))
    before = await everything(held)
    later = edited(project, "ratedFlow: {", "flow: {")
    paused: list[str] = []

    class Interrupted(Exception):
        pass

    def stop(progress: Progress) -> None:
        if progress.step is Step.PAGE and not paused:
            raise Interrupted

    with pytest.raises(Interrupted):
        await apply(later, held, owner="a test", actor="tester", timing=QUICK, tell=stop)
    assert await pause(held, actor="ada") == "0002_change"
    with pytest.raises(MigrationPaused, match="ada"):
        await run(later, held)
    (record, _) = (await read_facts(held)).records
    assert record.paused_by == "ada"
    assert record.doing is not None
    assert (record.doing.detail, record.doing.done) == ("convert Pump.ratedFlow to flow", 1_000)
    assert record.doing.total > 1_000
    assert record.doing.seconds_left == pytest.approx((record.doing.total - 1_000) / (1_000 / record.doing.seconds))

    await resume(later, held, owner="a test", actor="tester", timing=QUICK)
    ended = await status(later, held)
    assert (ended.waiting, ended.records[0].doing) == (("0002_change",), None)
    with pytest.raises(MigrationRefused, match="No migration is under way"):
        await pause(held, actor="ada")
    await back(later, held)

    with pytest.raises(Interrupted):
        await apply(later, held, owner="a test", actor="tester", timing=QUICK, tell=stop)
    undone = await abort(later, held, owner="a test", actor="tester", timing=QUICK)
    assert undone.revision == "0001_start"
    assert await everything(held) == before


@pytest.mark.long
async def test_a_property_that_moved_up_keeps_its_values_though_others_are_erased(
    project: Project, held: Database
) -> None:
    await write(held, UpsertAsset(id="G", type="Generator", properties={"fuel": "GAS"}))
    fuel = "      fuel: { id: type:Generator/fuel, datatype: enum, enum: Fuel }\n"
    file = project.path / "ontology.yaml"
    file.write_text(file.read_text().replace(f"    properties:\n{fuel}", ""))
    later = edited(Project.load(project.path), SERIAL, f"{SERIAL}{fuel}")
    await run(later, held)
    await write(held, pump(1, fuel="DIESEL"))
    with pytest.raises(DataInTheWay):
        await back(later, held)

    await back(later, held, erase=True)

    kept = await ask(held, "MATCH (a:Equipment) WHERE properties(a)['fuel'] IS NOT NULL RETURN a._id, a.fuel")
    assert kept == [["G", "GAS"]]
