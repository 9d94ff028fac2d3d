"""Reads through the schema: what comes back, and how many statements it takes."""

from __future__ import annotations

import pytest

from tests.app.door import Door
from tests.pumping import cypher

pytestmark = pytest.mark.neo4j


async def test_an_asset(door: Door) -> None:
    query = '{ asset(id: "P1") { __typename id type name properties externalIds { system id } sourceOf revision } }'
    assert await door.ask(query) == {
        "asset": {
            "__typename": "Pump",
            "id": "P1",
            "type": "Pump",
            "name": "Pump 1",
            "properties": {"ratedFlow": 12.5},
            "externalIds": [],
            "sourceOf": [],
            "revision": 1,
        }
    }
    assert len(door.statements) == 1


async def test_an_asset_that_is_not_there(door: Door) -> None:
    assert await door.ask('{ asset(id: "nobody") { id } assetByExternalId(system: "CMMS", id: "1") { id } }') == {
        "asset": None,
        "assetByExternalId": None,
    }


async def test_a_tree_is_one_statement(door: Door) -> None:
    query = """
    { asset(id: "B") {
        name
        children { totalCount nodes { id children(first: 1) { edges { cursor node { id parents { id } } }
                                                              pageInfo { hasNextPage endCursor } } } }
        descendants(types: ["Pump"]) { nodes { id ancestors { id } } }
    } }"""
    data = await door.ask(query)
    assert len(door.statements) == 1
    building = data["asset"]
    assert building["children"]["totalCount"] == 2
    first, second = building["children"]["nodes"]
    assert (first["id"], second["id"]) == ("R1", "R2")
    (edge,) = first["children"]["edges"]
    assert edge["node"] == {"id": "P1", "parents": [{"id": "R1"}]}
    assert first["children"]["pageInfo"] == {"hasNextPage": True, "endCursor": edge["cursor"]}
    assert [each["id"] for each in building["descendants"]["nodes"]] == ["P1", "P2"]
    assert building["descendants"]["nodes"][0]["ancestors"] == [{"id": "R1"}, {"id": "B"}]


async def test_dependencies_and_relationships(door: Door) -> None:
    query = """
    { asset(id: "S") {
        dependencies { nodes { id } }
        deep: dependencies(maxDepth: 2) { nodes { id } }
        relationships(types: ["DEPENDS_ON"]) { nodes { type key from { id } to { id name } properties } totalCount }
    } }"""
    service = (await door.ask(query))["asset"]
    assert [each["id"] for each in service["dependencies"]["nodes"]] == ["P1", "P2"]
    assert {each["id"] for each in service["deep"]["nodes"]} == {"P1", "P2", "G"}
    assert service["relationships"]["totalCount"] == 2
    first, _ = sorted(service["relationships"]["nodes"], key=lambda each: each["to"]["id"])
    assert first == {
        "type": "DEPENDS_ON",
        "key": "",
        "from": {"id": "S"},
        "to": {"id": "P1", "name": "Pump 1"},
        "properties": {"group": "pumps", "needs": 1.0},
    }


async def test_aliases_and_conditions(door: Door) -> None:
    query = """
    query Q($no: Boolean!) {
      asset(id: "B") {
        called: name
        name @include(if: $no)
        one: children(first: 1) { nodes { id } }
        all: children { a: nodes { x: id } b: nodes { x: name } }
        ...Gone @skip(if: true)
      }
    }
    fragment Gone on Asset { type }"""
    data = await door.ask(query, no=False)
    assert data["asset"] == {
        "called": "Building B",
        "one": {"nodes": [{"id": "R1"}]},
        "all": {
            "a": [{"x": "R1"}, {"x": "R2"}],
            "b": [{"x": "Room 1"}, {"x": "Room 2"}],
        },
    }


async def test_fragments_by_type(door: Door) -> None:
    query = """
    { assets(orderBy: [{field: "id"}]) { nodes {
        id
        ... on Pump { what: name }
        ... on Room { what: type children(first: 1) { nodes { id } } }
        ... on Equipment { power: name }
        ... on AnyPump { pump: name }
    } } }"""
    nodes = {each["id"]: each for each in (await door.ask(query))["assets"]["nodes"]}
    assert nodes["P1"] == {"id": "P1", "what": "Pump 1", "power": "Pump 1", "pump": "Pump 1"}
    assert nodes["R1"] == {"id": "R1", "what": "Room", "children": {"nodes": [{"id": "P1"}]}}
    assert nodes["C"] == {"id": "C", "power": "Centrifugal pump", "pump": "Centrifugal pump"}
    assert nodes["B"] == {"id": "B"}
    assert len(door.statements) == 1


async def test_filters_orders_and_pages(door: Door) -> None:
    query = """
    query Pumps($after: String) {
      assets(
        filter: {types: ["Pump"], or: [{property: [{name: "ratedFlow", gte: 7}]}, {name: {startsWith: "Centri"}}]}
        orderBy: [{field: "ratedFlow", direction: DESC}]
        first: 2
        after: $after
      ) { nodes { id } totalCount pageInfo { hasNextPage hasPreviousPage endCursor } }
    }"""
    first = (await door.ask(query))["assets"]
    assert [each["id"] for each in first["nodes"]] == ["P1", "P2"]
    assert first["totalCount"] == 3
    assert first["pageInfo"]["hasNextPage"] is True
    second = (await door.ask(query, after=first["pageInfo"]["endCursor"]))["assets"]
    assert [each["id"] for each in second["nodes"]] == ["C"], "nulls come last"
    assert second["pageInfo"]["hasNextPage"] is False


async def test_what_is_null_is_not_asked_for(door: Door) -> None:
    query = """
    query Q($ids: [ID!], $text: String, $page: Int) {
      assets(filter: {ids: $ids, name: {contains: $text}, within: null}, first: $page) { totalCount }
    }"""
    assert await door.ask(query, ids=None, text=None, page=None) == {"assets": {"totalCount": 8}}
    assert await door.ask(query) == {"assets": {"totalCount": 8}}


async def test_a_comparison_with_null_is_not_dropped(door: Door) -> None:
    refusal = await door.refused('{ assets(filter: {property: [{name: "ratedFlow", eq: null}]}) { totalCount } }')
    assert refusal["code"] == "VALUE_INVALID"
    assert "isNull" in refusal["hint"]


async def test_search_and_aggregate(door: Door) -> None:
    query = """
    { aggregate(groupBy: ["type"], filter: {types: ["Pump"]}, measures: [{property: "ratedFlow", measure: SUM}]) {
        group count values } }"""
    rows = (await door.ask(query))["aggregate"]
    assert {"group": {"type": "Pump"}, "count": 2, "values": [19.5]} in rows
    assert {"group": {"type": "CentrifugalPump"}, "count": 1, "values": [None]} in rows


async def test_search_hits_carry_what_is_asked_of_them(door: Door) -> None:
    query = '{ search(text: "cooling") { score a: asset { x: id } b: asset { x: name parents { id } } } }'
    hits = (await door.ask(query))["search"]
    assert [(hit["a"], hit["b"]) for hit in hits] == [({"x": "S"}, {"x": "Cooling service", "parents": [{"id": "R2"}]})]
    assert hits[0]["score"] > 0


async def test_subgraph_and_paths(door: Door) -> None:
    query = """
    { subgraph(roots: ["G"], direction: OUT, relationshipTypes: ["POWERS"]) {
        revision truncated { reason } endCursor assets { id } relationships { type from { id } to { name } } }
      paths(from: "G", to: "S", first: 2) { length assets { id } relationships { type } } }"""
    data = await door.ask(query)
    assert data["subgraph"]["revision"] == 7
    assert [each["id"] for each in data["subgraph"]["assets"]] == ["G", "P1", "P2"]
    assert {each["to"]["name"] for each in data["subgraph"]["relationships"]} == {"Pump 1", "Pump 2"}
    assert [path["length"] for path in data["paths"]] == [2, 2]
    assert data["paths"][0]["assets"][0] == {"id": "G"}
    assert data["paths"][0]["relationships"] == [{"type": "POWERS"}, {"type": "DEPENDS_ON"}]


async def test_the_revision(door: Door) -> None:
    assert await door.ask("{ revision }") == {"revision": 7}


async def test_ontology_and_migrations(door: Door) -> None:
    query = """
    { ontology {
        revision hash
        assetTypes { name abstract count }
        assetType(name: "Pump") { displayName supertypes subtypes channels { name staleAfter }
                                  properties { name unit inheritedFrom } }
        none: assetType(name: "Submarine") { name }
        relationshipTypes { name impact kind count properties { name } }
      }
      migrations { revision } }"""
    data = await door.ask(query)
    counts = {each["name"]: each["count"] for each in data["ontology"]["assetTypes"]}
    assert (counts["Equipment"], counts["Pump"], counts["CentrifugalPump"]) == (5, 3, 1)
    pump = data["ontology"]["assetType"]
    assert pump["displayName"] == "Pump"
    assert pump["channels"] == [{"name": "vibration", "staleAfter": "PT5M"}]
    assert {"name": "ratedFlow", "unit": "L/s", "inheritedFrom": None} in pump["properties"]
    assert {"name": "ratedPower", "unit": "kW", "inheritedFrom": "Equipment"} in pump["properties"]
    assert data["ontology"]["none"] is None
    powers = next(each for each in data["ontology"]["relationshipTypes"] if each["name"] == "POWERS")
    assert (powers["impact"], powers["kind"], powers["count"]) == ("FORWARD", "FLOW", 2)
    assert data["migrations"] == []


async def test_nothing_is_counted_that_nobody_asked_for(door: Door) -> None:
    await door.ask("{ ontology { revision assetTypes { name } } }")
    assert door.statements == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ('{ assets(filter: {types: ["Submarine"]}) { totalCount } }', "UNKNOWN_TYPE"),
        ('{ assets(filter: {property: [{name: "colour", eq: 1}]}) { totalCount } }', "UNKNOWN_PROPERTY"),
        ("{ assets(first: 1000000) { nodes { id } } }", "LIMIT_EXCEEDED"),
        ('{ asset(id: "B") { descendants(first: 1000000) { nodes { id } } } }', "LIMIT_EXCEEDED"),
        ('{ asset(id: "B") { descendants(maxDepth: 1000000) { nodes { id } } } }', "LIMIT_EXCEEDED"),
        ('{ assets(after: "nonsense") { nodes { id } } }', "CURSOR_INVALID"),
        ("{ assets { nodes ", "QUERY_SYNTAX"),
        ("{ assets { nodes } }", "QUERY_INVALID"),
        ("{ assets(first: many) { totalCount } }", "QUERY_INVALID"),
    ],
)
async def test_wrong_requests_are_told_by_code(door: Door, query: str, code: str) -> None:
    assert (await door.refused(query))["code"] == code


async def test_statements_do_not_grow_with_rows(door: Door) -> None:
    query = """
    { assets(first: 300) { nodes {
        id name parents { id } children { nodes { id } } dependencies { nodes { id } }
        relationships { nodes { type from { id } to { id } } }
        history { nodes { revision entries { kind } } } } } }"""
    few = len((await door.ask(query))["assets"]["nodes"])
    sent = len(door.statements)
    many = cypher(
        "MATCH (r:Asset {_tenant: $tenant, _id: 'R2'}) UNWIND range(1, 200) AS n "
        "CREATE (r)-[:CONTAINS {_key: $tenant + n, _rev: 1}]->"
        "(:Asset:Pump:Equipment {_tenant: $tenant, _id: 'X' + n, name: 'Pump X', _rev: 1})"
    )
    await door.database.write(door.context.principal.tenant, lambda unit: unit.write(many))
    door.statements.clear()
    assert len((await door.ask(query))["assets"]["nodes"]) == few + 200
    assert len(door.statements) == sent
