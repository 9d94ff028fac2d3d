"""Values of enums within lists, maps and objects give way to others, and come back."""

from __future__ import annotations

import pytest

from graph.changes import UpsertAsset
from graph.database import Database
from graph.errors import ChangesRefused
from graph.ontology import parse_ontology
from migrations import DataInTheWay, Project, forecast
from migrations.effects import demands
from migrations.making import Answers
from tests.migrations.running import ask
from tests.migrations.test_succession import edited, finish, held, run, write
from tests.migrations.test_undoing import back, everything

__all__ = ["held"]

FUEL = "      fuel: { id: type:Generator/fuel, datatype: enum, enum: Fuel }\n"
HOLDING = """\
      spare: { datatype: list, items: { datatype: enum, enum: Fuel } }
      tanks:
        datatype: list
        items: { datatype: object, fields: { fuel: { datatype: enum, enum: Fuel }, note: { datatype: string } } }
      mix: { datatype: map, items: { datatype: enum, enum: Fuel } }
"""
VALUES = "MATCH (g:Generator) RETURN g._id, g.fuel, g.spare, g.tanks, g.mix ORDER BY g._id"
BODY = (
    "format: twin-ontology/1\nname: fuels\nenums: {{Fuel: {{values: [{0}]}}}}\n"
    "assetTypes: {{A: {{properties: {{mix: {{datatype: map, items: {{datatype: enum, enum: Fuel}}}}}}}}}}\n"
)


def test_a_value_that_is_lost_within_others_is_what_is_asked_for() -> None:
    before, after = (parse_ontology(BODY.format(values)) for values in ("OIL, GAS", "GAS"))

    (demand,) = demands(before, after)

    assert (demand.rule, demand.element, demand.lost) == ("within", "A.mix", ("OIL",))
    assert demands(after, before) == ()


@pytest.mark.neo4j
async def test_a_value_is_replaced_wherever_it_stands(project: Project, held: Database) -> None:
    project = edited(project, FUEL, f"{FUEL}{HOLDING}")
    await run(project, held)
    await write(
        held,
        UpsertAsset(
            id="G-1",
            type="Generator",
            name="G-1",
            properties={
                "fuel": "DIESEL",
                "spare": ["GAS", "DIESEL", "DIESEL"],
                "tanks": [{"fuel": "GAS", "note": "no DIESEL"}, {"fuel": "DIESEL"}],
                "mix": {"DIESEL": "GAS", "main": "DIESEL"},
            },
        ),
        UpsertAsset(
            id="G-2",
            type="Generator",
            name="G-2",
            properties={"spare": ["GAS"], "tanks": [{"fuel": "GAS", "note": "DIESEL"}], "mix": {"DIESEL": "GAS"}},
        ),
    )
    before = await everything(held)
    answers = Answers(successors={("Fuel", "DIESEL"): "HVO"})
    later = edited(project, "values: [DIESEL, GAS]", "values: [HVO, GAS]", answers)
    await run(later, held)
    planned = await forecast(later, held, complete=True)

    ended = await finish(later, held)

    assert {each.step: each.objects for each in planned.efforts} == {
        "replace DIESEL by HVO in Generator.fuel": 1,
        "replace DIESEL within Generator.mix": 1,
        "replace DIESEL within Generator.spare": 1,
        "replace DIESEL within Generator.tanks": 1,
    }
    assert (ended.objects, ended.hash, planned.breaches) == (4, later.desired.hash, ())
    assert await ask(held, VALUES) == [
        [
            "G-1",
            "HVO",
            ["GAS", "HVO", "HVO"],
            ['{"fuel":"GAS","note":"no DIESEL"}', '{"fuel":"HVO"}'],
            '{"DIESEL":"GAS","main":"HVO"}',
        ],
        ["G-2", None, ["GAS"], ['{"fuel":"GAS","note":"DIESEL"}'], '{"DIESEL":"GAS"}'],
    ]
    with pytest.raises(ChangesRefused):
        await write(held, UpsertAsset(id="G-2", type="Generator", properties={"spare": ["DIESEL"]}))

    await back(later, held)

    assert await everything(held) == before


@pytest.mark.neo4j
@pytest.mark.long
async def test_a_value_that_is_only_removed_stands_in_the_way(project: Project, held: Database) -> None:
    project = edited(project, FUEL, f"{FUEL}{HOLDING}")
    await run(project, held)
    await write(held, UpsertAsset(id="G", type="Generator", name="G", properties={"mix": {"main": "DIESEL"}}))
    await write(held, UpsertAsset(id="H", type="Generator", name="H", properties={"mix": {"DIESEL": "GAS"}}))
    later = edited(project, "values: [DIESEL, GAS]", "values: [GAS]")
    await run(later, held)

    with pytest.raises(DataInTheWay) as refused:
        await finish(later, held)

    assert [(each.place, each.actual) for each in refused.value.problems] == [
        ("Generator.mix", "1 asset, e.g. G of tenant site")
    ]
    await write(held, UpsertAsset(id="G", type="Generator", properties={"mix": {"main": "GAS"}}))
    assert (await finish(later, held)).hash == later.desired.hash
