from __future__ import annotations

from pathlib import Path

import pytest

from graph.bulk import BulkInputBroken
from graph.bulk.formats import MapInvalid, load_map, parse_map
from graph.bulk.formats.lines import LineMaker
from graph.bulk.formats.naming import RelationshipName
from graph.ontology import Ontology


def test_a_map_renames_and_skips(mapped: Ontology) -> None:
    names = parse_map(
        """
types: {CentrifugalPump: Pump}
properties: {flow: ratedFlow, Pump.no: serialNumber}
relationships:
  suppliedBy: {type: FEEDS, reverse: true}
  goesTo: FEEDS
skip: [Doc*]
""",
        mapped,
    )
    maker = LineMaker(mapped, names)
    pump = mapped.asset_types["Pump"]
    assert maker.asset_type("CentrifugalPump") == "Pump"
    assert maker.asset_type("Document") is None
    assert maker.property_name("flow", "Pump", pump) == "ratedFlow"
    assert maker.property_name("no", "Pump", pump) == "serialNumber"
    assert maker.property_name("no", "Valve", pump) == "no"
    assert maker.relationship_type("suppliedBy") == RelationshipName(type="FEEDS", reverse=True)
    assert maker.relationship_type("goesTo") == RelationshipName(type="FEEDS")


def test_names_are_found_in_the_ontologys_spelling(mapped: Ontology) -> None:
    maker = LineMaker(mapped, parse_map("", mapped))
    assert maker.asset_type("check_valve") == "CheckValve"
    assert maker.property_name("RatedFlow", "Pump", mapped.asset_types["Pump"]) == "ratedFlow"
    assert maker.relationship_type("hasPoint") == RelationshipName(type="HAS_POINT")
    assert maker.asset_type("Boiler") == "Boiler"


def test_unknown_names_are_left_out_where_asked(mapped: Ontology) -> None:
    maker = LineMaker(mapped, parse_map("unknown: skip", mapped))
    assert maker.asset_type("Boiler") is None
    assert maker.property_name("colour", "Pump", mapped.asset_types["Pump"]) is None
    assert maker.relationship_type("adores") is None


def test_an_inverse_follows_what_its_canonical_name_is_mapped_to(mapped: Ontology) -> None:
    inverse = RelationshipName(type="feeds", reverse=True)
    plain = LineMaker(mapped, parse_map("", mapped))
    assert plain.relationship_type("isFedBy", inverse) == RelationshipName(type="FEEDS", reverse=True)
    turned = LineMaker(mapped, parse_map("relationships: {feeds: {type: HAS_PART, reverse: true}}", mapped))
    assert turned.relationship_type("isFedBy", inverse) == RelationshipName(type="HAS_PART")
    own = LineMaker(mapped, parse_map("relationships: {isFedBy: BESIDE}", mapped))
    assert own.relationship_type("isFedBy", inverse) == RelationshipName(type="BESIDE")


@pytest.mark.parametrize(
    ("text", "codes", "place"),
    [
        ("types: {A: Pumpe}", ["UNKNOWN_TYPE"], "map.yaml:1:12"),
        ("properties: {a: ratedFlo}", ["UNKNOWN_PROPERTY"], "map.yaml:1:17"),
        ("relationships: {a: FEED}", ["UNKNOWN_TYPE"], "map.yaml:1:20"),
        ("type: {A: Pump}", ["FIELD_UNKNOWN"], "map.yaml:1:1"),
        ("relationships:\n  a: {type: FEEDS, revers: true}", ["FIELD_UNKNOWN"], "map.yaml:2:20"),
        ("skip: Pump", ["FIELD_INVALID"], "map.yaml:1:7"),
        ("unknown: ignore", ["FIELD_INVALID"], "map.yaml:1:10"),
        ("types: {A: Pump", ["YAML_INVALID"], None),
        ("types: {A: Pump, A: Valve}", ["DUPLICATE_NAME"], "map.yaml:1:18"),
        ("- 1", ["FIELD_INVALID"], "map.yaml:1:1"),
    ],
)
def test_a_faulty_map_is_refused_with_its_place(
    mapped: Ontology, text: str, codes: list[str], place: str | None
) -> None:
    with pytest.raises(MapInvalid) as refused:
        parse_map(text, mapped)
    assert [problem.code for problem in refused.value.problems] == codes
    assert place is None or refused.value.problems[0].place == place


def test_a_map_that_is_not_there(mapped: Ontology, tmp_path: Path) -> None:
    with pytest.raises(BulkInputBroken, match="can't be opened"):
        load_map(tmp_path / "none.yaml", mapped)
