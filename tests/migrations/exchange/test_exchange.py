"""Ontologies in other standards' forms: what they carry comes back, what they can't is told."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from graphql import build_ast_schema, parse
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange import Form, export_ontology, import_ontology, joined
from graph.ontology import Ontology, load_ontology, parse_ontology
from migrations.exchange import Change, ExchangeUnreadable, FormatUnknown, document_text
from tests.graph.bulk.formats.conftest import shared

WHOLE = [Form.JSON_SCHEMA, Form.GRAPHQL_SDL, Form.SHACL, Form.AAS]
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def campus() -> Ontology:
    return load_ontology(ROOT / "migrations" / "ontology.yaml")


@pytest.mark.parametrize("form", WHOLE)
def test_the_campus_comes_back_whole(campus: Ontology, form: Form) -> None:
    done = export_ontology(campus, form)
    assert done.notes == ()
    again = import_ontology(done.text, "any")
    assert again.ontology.hash == campus.hash
    assert again.notes == ()
    assert export_ontology(again.ontology, form).text == done.text


def test_dtdl_carries_types_properties_and_relationships_and_tells_the_rest(campus: Ontology) -> None:
    done = export_ontology(campus, Form.DTDL)
    again = import_ontology(done.text, "campus").ontology
    assert again.asset_types.keys() == campus.asset_types.keys()
    assert again.relationship_types.keys() == campus.relationship_types.keys()
    for name, kind in campus.asset_types.items():
        assert again.asset_types[name].extends == kind.extends
        assert again.asset_types[name].id == kind.id
        assert again.asset_types[name].properties.keys() == kind.properties.keys()
        assert again.asset_types[name].channels.keys() == kind.channels.keys()
    told = {note.place for note in done.notes}
    assert "assetTypes.Space.abstract" in told
    assert "relationshipTypes.POWERS.impact" in told
    assert "assetTypes.Space.properties.area.unit" not in told
    assert "assetTypes.Floor.properties.storey.required" in told


def test_what_is_written_is_of_its_standard(campus: Ontology) -> None:
    schema = json.loads(export_ontology(campus, Form.JSON_SCHEMA).text)
    jsonschema.Draft202012Validator.check_schema(schema)
    floor = {"$ref": f"{schema['$id']}#/$defs/Floor", "$defs": schema["$defs"]}
    judge = jsonschema.Draft202012Validator({**floor, "$ref": "#/$defs/Floor"})
    assert judge.is_valid({"storey": 1, "area": 2.5})
    assert not judge.is_valid({"storey": 500})
    assert not judge.is_valid({"area": 2.5})
    sdl = build_ast_schema(parse(export_ontology(campus, Form.GRAPHQL_SDL).text))
    assert str(sdl.type_map["Chiller"]) == "Chiller"
    interfaces = {each["@id"]: each for each in json.loads(export_ontology(campus, Form.DTDL).text)}
    assert interfaces["dtmi:campus:Site;1"]["extends"] == ["dtmi:campus:Space;1"]
    assert {each["@context"][0] for each in interfaces.values()} == {"dtmi:dtdl:context;3"}


def test_shacl_judges_data(campus: Ontology) -> None:
    rdflib = pytest.importorskip("rdflib")
    graph = rdflib.Graph().parse(data=export_ontology(campus, Form.SHACL).text, format="turtle")
    base = "urn:twin-ontology:campus#"
    above = rdflib.URIRef("http://www.w3.org/2000/01/rdf-schema#subClassOf")
    assert (rdflib.URIRef(base + "Site"), above, rdflib.URIRef(base + "Space")) in graph


# ---- others' files ---------------------------------------------------------------------------------------------------


def texts(found: Any) -> list[str]:
    return [str(note) for note in found.notes]


def test_dtdl_of_others() -> None:
    pump = {
        "@context": ["dtmi:dtdl:context;3", "dtmi:dtdl:extension:quantitativeTypes;1"],
        "@id": "dtmi:com:example:Pump;2",
        "@type": "Interface",
        "displayName": {"en": "Pump", "de": "Pumpe"},
        "extends": "dtmi:com:example:Asset;1",
        "contents": [
            {
                "@type": ["Property", "VolumeFlowRate"],
                "name": "rated_flow",
                "schema": "double",
                "unit": "litrePerSecond",
                "writable": True,
            },
            {"@type": ["Property", "X"], "name": "odd", "schema": "integer", "unit": "wobblePerSecond"},
            {"@type": "Property", "name": "name", "schema": "string", "writable": True},
            {
                "@type": "Property",
                "name": "mode",
                "schema": {
                    "@type": "Enum",
                    "valueSchema": "integer",
                    "enumValues": [{"name": "on", "enumValue": 1}, {"name": "2nd", "enumValue": 2}],
                },
            },
            {"@type": "Telemetry", "name": "pressure", "schema": "float"},
            {"@type": "Command", "name": "reboot"},
            {
                "@type": "Relationship",
                "name": "feeds",
                "target": "dtmi:com:example:Asset;1",
                "maxMultiplicity": 2,
                "properties": [{"@type": "Property", "name": "length", "schema": "double"}],
            },
            {"@type": "Relationship", "name": "near"},
            {"@type": "Component", "name": "motor", "schema": "dtmi:com:example:Asset;1"},
        ],
    }
    asset = {"@id": "dtmi:com:example:Asset;1", "@type": "Interface", "@context": "dtmi:dtdl:context;3", "contents": []}
    found = import_ontology(joined([json.dumps(pump), json.dumps([asset])]), "site")
    kind = found.ontology.asset_type("Pump")
    assert (kind.id, kind.display_name["de"], kind.extends) == ("dtmi:com:example:Pump", "Pumpe", ("Asset2",))
    assert kind.properties["ratedFlow"].unit == "L/s"
    assert kind.properties["nameValue"].datatype == "string"
    assert not kind.properties["odd"].writable
    assert found.ontology.enums["PumpMode"].values == ("ON", "V_2ND")
    assert kind.channels.keys() == {"pressure"}
    feeds = found.ontology.relationship_type("FEEDS")
    assert (str(feeds.targets), feeds.to_types, list(feeds.properties)) == ("0..2", ("Asset2",), ["length"])
    assert found.ontology.relationship_type("NEAR").to_types == ("Asset2",)
    told = "\n".join(texts(found))
    for lost in ("the unit wobblePerSecond", "a Command", "rated_flow -> ratedFlow", "Asset -> Asset2", "a component"):
        assert lost in told, lost


def test_json_schema_of_others() -> None:
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "plant",
        "definitions": {
            "base": {"type": "object", "properties": {"serial": {"type": "string", "pattern": "[A-Z]+"}}},
            "pump": {
                "allOf": [{"$ref": "#/definitions/base"}],
                "type": "object",
                "properties": {
                    "kind": {"enum": ["on", "off"]},
                    "flow": {"type": ["number", "null"], "minimum": 0, "multipleOf": 2},
                    "feeds": {"type": "array", "items": {"$ref": "#/definitions/base"}},
                    "owner": {"$ref": "#/definitions/base"},
                    "where": {"type": "object", "properties": {"lat": {"type": "number"}}, "required": ["lat"]},
                    "any": {"anyOf": [{"type": "string"}, {"type": "number"}]},
                },
                "required": ["owner"],
            },
        },
    }
    found = import_ontology(json.dumps(schema), "file")
    pump = found.ontology.asset_type("Pump")
    assert found.ontology.name == "plant"
    assert pump.properties.keys() == {"serial", "kind", "flow", "where"}
    assert pump.properties["serial"].pattern == ".*[A-Z]+.*"
    assert str(found.ontology.relationship_type("OWNER").targets) == "1..1"
    assert any("multipleOf" in text for text in texts(found))
    assert any("pump.any" in text for text in texts(found))


def test_graphql_of_others() -> None:
    sdl = """
        scalar Weight
        enum Mode { on off }
        interface Node { id: ID! }
        interface Machine implements Node { id: ID! serial: String! }
        "A pump."
        type Pump implements Machine & Node {
          id: ID! serial: String! flow: Float mode: Mode weight: Weight
          feeds: [Machine!]! room: Room page(first: Int): PumpConnection
        }
        type Room { id: ID! number: String }
        type PumpConnection { total: Int }
        input PumpInput { flow: Float }
        type Query { pumps: [Pump!]! }
    """
    found = import_ontology(sdl, "shop")
    pump = found.ontology.asset_type("Pump")
    assert (pump.extends, pump.description) == (("Machine",), "A pump.")
    assert pump.properties.keys() == {"serial", "flow", "mode", "weight"}
    assert pump.properties["serial"].required
    assert found.ontology.asset_type("Machine").abstract
    assert found.ontology.relationship_types.keys() == {"FEEDS", "ROOM"}
    told = "\n".join(texts(found))
    for lost in ("the scalar Weight", "PumpInput", "Query", "PumpConnection"):
        assert lost in told, lost


def test_rdf_of_others() -> None:
    pytest.importorskip("rdflib")
    turtle = """
        @prefix : <https://example.org/hvac#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix qudt: <http://qudt.org/schema/qudt/> .
        @prefix unit: <http://qudt.org/vocab/unit/> .
        :Equipment a owl:Class ; rdfs:label "Equipment"@en , "Anlage"@de .
        :Air_Handler a owl:Class , sh:NodeShape ; rdfs:subClassOf :Equipment , [ a owl:Restriction ] ;
            sh:property [ sh:path :flow ; sh:datatype xsd:double ; sh:minInclusive 0 ; qudt:hasUnit unit:L-PER-SEC ] ,
                        [ sh:path :serves ; sh:class :Equipment ] ,
                        [ sh:path :mode ; sh:in ( "on" "off" ) ; sh:minCount 1 ] .
        :feeds a owl:ObjectProperty ; rdfs:domain :Equipment ; rdfs:range :Equipment .
        :isFedBy a owl:ObjectProperty ; owl:inverseOf :feeds ; rdfs:domain :Equipment ; rdfs:range :Equipment .
        :serial a owl:DatatypeProperty ; rdfs:domain :Equipment ; rdfs:range xsd:string .
        :loose a owl:ObjectProperty .
    """
    found = import_ontology(turtle, "hvac")
    handler = found.ontology.asset_type("AirHandler")
    assert handler.id == "https://example.org/hvac#Air_Handler"
    assert handler.extends == ("Equipment",)
    assert (handler.properties["flow"].unit, handler.properties["flow"].minimum) == ("L/s", 0)
    assert handler.properties.keys() == {"flow", "mode", "serial"}
    assert found.ontology.asset_type("Equipment").display_name == {"en": "Equipment", "de": "Anlage"}
    assert found.ontology.relationship_type("FEEDS").inverse == "IS_FED_BY"
    assert found.ontology.relationship_type("SERVES").from_types == ("AirHandler",)
    told = "\n".join(texts(found))
    assert "loose" in told
    assert "without an IRI" in told


def test_json_ld() -> None:
    pytest.importorskip("rdflib")
    thing = {"@id": "https://e.org/a", "@type": "http://www.w3.org/2002/07/owl#Class"}
    found = import_ontology(json.dumps({"@context": {}, "@graph": [thing]}), "j")
    assert found.ontology.asset_types.keys() == {"A"}
    for context in ("https://e.org/context.json", [{"a": "https://e.org/a"}, "https://e.org/context.json"]):
        with pytest.raises(ExchangeUnreadable, match="context"):  # nothing is fetched
            import_ontology(json.dumps({"@context": context, **thing}), "j")


def test_aas_of_others() -> None:
    environment = {
        "submodels": [
            {
                "modelType": "Submodel",
                "id": "https://admin-shell.io/zvei/nameplate/2/0/Nameplate",
                "idShort": "Nameplate",
                "kind": "Template",
                "description": [{"language": "de", "text": "Typenschild"}, {"language": "en", "text": "Nameplate"}],
                "submodelElements": [
                    {
                        "modelType": "Property",
                        "idShort": "YearOfConstruction",
                        "valueType": "xs:int",
                        "qualifiers": [{"type": "SMT/Cardinality", "valueType": "xs:string", "value": "One"}],
                    },
                    {"modelType": "MultiLanguageProperty", "idShort": "ManufacturerName"},
                    {
                        "modelType": "SubmodelElementCollection",
                        "idShort": "Address",
                        "value": [{"modelType": "Property", "idShort": "Zip", "valueType": "xs:string"}],
                    },
                    {"modelType": "Range", "idShort": "Temperature", "valueType": "xs:double"},
                    {"modelType": "ReferenceElement", "idShort": "isPartOf"},
                    {"modelType": "Operation", "idShort": "Reset"},
                ],
            },
            {"modelType": "Submodel", "id": "x", "idShort": "Run", "kind": "Instance"},
        ]
    }
    found = import_ontology(json.dumps(environment), "aas")
    plate = found.ontology.asset_type("Nameplate")
    assert plate.id.endswith("/Nameplate")
    assert plate.description == "Nameplate"
    assert {name: each.datatype.value for name, each in plate.properties.items()} == {
        "address": "object",
        "manufacturerName": "map",
        "temperature": "object",
        "yearOfConstruction": "int",
    }
    assert plate.properties["yearOfConstruction"].required
    assert found.ontology.relationship_types.keys() == {"IS_PART_OF"}
    told = "\n".join(texts(found))
    assert "an element Operation" in told
    assert "an instance" in told


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", FormatUnknown),
        ("hello", FormatUnknown),
        ("{}", FormatUnknown),
        ('{"$schema": "x"}', ExchangeUnreadable),
        ('{"@type": "Interface"}', ExchangeUnreadable),
        ('[{"@type": "Interface", "@context": "dtmi:dtdl:context;2"', ExchangeUnreadable),
        ("type Query { a: Int }", ExchangeUnreadable),
        ("type Pump {", ExchangeUnreadable),
        ("@prefix : <x> . :a :b", ExchangeUnreadable),
        ('{"submodels": []}', ExchangeUnreadable),
    ],
)
def test_what_is_no_ontology_is_refused(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        import_ontology(text, "file")


def test_names_that_are_taken_and_loops_are_taken_apart() -> None:
    sdl = """
        interface A implements B { id: ID! parents: String }
        interface B implements A { id: ID! parents: Int }
        type Query2 { children: [Query2] Query2: Int and: Int }
        type Path { paths: [Path] impact: String }
    """
    found = import_ontology(sdl, "odd")
    assert found.ontology.asset_type("Path").graphql == "PathType"
    assert found.ontology.asset_type("Path").plural == "pathsList"
    assert found.ontology.relationship_type("CHILDREN").field == "childrenLink"
    assert {note.change for note in found.notes} == set(Change)


# ---- real files ------------------------------------------------------------------------------------------------------


def test_models_of_azure_digital_twins(tmp_path: Path) -> None:
    with tarfile.open(shared("explorer-examples.tar.gz")) as archive:
        archive.extractall(tmp_path)
    models = sorted(tmp_path.rglob("*.json"))
    found = import_ontology(joined([each.read_text(encoding="utf-8-sig") for each in models]), "energy")
    assert len(found.ontology.asset_types) == len(models) == 21
    assert found.ontology.relationship_types
    assert not [note for note in found.notes if note.change is Change.LEFT_OUT and "the schema" in note.what]


def test_classes_of_a_building_in_brick() -> None:
    pytest.importorskip("rdflib")
    found = import_ontology(shared("ibm_b3.ttl").read_text(encoding="utf-8"), "ibm")
    assert len(found.ontology.asset_types) == 4


# ---- any ontology ----------------------------------------------------------------------------------------------------

names = st.sampled_from(["alpha", "beta", "gammaRay", "delta2"])
texts_of_any = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
scalars = st.sampled_from(
    [
        {"datatype": "string", "pattern": "[a-z]+\\d?"},
        {"datatype": "string", "unique": True},
        {"datatype": "int", "minimum": -3, "maximum": 7, "default": 2},
        {"datatype": "float", "unit": "kW", "quantity": "power", "minimum": 0, "exclusiveMinimum": True},
        {"datatype": "decimal", "scale": 2, "classification": "sensitive"},
        {"datatype": "date", "indexed": True},
        {"datatype": "datetime"},
        {"datatype": "duration", "writable": False, "default": "PT5M"},
        {"datatype": "point"},
        {"datatype": "enum", "enum": "Mode", "default": "ON"},
        {"datatype": "boolean", "required": True},
        {"datatype": "map"},
        {"datatype": "map", "items": {"datatype": "float", "unit": "kW"}},
        {"datatype": "list", "items": {"datatype": "enum", "enum": "Mode"}},
        {"datatype": "list", "items": {"datatype": "object", "fields": {"x": {"datatype": "int", "required": True}}}},
        {
            "datatype": "object",
            "fields": {"inner": {"datatype": "list", "items": {"datatype": "string"}}, "y": {"datatype": "date"}},
        },
    ]
)


@st.composite
def ontologies(draw: st.DrawFn) -> Ontology:
    def properties() -> dict[str, Any]:
        chosen = draw(st.dictionaries(names, scalars, max_size=3))
        return {
            name: {**body, **({"description": draw(texts_of_any)} if draw(st.booleans()) else {})}
            for name, body in chosen.items()
        }

    upper = {"abstract": draw(st.booleans()), "properties": properties(), "displayName": {"en": "Upper", "de": "Oben"}}
    own = {f"own{name.title()}": body for name, body in properties().items()}
    lower = {
        "extends": ["Upper"],
        "properties": own,
        "channels": {"state": {"datatype": "enum", "enum": "Mode", "staleAfter": "PT5M"}},
    }
    other = {
        "extends": ["Lower", "Side"],
        "id": draw(st.sampled_from(["type:Old", "type:Other"])),
        "sourceOf": ["FLOWS"],
    }
    document = {
        "format": "twin-ontology/1",
        "name": "any",
        "enums": {"Mode": {"values": ["ON", "OFF"], "description": draw(texts_of_any)}},
        "assetTypes": {"Upper": upper, "Side": {"abstract": True}, "Lower": lower, "Other": other},
        "relationshipTypes": {
            "HOLDS": {"from": ["Upper"], "to": ["Lower", "Upper"], "containment": True, "inverse": "HELD_BY"},
            "FLOWS": {
                "from": ["Lower"],
                "to": ["Lower"],
                "impact": {"direction": "BOTH", "kind": "FLOW"},
                "symmetric": True,
            },
            "NEEDS": {
                "from": ["Lower"],
                "to": ["Other"],
                "multiplicity": {"sources": "0..2", "targets": draw(st.sampled_from(["0..*", "1..1", "1..3"]))},
                "properties": {"note": {"datatype": "string"}},
                "impact": {"direction": "FORWARD"},
            },
        },
    }
    return parse_ontology(document_text(document))


@given(ontology=ontologies(), form=st.sampled_from(WHOLE))
@settings(max_examples=25)
def test_any_ontology_comes_back_whole(ontology: Ontology, form: Form) -> None:
    done = export_ontology(ontology, form)
    assert done.notes == ()
    assert import_ontology(done.text, "any").ontology.hash == ontology.hash


@given(ontology=ontologies())
@settings(max_examples=8)
def test_what_dtdl_loses_of_any_ontology_is_told(ontology: Ontology) -> None:
    done = export_ontology(ontology, Form.DTDL)
    again = import_ontology(done.text, "any")
    assert (again.ontology.hash == ontology.hash) == (done.notes == ())
    assert done.notes


def test_templates_are_read_by_the_sdk_of_aas(campus: Ontology) -> None:
    from basyx.aas.adapter.json import read_aas_json_file

    found = read_aas_json_file(io.StringIO(export_ontology(campus, Form.AAS).text), failsafe=False)
    assert sum(1 for each in found if type(each).__name__ == "Submodel") == len(campus.asset_types) + len(
        campus.relationship_types
    )
