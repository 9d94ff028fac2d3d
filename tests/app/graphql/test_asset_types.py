"""Types of the ontology become types of the schema."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from graphql import GraphQLInputField, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType
from graphql import build_schema as parsed_schema

from app.graphql import NameClash, TwinSchema, build_schema
from graph.ontology import parse_ontology
from graph.ontology.names import GRAPHQL_TYPES_TAKEN, graphql_types_of, graphql_types_of_field
from graph.reading.kinds import Vocabulary
from tests.pumping import pumping

LINKED = """
format: twin-ontology/1
name: linked
assetTypes:
  Thing: {}
relationshipTypes:
  LINKED_TO: {from: [Thing], to: [Thing], properties: {since: {datatype: date}}}
"""


NAMESAKES = """
format: twin-ontology/1
name: namesakes
assetTypes:
  UPS: {properties: {since: {datatype: date, description: A day}}}
relationshipTypes:
  UPS: {from: [UPS], to: [UPS], properties: {since: {datatype: int, description: A year}}}
"""


def interfaces(schema: TwinSchema, name: str) -> set[str]:
    kind = schema.core.type_map[name]
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    return {each.name for each in kind.interfaces}


def of(types: str) -> TwinSchema:
    return build_schema(parse_ontology(f"format: twin-ontology/1\nname: t\nassetTypes:\n{types}"))


def test_concrete_types_implement_their_supertypes(schema: TwinSchema) -> None:
    assert interfaces(schema, "Room") == {"Asset", "Space"}
    assert interfaces(schema, "Pump") == {"Asset", "Equipment", "AnyPump"}
    assert interfaces(schema, "CentrifugalPump") == {"Asset", "Equipment", "AnyPump"}
    assert interfaces(schema, "AnyPump") == {"Asset", "Equipment"}
    assert isinstance(schema.core.type_map["Equipment"], GraphQLInterfaceType)


def test_descriptions_come_from_the_ontology(schema: TwinSchema) -> None:
    assert schema.core.type_map["Room"].description == "A room of a building"


def test_many_supertypes_in_any_order() -> None:
    """Orders that Python alone could not bring into one line."""
    schema = of(
        "  A: {abstract: true}\n  B: {abstract: true}\n"
        "  AB: {abstract: true, extends: [A, B]}\n  BA: {abstract: true, extends: [B, A]}\n"
        "  Both: {extends: [AB, BA]}\n  Again: {extends: [BA, AB, Both]}\n"
    )
    assert interfaces(schema, "Both") == {"A", "B", "AB", "BA", "AnyBoth", "Asset"}
    assert interfaces(schema, "Again") == {"A", "B", "AB", "BA", "AnyBoth", "Asset"}


def test_ontologies_can_not_take_the_names_of_the_contract(schema: TwinSchema) -> None:
    promised = parsed_schema((Path(__file__).parents[3] / "docs" / "contract.graphql").read_text(encoding="utf-8"))
    ontology = pumping()
    fields = {
        each for kind in ontology.relationship_types.values() for each in (kind.field, kind.inverse_field) if each
    }
    made = {name for kind in ontology.asset_types.values() for name in graphql_types_of(kind.graphql)}
    made |= {name for field in fields for name in graphql_types_of_field(field)}
    ours = {name for name in {**schema.core.type_map, **promised.type_map} if not name.startswith("__")}
    assert ours - made <= GRAPHQL_TYPES_TAKEN


@pytest.mark.parametrize("name", ["Path", "Health", "__Type", "AnyPump"])
def test_an_ontology_from_elsewhere_is_refused(name: str) -> None:
    """One that was stored before the contract took the name."""
    ontology = pumping()
    renamed = replace(ontology.asset_types["Room"], graphql=name)
    types = {**ontology.asset_types, "Room": renamed}
    with pytest.raises(NameClash) as clash:
        build_schema(replace(ontology, asset_types=types))
    assert clash.value.place == "assetTypes.Room"


@pytest.mark.parametrize("name", ["and", "or", "not", "node"])
def test_a_relationships_property_can_not_take_what_its_filter_has(name: str) -> None:
    """In an ontology that was stored before the name was reserved."""
    ontology = parse_ontology(LINKED)
    kind = ontology.relationship_types["LINKED_TO"]
    renamed = replace(kind, properties={name: replace(kind.properties["since"], name=name)})
    with pytest.raises(NameClash) as clash:
        build_schema(replace(ontology, relationship_types={kind.name: renamed}))
    assert clash.value.place == f"relationshipTypes.LINKED_TO.properties.{name}"


def test_a_relationship_type_may_have_the_name_of_an_asset_type() -> None:
    ontology = parse_ontology(NAMESAKES)
    schema = build_schema(ontology).core.type_map

    def field(of: str) -> GraphQLInputField:
        return cast("GraphQLInputObjectType", schema[of]).fields["since"]

    assert str(field("UPSFilter").type) == "DateFilter"
    assert str(field("UpsRelationshipEdgeFilter").type) == "LongFilter"
    assert [field(of).description for of in ("UPSOrder", "UpsRelationshipOrder")] == ["A day", "A year"]
    assert [str(field(of).type) for of in ("UPSCreate", "UPSUpdate", "UpsRelationshipInput")] == [
        "Date",
        "Date",
        "Long",
    ]
    vocabulary = Vocabulary(ontology)
    of_asset = ontology.asset_types["UPS"].properties["since"]
    of_relationship = ontology.relationship_types["UPS"].properties["since"]
    for definition in (of_asset, of_relationship):
        assert vocabulary.codec(definition).definition is definition


def test_a_name_of_its_own_settles_it() -> None:
    schema = of("  Path: {graphql: Pathway}\n")
    assert "Pathway" in schema.core.type_map
