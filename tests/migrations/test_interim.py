"""Another unit or datatype under the name that a property has: by way of another name, in two versions."""

from __future__ import annotations

import pytest

from graph.database import Database
from migrations import Project, check
from tests.migrations.running import ask
from tests.migrations.test_succession import edited, finish, held, in_force, pump, run, write
from tests.migrations.test_undoing import back, everything

__all__ = ["held"]

PUMPS = "MATCH (p:Pump) RETURN p._id, properties(p)['ratedFlow'], properties(p)['nextRatedFlow'] ORDER BY p._id"


def kinds(project: Project) -> list[list[str]]:
    versions = [project.history[each] for each in project.history.order[1:]]
    return [[placed.operation.kind for placed in (*each.expand, *each.backfill, *each.contract)] for each in versions]


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("unit: L/s", "unit: m^3/h", [["convert_property"], ["rename_property"]]),
        ("datatype: float, unit: L/s", "datatype: int, unit: mL/s", [["convert_property"], ["rename_property"]]),
        ("unit: L/s", "unit: kW", [["change_property"]]),  # nothing says what becomes of a value
        ("unit: L/s, required: true", "unit: L/s", [["change_property"]]),
        (
            "fuel: { id: type:Generator/fuel, datatype: enum, enum: Fuel }",
            "fuel: { id: type:Generator/fuel, datatype: list, items: { datatype: string } }",
            [["change_property"]],
        ),
    ],
)
def test_values_that_can_be_converted_go_by_way_of_another_name(
    project: Project, old: str, new: str, wanted: list[list[str]]
) -> None:
    later = edited(project, old, new)

    assert kinds(later) == wanted
    assert check(later) == ()


@pytest.mark.neo4j
async def test_a_unit_changes_under_its_name(project: Project, held: Database) -> None:
    before = await everything(held)
    later = edited(project, "unit: L/s", "unit: m^3/h")

    first = await run(later, held)

    assert (first.objects, first.waiting) == (3, "0002_change")
    assert (await ask(held, PUMPS))[1:] == [["P-1", 1.0, 3.6], ["P-2", 2.0, 7.2]]
    await write(held, pump(1, nextRatedFlow=7.2))
    assert (await ask(held, PUMPS))[1] == ["P-1", 2.0, 7.2]
    await finish(later, held)
    assert (await ask(held, PUMPS))[1:] == [["P-1", None, 7.2], ["P-2", None, 7.2]]
    await run(later, held)
    await finish(later, held)

    kind = (await in_force(held)).asset_types["Pump"].properties["ratedFlow"]
    assert (kind.id, kind.unit, kind.required) == ("type:Pump/ratedFlow", "m^3/h", True)
    assert await ask(held, PUMPS) == [["P-0", 0.0, None], ["P-1", 7.2, None], ["P-2", 7.2, None]]
    await write(held, pump(1, ratedFlow=3.6))

    await back(later, held, "0001_start")

    assert await everything(held) == before
