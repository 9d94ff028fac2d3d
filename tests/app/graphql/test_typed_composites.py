"""Lists, objects, maps, and properties of relationships: read, filtered and given by their own types."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from graphql import GraphQLInputObjectType
from graphql.utilities import coerce_input_value

from app.graphql import NameClash, build_schema
from app.graphql.typed.values import properties_of
from graph.access import operator
from graph.database import connect
from graph.database.native import to_driver
from graph.errors import OntologyInvalid
from graph.identity import Tenant
from graph.ontology import Codecs, Ontology, parse_ontology
from graph.ontology.model import Json
from tests.app.door import Door, context_of
from tests.planting import Joined, Planted, plant
from tests.servers import Server

DOCUMENT = """
format: twin-ontology/1
name: kinds
enums:
  Colour: {values: [RED, GREEN, BLUE]}
assetTypes:
  Thing:
    properties:
      counts: {datatype: list, items: {datatype: int}}
      levels: {datatype: list, items: {datatype: float, unit: kW}}
      costs: {datatype: list, items: {datatype: decimal, scale: 2}}
      days: {datatype: list, items: {datatype: date}}
      moments: {datatype: list, items: {datatype: datetime}}
      spans: {datatype: list, items: {datatype: duration}}
      colours: {datatype: list, items: {datatype: enum, enum: Colour}}
      flags: {datatype: list, items: {datatype: boolean}}
      words: {datatype: list, items: {datatype: string}}
      parts: {datatype: list, items: {datatype: object, fields: {label: {datatype: string, required: true}}}}
      extras: {datatype: map}
      address:
        datatype: object
        description: Where letters go.
        fields:
          city: {datatype: string, required: true}
          number: {datatype: int}
          height: {datatype: float, unit: m}
          since: {datatype: date}
          colour: {datatype: enum, enum: Colour}
          nick: {datatype: list, items: {datatype: string}}
      plate:
        datatype: object
        fields:
          place: {datatype: point}
          maker: {datatype: object, fields: {name: {datatype: string, required: true}, born: {datatype: datetime}}}
relationshipTypes:
  FEEDS:
    inverse: FED_BY
    from: [Thing]
    to: [Thing]
    properties:
      limit: {datatype: float, unit: A}
      since: {datatype: date}
      colour: {datatype: enum, enum: Colour}
      terms: {datatype: object, fields: {days: {datatype: int, required: true}}}
"""

THINGS: dict[str, dict[str, Json]] = {
    "A": {
        "counts": [1, 2, 3],
        "levels": [0.5, 2],
        "costs": ["1.50"],
        "days": ["2026-01-31"],
        "moments": ["2026-01-31T12:00:00.000Z"],
        "spans": ["PT1H"],
        "colours": ["RED", "BLUE"],
        "flags": [True, False],
        "words": ["x", "yz"],
        "parts": [{"label": "first"}, {"label": "second"}],
        "extras": {"city": "Bern", "deep": {"number": 1}},
        "address": {
            "city": "Bern",
            "number": 1,
            "height": 2.0,
            "since": "2020-01-01",
            "colour": "RED",
            "nick": ["city"],
        },
        "plate": {
            "place": {"longitude": 8.5, "latitude": 47.25},
            "maker": {"name": "Acme", "born": "1999-01-01T00:00:00.000Z"},
        },
    },
    "B": {"counts": [], "address": {"city": 'Bern","number":1', "number": 12}, "words": [""]},
    "C": {"counts": [5], "address": {"city": "city"}, "days": ["2025-01-01", "2027-01-01"]},
    "D": {},
}
EDGES = (
    Joined(type="FEEDS", source="A", target="B", key="k", properties={"limit": 10.0, "colour": "RED"}),
    Joined(type="FEEDS", source="A", target="B", properties={"limit": 20.0}),
    Joined(type="FEEDS", source="A", target="C", properties={"limit": 5.0, "terms": '{"days":3}'}),
    Joined(type="FEEDS", source="B", target="C"),
)


@pytest.fixture(scope="module")
def kinds() -> Ontology:
    return parse_ontology(DOCUMENT)


@pytest.fixture
async def things(server: Server, tenant: Tenant, kinds: Ontology) -> AsyncIterator[Door]:
    database = connect(server.uri, user=server.user, password=server.password)
    codecs = Codecs(kinds).asset("Thing")
    planted = [
        Planted(
            id=name,
            type="Thing",
            properties={key: to_driver(each) for key, each in codecs.new(given).values.items() if each is not None},
        )
        for name, given in THINGS.items()
    ]
    await plant(database, tenant, kinds, planted, EDGES)
    yield Door(schema=build_schema(kinds), context=context_of(database, operator(tenant), kinds), database=database)
    await database.close()


FITTING: dict[str, list[str]] = {
    "counts: {contains: 2}": ["A"],
    "counts: {some: {gt: 2}}": ["A", "C"],
    "counts: {some: {gt: 1, lt: 3}}": ["A"],
    "counts: {some: {gt: 3, lt: 3}}": [],
    "counts: {all: {gte: 5}}": ["B", "C"],
    "counts: {none: {eq: 5}}": ["A", "B"],
    "counts: {none: {}}": ["B"],
    "counts: {isNull: true}": ["D"],
    "not: {counts: {some: {gt: 2}}}": ["B", "D"],
    "levels: {some: {lte: 0.5}}": ["A"],
    'costs: {contains: "1.5"}': ["A"],
    'days: {some: {gt: "2026-06-01"}}': ["C"],
    'days: {contains: "2026-01-31"}': ["A"],
    'moments: {contains: "2026-01-31T13:00:00+01:00"}': ["A"],
    'spans: {contains: "PT60M"}': ["A"],
    "colours: {contains: BLUE, all: {in: [RED, BLUE]}}": ["A"],
    "flags: {contains: false}": ["A"],
    'words: {some: {startsWith: "y"}}': ["A"],
    'words: {contains: ""}': ["B"],
    "parts: {isNull: false}": ["A"],
    "extras: {isNull: true}": ["B", "C", "D"],
    'address: {has: {city: "Bern"}}': ["A"],
    "address: {has: {number: 1}}": ["A"],
    'address: {has: {height: 2, since: "2020-01-01", colour: RED}}': ["A"],
    "address: {has: {number: null}}": ["C"],
    "address: {has: {}}": ["A", "B", "C"],
    'address: {has: {city: "Bern\\",\\"number\\":1"}}': ["B"],
    'address: {has: {city: "city"}}': ["C"],
    "not: {address: {has: {number: 1}}}": ["B", "C", "D"],
    "plate: {isNull: false}": ["A"],
    "feeds: {someEdge: {limit: {gte: 20}}}": ["A"],
    'feeds: {someEdge: {limit: {gte: 20}, node: {id: {eq: "C"}}}}': [],
    "feeds: {noEdge: {limit: {isNull: true}}}": ["A", "C", "D"],
    "feeds: {allEdges: {limit: {isNull: true}}}": ["B", "C", "D"],
    'feeds: {someEdge: {key: {eq: "k"}, colour: {eq: RED}}}': ["A"],
    'fedBy: {someEdge: {or: [{limit: {lt: 6}}, {key: {eq: "k"}}]}}': ["B", "C"],
    "fedBy: {someEdge: {not: {limit: {gt: 6}}}}": ["C"],
    "fedBy: {someEdge: {terms: {has: {days: 3}}, and: [{limit: {eq: 5}}]}}": ["C"],
    "feeds: {someEdge: {}, some: {fedBy: {someEdge: {limit: {eq: 5}}}}}": ["A", "B"],
}


async def test_what_filters_find(things: Door) -> None:
    asked = " ".join(f"q{n}: things(filter: {{{each}}}) {{ nodes {{ id }} }}" for n, each in enumerate(FITTING))
    answer = await things.ask(f"{{ {asked} }}")
    found = {each: [node["id"] for node in answer[f"q{n}"]["nodes"]] for n, each in enumerate(FITTING)}
    assert found == FITTING


async def test_objects_and_maps_are_read_by_their_own_types(things: Door) -> None:
    answer = await things.ask(
        """{ things(filter: {id: {in: ["A", "D"]}}) { nodes {
            address { __typename town: city number height since colour nick }
            plate { place { latitude height } maker { name born } } parts { label } extras } } }"""
    )
    assert answer["things"]["nodes"] == [
        {
            "address": {
                "__typename": "ThingAddress",
                "town": "Bern",
                "number": 1,
                "height": 2.0,
                "since": "2020-01-01",
                "colour": "RED",
                "nick": ["city"],
            },
            "plate": {
                "place": {"latitude": 47.25, "height": None},
                "maker": {"name": "Acme", "born": "1999-01-01T00:00:00.000Z"},
            },
            "parts": [{"label": "first"}, {"label": "second"}],
            "extras": {"city": "Bern", "deep": {"number": 1}},
        },
        {"address": None, "plate": None, "parts": None, "extras": None},
    ]


async def test_edges_of_a_list_are_chosen_by_their_own_properties(things: Door) -> None:
    query = """query($edges: FeedsRelationshipEdgeFilter, $after: String) { things(filter: {id: {eq: "A"}}) { nodes {
        feeds(edgeFilter: $edges, filter: {name: {ne: "x"}}, orderBy: [{limit: DESC}], first: 1, after: $after) {
            totalCount pageInfo { endCursor } edges { limit terms { days } node { id } } } } } }"""

    async def page(after: str | None = None, **edges: object) -> dict[str, Any]:
        return (await things.ask(query, edges=edges, after=after))["things"]["nodes"][0]["feeds"]

    first = await page(limit={"gte": 10})
    assert (first["totalCount"], [edge["limit"] for edge in first["edges"]]) == (2, [20.0])
    second = await page(first["pageInfo"]["endCursor"], limit={"gte": 10})
    assert [edge["limit"] for edge in second["edges"]] == [10.0]
    last = await page(terms={"has": {"days": 3}})
    assert last["edges"] == [{"limit": 5.0, "terms": {"days": 3}, "node": {"id": "C"}}]
    refusal = await things.refused(query, edges={"limit": {"gte": 9}}, after=first["pageInfo"]["endCursor"])
    assert refusal["code"] == "CURSOR_INVALID"
    refusal = await things.refused(query, edges={"limit": {"eq": None}})
    assert refusal["code"] == "VALUE_INVALID"


def test_what_is_too_deep_is_told_by_its_property(kinds: Ontology) -> None:
    deep: Json = {}
    for _ in range(500):
        deep = {"a": deep}
    field = cast("GraphQLInputObjectType", build_schema(kinds).core.type_map["ThingCreate"])
    given = cast("dict[str, object]", coerce_input_value({"id": "E", "extras": deep}, field))
    read = properties_of(kinds.asset_types["Thing"].properties, given)
    problems = Codecs(kinds).asset("Thing").new(read).problems
    assert [(problem.code, problem.property) for problem in problems] == [("VALUE_INVALID", "extras")]


def test_values_are_read_as_their_definition_says(kinds: Ontology) -> None:
    moment = datetime(2026, 1, 31, 12, tzinfo=UTC)
    extras = {"deep": [{"a": 1}]}
    given = {
        "moments": [moment],
        "spans": [timedelta(hours=1), None],
        "plate": {"maker": {"name": "Acme", "born": moment}, "place": {"longitude": 8.5, "latitude": 47.25}},
        "extras": extras,
        "address": None,
    }
    read = properties_of(kinds.asset_types["Thing"].properties, given)
    assert read == {
        "moments": ["2026-01-31T12:00:00.000Z"],
        "spans": ["PT1H", None],
        "plate": {
            "maker": {"name": "Acme", "born": "2026-01-31T12:00:00.000Z"},
            "place": {"longitude": 8.5, "latitude": 47.25},
        },
        "extras": extras,
        "address": None,
    }


def test_names_of_objects_are_claimed_as_all_others() -> None:
    taken = DOCUMENT.replace("assetTypes:", "assetTypes:\n  ThingAddress: {plural: thingAddresses}")
    with pytest.raises(OntologyInvalid) as refused:
        parse_ontology(taken)
    assert [problem.code for problem in refused.value.problems] == ["NAME_CLASH"]
    twice = DOCUMENT.replace("city: {datatype: string", "city: {id: type:Thing/x, datatype: string")
    assert build_schema(parse_ontology(twice)), "a field may have any id that is its own"
    same = "{id: type:Thing/same, datatype: object, fields: {name: {datatype: string}}}"
    document = DOCUMENT.replace(
        "      plate:",
        f"      plate2:\n        datatype: object\n        fields: {{a: {same}, b: {same}}}\n      plate:",
    )
    with pytest.raises(OntologyInvalid) as refused:
        parse_ontology(document)
    assert [problem.code for problem in refused.value.problems] == ["DUPLICATE_ID"]


def test_objects_of_one_id_are_refused_where_they_are_stored() -> None:
    """In an ontology that was stored before ids of nested objects were checked."""
    ontology = parse_ontology(DOCUMENT)
    thing = ontology.asset_types["Thing"]
    twin = replace(thing.properties["plate"], id=thing.properties["address"].id)
    properties = {**thing.properties, "plate": twin}
    with pytest.raises(NameClash):
        build_schema(replace(ontology, asset_types={"Thing": replace(thing, properties=properties)}))
