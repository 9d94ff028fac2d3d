"""Names that come in variables, as the service sees them with each request."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from graphql import FragmentDefinitionNode, OperationDefinitionNode, parse

from app.graphql import build_schema
from app.graphql.naming import Naming, Passed, naming
from graph.ontology import parse_ontology

WORLD = """
format: twin-ontology/1
name: world
enums:
  Status: {values: [OPEN, SHUT]}
assetTypes:
  Pump:
    properties:
      flow: {datatype: float, unit: L/s}
      level: {datatype: float}
      status: {datatype: enum, enum: Status}
    channels:
      vib: {datatype: float}
  Fan: {}
relationshipTypes:
  FEEDS: {inverse: FED_BY, from: [Pump], to: [Fan], impact: {direction: FORWARD}, properties: {size: {datatype: int}}}
"""


@pytest.fixture(scope="module")
def names() -> Naming:
    return build_schema(parse_ontology(WORLD)).naming


def passed(names: Naming, text: str) -> Passed:
    definitions = parse(text).definitions
    (operation,) = (each for each in definitions if isinstance(each, OperationDefinitionNode))
    fragments = {each.name.value: each for each in definitions if isinstance(each, FragmentDefinitionNode)}
    return names.passed(operation, fragments)


def seen(names: Naming, text: str, **variables: object) -> set[str]:
    return {str(each) for each in names.by_variables(passed(names, text), variables)}


STATUS_AND_FLOW = {"PropertyFilter.name=status", "PropertyFilter.name=flow"}
FILTERED = "query Q($f: AssetFilter, $o: [AssetOrder!]) { assets(filter: $f, orderBy: $o) { totalCount } }"
STATE = "state { channel(name: $c) { value } }"
CHANGED = "mutation Q($i: ChangeSetInput!) { applyChanges(input: $i) { __typename } }"


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"f": {"types": ["Pump", "Pmp"]}}, {"AssetFilter.types=Pump"}),
        ({"f": {"types": "Pump"}}, {"AssetFilter.types=Pump"}),
        (
            {"f": {"or": [{"types": ["Pump"], "property": [{"name": "flow", "gt": 3}]}]}},
            {"AssetFilter.types=Pump", "PropertyFilter.name@Pump=flow"},
        ),
        (
            {"f": {"property": {"name": "status", "in": ["OPEN", "AJAR"]}}},
            {"PropertyFilter.name=status", "PropertyFilter.in@status=OPEN"},
        ),
        (
            {"f": {"types": ["Pump"]}, "o": [{"field": "level"}, {"field": "name"}]},
            {"AssetFilter.types=Pump", "AssetOrder.field@Pump=level"},
        ),
        ({"f": {"types": ["Pump", 3], "within": ["Fan"]}}, {"AssetFilter.types=Pump"}),
        ({"f": ["Fan"], "o": {"field": {"field": "flow"}}, "x": {"types": ["Fan"]}}, set()),
        ({"f": None}, set()),
        ({"f": {"types": ["Pump", "a|b=c"], "property": {"name": "flow"}}}, {"AssetFilter.types=Pump"}),
        ({"f": {"property": {"name": ["status", "flow"], "eq": "OPEN"}}}, STATUS_AND_FLOW),
        ({}, set()),
        ({"f": {"types": ["P" * 10_000]}}, set()),
    ],
)
def test_names_in_inputs_whatever_a_caller_gives(names: Naming, given: dict[str, object], found: set[str]) -> None:
    assert seen(names, FILTERED, **given) == found


def test_names_in_changes_are_those_of_their_types(names: Naming) -> None:
    pump = {"upsertAsset": {"id": "p", "type": "Pump", "properties": {"flow": 3, "nothing": "Fan"}}}
    feeds = {"upsertRelationship": {"type": "FEEDS", "from": "p", "to": "f", "properties": {"size": 3}}}

    assert seen(names, CHANGED, i={"changes": [pump, feeds]}) == {
        "AssetInput.type=Pump",
        "AssetInput.properties@Pump=flow",
        "RelationshipInput.type=FEEDS",
        "RelationshipInput.properties@FEEDS=size",
    }


@pytest.mark.parametrize(
    ("text", "given", "found"),
    [
        (f'query Q($c: String!) {{ pumps {{ nodes {{ {STATE} }} }} }}', {"c": "vib"}, "@Pump=vib"),
        (
            f"query Q($c: String!) {{ pumps {{ nodes {{ ...s }} }} }} fragment s on Asset {{ {STATE} }}",
            {"c": "vib"},
            "@Pump=vib",
        ),
        (f'query Q($c: String!) {{ asset(id: "x") {{ {STATE} }} }}', {"c": "vib"}, ")=vib"),
        ('query Q($t: [String!] = ["Fan"]) { search(text: "x", types: $t) { score } }', {}, "search(types:)=Fan"),
        ('query Q($t: String!) { assets(filter: {types: ["Fan", $t]}) { totalCount } }', {"t": "Pump"}, "types=Pump"),
        ("subscription Q($f: AssetFilter) { stateChanged(filter: $f) { __typename } }", {"f": {"types": "Fan"}}, "Fan"),
    ],
)  # fmt: skip
def test_names_at_arguments(names: Naming, text: str, given: dict[str, object], found: str) -> None:
    assert any(each.endswith(found) for each in seen(names, text, **given))


def test_what_every_asset_has_is_none_of_the_ontologys_names(names: Naming) -> None:
    grouped = "query Q($g: [String!]) { aggregate(groupBy: $g) { count } }"

    assert seen(names, grouped, g=["type", "parent", "level", "flow"]) == {"aggregate(groupBy:)=flow"}


def test_an_operation_without_such_variables_costs_nothing(names: Naming) -> None:
    found = passed(names, 'query Q($id: ID!) { asset(id: $id) { children(types: ["Fan"]) { totalCount } } }')

    assert (found.known, found.open, found.sites) == (("children(types:)=Fan",), (), ())


def test_only_so_many_names_are_looked_at(names: Naming, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naming, "MOST", 3)

    assert seen(names, FILTERED, f={"types": ["x", "y", "Fan", "Pump"]}) == {"AssetFilter.types=Fan"}


@pytest.mark.parametrize("inside", [lambda value: [value], lambda value: {"not": value}])
def test_what_is_nested_without_end_is_left(names: Naming, inside: Callable[[object], object]) -> None:
    value: object = {"types": ["Fan"]}
    for _ in range(5_000):
        value = inside(value)

    assert seen(names, FILTERED, f=value) == set()


def test_a_value_of_a_property_without_an_enum_is_no_name(names: Naming) -> None:
    text = 'query Q($v: JSON) { assets(filter: {property: [{name: "flow", eq: $v}]}) { totalCount } }'

    assert passed(names, text).open == ()
