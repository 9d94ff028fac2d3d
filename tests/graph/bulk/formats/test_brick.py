from __future__ import annotations

import pytest
import rdflib

from graph.bulk import BulkInputBroken
from graph.bulk.formats import Format
from tests.graph.bulk.formats.conftest import Convert, shared

HEAD = """@prefix : <http://example.org/site#> .
@prefix brick: <https://brickschema.org/schema/Brick#> .
@prefix old: <https://brickschema.org/schema/1.0.3/Brick#> .
@prefix bf: <https://brickschema.org/schema/1.0.3/BrickFrame#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
SITE = (
    HEAD
    + """
:P1 a brick:Pump ; rdfs:label "Pumpe"@de, "Pump"@en ; brick:feeds :V1 ; brick:hasPoint :S1 ; :stages 3 ;
    brick:hasTag brick:Water ; :note "unheard of" ; brick:area [ brick:value 5 ] .
:V1 a brick:Check_Valve ; brick:isFedBy :P1 .
:S1 a old:Sensor ; bf:isPointOf :P1 .
:R1 a brick:Room ; brick:hasPart :P1 .
:P1 brick:isPartOf :R1 .
:OwnPump a owl:Class ; rdfs:subClassOf brick:Pump .
:Someone a :Person .
brick:Thing a brick:Class .
"""
)


def test_things_and_relationships_become_lines_each_once(convert: Convert) -> None:
    found = convert(Format.BRICK, SITE)
    assert found.refused == {}
    assert found.assets == {
        "P1": {"kind": "asset", "id": "P1", "type": "Pump", "name": "Pump", "properties": {"stages": 3}},
        "R1": {"kind": "asset", "id": "R1", "type": "Room"},
        "S1": {"kind": "asset", "id": "S1", "type": "Sensor"},
        "V1": {"kind": "asset", "id": "V1", "type": "CheckValve"},
    }
    assert sorted(found.links) == [("FEEDS", "P1", "V1"), ("HAS_PART", "R1", "P1"), ("HAS_POINT", "P1", "S1")]
    assert found.left_out == {"blank nodes": 1, "texts note": 1}


def test_the_order_of_statements_does_not_matter(convert: Convert) -> None:
    statements = [f"{line} ." for line in SITE.removeprefix(HEAD).split(" .\n") if line.strip()]
    assert convert(Format.BRICK, HEAD + "\n".join(reversed(statements))) == convert(Format.BRICK, SITE)


def test_iris_as_ids_and_a_prefix(convert: Convert) -> None:
    text = HEAD + ":P1 a brick:Pump . <http://other.org/P1> a brick:Pump ."
    with pytest.raises(BulkInputBroken, match="would have the id 'P1'"):
        convert(Format.BRICK, text)
    found = convert(Format.BRICK, text, names="ids: {form: iri, prefix: 'x '}")
    assert list(found.assets) == ["x http://example.org/site#P1", "x http://other.org/P1"]


def test_of_several_classes_the_most_special_counts(convert: Convert) -> None:
    found = convert(
        Format.BRICK, HEAD + ":A a brick:Valve, brick:Check_Valve, brick:Unheard . :B a brick:Pump, brick:Room ."
    )
    assert {name: body["type"] for name, body in found.assets.items()} == {"A": "CheckValve"}
    assert found.places == {2: ["http://example.org/site#B: rdf:type"]}


def test_a_relationship_of_ones_own_by_map(convert: Convert) -> None:
    text = HEAD + ":A a brick:Room ; :nextTo :B . :B a brick:Room ; :nextTo :A ."
    assert convert(Format.BRICK, text).left_out == {"statements nextTo": 2}
    found = convert(Format.BRICK, text, names="relationships: {nextTo: BESIDE}")
    assert found.links == [("BESIDE", "A", "B")]


def test_a_value_that_is_none_is_refused_with_its_thing(convert: Convert) -> None:
    found = convert(Format.BRICK, HEAD + ':P a brick:Pump ; :stages "many" . :Q a brick:Pump ; :stages 1, 2 .')
    assert found.places == {1: ["http://example.org/site#P: stages"], 2: ["http://example.org/site#Q: stages"]}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (HEAD + ":A a brick:Pump ;\n  brick:feeds [", None),
        (HEAD + ":A a nothere:Pump .", "file0.txt:7"),
        (HEAD.encode() + b":A rdfs:label '\xff' .", "file0.txt:7"),
        ("<rdf:RDF/>", None),
    ],
)
def test_what_is_no_turtle(convert: Convert, text: str | bytes, place: str | None) -> None:
    with pytest.raises(BulkInputBroken) as broken:
        convert(Format.BRICK, text)
    assert place is None or (broken.value.place or "").endswith(place)


def test_the_building_of_ibm_is_read_whole(convert: Convert) -> None:
    path = shared("ibm_b3.ttl")
    found = convert(Format.BRICK, path.read_bytes())
    graph = rdflib.Graph().parse(path, format="turtle")
    # Everything in this building has a label, and nothing else has one.
    labelled = {str(each).partition("#")[2] for each in graph.subjects(rdflib.RDFS.label)}
    assert set(found.assets) == labelled
    frame = rdflib.Namespace("http://buildsys.org/ontologies/BrickFrame#")
    for kind, forth, back in (
        ("FEEDS", frame.feeds, frame.isFedBy),
        ("HAS_POINT", frame.hasPoint, frame.isPointOf),
        ("HAS_PART", frame.hasPart, frame.isPartOf),
        ("HAS_LOCATION", frame.isLocatedIn, frame.isLocationOf),
    ):
        pairs = set(graph.subject_objects(forth)) | {(two, one) for one, two in graph.subject_objects(back)}
        expected = sorted((kind, str(one).partition("#")[2], str(two).partition("#")[2]) for one, two in pairs)
        assert sorted(link for link in found.links if link[0] == kind) == expected
    assert {str(link[0]) for link in found.links} == {"FEEDS", "HAS_POINT", "HAS_PART", "HAS_LOCATION"}
