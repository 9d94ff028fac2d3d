"""What can't be done says where it is written, what it is about, how the database stands now, and what leads on.

Each refusal of this file is asked for all of these; that nothing is lost is shown where the data is looked at.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from neo4j.exceptions import Neo4jError

from graph.changes import UpsertAsset
from graph.database import Database, connect
from graph.database.errors import translated
from graph.database.local import Endpoint, LocalServer
from graph.database.local.errors import LogTorn
from graph.database.local.folders import ROOM_TO_RUN
from graph.errors import ManyProblems, Problem, TwinError
from migrations import DataInTheWay, HistoryInvalid, MigrationInvalid, Project, forecast, make, resume, rollback, status
from migrations.errors import MigrationEdited, MigrationInterrupted, StepFailed
from migrations.making import Answers
from tests.migrations.running import QUICK, ask
from tests.migrations.test_computing import PYTHON, computed
from tests.migrations.test_succession import FLOW, edited, finish, held, pump, run, write
from tests.migrations.test_undoing import everything
from tests.servers import local_server

pytestmark = pytest.mark.neo4j
__all__ = ["held"]

AT = re.compile(r"\.yaml:[1-9][0-9]*(:[1-9][0-9]*)?")
ROOM = "  Room:\n    id: type:Room\n"


def told(error: TwinError, *, about: str, state: str, on: str) -> Problem:
    """The first problem of a refusal, which names file and line, what it is `about`, the `state` and what leads on."""
    problem = error.problems[0] if isinstance(error, ManyProblems) else error.problem
    everything_said = f"{error.message} {error.hint} {problem}"
    assert AT.search(everything_said), everything_said
    for part in (about, state, on):
        assert part in everything_said, everything_said
    return problem


def branch(project: Project, name: str) -> Project:
    """The project with a version on its first one that adds a type of this name."""
    file = project.path / "ontology.yaml"
    text = file.read_text()
    file.write_text(text.replace(ROOM, f"  {name}: {{extends: [Equipment]}}\n{ROOM}"))
    made = make(Project.load(project.path), f"Add {name}")
    assert made is not None
    file.write_text(text)
    return project


@pytest.fixture
def forked(project: Project) -> Project:
    """A project on whose first version two people have built at once."""
    branch(project, "Valve")
    mine = next(project.versions.glob("0002_*"))
    kept = mine.read_text()
    mine.unlink()
    branch(Project.load(project.path), "Tank")
    mine.write_text(kept)
    return project


def test_broken_yaml(project: Project) -> None:
    file = project.versions / "0001_start.yaml"
    file.write_text(file.read_text().replace("expand:\n", "expand: [\n"))

    with pytest.raises(MigrationInvalid) as refused:
        Project.load(project.path)

    problem = told(refused.value, about="0001_start", state="database was not touched", on="same command")
    assert problem.code == "YAML_INVALID"


def test_two_heads(forked: Project) -> None:
    with pytest.raises(HistoryInvalid) as refused:
        make(Project.load(forked.path), "More")

    told(refused.value, about="0002_add_tank", state="nothing was applied", on="twin ontology make --merge")
    assert [bool(AT.search(str(each.place))) for each in refused.value.problems] == [True, True]


def test_a_missing_parent(forked: Project) -> None:
    (forked.versions / "0001_start.yaml").rename(forked.path / "elsewhere.yaml")

    with pytest.raises(HistoryInvalid) as refused:
        Project.load(forked.path)

    problem = told(
        refused.value, about="0001_start", state="database was not touched", on="Bring the missing file back"
    )
    assert (problem.code, str(problem.place).split(":")[1:]) == ("PARENT_MISSING", ["5", "5"])


async def test_an_edited_file_names_the_line(project: Project, held: Database) -> None:
    file = project.versions / "0001_start.yaml"
    lines = file.read_text().splitlines()
    number = next(at for at, line in enumerate(lines, start=1) if line.startswith("message:"))
    file.write_text(file.read_text().replace(lines[number - 1], "message: Something else"))

    for refusing in (forecast, run):
        with pytest.raises(MigrationEdited) as refused:
            await refusing(Project.load(project.path), held)

        problem = told(refused.value, about="message: Something else", state="nothing was done", on="Put the file back")
        assert problem.place == f"{file}:{number}"


async def test_a_step_that_raises_late(project: Project, held: Database) -> None:
    """What was done before is kept, and the rest is done once the asset is corrected."""
    await write(held, *(pump(number, ratedFlow=float(number)) for number in range(1000, 2500)))
    await write(held, pump(0, ratedFlow=1.0), UpsertAsset(id="P-999x", type="Pump", properties={"ratedFlow": 0.0}))
    later = computed(project, PYTHON)

    with pytest.raises(StepFailed) as refused:
        await run(later, held)

    told(refused.value, about="asset P-999x of tenant site", state="what was done", on="twin ontology resume")
    assert await ask(held, "MATCH (p:Pump) RETURN count(p.share)") == [[1000]]
    await write(held, UpsertAsset(id="P-999x", type="Pump", properties={"ratedFlow": 2.0}))
    await resume(later, held, owner="a test", actor="tester", timing=QUICK)
    assert await ask(held, "MATCH (p:Pump) RETURN count(p.share)") == [[1504]]


async def test_a_conversion_that_loses_values(project: Project, held: Database) -> None:
    await write(held, pump(2, ratedFlow=2.5))
    flow = "flow: { id: type:Pump/flow, datatype: int, unit: L/s, required: true }"
    later = edited(project, FLOW, flow, Answers(successors={("Pump", "ratedFlow"): "flow"}))
    planned = await forecast(later, held)
    await run(later, held)
    before = await everything(held)

    with pytest.raises(DataInTheWay) as refused:
        await finish(later, held)

    problem = told(refused.value, about="P-2 of tenant site", state="stays applied and not completed", on="rollback")
    assert problem.place == "Pump.flow"
    assert "0002_change.yaml:" in str(problem.hint)
    assert [str(breach.problem.hint) for _, breach in planned.later] == [str(problem.hint)]
    assert await everything(held) == before


async def test_a_contract_that_removes_what_has_data(project: Project, held: Database) -> None:
    await write(held, UpsertAsset(id="G", type="Generator", properties={"fuel": "GAS"}))
    later = edited(project, "values: [DIESEL, GAS]", "values: [DIESEL]")
    await run(later, held)
    before = await everything(held)

    with pytest.raises(DataInTheWay) as refused:
        await finish(later, held)

    problem = told(refused.value, about="Generator.fuel", state="stays applied", on="twin ontology complete")
    line = next(
        at
        for at, text in enumerate((later.versions / "0002_change.yaml").read_text().splitlines(), start=1)
        if "remove_enum_value" in text
    )
    assert f"0002_change.yaml:{line}:" in str(problem.hint)
    assert await everything(held) == before


async def test_a_database_that_fails_amid(project: Project, held: Database) -> None:
    """What Neo4j says of a full disk; the test below fills one."""
    await write(held, *(pump(number, ratedFlow=float(number)) for number in range(3, 1500)))
    later = edited(project, "ratedFlow: {", "flow: {")
    write_to, left = held.write, 8

    async def failing(*arguments: object, **named: object) -> object:
        nonlocal left
        left -= 1
        if left <= 0:
            with translated(held.uri):
                code = "Neo.DatabaseError.Transaction.TransactionCommitFailed"
                raise Neo4jError._hydrate_neo4j(code=code, message="No space left on device")
        return await write_to(*arguments, **named)  # type: ignore[arg-type]

    held.write = failing
    with pytest.raises(MigrationInterrupted) as refused:
        await run(later, held)
    del held.write

    assert "No space left on device" in str(refused.value.actual)
    assert "What was committed is kept" in str(refused.value.hint)
    assert "`twin ontology resume` goes on" in str(refused.value.hint)
    await resume(later, held, owner="another", actor="tester", timing=QUICK)
    assert (await finish(later, held)).hash == later.desired.hash
    assert await ask(held, "MATCH (p:Pump) RETURN count(properties(p)['flow'])") == [[1500]]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few hundred megabytes, where this machine lets us have one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    size = ROOM_TO_RUN + 300_000_000
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(file: Path) -> None:
    """Take all the room that is left."""
    with file.open("wb", buffering=0) as out:
        for size in (1 << 20, 1 << 12):
            try:
                while out.write(b"\0" * size) == size:
                    pass
            except OSError:
                continue


def begun_again(local: LocalServer) -> Endpoint:
    """Start as the advice says; only at some places in it does a torn record keep Neo4j from reading its log."""
    try:
        return local.start()
    except LogTorn as torn:
        hint = str(torn.hint)
    assert "twin neo4j start --repair" in hint
    return local.start(repair=True)


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_a_disk_that_fills_up(project: Project, small_disk: Path) -> None:
    local = local_server(small_disk / "neo4j")
    ballast = small_disk / "ballast"
    try:
        endpoint = await asyncio.to_thread(local.start)
        database = connect(endpoint.uri, user=endpoint.user, password=endpoint.password)
        await run(project, database)
        await write(database, *(pump(number, ratedFlow=float(number)) for number in range(4000)))
        before = await everything(database)
        later = edited(project, "ratedFlow: {", "flow: {")
        fill(ballast)

        with pytest.raises(MigrationInterrupted) as refused:
            await run(later, database)

        assert "`twin ontology resume` goes on" in str(refused.value.hint)
        await database.close()
        ballast.unlink()
        await asyncio.to_thread(local.stop)
        endpoint = await asyncio.to_thread(begun_again, local)
        database = connect(endpoint.uri, user=endpoint.user, password=endpoint.password)
        if (await status(later, database)).begun:
            await resume(later, database, owner="another", actor="tester", timing=QUICK)
        await run(later, database)
        assert (await finish(later, database)).hash == later.desired.hash
        assert await ask(database, "MATCH (p:Pump) RETURN count(properties(p)['flow'])") == [[4000]]
        await rollback(later, database, owner="another", actor="tester", timing=QUICK)
        assert await everything(database) == before
        await database.close()
    finally:
        await asyncio.to_thread(local.stop)
