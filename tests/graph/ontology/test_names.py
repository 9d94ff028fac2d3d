"""Names that are taken are those of the contract, and plurals are words."""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import InterfaceTypeDefinitionNode, ObjectTypeDefinitionNode, TypeDefinitionNode, parse

from graph.ontology.names import (
    GRAPHQL_TYPES_TAKEN,
    PROPERTY_NAMES_TAKEN,
    ROOT_FIELDS_TAKEN,
    camel_field,
    plural_field,
)

CONTRACT = parse((Path(__file__).parents[3] / "docs/contract.graphql").read_text())
DEFINED = {node.name.value: node for node in CONTRACT.definitions if isinstance(node, TypeDefinitionNode)}


def fields_of(name: str) -> set[str]:
    node = DEFINED[name]
    assert isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode)
    return {field.name.value for field in node.fields or ()}


def test_types_of_the_contract_and_of_graphql_are_taken() -> None:
    assert set(DEFINED) | {"Int", "Float", "String", "Boolean", "ID"} <= GRAPHQL_TYPES_TAKEN


def test_queries_of_the_contract_are_taken() -> None:
    assert fields_of("Query") <= ROOT_FIELDS_TAKEN


def test_fields_of_an_asset_are_taken() -> None:
    assert fields_of("Asset") <= PROPERTY_NAMES_TAKEN


@pytest.mark.parametrize(
    ("name", "plural"),
    [
        ("Pump", "pumps"),
        ("CoolingTower", "coolingTowers"),
        ("TransferSwitch", "transferSwitches"),
        ("Battery", "batteries"),
        ("Relay", "relays"),
        ("Bus", "buses"),
        ("Person", "people"),
        ("Equipment", "equipment"),
        ("ElectricalEquipment", "electricalEquipment"),
        ("Switchgear", "switchgear"),
        ("Analysis", "analyses"),
        ("Chassis", "chassis"),
        ("HVACUnit", "hvacUnits"),
        ("Phase3Meter", "phase3Meters"),
    ],
)
def test_plurals(name: str, plural: str) -> None:
    assert plural_field(name) == plural


def test_fields_of_relationship_types() -> None:
    assert camel_field("POWERED_BY") == "poweredBy"
