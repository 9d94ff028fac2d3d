"""Values computed by the author's own function or statement: planned exactly, named where they fail, taken back."""

from __future__ import annotations

import pytest

from graph.changes import UpsertAsset
from graph.database import Database
from migrations import MigrationInvalid, Project, abort, forecast, make, resume
from migrations.effects import replay_to
from migrations.errors import StepFailed
from tests.migrations.running import QUICK, ask
from tests.migrations.test_succession import FLOW, finish, held, pump, run, write
from tests.migrations.test_undoing import back, everything

pytestmark = pytest.mark.neo4j
__all__ = ["held"]

SHARE = "      share: { datatype: float, minimum: 0 }\n      where: { datatype: string }\n"
PYTHON = """
  - compute_properties:
      type: Pump
      sets: [share]
      python: |
        def change(asset):
            return {"share": 10 / asset["properties"]["ratedFlow"]}
"""
CYPHER = """
  - compute_properties:
      type: Pump
      sets: [where]
      cypher: >-
        MATCH (p:Pump {_tenant: $tenant})<-[:CONTAINS]-(r:Room) RETURN p._id AS id, {where: r.name} AS properties
"""


def computed(project: Project, steps: str) -> Project:
    file = project.path / "ontology.yaml"
    file.write_text(file.read_text().replace(f"      {FLOW}", f"      {FLOW}\n{SHARE}".rstrip()))
    made = make(Project.load(project.path), "Compute")
    assert made is not None
    text = made.file.read_text()
    made.file.write_text(f"{text.rstrip()}\nbackfill:{steps}")
    return Project.load(project.path)


SHARES = "MATCH (p:Pump) RETURN p._id, p.share, p.where ORDER BY p._id"


async def test_values_are_computed_by_function_and_by_statement(project: Project, held: Database) -> None:
    await write(held, pump(0, ratedFlow=4.0), UpsertAsset(id="R", type="Room", name="Cellar"))
    await write(held, UpsertAsset(id="P-1", type="Pump", parents=("R",)))
    before = await everything(held)
    later = computed(project, PYTHON + CYPHER)
    planned = await forecast(later, held)

    applied = await run(later, held)

    assert [(each.step, each.objects) for each in planned.efforts] == [
        ("compute share of Pump", 3),
        ("compute where of Pump", 1),
    ]
    assert (applied.objects, planned.unmet) == (4, ())
    assert await ask(held, SHARES) == [["P-0", 2.5, None], ["P-1", 10.0, "Cellar"], ["P-2", 5.0, None]]
    await back(later, held)
    assert await everything(held) == before


@pytest.mark.long
async def test_a_function_that_fails_names_the_asset_and_the_way_on(project: Project, held: Database) -> None:
    later = computed(project, PYTHON)
    planned = await forecast(later, held)

    with pytest.raises(StepFailed, match="compute share of Pump failed") as failed:
        await run(later, held)

    assert [problem.code for problem in planned.unmet] == ["STEP_FAILED"]
    assert (failed.value.actual, "0002_compute.yaml" in str(failed.value.place)) == (
        "asset P-0 of tenant site: ZeroDivisionError: float division by zero",
        True,
    )
    await write(held, pump(0, ratedFlow=5.0))
    await resume(later, held, owner="a test", actor="tester", timing=QUICK)
    assert [row[1] for row in await ask(held, SHARES)] == [2.0, 10.0, 5.0]
    await finish(later, held)


@pytest.mark.long
@pytest.mark.parametrize(
    ("steps", "named"),
    [
        (PYTHON.replace('{"share"', '{"ratedFlow": 1, "share"'), "of the properties in `sets`"),
        (PYTHON.replace('10 / asset["properties"]["ratedFlow"]', "'much'"), "share"),
        (CYPHER.replace("RETURN", "SET p.x = 1 RETURN"), "a statement that reads"),
        (CYPHER.replace("RETURN p._id AS id,", "RETURN 1 AS one,"), "a statement that reads"),
        (CYPHER.replace("p:Pump", "p:Asset").replace("p._id AS id", "r._id AS id"), "a Pump"),
    ],
)
async def test_what_can_not_be_computed_changes_nothing(
    project: Project, held: Database, steps: str, named: str
) -> None:
    await write(held, pump(0, ratedFlow=4.0), UpsertAsset(id="R", type="Room", name="Cellar"))
    await write(held, UpsertAsset(id="P-1", type="Pump", parents=("R",)))
    before = await everything(held)
    later = computed(project, steps)

    with pytest.raises(Exception, match=named):
        await run(later, held)

    if "a statement that reads" not in named:  # what can't be run was refused before anything began
        await abort(later, held, owner="a test", actor="tester", timing=QUICK)
    assert await everything(held) == before


@pytest.mark.parametrize("broken", [("def change", "def other"), ("return", "retrun")])
def test_a_source_that_is_no_function_is_refused_when_it_is_read(project: Project, broken: tuple[str, str]) -> None:
    later = computed(project, PYTHON.replace(*broken))

    with pytest.raises(MigrationInvalid) as refused:
        replay_to(later.history, "0002_compute")

    (problem,) = refused.value.problems
    assert "0002_compute.yaml" in str(problem.place)
    assert problem.code == "OPERATION_REFUSED"
