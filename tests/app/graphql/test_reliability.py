"""Single points of failure and cut sets through the schema."""

from __future__ import annotations

import math
import sys
from dataclasses import replace

import pytest

from app.graphql.rows import finite
from graph.access import Principal
from graph.analysis import CutSetAnalysis, CutSetRequest
from graph.cutsets import Between, Cut, CutSets, Phase, Reason
from graph.identity import Revision
from tests.app.door import Door
from tests.pumping import cypher

pytestmark = pytest.mark.neo4j

SPOF = """
query Q($asset: ID!, $level: Level, $first: Int, $after: String) {
  singlePointsOfFailure(asset: $asset, level: $level, first: $first, after: $after) {
    totalCount nodes { id name } edges { cursor node { type } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""

CUT_SETS = """
query Q($asset: ID!, $among: AssetFilter, $maxOrder: Int, $first: Int, $by: String, $time: Duration) {
  cutSets(asset: $asset, among: $among, maxOrder: $maxOrder, first: $first, probabilityBy: $by, missionTime: $time) {
    revision count cutSets { id } completeToOrder probability probabilityBounds { lower upper }
    importance { asset { id name } birnbaum fussellVesely riskAchievementWorth riskReductionWorth }
    truncated { reason limit after } } }"""


async def set_unavailability(door: Door, **values: float) -> None:
    await set_property(door, "unavailability", **values)


async def set_property(door: Door, name: str, **values: float) -> None:
    text = f"MATCH (a:Asset {{_tenant: $tenant, _id: $id}}) SET a.{name} = $value"
    for asset, value in values.items():
        given = {"id": asset, "value": value}
        await door.database.write(
            door.context.principal.tenant, lambda unit, given=given: unit.write(cypher(text, "id", "value"), given)
        )


async def test_single_points_of_failure(door: Door) -> None:
    found = (await door.ask(SPOF, asset="S"))["singlePointsOfFailure"]
    assert found["nodes"] == [{"id": "G", "name": "Grid feed"}]
    assert found["edges"][0]["node"] == {"type": "GridFeed"}
    assert found["totalCount"] == 1
    assert found["pageInfo"]["hasNextPage"] is False
    for asset in ("G", "C", "R1"):
        assert (await door.ask(SPOF, asset=asset))["singlePointsOfFailure"]["totalCount"] == 0


async def test_any_fall_counts_where_degraded_is_asked_for(door: Door) -> None:
    weak = "MATCH (:Asset {_tenant: $tenant, _id: 'S'})-[r:DEPENDS_ON]->() SET r.needs = 2.0, r.loss = 0.5"
    await door.database.write(door.context.principal.tenant, lambda unit: unit.write(cypher(weak)))
    assert (await door.ask(SPOF, asset="S"))["singlePointsOfFailure"]["nodes"] == []
    found = (await door.ask(SPOF, asset="S", level="DEGRADED"))["singlePointsOfFailure"]
    assert [each["id"] for each in found["nodes"]] == ["G", "P1", "P2"]


async def test_pages_go_on_after_an_id(door: Door) -> None:
    both = "MATCH (:Asset {_tenant: $tenant, _id: 'S'})-[r:DEPENDS_ON]->() SET r.needs = 2.0"
    await door.database.write(door.context.principal.tenant, lambda unit: unit.write(cypher(both)))
    seen: list[str] = []
    after, more = None, True
    while more:
        page = (await door.ask(SPOF, asset="S", first=1, after=after))["singlePointsOfFailure"]
        assert page["totalCount"] == 3
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        seen += [each["id"] for each in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert seen == ["G", "P1", "P2"]
    assert (await door.refused(SPOF, asset="S", level="DEGRADED", after=after))["code"] == "CURSOR_INVALID"
    assert (await door.refused(SPOF, asset="P1", after=after))["code"] == "CURSOR_INVALID"


@pytest.mark.parametrize(
    ("given", "code", "place"),
    [
        ({"asset": "nobody"}, "UNKNOWN_ASSET", "asset"),
        ({"asset": "S", "level": "OK"}, "VALUE_INVALID", "level"),
        ({"asset": "S", "level": "UNKNOWN"}, "VALUE_INVALID", "level"),
        ({"asset": "S", "first": 100_000}, "LIMIT_EXCEEDED", "first"),
    ],
)
async def test_wrong_questions_about_single_points(door: Door, given: dict[str, object], code: str, place: str) -> None:
    refusal = await door.refused(SPOF, **given)
    assert (refusal["code"], refusal["place"]) == (code, place)


async def test_cut_sets(door: Door) -> None:
    found = (await door.ask(CUT_SETS, asset="S", maxOrder=3))["cutSets"]
    assert found == {
        "revision": 7,
        "count": "2",
        "cutSets": [[{"id": "G"}], [{"id": "P1"}, {"id": "P2"}]],
        "completeToOrder": None,
        "probability": None,
        "probabilityBounds": None,
        "importance": [],
        "truncated": None,
    }
    assert (await door.ask(CUT_SETS, asset="S", maxOrder=1))["cutSets"]["count"] == "1"
    assert (await door.ask(CUT_SETS, asset="S", first=1))["cutSets"]["cutSets"] == [[{"id": "G"}]]
    assert (await door.ask(CUT_SETS, asset="R1"))["cutSets"]["count"] == "0"


@pytest.mark.parametrize(
    ("among", "expected"),
    [
        ({"types": ["Pump"]}, [["P1", "P2"]]),
        ({"ids": ["P1"]}, []),
        ({"within": "R1", "property": [{"name": "ratedFlow", "gt": 1}]}, [["P1", "P2"]]),
        ({"not": {"types": ["Pump"]}}, [["G"]]),
        ({"ids": ["S", "G"]}, [["G"]]),
    ],
)
async def test_events_are_chosen_by_filter(door: Door, among: dict[str, object], expected: list[list[str]]) -> None:
    found = (await door.ask(CUT_SETS, asset="S", among=among))["cutSets"]["cutSets"]
    assert [[each["id"] for each in cut_set] for cut_set in found] == expected


async def test_probabilities_come_from_the_property_named(door: Door) -> None:
    await set_unavailability(door, G=0.01, P1=0.1, P2=0.2)
    found = (await door.ask(CUT_SETS, asset="S", by="unavailability"))["cutSets"]
    assert found["probability"] == pytest.approx(0.01 + 0.99 * 0.02)
    assert found["probabilityBounds"] == {"lower": found["probability"], "upper": found["probability"]}
    first = found["importance"][0]
    assert first["asset"] == {"id": "P1", "name": "Pump 1"}
    assert first["birnbaum"] == pytest.approx(0.99 * 0.2)
    assert {each["asset"]["id"] for each in found["importance"]} == {"G", "P1", "P2"}


async def test_what_is_proven_is_told_where_the_budget_is_spent(door: Door) -> None:
    spent = Cut(reason=Reason.NODES, limit=80, phase=Phase.DIAGRAM)
    between = Between(lower=0.01, upper=0.2)

    class Spent:
        async def ask(self, principal: Principal, request: CutSetRequest) -> CutSetAnalysis:
            found = CutSets(cut_sets=(("G",),), complete_to=1, bounds=between, truncated=spent)
            return CutSetAnalysis(revision=Revision(7), found=found)

    door.context = replace(door.context, cut_sets=Spent())
    found = (await door.ask(CUT_SETS, asset="S", by="unavailability"))["cutSets"]
    assert found == {
        "revision": 7,
        "count": None,
        "cutSets": [[{"id": "G"}]],
        "completeToOrder": 1,
        "probability": None,
        "probabilityBounds": {"lower": 0.01, "upper": 0.2},
        "importance": [],
        "truncated": {"reason": "DIAGRAM_NODES", "limit": 80, "after": None},
    }


async def test_failures_per_time_need_a_time(door: Door) -> None:
    await set_property(door, "failureRate", G=0.1)
    found = (await door.ask(CUT_SETS, asset="S", by="failureRate", time="P30D"))["cutSets"]
    assert found["probability"] == pytest.approx(-math.expm1(-0.1 * 30 / 365.25))
    assert (await door.refused(CUT_SETS, asset="S", by="failureRate"))["place"] == "missionTime"
    assert (await door.refused(CUT_SETS, asset="S", time="P30D"))["place"] == "missionTime"


async def test_those_with_a_probability_are_the_events_by_default(door: Door) -> None:
    await set_unavailability(door, G=0.01)
    found = (await door.ask(CUT_SETS, asset="S", by="unavailability"))["cutSets"]
    assert (found["cutSets"], found["probability"]) == ([[{"id": "G"}]], 0.01)
    assert found["importance"][0]["riskReductionWorth"] == sys.float_info.max
    among = (await door.ask(CUT_SETS, asset="S", by="unavailability", among={"types": ["Equipment"]}))["cutSets"]
    assert (among["count"], among["probability"]) == ("2", None)


async def test_without_any_probability_all_are_events(door: Door) -> None:
    assert (await door.ask(CUT_SETS, asset="S", by="unavailability"))["cutSets"]["count"] == "2"


@pytest.mark.parametrize(
    ("given", "code", "place"),
    [
        ({"asset": "nobody"}, "UNKNOWN_ASSET", "asset"),
        ({"asset": "S", "maxOrder": 0}, "VALUE_INVALID", "maxOrder"),
        ({"asset": "S", "first": 20_000}, "LIMIT_EXCEEDED", "first"),
        ({"asset": "S", "by": "ratedFlow"}, "VALUE_INVALID", "probabilityBy"),
        ({"asset": "S", "by": "serialNumber"}, "VALUE_INVALID", "probabilityBy"),
        ({"asset": "S", "by": "chance"}, "UNKNOWN_PROPERTY", "probabilityBy"),
        ({"asset": "S", "among": {"types": ["Submarine"]}}, "UNKNOWN_TYPE", None),
    ],
)
async def test_wrong_questions_about_cut_sets(
    door: Door, given: dict[str, object], code: str, place: str | None
) -> None:
    refusal = await door.refused(CUT_SETS, **given)
    assert (refusal["code"], refusal.get("place") if place else None) == (code, place)


async def test_a_value_that_is_no_probability_is_refused(door: Door) -> None:
    await set_unavailability(door, P1=3.0)
    refusal = await door.refused(CUT_SETS, asset="S", by="unavailability")
    assert (refusal["code"], refusal["actual"]) == ("VALUE_INVALID", "3.0")


async def test_statements_do_not_grow_with_what_is_upstream(door: Door) -> None:
    await door.ask(CUT_SETS, asset="S", by="unavailability", among={"types": ["Equipment"]})
    assert len([name for name in door.statements if name == "assets chosen"]) == 1
    assert len([name for name in door.statements if name == "assets by ids"]) == 1


def test_infinity_is_the_largest_float() -> None:
    assert finite(float("inf")) == 1.7976931348623157e308
    assert finite(2.0) == 2.0
