"""The bundled campus says what examples and stories rely on."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.ontology import Codecs, ImpactDirection, ImpactKind, Ontology, load_ontology


@pytest.fixture(scope="module")
def campus() -> Ontology:
    return load_ontology(Path(__file__).parents[3] / "migrations/ontology.yaml")


EXPECTED = """
    Site Building Floor Room Rack
    GridFeed Switchgear Generator TransferSwitch Ups Pdu Chiller Pump CoolingTower AirHandler
    CarrierCircuit Router Switch Server Cluster Service Application Sensor Meter BusinessFunction ClinicalFunction
"""


def test_it_has_what_a_campus_has(campus: Ontology) -> None:
    concrete = {name for name, kind in campus.asset_types.items() if not kind.abstract}
    assert concrete >= set(EXPECTED.split())


@pytest.mark.parametrize(
    ("name", "direction", "kind"),
    [
        ("CONTAINS", ImpactDirection.NONE, ImpactKind.REQUIREMENT),
        ("POWERS", ImpactDirection.FORWARD, ImpactKind.FLOW),
        ("LINKS", ImpactDirection.BOTH, ImpactKind.FLOW),
        ("COOLS", ImpactDirection.FORWARD, ImpactKind.REQUIREMENT),
        ("HAS_MEMBER", ImpactDirection.REVERSE, ImpactKind.REQUIREMENT),
        ("RUNS_ON", ImpactDirection.REVERSE, ImpactKind.REQUIREMENT),
        ("DEPENDS_ON", ImpactDirection.REVERSE, ImpactKind.REQUIREMENT),
        ("MONITORS", ImpactDirection.NONE, ImpactKind.REQUIREMENT),
    ],
)
def test_impact_travels_as_it_should(campus: Ontology, name: str, direction: ImpactDirection, kind: ImpactKind) -> None:
    relationship = campus.relationship_types[name]
    assert (relationship.impact, relationship.kind) == (direction, kind)


def test_sources_and_containment(campus: Ontology) -> None:
    sources = {name: kind.sources for name, kind in campus.asset_types.items() if kind.sources}
    assert sources == {"GridFeed": ("POWERS",), "Generator": ("POWERS",), "CarrierCircuit": ("LINKS",)}
    assert [kind.name for kind in campus.containment_types] == ["CONTAINS"]
    assert campus.relationship_types["LINKS"].symmetric
    assert campus.relationship_types["HAS_MEMBER"].targets.minimum == 1


def test_every_part_is_described_and_named_in_two_languages(campus: Ontology) -> None:
    assert [kind.name for kind in campus.relationship_types.values() if not kind.description] == []
    assert [name for name, kind in campus.asset_types.items() if set(kind.display_name) != {"en", "de"}] == []
    assert [name for name, kind in campus.asset_types.items() if not kind.description] == []


def test_its_defaults_and_units_work(campus: Ontology) -> None:
    checked = Codecs(campus).asset("Pump").new({"ratedFlow": {"value": 45, "unit": "m**3/h"}, "serialNumber": "1"})
    assert not checked.problems
    assert checked.values == {"ratedFlow": 12.5, "serialNumber": "1", "variableSpeed": True}
