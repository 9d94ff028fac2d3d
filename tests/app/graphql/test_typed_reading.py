"""Typed lists, filters, neighbours and groups, answered by one statement."""

from __future__ import annotations

from typing import Any

import pytest

from app.graphql import build_schema
from graph.access import operator
from graph.identity import Tenant, parse_tenant
from graph.ontology import Ontology
from tests.app.door import Door, context_of
from tests.app.graphql.conftest import START

pytestmark = pytest.mark.neo4j


async def test_a_tree_with_filters_counts_and_pages_is_one_statement(door: Door) -> None:
    answer = await door.ask(
        """query($least: Float) {
          buildings(filter: {name: {startsWith: "Building"}}) {
            totalCount
            nodes {
              name
              contains(first: 1) { totalCount pageInfo { hasNextPage } edges { key node { id
                ... on Room { contains(filter: {types: ["Equipment"]}) { nodes { id
                  ... on AnyPump { flow: ratedFlow poweredBy(filter: {name: {eq: "Grid feed"}}) {
                    totalCount edges { delay key revision properties node { __typename id } } } }
                } } } } } }
            }
          }
          pumps(filter: {ratedFlow: {gte: $least}}, orderBy: [{ratedFlow: DESC}]) { nodes { id __typename ratedFlow } }
        }""",
        least=7,
    )
    (building,) = answer["buildings"]["nodes"]
    (room,) = building["contains"]["edges"]
    assert (building["contains"]["totalCount"], building["contains"]["pageInfo"]["hasNextPage"]) == (2, True)
    first, second = room["node"]["contains"]["nodes"]
    assert first == {
        "id": "P1",
        "flow": 12.5,
        "poweredBy": {
            "totalCount": 1,
            "edges": [
                {
                    "delay": "PT15M",
                    "key": "",
                    "revision": 1,
                    "properties": {"delay": "PT15M"},
                    "node": {"__typename": "GridFeed", "id": "G"},
                }
            ],
        },
    }
    assert second["poweredBy"]["edges"][0]["delay"] is None
    assert answer["pumps"]["nodes"] == [
        {"id": "P1", "__typename": "Pump", "ratedFlow": 12.5},
        {"id": "P2", "__typename": "Pump", "ratedFlow": 7.0},
    ]
    assert door.statements == ["assets", "assets"]


FITTING: dict[str, list[str]] = {
    "{}": ["C", "P1", "P2"],
    '{id: {in: ["P2", "C", "R1"]}}': ["C", "P2"],
    '{id: {in: ["P2", "C"], eq: "P1"}}': [],
    "{ratedFlow: {isNull: true}}": ["C"],
    "{not: {ratedFlow: {gt: 7}}}": ["C", "P2"],
    '{or: [{ratedFlow: {gt: 7}}, {name: {contains: "rifug"}}]}': ["C", "P1"],
    '{name: {in: ["Pump 2", "Else"]}}': ["P2"],
    '{within: "B", poweredBy: {some: {within: "B"}}}': [],
    "{or: []}": [],
    '{and: [{ratedFlow: {gt: 1}}, {within: "R1"}]}': ["P1", "P2"],
    "{poweredBy: {some: {}}}": ["P1", "P2"],
    "{poweredBy: {none: {}}}": ["C"],
    '{poweredBy: {all: {name: {eq: "Else"}}}}': ["C"],
    '{poweredBy: {some: {powers: {some: {id: {eq: "P2"}}}}}}': ["P1", "P2"],
    '{containedIn: {some: {id: {eq: "R1"}, containedIn: {some: {name: {startsWith: "Building"}}}}}}': ["P1", "P2"],
    "{poweredBy: null, ratedFlow: null}": ["C", "P1", "P2"],
}


async def test_filters(door: Door) -> None:
    asked = " ".join(f"q{n}: pumps(filter: {each}) {{ nodes {{ id }} }}" for n, each in enumerate(FITTING))
    answer = await door.ask(f"{{ {asked} }}")
    found = {each: [node["id"] for node in answer[f"q{n}"]["nodes"]] for n, each in enumerate(FITTING)}
    assert found == FITTING


async def test_pages_of_neighbours_go_on_where_they_ended(door: Door) -> None:
    query = """query($after: String) { gridFeeds { nodes { powers(first: 1, after: $after) {
        nodes { id } pageInfo { hasNextPage endCursor } } } } }"""
    seen: list[str] = []
    after: str | None = None
    page: dict[str, Any] = {}
    for _ in range(2):
        page = (await door.ask(query, after=after))["gridFeeds"]["nodes"][0]["powers"]
        seen += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert (seen, page["pageInfo"]["hasNextPage"]) == (["P1", "P2"], False)
    other = query.replace("first: 1", 'first: 1, filter: {name: {eq: "x"}}')
    assert (await door.refused(other, after=after))["code"] == "CURSOR_INVALID"


async def test_groups_come_with_the_list(door: Door) -> None:
    answer = await door.ask(
        """{ pumps(filter: {ratedFlow: {isNull: false}}, first: 1) {
            nodes: aggregate(groupBy: [parent, type], measures: [{ratedFlow: SUM}, {ratedFlow: MAX}]) {
                group count values }
            all: aggregate { count }
            n: nodes { id } } }"""
    )
    assert answer["pumps"] == {
        "nodes": [{"group": {"parent": "R1", "type": "Pump"}, "count": 2, "values": [19.5, 12.5]}],
        "all": [{"count": 2}],
        "n": [{"id": "P1"}],
    }
    assert door.statements == ["assets"]


async def test_what_is_wrong_with_a_filter_is_told(door: Door) -> None:
    for given, code in (
        ("{ratedFlow: {eq: null}}", "VALUE_INVALID"),
        ("{id: {eq: null}}", "VALUE_INVALID"),
        ('{ratedFlow: {gt: "much"}}', "QUERY_INVALID"),
        ("{rated: {gt: 1}}", "QUERY_INVALID"),
        (f"{{or: [{', '.join(['{poweredBy: {some: {}}}'] * 21)}]}}", "LIMIT_EXCEEDED"),
    ):
        refusal = await door.refused(f"{{ pumps(filter: {given}) {{ nodes {{ id }} }} }}")
        assert refusal["code"] == code, refusal
    refusal = await door.refused("{ pumps(orderBy: [{ratedFlow: ASC, name: ASC}]) { totalCount } }")
    assert refusal["code"] == "QUERY_INVALID"
    groups = " ".join(f"a{number}: aggregate {{ count }}" for number in range(11))
    assert (await door.refused(f"{{ pumps {{ {groups} }} }}"))["code"] == "LIMIT_EXCEEDED"
    refusal = await door.refused("{ pumps(first: 1001) { nodes { id } } }")
    assert refusal["code"] == "LIMIT_EXCEEDED"


async def test_lists_in_lists_have_a_ceiling(door: Door) -> None:
    below = "id"
    for number in range(12):
        below = f"{'powers' if number % 2 else 'poweredBy'}(first: 1) {{ nodes {{ {below} }} }}"
    refusal = await door.refused(f"{{ equipment(first: 1) {{ nodes {{ x: powers {{ nodes {{ {below} }} }} }} }} }}")
    assert refusal["code"] == "LIMIT_EXCEEDED"
    assert door.statements == []


async def test_names_that_mean_different_things_on_different_types(door: Door) -> None:
    answer = await door.ask(
        """{ equipments: equipment(filter: {id: {in: ["G", "P1"]}}) { nodes {
            x: name ... on GridFeed { y: powers(first: 1) { nodes { id } } } ... on Pump { y: poweredBy { totalCount } }
        } } }"""
    )
    assert answer["equipments"]["nodes"] == [
        {"x": "Grid feed", "y": {"nodes": [{"id": "P1"}]}},
        {"x": "Pump 1", "y": {"totalCount": 1}},
    ]


async def test_another_tenant_sees_nothing_of_it(door: Door, tenant: Tenant, ontology: Ontology) -> None:
    other = operator(parse_tenant(f"{tenant[:31]}z"))
    stranger = Door(
        schema=build_schema(ontology), context=context_of(door.database, other, ontology), database=door.database
    )
    answer = await stranger.ask(
        "{ pumps(filter: {poweredBy: {some: {}}}) { totalCount nodes { id } aggregate { count } } }"
    )
    assert answer == {"pumps": {"totalCount": 0, "nodes": [], "aggregate": [{"count": 0}]}}


VALUES = {
    "purchaseCost": "12.50",
    "installedOn": "2020-01-31",
    "maintenanceInterval": "P30D",
    "variableSpeed": True,
    "ratedFlow": 3.5,
}
ADDRESS = {"city": "X", "country": "CH"}
PLACE = {"longitude": 8.5, "latitude": 47.25}
HELD = """{
  pumps(filter: {purchaseCost: {gte: "12.5"}, installedOn: {lt: "2020-02-01"}, maintenanceInterval: {in: ["P30D"]},
      variableSpeed: {eq: true}}, orderBy: [{purchaseCost: DESC}, {name: ASC}]) {
    nodes { purchaseCost installedOn maintenanceInterval variableSpeed ratedFlow coolingCapacity } }
  sites(filter: {location: {isNull: false}}) {
    nodes { location { latitude longitude height } address { street city country } } }
  ups: upses(filter: {topology: {in: [STANDBY]}}) { nodes { topology } }
  services(filter: {tags: {contains: "b"}, not: {tags: {contains: "c"}}}) {
    nodes { tags stage contained: containedIn { totalCount } } }
}"""


async def test_values_of_every_kind(campus: Door) -> None:
    assets: list[dict[str, Any]] = [
        {"id": "P9", "type": "Pump", "properties": VALUES},
        {"id": "S9", "type": "Site", "properties": {"location": PLACE, "address": ADDRESS}},
        {"id": "U9", "type": "Ups", "properties": {"topology": "STANDBY", "apparentPower": 5}},
        {"id": "V9", "type": "Service", "properties": {"tags": ["a", "b"]}},
    ]
    changes = [{"upsertAsset": {"name": each["id"], **each}} for each in assets]
    written = await campus.ask(START, input={"changes": changes})
    assert written["applyChanges"] == {"__typename": "ChangesApplied"}, written
    assert await campus.ask(HELD) == {
        "pumps": {"nodes": [{**VALUES, "coolingCapacity": None}]},
        "sites": {"nodes": [{"location": {**PLACE, "height": None}, "address": {**ADDRESS, "street": None}}]},
        "ups": {"nodes": [{"topology": "STANDBY"}]},
        "services": {"nodes": [{"tags": ["a", "b"], "stage": "PRODUCTION", "contained": {"totalCount": 0}}]},
    }
    for wrong in ('purchaseCost: {eq: "x"}', 'installedOn: {eq: "2020-02-30"}', "variableSpeed: {eq: 1}"):
        assert (await campus.refused(f"{{ pumps(filter: {{{wrong}}}) {{ totalCount }} }}"))["code"] in (
            "VALUE_INVALID",
            "QUERY_INVALID",
        )


@pytest.mark.parametrize("given", ["[1]", "{some: 1}", "true"])
async def test_lists_and_objects_in_filters_of_neighbours(campus: Door, given: str) -> None:
    """Where neighbours are of several types, the filter is the contract's own, with values of any kind."""
    asked = "{ pumps { nodes { cooledBy(filter: {%s}) { totalCount } } } }"
    await campus.ask(asked % 'name: {in: ["a", "b"]}, not: {name: {in: []}}')
    wrong = asked % f'property: [{{name: "coolingCapacity", eq: {given}}}]'
    assert (await campus.refused(wrong))["code"] == "VALUE_INVALID"
